import type { Pool } from 'pg';
import { UNMETERED } from '../../../src/application/ports/reads';
import { createReadPool, sharedPool, type SharedPool } from '../../../src/persistence/readers/database';
import type { ReadStatement } from '../../../src/persistence/readers/statement';
import { createTestDatabase, ownerRows, type TestDatabase } from '../../support/database';
import { LedgerHarness } from '../../support/ledger';

type RequestDatabase = ReturnType<SharedPool['ofRequest']>;

jest.setTimeout(60_000);

/** The statements of a request on one connection: what they see, and how the connection comes back. */

let database: TestDatabase;
let ledger: LedgerHarness;
let tenants: string[];
let pool: Pool;
let shared: SharedPool;

beforeAll(async () => {
  database = await createTestDatabase();
  ledger = new LedgerHarness(database);
  tenants = await ledger.tenants(...Array.from({ length: 20 }, (_, index) => `tenant-${index}`));
});

afterAll(async () => {
  await ledger.close();
  await database.drop();
});

beforeEach(() => {
  pool = createReadPool(database.gatewayUrl, { applicationName: 'test moments', max: 2, log: () => undefined });
  shared = sharedPool(pool);
});

afterEach(() => pool.end());

const head = (tenantId: string): ReadStatement => ({
  name: 'test_head',
  text: 'SELECT h.sequence::int AS sequence FROM ledger_head h WHERE h.tenant_id = $1',
  values: [tenantId],
});
const failing = (tenantId: string): ReadStatement => ({
  name: 'test_failing',
  text: 'SELECT 1 / length($1::text COLLATE "C") * (1 / 0)',
  values: [tenantId],
});

async function inRequest<Result>(work: (request: RequestDatabase) => Promise<Result>): Promise<Result> {
  const request = shared.ofRequest(UNMETERED);
  try {
    return await work(request);
  } finally {
    request.close();
  }
}

const advance = (tenantId: string): Promise<unknown> =>
  ownerRows(database, 'UPDATE ledger_head SET sequence = sequence + 1 WHERE tenant_id = $1', [tenantId]);

test('all statements see the ledger as of the first, and the next request sees it as of its own', async () => {
  const [tenantId = ''] = tenants;
  await inRequest(async (request) => {
    const [before] = await request.query(head(tenantId));
    await advance(tenantId);
    expect(await Promise.all([request.query(head(tenantId)), request.query(head(tenantId))])).toEqual([
      [before],
      [before],
    ]);
    // As a mutation does before it starts.
    request.endMoment();
    expect(await request.query(head(tenantId))).not.toEqual([before]);
  });
});

test('no session of the pool keeps a tenant', async () => {
  const [ours = '', theirs = ''] = tenants;
  await inRequest((request) => request.query(head(ours)));
  await shared.ofStatements.query(head(ours));
  const foreign = { ...head(theirs), name: 'test_foreign', text: 'SELECT FROM ledger_head WHERE tenant_id <> $1' };
  expect(await shared.ofStatements.query(foreign)).toEqual([]);
  expect(await inRequest((request) => request.query(foreign))).toEqual([]);
  expect((await pool.query('SELECT FROM ledger_head')).rowCount).toBe(0);
});

test('the columns of a statement are asked for once on each connection', async () => {
  const [tenantId = ''] = tenants;
  let described = 0;
  pool.on('connect', (client) => {
    const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
    connection.on('rowDescription', ({ fields }: { fields: { name: string }[] }) => {
      // What prepares a session has descriptions of its own.
      if (fields.some(({ name }) => name === 'none')) described += 1;
    });
  });
  const columns: ReadStatement = {
    name: 'test_columns',
    text: `SELECT h.sequence AS "sequence", 'x' AS "text", NULL AS "none", '2026-01-02 03:04:05.678+00'::timestamptz AS "at"
      FROM ledger_head h WHERE h.tenant_id = $1`,
    values: [tenantId],
  };
  const first = await shared.ofStatements.query(columns);
  expect(first).toEqual([
    { sequence: expect.any(Number) as number, text: 'x', none: null, at: '2026-01-02T03:04:05.678Z' },
  ]);
  const everywhere = (): Promise<unknown[]> =>
    Promise.all(Array.from({ length: 2 }, () => inRequest((request) => request.query(columns))));
  for (let times = 0; times < 3; times += 1) expect(await everywhere()).toEqual([first, first]);
  expect(await shared.ofStatements.query(columns)).toEqual(first);
  expect(pool.totalCount).toBe(2);
  expect(described).toBe(2);
  await shared.ofStatements.query({ ...columns, name: 'test_others', text: `${columns.text} AND true` });
  expect(described).toBe(3);
});

test.each([
  ['a failed first statement', [failing]],
  ['a failed later statement', [head, failing, head]],
] as const)('%s fails those after it, and no connection is lost', async (_name, statements) => {
  const [tenantId = ''] = tenants;
  for (let times = 0; times < 5; times += 1) {
    await inRequest(async (request) => {
      const answers = await Promise.allSettled(statements.map((statement) => request.query(statement(tenantId))));
      const firstFailure = answers.findIndex(({ status }) => status === 'rejected');
      expect(statements[firstFailure]).toBe(failing);
      expect(answers.slice(firstFailure).every(({ status }) => status === 'rejected')).toBe(true);
    });
  }
  await expect(inRequest((request) => request.query(head(tenantId)))).resolves.toHaveLength(1);
  await waitForIdle();
});

test('a session that has lost what it had prepared serves one request badly, and no second one', async () => {
  const [tenantId = ''] = tenants;
  const clients = [await pool.connect(), await pool.connect()];
  for (const client of clients) await client.query('DEALLOCATE ALL');
  for (const client of clients) client.release();
  const outcomes: string[] = [];
  for (let times = 0; times < 6; times += 1) {
    const answer = inRequest((request) => request.query(head(tenantId)));
    outcomes.push(
      await answer.then(
        () => 'read',
        () => 'failed',
      ),
    );
  }
  expect(outcomes.filter((outcome) => outcome === 'failed').length).toBeLessThanOrEqual(2);
  expect(outcomes.slice(2)).toEqual(['read', 'read', 'read', 'read']);
});

test('requests of several statements never wait for each other’s connections', async () => {
  const requests = Array.from({ length: 200 }, (_, index) => {
    const tenantId = tenants[index % tenants.length] ?? '';
    return inRequest(async (request) => {
      const [before] = await request.query(head(tenantId));
      const [after] = await request.query(head(tenantId));
      expect(after).toEqual(before);
    });
  });
  await Promise.all(requests);
  await waitForIdle();
});

/** All connections are back, and none is within a transaction. */
async function waitForIdle(): Promise<void> {
  const sql = `SELECT count(*)::int AS count FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'test moments' AND state <> 'idle'`;
  for (let tries = 0; ; tries += 1) {
    const busy = pool.totalCount - pool.idleCount;
    const [open] = await ownerRows<{ count: number }>(database, sql);
    if (busy === 0 && open?.count === 0) return;
    if (tries === 50) expect({ busy, open }).toEqual({ busy: 0, open: { count: 0 } });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
