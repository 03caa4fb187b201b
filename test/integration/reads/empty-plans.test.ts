/** Plans that were made while the tables were empty are those that are made of grown ones. */
import type { PoolClient } from 'pg';
import { UNMETERED, type PageRequest } from '../../../src/application/ports/reads';
import { createReads } from '../../../src/persistence/readers';
import { READER_SETTINGS } from '../../../src/persistence/readers/database';
import type { ReadStatement } from '../../../src/persistence/readers/statement';
import { askedLists, type Names } from '../../support/asked-lists';
import { onDatabase, TEMPLATE_DATABASE } from '../../support/database';
import { fillGrown, HEAD } from '../../support/grown-ledger';
import { LedgerHarness } from '../../support/ledger';
import { allOf, blocksOfPlan, nodesOf, planOf, shapeOf } from '../../support/plans';
import { startTestServer, type TestServer } from '../../support/server';

jest.setTimeout(300_000);

/** Tables that stay small, or are read whole because nothing of them is in an index. */
const SMALL = ['tenant', 'connection', 'api_client', 'location', 'former_location_code', 'ledger_follower'];
/** Lists that go through everything that there is, see ADR 30 and 32. */
const WHOLE = /^(look-alikes|keys|connections|trusted documents)/;

const NAMES: Names = {
  skus: ['S5', 'S1999', 'none'],
  locations: ['L0', 'L1', 'L9'],
  buckets: ['AVAILABLE', 'BLOCKED', 'ON_HOLD'],
  origins: ['warehouse'],
  externalIds: ['e500', 'none'],
  references: ['r'],
  sequences: [5, HEAD / 2, HEAD - 5],
  instantsMs: [Date.parse('2026-01-01T01:00Z'), Date.parse('2030-01-01')],
};
const NONE = { totalCount: false, hasNext: false, hasPrevious: false };
const PAGES: readonly PageRequest[] = [
  { direction: 'FORWARD', size: 20, after: null, before: null, wants: NONE },
  { direction: 'BACKWARD', size: 20, after: null, before: null, wants: NONE },
  { direction: 'FORWARD', size: 1, after: null, before: null, wants: { ...NONE, totalCount: true } },
];

interface Asked {
  readonly name: string;
  readonly statement: ReadStatement;
}

function inTemplate(url: string): string {
  const changed = new URL(url);
  changed.pathname = TEMPLATE_DATABASE;
  return changed.href;
}

/** Every statement once, with one of the lists that it reads. */
async function statementsOf(tenantId: string): Promise<Asked[]> {
  const found = new Map<string, Asked>();
  for (const { name, read } of askedLists(NAMES, { each: 30, seed: 8 })) {
    if (WHOLE.test(name)) continue;
    for (const page of PAGES) {
      const reads = createReads({
        budget: UNMETERED,
        query: (statement) => {
          for (const one of allOf(statement)) found.set(one.name, { name, statement: one });
          return Promise.resolve([]);
        },
      });
      await read(reads, tenantId, page);
    }
  }
  return [...found.values()];
}

/** A separate server: where others migrate many databases, sessions miss what has changed, and plan all statements again. */
let server: TestServer;
let ledger: LedgerHarness;
let tenantId: string;
let session: PoolClient;
let asked: Asked[];

beforeAll(async () => {
  server = await startTestServer();
  const database = { url: inTemplate(server.ownerUrl), gatewayUrl: inTemplate(server.url) };
  // Nothing but this test may look at the tables, or a session would plan again.
  await onDatabase(database.url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'`,
    );
    for (const { name } of rows) await client.query(`ALTER TABLE ${name} SET (autovacuum_enabled = off)`);
  });
  ledger = new LedgerHarness(database);
  [tenantId = ''] = await ledger.tenants('ours');
  asked = await statementsOf(tenantId);
  session = await ledger.openPool({ max: 1, settings: READER_SETTINGS, statementTimeoutMs: 0 }).connect();
  await session.query(`SELECT set_config('stockbridge.tenant', $1, false)`, [tenantId]);
  for (const { statement } of asked) await session.query(`PREPARE ${statement.name} AS ${statement.text}`);
});

afterAll(async () => {
  session.release();
  await ledger.close();
  await server.stop();
});

async function eachPlan<Result>(read: (asked: Asked) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (const one of asked) results.push(await read(one));
  return results;
}

const shapes = (): Promise<{ name: string; shape: string[] }[]> =>
  eachPlan(async ({ name, statement }) => ({ name, shape: shapeOf(await planOf(session, statement)) }));

const reads = (): Promise<number[]> =>
  eachPlan(async ({ statement }) => blocksOfPlan(await planOf(session, statement, 'ANALYZE, BUFFERS, TIMING OFF')));

it('plans the same, however much the tables have and whatever is known of them', async () => {
  expect(asked.length).toBeGreaterThan(150);
  const onEmpty = await shapes();
  await fillGrown(ledger.pool, tenantId);
  const blocksOfOld = await reads();
  expect(await shapes()).toEqual(onEmpty);

  await ledger.pool.query('ANALYZE');
  const onGrown = await eachPlan(async ({ name, statement }) => ({ name, plan: await planOf(session, statement) }));
  const scanned = onGrown.flatMap(({ name, plan }) =>
    nodesOf(plan)
      .filter((node) => /Seq Scan|Bitmap Heap Scan/.test(node['Node Type']))
      .filter((node) => !SMALL.includes(node['Relation Name'] ?? ''))
      .map((node) => `${name}: ${node['Node Type']} on ${node['Relation Name'] ?? ''}`),
  );
  expect(scanned).toEqual([]);

  // Where a plan differs, it may not read much more.
  const blocksOfNew = await reads();
  const dearer = asked.flatMap(({ name }, at) => {
    const [old = NaN, fresh = NaN] = [blocksOfOld[at], blocksOfNew[at]];
    return old <= 1.5 * fresh + 60 ? [] : [`${name}: ${old} blocks, not ${fresh}`];
  });
  expect(dearer).toEqual([]);
});
