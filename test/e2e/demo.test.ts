import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTestDatabase, type TestDatabase } from '../support/database';
import {
  CLI,
  complaints,
  DEMO,
  killLeftOver,
  MAIN,
  run,
  startGateway,
  type Ended,
  type Settings,
} from '../support/processes';

jest.setTimeout(120_000);

let database: TestDatabase;
let scratch: string;
let settings: Settings;

beforeEach(async () => {
  database = await createTestDatabase();
  scratch = await mkdtemp(path.join(tmpdir(), 'stockbridge-demo-'));
  settings = { DATA_DIR: path.join(scratch, 'data'), DATABASE_URL: database.url };
});

afterEach(async () => {
  await killLeftOver();
  await database.drop();
  await rm(scratch, { recursive: true });
});

const runDemo = (): Promise<Ended> => run(DEMO, [], settings);

test('npm run demo sends every format and shows stock and ledger, however often it is run', async () => {
  const { gateway, origin } = await startGateway(settings, [MAIN, '--demo']);
  const first = await runDemo();
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toContain(`Sending to ${origin} as tenant demo.`);
  expect(first.stdout).not.toContain('FAILED');
  for (const sender of ['Jerry', 'Winit', 'Increff', 'Comestri', 'Winit orders', 'Standard', 'GraphQL']) {
    expect(first.stdout).toMatch(new RegExp(`│ ${sender} +│ [^│]+ │ 20[01] `));
  }
  // The duplicate, the row in quarantine, the refused command.
  for (const outcome of ['DUPLICATE', 'PARTLY_QUARANTINED, row 1: ROW_INVALID', 'INSUFFICIENT_STOCK']) {
    expect(first.stdout).toContain(`│ ${outcome} `);
  }
  expect(first.stdout).toMatch(
    /│ +2 │ SHIPMENT +│ jerry +│ ATW198274921 +│ 99999992222 +│ JERRY-1 +│ AVAILABLE +│ +-2 │ +498 │/,
  );
  expect(first.stdout).toMatch(/│ 216401 +│ Desk lamp +│ USWC2 +│ +1300 │ +301 │ +0 │ +999 │/);
  const second = await runDemo();
  expect(second).toMatchObject({ code: 0, stderr: '' });
  expect(second.stdout).toMatch(/│ 216401 +│ Desk lamp +│ USWC2 +│ +1300 │ +302 │ +0 │ +998 │/);
  const verified = await run(CLI, ['verify'], settings);
  expect(verified).toMatchObject({ code: 0, stdout: expect.stringMatching(/^demo: ok, /) as string });
  const stopped = await gateway.kill('SIGTERM');
  expect(stopped).toMatchObject({ code: 0 });
  expect(doorsWhoseLinesName(stopped.stderr)).toEqual([
    'connectionId /api/v2/inventories',
    'connectionId /openapi/service',
    'connectionId /usp/inventories/absolute',
    'connectionId /webhooks/jerry/:token',
    'connectionId /webhooks/standard/:token',
    'connectionId /webhooks/winit/:token',
    'keyId /graphql',
  ]);
});

/** Which routes name their callers in the access log, and by what. */
function doorsWhoseLinesName(log: string): string[] {
  const lines = log.split('\n').filter((line) => line.startsWith('{'));
  const requests = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  const names = requests.flatMap(({ msg, route, tenantId, connectionId, keyId }) => {
    if (msg !== 'request' || tenantId === undefined) return [];
    const by = connectionId !== undefined ? 'connectionId' : keyId !== undefined ? 'keyId' : 'nothing';
    return [`${by} ${String(route)}`];
  });
  return [...new Set(names)].toSorted();
}

test('npm run demo says in one line what is missing', async () => {
  const without = await runDemo();
  expect(without.code).toBe(2);
  expect(complaints(without)).toEqual([expect.stringMatching(/^stockbridge: There is no demo tenant: .*npm start/)]);
  const { gateway } = await startGateway(settings, [CLI, 'serve', '--demo']);
  await gateway.kill('SIGTERM');
  const stopped = await runDemo();
  expect(stopped.code).toBe(2);
  expect(complaints(stopped)).toEqual([expect.stringMatching(/^stockbridge: No gateway answers at http:.*npm start/)]);
});

test('a database of your own gets a demo tenant only on request', async () => {
  const { gateway } = await startGateway(settings);
  expect(gateway.stdout).toContain('npm run stockbridge -- keys create --help');
  await expect(stat(path.join(settings.DATA_DIR, 'demo.json'))).rejects.toThrow('ENOENT');
  expect((await run(CLI, ['tenants', 'list', '--json'], settings)).stdout).toBe('[]\n');
  const { stderr } = await gateway.kill('SIGTERM');
  // No key is set, so the log names the generated one.
  const key = path.join(settings.DATA_DIR, 'secret.key');
  expect(stderr).toContain(`the key in ${key}; keep it with the backups of the database`);
  expect((await readFile(key, 'utf8')).trim()).toHaveLength(44);
});
