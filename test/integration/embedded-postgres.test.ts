import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import {
  type EmbeddedPostgres,
  EmbeddedPostgresError,
  borrowEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/embedded-postgres';
import { folderHolder, takeFolderLock } from '../../src/embedded-postgres/folder-lock';
import { processSpace, processStart } from '../../src/embedded-postgres/processes';

jest.setTimeout(60_000);

/**
 * A minimal gateway in a process of its own. It compiles the sources, so it is never out of date. It loads all modules first,
 * because the user that it changes to may not be able to read them.
 */
const GATEWAY = `
  const { transformFileSync } = require('@swc/core');
  const options = { swcrc: false, jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } };
  require.extensions['.ts'] = (module, file) => module._compile(transformFileSync(file, options).code, file);
  const { startEmbeddedPostgres } = require('./src/embedded-postgres');
  const [, dataDir, userId] = process.argv;
  if (userId !== undefined) process.setuid(Number(userId));
  startEmbeddedPostgres({ dataDir, log: () => undefined }).then(
    ({ ownerUrl }) => console.log(ownerUrl),
    (error) => { console.log(error.name + ': ' + error.message); process.exitCode = 1; },
  );
`;

let scratch: string;
/** Most tests share a data folder, because setting one up is slow. */
let sharedDataDir: string;
let dataDir: string;
let running: EmbeddedPostgres[];
let gateways: ChildProcess[];

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'stockbridge-embedded-'));
  sharedDataDir = path.join(scratch, 'shared');
});

beforeEach(() => {
  dataDir = sharedDataDir;
  running = [];
  gateways = [];
});

afterEach(async () => {
  for (const gateway of gateways) await kill(gateway);
  for (const server of running) await server.stop();
});

afterAll(async () => {
  // Takes over, and then stops, a server that a failed test left running.
  await (await startEmbeddedPostgres({ dataDir: sharedDataDir, ...quiet })).stop();
  await rm(scratch, { recursive: true });
});

async function useFreshFolder(): Promise<void> {
  dataDir = path.join(await mkdtemp(path.join(scratch, 'fresh-')), 'data');
}

const quiet = { log: () => undefined };

async function start(): Promise<EmbeddedPostgres> {
  return kept(await startEmbeddedPostgres({ dataDir, ...quiet }));
}

async function borrow(): Promise<EmbeddedPostgres> {
  return kept(await borrowEmbeddedPostgres({ dataDir, ...quiet }));
}

function kept(server: EmbeddedPostgres): EmbeddedPostgres {
  running.push(server);
  return server;
}

async function gatewayProcess(...argv: string[]): Promise<{ gateway: ChildProcess; firstLine: string }> {
  const gateway = spawn(process.execPath, ['-e', GATEWAY, dataDir, ...argv], { stdio: ['ignore', 'pipe', 'inherit'] });
  gateways.push(gateway);
  const [firstLine] = (await once(createInterface(gateway.stdout), 'line')) as [string];
  return { gateway, firstLine };
}

async function kill(gateway: ChildProcess): Promise<void> {
  if (gateway.exitCode !== null || gateway.signalCode !== null) return;
  gateway.kill('SIGKILL');
  await once(gateway, 'exit');
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

async function refusal(starting: Promise<unknown>): Promise<string> {
  const error: unknown = await starting.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EmbeddedPostgresError);
  const { message } = error as EmbeddedPostgresError;
  expect(message).not.toContain('\n');
  return message;
}

async function postmasterPid(): Promise<number> {
  return Number.parseInt(await readFile(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
}

async function fakeLock(record: Record<string, unknown>): Promise<string> {
  const file = path.join(dataDir, 'lock', '1000');
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify({ role: 'gateway', port: null, released: false, ...record }));
  return file;
}

describe('the data', () => {
  it('is UTF8 with locale C whatever the shell says, needs the password, and survives a restart', async () => {
    const first = await start();
    const facts = `SELECT pg_encoding_to_char(encoding), datcollate, datctype, current_setting('TimeZone'),
      current_setting('fsync'), current_setting('synchronous_commit') FROM pg_database WHERE datname = current_database()`;
    expect(await query(first.ownerUrl, facts)).toEqual(['UTF8', 'C', 'C', 'UTC', 'on', 'on']);
    await query(first.ownerUrl, "CREATE TABLE kept AS SELECT 'Größe' AS name");
    await first.stop();
    await first.stop();

    const second = await start();
    expect(await query(second.ownerUrl, 'SELECT name FROM kept')).toEqual(['Größe']);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    expect((await stat(path.join(dataDir, 'postgres.password'))).mode & 0o777).toBe(0o600);
    const guessed = second.ownerUrl.replace(/:[^:@]*@127\.0\.0\.1/, ':guessed@127.0.0.1');
    await expect(query(guessed, 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  it('is set up again after the first start was killed halfway', async () => {
    await useFreshFolder();
    await mkdir(path.join(dataDir, 'postgres.new-0123', 'data'), { recursive: true });
    await writeFile(path.join(dataDir, 'postgres.new-0123', 'data', 'PG_VERSION'), '18\n');
    await writeFile(path.join(dataDir, 'postgres.password'), 'of the killed start\n');

    expect(await query((await start()).url, 'SELECT 1')).toEqual([1]);
    expect((await readdir(dataDir)).filter((name) => name.startsWith('postgres.new'))).toEqual([]);
  });
});

describe('one folder', () => {
  it('refuses a second gateway in one line that names the first', async () => {
    await start();
    const line = `A gateway (pid ${process.pid}) is already running on ${dataDir}: stop it, or set another DATA_DIR`;
    expect(await refusal(start())).toBe(line);
    expect((await gatewayProcess()).firstLine).toBe(`EmbeddedPostgresError: ${line}`);
  });

  it('is taken over after a gateway was killed, with what it had committed', async () => {
    const { gateway, firstLine: url } = await gatewayProcess();
    await query(url, 'CREATE TABLE committed AS SELECT 42 AS answer');
    expect(await refusal(start())).toContain(`(pid ${String(gateway.pid)})`);
    const leftOver = await postmasterPid();
    await kill(gateway);

    expect(await query((await start()).ownerUrl, 'SELECT answer FROM committed')).toEqual([42]);
    expect(await processStart(leftOver)).toBeUndefined();
  });

  it('is taken over when the ids of the killed gateway and its server belong to other processes now', async () => {
    await (await start()).stop();
    await fakeLock({ pid: process.pid, processStart: 'another time', processSpace: await processSpace() });
    await writeFile(path.join(dataDir, 'postgres', 'postmaster.pid'), `${process.pid}\n`);

    expect(await query((await start()).url, 'SELECT 1')).toEqual([1]);
  });

  it('is taken over by exactly one of many gateways that find its holder dead', async () => {
    await useFreshFolder();
    await fakeLock({ pid: process.pid, processStart: 'another time', processSpace: await processSpace() });
    const takers = await Promise.all(Array.from({ length: 30 }, () => takeFolderLock(dataDir, 'gateway')));
    const winners = takers.flatMap((taker) => ('lock' in taker ? [taker.lock] : []));
    expect(winners).toHaveLength(1);

    await winners[0]?.release();
    expect(await takeFolderLock(dataDir, 'gateway')).toHaveProperty('lock');
  });

  it('is left to a gateway in another container while that one shows signs of life', async () => {
    await useFreshFolder();
    const times = { heartbeatMs: 1_000, watchMs: 100 };
    const file = await fakeLock({ pid: 1, processStart: '1', processSpace: `not ${hostname()}` });
    let beats = 0;
    const heart = setInterval(() => void utimes(file, ++beats, beats), 10);
    expect(await takeFolderLock(dataDir, 'gateway', times)).toMatchObject({ heldBy: { pid: 1 } });
    clearInterval(heart);
    await delay(20);
    expect(await takeFolderLock(dataDir, 'gateway', times)).toHaveProperty('lock');
  });
});

describe('the server', () => {
  it('is started again on its port when it is killed or stopped behind the back of its gateway', async () => {
    const { url } = await start();
    for (const signal of ['SIGKILL', 'SIGINT'] as const) {
      const killed = await postmasterPid();
      process.kill(killed, signal);
      let answer: unknown[] | undefined;
      while (answer === undefined || (await postmasterPid()) === killed) {
        await delay(50);
        answer = await query(url, 'SELECT 42').catch(() => undefined);
      }
      expect(answer).toEqual([42]);
    }
  });

  it('stops when its gateway is killed', async () => {
    const { gateway } = await gatewayProcess();
    const pid = await postmasterPid();
    await kill(gateway);
    while ((await processStart(pid)) !== undefined) await delay(50);
    // With a checkpoint, as after every fast shutdown: the next start has nothing to recover.
    await expect(stat(path.join(dataDir, 'postgres', 'postmaster.pid'))).rejects.toThrow('ENOENT');
  });

  it('is in a process group of its own, so that Ctrl-C only reaches the gateway', async () => {
    await start();
    const pid = await postmasterPid();
    // Signal 0 to a group fails when there is no group with the id of this process.
    expect(() => process.kill(-pid, 0)).not.toThrow();
  });
});

describe('a command', () => {
  it('uses the server of a running gateway and leaves it running', async () => {
    const gateway = await start();
    const command = await borrow();
    expect(command.url).toBe(gateway.url);
    await command.stop();
    expect(await query(gateway.url, 'SELECT 1')).toEqual([1]);
  });

  it('waits for a gateway that is just starting', async () => {
    const starting = start();
    while ((await folderHolder(dataDir)) === undefined) await delay(5);
    const command = await borrow();
    expect(command.url).toBe((await starting).url);
  });

  it('starts a server for its duration where no gateway runs', async () => {
    const command = await borrow();
    expect(await query(command.url, 'SELECT 1')).toEqual([1]);
    expect(await refusal(start())).toMatch(
      /^A stockbridge command \(pid \d+\) is working on .*: wait until it has ended/,
    );
    await command.stop();
    await expect(query(command.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    expect(await query((await start()).url, 'SELECT 1')).toEqual([1]);
  });
});

describe('a start that fails says in one line what to fix', () => {
  beforeEach(useFreshFolder);

  it('when the folder is not writable', async () => {
    await mkdir(dataDir);
    await chmod(dataDir, 0o500);
    // Root may write everywhere, so a gateway started by root changes its user first.
    const argv = process.getuid?.() === 0 ? ['65534'] : [];
    const { firstLine } = await gatewayProcess(...argv);
    expect(firstLine).toMatch(/^EmbeddedPostgresError: The data folder .* can't be read and written by this user/);
    expect(firstLine).toContain('fix its owner or permissions, or set another DATA_DIR');
    await chmod(dataDir, 0o700);
  });

  it('when the data folder is a file', async () => {
    await writeFile(dataDir, '');
    expect(await refusal(start())).toContain('set DATA_DIR to a folder');
    expect(await refusal(borrow())).toContain('set DATA_DIR to a folder');
  });

  it('when the data are of another major version', async () => {
    await mkdir(path.join(dataDir, 'postgres'), { recursive: true });
    await writeFile(path.join(dataDir, 'postgres', 'PG_VERSION'), '12\n');
    expect(await refusal(start())).toMatch(
      /was written by PostgreSQL 12, but this gateway contains PostgreSQL \d+: dump/,
    );
  });

  it('when the folder holds something else', async () => {
    await mkdir(path.join(dataDir, 'postgres'), { recursive: true });
    await writeFile(path.join(dataDir, 'postgres', 'notes.txt'), '');
    expect(await refusal(start())).toContain('move it away, or set another DATA_DIR');
  });

  it('when the password is lost or wrong', async () => {
    dataDir = sharedDataDir;
    await (await start()).stop();
    const file = path.join(dataDir, 'postgres.password');
    const password = await readFile(file);
    await rm(file);
    expect(await refusal(start())).toContain('postgres.password is missing');
    await writeFile(file, 'wrong\n');
    expect(await refusal(start())).toContain('restore postgres.password');
    await writeFile(file, password);
  });
});
