import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DemoFile } from '../../src/demo/demo-file';
import { startEmbeddedPostgres } from '../../src/embedded-postgres';
import { folderHolder } from '../../src/embedded-postgres/folder-lock';
import { processStart, waitForEnd } from '../../src/embedded-postgres/processes';
import { createTestDatabase } from '../support/database';
import {
  askGraphql,
  CLI,
  complaints,
  killLeftOver,
  MAIN,
  Program,
  readyOrigin,
  run,
  startGateway,
  type Ended,
} from '../support/processes';

jest.setTimeout(120_000);

let scratch: string;
let dataDir: string;

/** The tests share one data folder, because setting one up is slow. Each continues where the one before stopped. */
beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'stockbridge-e2e-'));
  dataDir = path.join(scratch, 'data');
});

afterEach(killLeftOver);

afterAll(async () => {
  // Takes over, and then stops, a server that a failed test left running.
  await (await startEmbeddedPostgres({ dataDir, log: () => undefined })).stop();
  await rm(scratch, { recursive: true });
});

async function demoFile(): Promise<DemoFile> {
  return JSON.parse(await readFile(path.join(dataDir, 'demo.json'), 'utf8')) as DemoFile;
}

async function postmasterPid(): Promise<number> {
  return Number.parseInt(await readFile(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
}

async function expectNothingRuns(postmaster: number, origin: string): Promise<void> {
  expect(await processStart(postmaster)).toBeUndefined();
  expect(await folderHolder(dataDir)).toBeUndefined();
  await expect(fetch(`${origin}/livez`)).rejects.toThrow('fetch failed');
}

function expectOneLine(ended: Ended, line: RegExp): void {
  expect(complaints(ended)).toEqual([expect.stringMatching(line)]);
  expect(ended.code).toBeGreaterThan(0);
}

/** A restart may change only the address. */
function withoutOrigin(file: DemoFile): unknown {
  return JSON.parse(JSON.stringify(file).replaceAll(file.url, 'http://gateway'));
}

const SECRET = expect.stringMatching(/^[\w+/=-]{32,}$/) as string;
let firstDemo: DemoFile;

test('the first start sets everything up, says where to go next, and drains on SIGTERM', async () => {
  const { gateway, origin } = await startGateway({ DATA_DIR: dataDir });
  expect(gateway.stdout).toContain(`GraphQL and its explorer: ${origin}/graphql`);
  expect(gateway.stdout).toContain('npm run demo');
  firstDemo = await demoFile();
  expect(firstDemo).toEqual({
    url: origin,
    graphql: `${origin}/graphql`,
    tenant: 'demo',
    apiKey: expect.stringMatching(/^sb_/) as string,
    connections: {
      jerry: {
        url: expect.stringMatching(new RegExp(`^${origin}/webhooks/jerry/[\\w-]{43}$`)) as string,
        name: 'jerry',
        userName: 'DUMMY DUCK',
        apiPassword: SECRET,
        key: SECRET,
        location: 'JERRY-1',
      },
      winit: {
        url: expect.stringMatching(new RegExp(`^${origin}/webhooks/winit/[\\w-]{43}$`)) as string,
        customerCode: '1000019',
        endpoint: `${origin}/openapi/service`,
        name: 'winit',
        appKey: 'rebecca',
        token: expect.stringMatching(/^[\dA-F]{32}$/) as string,
        clientId: expect.any(String) as string,
        clientSecret: SECRET,
      },
      increff: {
        endpoint: `${origin}/usp/inventories/absolute`,
        name: 'increff',
        authUsername: expect.any(String) as string,
        authPassword: SECRET,
      },
      comestri: { endpoint: `${origin}/api/v2/inventories`, name: 'comestri', token: SECRET },
      standard: {
        url: expect.stringMatching(new RegExp(`^${origin}/webhooks/standard/[\\w-]{43}$`)) as string,
        name: 'standard',
        secret: expect.stringMatching(/^whsec_/) as string,
      },
    },
  });
  expect((await stat(path.join(dataDir, 'demo.json'))).mode & 0o777).toBe(0o600);
  expect(await askGraphql(firstDemo, '{ ledgerHead { sequence } item(sku: "216401") { name } }')).toEqual({
    data: { ledgerHead: { sequence: 1 }, item: { name: 'Desk lamp' } },
  });
  const postmaster = await postmasterPid();
  expect(await gateway.kill('SIGTERM')).toMatchObject({ code: 0, signal: null });
  await expectNothingRuns(postmaster, origin);
});

test('a second start keeps secrets and stock, and drains on SIGINT', async () => {
  const { gateway, origin } = await startGateway({ DATA_DIR: dataDir });
  const demo = await demoFile();
  expect(demo.url).toBe(origin);
  expect(withoutOrigin(demo)).toEqual(withoutOrigin(firstDemo));
  expect(await askGraphql(demo, '{ ledgerHead { sequence } }')).toEqual({ data: { ledgerHead: { sequence: 1 } } });
  const postmaster = await postmasterPid();
  expect(await gateway.kill('SIGINT')).toMatchObject({ code: 0, signal: null });
  await expectNothingRuns(postmaster, origin);
});

describe('npm start', () => {
  // Without the build that comes before it, which `npm test` has done.
  const npmStart = (): Program => new Program('npm', ['start', '--ignore-scripts'], { DATA_DIR: dataDir });

  test('stops everything on a SIGTERM to npm alone, with exit code 0', async () => {
    const npm = npmStart();
    const origin = await readyOrigin(npm);
    const postmaster = await postmasterPid();
    expect(await npm.kill('SIGTERM')).toMatchObject({ code: 0, signal: null });
    await expectNothingRuns(postmaster, origin);
  });

  test('stops everything on Ctrl-C', async () => {
    const npm = npmStart();
    const origin = await readyOrigin(npm);
    const postmaster = await postmasterPid();
    await npm.killGroup('SIGINT');
    const holder = await folderHolder(dataDir);
    if (holder) await waitForEnd(holder.pid, 15_000);
    await expectNothingRuns(postmaster, origin);
  });
});

describe('a gateway that was killed', () => {
  test('leaves data that commands and the next start can use', async () => {
    const { gateway } = await startGateway({ DATA_DIR: dataDir });
    const left = await postmasterPid();
    await gateway.kill('SIGKILL');
    const verified = await run(CLI, ['verify'], { DATA_DIR: dataDir });
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringMatching(/^demo: ok, ledger at 1 /) as string });
    const { gateway: next } = await startGateway({ DATA_DIR: dataDir });
    expect(await processStart(left)).toBeUndefined();
    expect(withoutOrigin(await demoFile())).toEqual(withoutOrigin(firstDemo));
    expect(await next.kill('SIGTERM')).toMatchObject({ code: 0 });
  });
});

describe('while a gateway runs', () => {
  let gateway: Program;
  let origin: string;

  beforeAll(async () => {
    // Started here, because afterEach kills the processes of each test.
    ({ gateway, origin } = await startGateway({ DATA_DIR: dataDir }));
    gateway.outlivesTests();
  });

  afterAll(async () => {
    await gateway.kill('SIGTERM');
  });

  test('a second gateway on its folder is refused in one line', async () => {
    const second = await run(MAIN, [], { DATA_DIR: dataDir });
    expectOneLine(
      second,
      /^stockbridge: A gateway \(pid \d+\) is already running on .*: stop it, or set another DATA_DIR$/,
    );
    expect((await fetch(`${origin}/readyz`)).status).toBe(200);
  });

  test('commands use its database', async () => {
    const settings = { DATA_DIR: dataDir };
    const created = await run(
      CLI,
      ['keys', 'create', '--tenant', 'demo', '--client', 'shop', '--scopes', 'read'],
      settings,
    );
    const apiKey = created.stdout.trim();
    const { graphql } = await demoFile();
    const asked = '{ ledgerHead { sequence } }';
    expect(await askGraphql({ graphql, apiKey }, asked)).toEqual({ data: { ledgerHead: { sequence: 1 } } });
    expect((await run(CLI, ['verify', '--tenant', 'demo'], settings)).code).toBe(0);
    expect((await fetch(`${origin}/readyz`)).status).toBe(200);
  });

  test('a taken port is refused in one line', async () => {
    const { port } = new URL(origin);
    const database = await createTestDatabase();
    expectOneLine(
      await run(MAIN, [], { DATA_DIR: path.join(scratch, 'other'), DATABASE_URL: database.url, PORT: port }),
      new RegExp(`^stockbridge: port ${port} on 127\\.0\\.0\\.1 is taken: stop what uses it, or set PORT$`),
    );
    await database.drop();
  });
});

describe('a start that fails says why in one line', () => {
  test('when the database does not answer', async () => {
    const settings = { DATA_DIR: path.join(scratch, 'none'), DATABASE_URL: 'postgres://me:hush@127.0.0.1:1/stock' };
    const ended = await run(MAIN, [], settings);
    expectOneLine(ended, /^stockbridge: The database stock on 127\.0\.0\.1:1 doesn't answer \(ECONNREFUSED\)/);
    expect(ended.stderr).not.toContain('hush');
  });

  test('when the data folder is a file', async () => {
    const file = path.join(scratch, 'file');
    await writeFile(file, '');
    expectOneLine(await run(MAIN, [], { DATA_DIR: file }), /^stockbridge: The data folder .* is not a folder/);
  });

  test('when a setting is invalid', async () => {
    expectOneLine(await run(MAIN, [], { DATA_DIR: dataDir, PORT: 'http' }), /^stockbridge: PORT is "http"/);
  });
});
