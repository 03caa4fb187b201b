/** The last movement up to a moment, which is found from a mark of the ledger. */
import type { PoolClient } from 'pg';
import { READER_SETTINGS } from '../../../src/persistence/readers/database';
import { sequenceUpTo } from '../../../src/persistence/moments';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { LedgerHarness } from '../../support/ledger';
import { blocksOfPlan, planOf } from '../../support/plans';

const START = Date.parse('2026-01-01T00:00:00Z');

let database: TestDatabase;
let ledger: LedgerHarness;
let session: PoolClient;
let tenantNumber = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  ledger = new LedgerHarness(database);
  session = await ledger.openPool({ max: 1, settings: READER_SETTINGS }).connect();
});

afterAll(async () => {
  session.release();
  await ledger.close();
  await database.drop();
});

/** A tenant whose movements have these clocks, in milliseconds. */
async function tenantWith(clocks: readonly number[]): Promise<string> {
  const [tenantId = ''] = await ledger.tenants(`tenant-${(tenantNumber += 1)}`);
  await ledger.pool.query(
    `INSERT INTO movement (tenant_id, sequence, reason, origin_kind, origin_id, external_id, occurred_at, effective_at,
       recorded_at, evidence_hash, hash)
     SELECT $1, sequence, 'RECEIPT', 'API_CLIENT', $1, sequence, at, at, at, '', ''
     FROM (SELECT to_timestamp(ms / 1000.0) AS at, sequence FROM unnest($2::bigint[]) WITH ORDINALITY AS clock (ms, sequence)) m`,
    [tenantId, clocks.map((clock) => START + clock)],
  );
  await session.query(`SELECT set_config('stockbridge.tenant', $1, false)`, [tenantId]);
  return tenantId;
}

const found = (comparison: '<=' | '<'): string =>
  `SELECT found.sequence FROM unnest($2::timestamptz[]) WITH ORDINALITY AS asked (at, place)
   CROSS JOIN LATERAL (${sequenceUpTo('asked.at', comparison)}) found ORDER BY asked.place`;

/** Runs of so many movements that share a clock. */
const runs = (...lengths: readonly number[]): number[] =>
  lengths.flatMap((length, run) => Array.from({ length }, () => run * 10));

test.each([
  ['an empty ledger', []],
  ['a ledger of one movement', runs(1)],
  ['a ledger without a mark', runs(...Array<number>(31).fill(1))],
  ['a ledger that ends at a mark', runs(...Array<number>(64).fill(1))],
  ['a ledger that ends behind a mark', runs(...Array<number>(65).fill(1))],
  ['a ledger of one clock', runs(100)],
  ['a batch up to a mark', runs(32, 32, 1)],
  ['batches across marks', runs(31, 2, 300, 1, 40, 5)],
])('%s has it for every moment', async (_name, clocks) => {
  const tenantId = await tenantWith(clocks);
  const moments = [...new Set([0, ...clocks])].flatMap((clock) => [clock - 1, clock, clock + 1]);
  for (const comparison of ['<=', '<'] as const) {
    const values = [tenantId, moments.map((moment) => new Date(START + moment).toISOString())];
    const { rows } = await session.query<{ sequence: number }>(found(comparison), values);
    const isUpTo = (clock: number, moment: number): boolean => (comparison === '<' ? clock < moment : clock <= moment);
    expect(rows.map(({ sequence }) => sequence)).toEqual(
      moments.map((moment) => clocks.filter((clock) => isUpTo(clock, moment)).length),
    );
  }
});

test('it is looked up without reading the ledger', async () => {
  const tenantId = await tenantWith(Array.from({ length: 20_000 }, (_, sequence) => sequence));
  await session.query(`PREPARE up_to (uuid, timestamptz) AS ${sequenceUpTo('$2')}`);
  for (const clock of [-1, 0, 31, 9_999, 15_000, 30_000]) {
    const values = [tenantId, new Date(START + clock).toISOString()];
    const plan = await planOf(session, { name: 'up_to', values }, 'ANALYZE, BUFFERS, TIMING OFF');
    expect(blocksOfPlan(plan)).toBeLessThan(15);
  }
});
