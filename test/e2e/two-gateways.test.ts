/** Two gateway processes on one database keep what one promises. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createDatabase, onServer, ownerRows, testServerUrl, type TestDatabase } from '../support/database';
import { CLI, killLeftOver, MAIN, Program, run, type Settings } from '../support/processes';

jest.setTimeout(120_000);

let database: TestDatabase;
let settings: Settings;
let scratch: string;

beforeEach(async () => {
  database = await createDatabase();
  scratch = await mkdtemp(path.join(tmpdir(), 'stockbridge-two-'));
  settings = {
    DATA_DIR: scratch,
    DATABASE_URL: database.url,
    STOCKBRIDGE_SECRET_KEY: randomBytes(32).toString('base64'),
    LOG_LEVEL: 'error',
  };
});

afterEach(async () => {
  await killLeftOver();
  await database.drop();
  await rm(scratch, { recursive: true });
});

interface Gateway {
  readonly program: Program;
  readonly origin: string;
}

async function start(): Promise<Gateway> {
  const program = new Program(process.execPath, [MAIN], settings);
  const [, origin = ''] = await program.line(/^stockbridge ready at (\S+)$/m);
  return { program, origin };
}

async function createKey(): Promise<string> {
  expect(await run(CLI, ['tenants', 'create', 'shop'], settings)).toMatchObject({ code: 0 });
  const args = ['keys', 'create', '--tenant', 'shop', '--client', 'shop', '--scopes', 'write', '--json'];
  const { stdout } = await run(CLI, args, settings);
  const [key = ''] = /sb[a-z]*_[\w-]+/.exec(stdout) ?? [];
  return key;
}

const ADJUST = `mutation ($input: StockAdjustInput!) {
  stockAdjust(input: $input) { replayed userErrors { code } changes { delta } } }`;
const ITEMS = `mutation { itemSave(sku: "TEA") { userErrors { code } } locationSave(code: "L1") { userErrors { code } } }`;

async function ask(origin: string, key: string, query: string, variables = {}): Promise<unknown> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const response = await fetch(`${origin}/graphql`, {
    ...{ method: 'POST', headers },
    body: JSON.stringify({ query, variables }),
  });
  if (response.status >= 500) throw new Error(`status ${response.status}`);
  return ((await response.json()) as { data: unknown }).data;
}

/** Asks either gateway until one says that it is done, as a client behind a load balancer does. */
async function adjust(gateways: readonly Gateway[], key: string, n: number): Promise<void> {
  const rows = [{ sku: 'TEA', location: 'L1', delta: 1 }];
  const input = { idempotencyKey: `adjust ${n}`, reason: 'RECEIPT', rows };
  for (let attempt = 0; ; attempt += 1) {
    const { origin } = gateways[(n + attempt) % gateways.length] as Gateway;
    try {
      const answer = await ask(origin, key, ADJUST, { input });
      expect(answer).toMatchObject({ stockAdjust: { userErrors: [] } });
      return;
    } catch (error) {
      if (error instanceof Error && !/fetch failed|status 5|terminated/.test(error.message)) throw error;
      await delay(20);
    }
  }
}

test('two that start at once migrate once, and both work', async () => {
  const gateways = await Promise.all([start(), start()]);
  const migrations = await ownerRows<{ times: string }>(
    database,
    'SELECT count(*) AS times FROM migration GROUP BY name',
  );
  expect(new Set(migrations.map(({ times }) => times))).toEqual(new Set(['1']));
  for (const { program, origin } of gateways) {
    expect((await fetch(`${origin}/readyz`)).status).toBe(200);
    expect(await program.kill('SIGTERM')).toMatchObject({ code: 0 });
  }
});

test('two that post to one ledger, one of which is killed, lose and double nothing', async () => {
  const gateways = await Promise.all([start(), start()]);
  const key = await createKey();
  await ask(gateways[0].origin, key, ITEMS);
  let done = 0;
  const count = 400;
  const writers = Array.from({ length: 16 }, async (_, writer) => {
    for (let n = writer; n < count; n += 16) {
      // A sender that is not sure sends to both at once.
      const copies = n % 5 === 0 ? [gateways, gateways.toReversed()] : [gateways];
      await Promise.all(copies.map((order) => adjust(order, key, n)));
      done += 1;
    }
  });
  while (done < count / 2) await delay(5);
  await gateways[1].program.kill('SIGKILL');
  await Promise.all(writers);
  const [facts] = await ownerRows<Record<string, number>>(
    database,
    `SELECT (SELECT count(*) FROM movement)::int AS movements, (SELECT max(sequence) FROM movement)::int AS last,
      (SELECT count(DISTINCT external_id) FROM movement)::int AS ids, (SELECT sum(quantity) FROM stock_level)::int AS tea`,
  );
  expect(facts).toEqual({ movements: count, last: count, ids: count, tea: count });
  expect(await run(CLI, ['verify'], settings)).toMatchObject({ code: 0 });
  expect(await gateways[0].program.kill('SIGTERM')).toMatchObject({ code: 0 });
});

test('one does not start on a database that can lose what it has committed, unless it is told to', async () => {
  const refused = await run(MAIN, [], { ...settings, STOCKBRIDGE_ACCEPT_DATA_LOSS: '' });
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(
    /^stockbridge: The database .* can lose what it has committed, because of these settings that are off: fsync, full_page_writes, synchronous_commit: turn them on, or set STOCKBRIDGE_ACCEPT_DATA_LOSS to "acknowledged stock may be lost"\n$/,
  );
  const name = new URL(database.url).pathname.slice(1);
  await onServer(testServerUrl(), (client) => client.query(`ALTER DATABASE ${name} SET synchronous_commit = on`));
  const still = await run(MAIN, [], { ...settings, STOCKBRIDGE_ACCEPT_DATA_LOSS: '' });
  expect(still.stderr).toContain('settings that are off: fsync, full_page_writes:');
});
