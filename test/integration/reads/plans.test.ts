import { escapeLiteral } from 'pg';
import {
  UNMETERED,
  type DiscrepancyFilter,
  type LedgerEntryFilter,
  type PageRequest,
  type Reads,
  type StockFilter,
  type StockLevelFilter,
} from '../../../src/application/ports/reads';
import { PLAN_ONCE } from '../../../src/persistence/database/session';
import { createReads } from '../../../src/persistence/readers';
import { GraphqlHarness } from '../../support/graphql';

jest.setTimeout(60_000);

/** A ledger in which reading everything and looking something up differ by a factor of a hundred. */
const LEVELS = 2_000;
const ROUNDS = 10;
const HEAD = LEVELS * ROUNDS;
/** Blocks of 8 kB that a look-up may read. All levels have more, and so has the ledger. */
const FEW_BLOCKS = 400;

const uuid = (prefix: string, number: string): string => `('${prefix}' || lpad(to_hex(${number}), 12, '0'))::uuid`;
const ITEM = (number: string): string => uuid('01900000-0000-7000-8000-', number);
const PLACE = (number: string): string => uuid('01900000-0000-7000-9000-', number);
const LEVEL = (number: string): string => uuid('01900000-0000-8000-8000-', number);

/** Level 777 is the only one of its bucket, level 1,234 the only one at its location. */
const FILL = [
  `INSERT INTO item (tenant_id, item_id, sku, specification, collision_key, specification_key)
   SELECT $1, ${ITEM('i')}, 'S' || i, '', 's' || i, '' FROM generate_series(0, ${LEVELS - 1}) i`,
  `INSERT INTO location (tenant_id, location_id, code, collision_key)
   SELECT $1, ${PLACE('l')}, 'L' || l, 'l' || l FROM generate_series(0, 1) l`,
  `INSERT INTO stock_level (tenant_id, level_id, item_id, location_id, owner, pool, channel, condition, packaging, barcode,
     lot, bucket, quantity, version, updated_at, has_baseline)
   SELECT $1, ${LEVEL('v')}, ${ITEM('v')}, ${PLACE('CASE WHEN v = 1234 THEN 1 ELSE 0 END')}, '', '', '', 'GOOD', 'SINGLE', '',
     '', CASE WHEN v = 777 THEN 'BLOCKED' ELSE 'AVAILABLE' END, ${ROUNDS}, ${ROUNDS}, now(), false
   FROM generate_series(0, ${LEVELS - 1}) v`,
  `INSERT INTO movement (tenant_id, sequence, reason, origin_kind, origin_id, external_id, occurred_at, effective_at,
     recorded_at, evidence_hash, hash)
   SELECT $1, n, 'RECEIPT', 'API_CLIENT', $1, 'e' || n, at, at, at, '', ''
   FROM (SELECT n, timestamptz '2026-01-01Z' + n * interval '1 second' AS at FROM generate_series(1, ${HEAD}) n) numbered`,
  `INSERT INTO ledger_entry (tenant_id, sequence, leg, level_id, item_id, delta, quantity_after, level_version)
   SELECT $1, n, 0, ${LEVEL(`(n - 1) % ${LEVELS}`)}, ${ITEM(`(n - 1) % ${LEVELS}`)}, 1, (n - 1) / ${LEVELS} + 1,
     (n - 1) / ${LEVELS} + 1 FROM generate_series(1, ${HEAD}) n`,
  `UPDATE ledger_head SET sequence = ${HEAD} WHERE tenant_id = $1`,
  // The total of level 999 is no level's, and level 1,500 is below zero. Of all other discrepancies, one in ten thousand is open.
  `UPDATE stock_level SET bucket = 'REPORTED_ON_HAND', has_baseline = true WHERE level_id = ${LEVEL('999')}`,
  `UPDATE stock_level SET quantity = -1 WHERE level_id = ${LEVEL('1500')}`,
  `INSERT INTO ledger_follower (tenant_id, name, sequence) VALUES ($1, 'level-discrepancies', ${HEAD - 5})`,
  `INSERT INTO discrepancy (tenant_id, opened_sequence, level_id, kind, item_id, location_id, opened_at, closed_at, since_at,
     observed, observed_at, entry_sequences, entry_legs)
   SELECT $1, n, ${LEVEL('v')}, kind, ${ITEM('v')}, ${PLACE('CASE WHEN v = 1234 THEN 1 ELSE 0 END')}, now(),
     CASE WHEN n IN (999, 1500) THEN NULL ELSE now() END, now(), -1, now(), '{}', '{}'
   FROM (SELECT n, n % ${LEVELS} AS v, CASE WHEN n = 1500 THEN 'NEGATIVE_LEVEL' WHEN n = 777 THEN 'CONFLICTING_COUNT'
     ELSE 'DRIFT' END AS kind FROM generate_series(1, ${HEAD}) n) numbered`,
];

let gateway: GraphqlHarness;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  const { pool } = gateway.ledger;
  for (const text of FILL) await pool.query(text.replaceAll('$1', `'${gateway.tenants.ours}'`));
  await pool.query('VACUUM (ANALYZE)');
});

afterAll(() => gateway.close());

/** How many blocks a read's statement reads, planned as the gateway plans it: once for all values, as its own role. */
async function blocksOf(read: (reads: Reads, tenantId: string) => Promise<unknown>): Promise<number> {
  const tenantId = gateway.tenants.ours;
  const pool = gateway.ledger.openPool({ max: 1, settings: PLAN_ONCE });
  const client = await pool.connect();
  let blocks = 0;
  try {
    await client.query(`SELECT set_config('stockbridge.tenant', $1, false)`, [tenantId]);
    const reads = createReads({
      budget: UNMETERED,
      query: async ({ text, values }) => {
        await client.query(`PREPARE asked AS ${text}`);
        const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
          `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE asked (${values.map(literal).join(', ')})`,
        );
        const { Plan: plan } = rows[0]?.['QUERY PLAN'][0] ?? { Plan: {} };
        blocks += (plan['Shared Hit Blocks'] ?? NaN) + (plan['Shared Read Blocks'] ?? NaN);
        return [];
      },
    });
    await read(reads, tenantId);
  } finally {
    client.release(true);
  }
  return blocks;
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return escapeLiteral(`{${value.map((one) => JSON.stringify(one)).join(',')}}`);
  return escapeLiteral(String(value));
}

const pageOf = (direction: PageRequest['direction'], totalCount: boolean): PageRequest => ({
  ...{ direction, size: 1, after: null, before: null },
  wants: { totalCount, hasNext: false, hasPrevious: false },
});
const PAGE = pageOf('FORWARD', false);
const PAGES = [PAGE, pageOf('BACKWARD', false)];
const COUNTED = pageOf('FORWARD', true);
const DEEP: PageRequest = { ...PAGE, after: [HEAD - 100, 0] };
const wants = { buckets: true, levels: false };

it.each<LedgerEntryFilter>([
  { buckets: ['BLOCKED'] },
  { buckets: ['BLOCKED'], includeAbsorbed: true },
  { buckets: ['MISSING', 'ON_HOLD'] },
  { locations: ['L1'] },
  { locations: ['L1', 'L7'], buckets: ['AVAILABLE'] },
  { locations: ['L9'] },
  { skus: ['S5'] },
  { externalId: 'e500' },
  { afterSequence: HEAD - 10 },
  { recordedFromMs: Date.parse('2030-01-01') },
])('looks entries and movements up by %j', async (filter) => {
  for (const page of PAGES) {
    const entries = await blocksOf((reads, id) => reads.ledgerEntries(id, { filter, page, withMovement: true }));
    const movements = await blocksOf((reads, id) => reads.movements(id, { filter, page }));
    expect(Math.max(entries, movements)).toBeLessThan(FEW_BLOCKS);
  }
});

it.each<LedgerEntryFilter>([{}, { locations: ['L0'] }, { buckets: ['AVAILABLE'] }])(
  'goes on with a ledger that matches %j where the page before ended',
  async (filter) => {
    expect(
      await blocksOf((reads, id) => reads.ledgerEntries(id, { filter, page: DEEP, withMovement: true })),
    ).toBeLessThan(FEW_BLOCKS);
    expect(await blocksOf((reads, id) => reads.movements(id, { filter, page: DEEP }))).toBeLessThan(FEW_BLOCKS);
  },
);

it.each<StockFilter>([
  {},
  { changedAfterSequence: 0 },
  { changedAfterSequence: HEAD / 2 },
  { changedAfterSequence: HEAD - 5 },
])('reads little more than a page of stock with %j', async (filter) => {
  for (const asOf of [null, { sequence: 0 }, { sequence: 5 }, { sequence: HEAD - 5 }, { recordedAtMs: 0 }]) {
    const blocks = await blocksOf((reads, id) => reads.stock(id, { filter, order: 'SKU', asOf, page: PAGE, wants }));
    expect(blocks).toBeLessThan(FEW_BLOCKS);
  }
});

it.each([0, 5, HEAD - 5])('reads little more than a page of levels as of %i', async (sequence) => {
  const asOf = { sequence };
  expect(await blocksOf((reads, id) => reads.stockLevels(id, { filter: {}, asOf, page: PAGE }))).toBeLessThan(
    FEW_BLOCKS,
  );
});

const LEVEL_FILTERS: readonly StockLevelFilter[] = [{ buckets: ['BLOCKED'] }, { locations: ['L1'] }];

it('looks levels up by a rare bucket or location', async () => {
  for (const page of PAGES) {
    for (const filter of LEVEL_FILTERS) {
      expect(await blocksOf((reads, id) => reads.stockLevels(id, { filter, asOf: null, page }))).toBeLessThan(
        FEW_BLOCKS,
      );
    }
  }
});

it('reads nothing of stock before the first movement to count and add it up', async () => {
  const asOf = { sequence: 0 };
  expect(
    await blocksOf((reads, id) => reads.stock(id, { filter: {}, order: 'SKU', asOf, page: COUNTED, wants })),
  ).toBeLessThan(FEW_BLOCKS);
  expect(await blocksOf((reads, id) => reads.stockTotals(id, {}, asOf))).toBeLessThan(FEW_BLOCKS);
});

it.each<LedgerEntryFilter>([{ buckets: ['BLOCKED'] }, { locations: ['L1'] }])(
  'counts entries and movements of few levels by looking them up: %j',
  async (filter) => {
    const page = COUNTED;
    expect(await blocksOf((reads, id) => reads.ledgerEntries(id, { filter, page, withMovement: true }))).toBeLessThan(
      FEW_BLOCKS,
    );
    expect(await blocksOf((reads, id) => reads.movements(id, { filter, page }))).toBeLessThan(FEW_BLOCKS);
  },
);

it('looks an item up by its sku', async () => {
  expect(await blocksOf((reads, id) => reads.itemBySku(id, 'S5', ''))).toBeLessThan(20);
});

it('looks negative levels and drifting stock up, and counts them so', async () => {
  for (const page of [...PAGES, COUNTED]) {
    const levels = await blocksOf((reads, id) =>
      reads.stockLevels(id, { filter: { negative: true }, asOf: null, page }),
    );
    const filter = { drifting: true };
    const stock = await blocksOf((reads, id) => reads.stock(id, { filter, order: 'SKU', asOf: null, page, wants }));
    expect(Math.max(levels, stock)).toBeLessThan(FEW_BLOCKS);
  }
});

it.each<DiscrepancyFilter>([
  {},
  { open: true },
  { open: true, kinds: ['DRIFT'] },
  { open: true, kinds: ['NEGATIVE_LEVEL', 'DRIFT'], locations: ['L0'] },
  { open: true, skus: ['S1999'] },
  { open: false },
  { kinds: ['CONFLICTING_COUNT'] },
  { kinds: ['UNMATCHED_ECHO'] },
  { skus: ['S5'] },
  { locations: ['L1'] },
  { locations: ['L1'], kinds: ['DRIFT'], open: false },
])('looks discrepancies up by %j', async (filter) => {
  for (const page of PAGES) {
    expect(await blocksOf((reads, id) => reads.discrepancies(id, { filter, page }))).toBeLessThan(FEW_BLOCKS);
  }
});
