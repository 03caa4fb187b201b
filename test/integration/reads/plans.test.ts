import {
  UNMETERED,
  type DiscrepancyFilter,
  type LedgerEntryFilter,
  type PageRequest,
  type Reads,
  type StockFilter,
  type StockLevelFilter,
} from '../../../src/application/ports/reads';
import { createReads } from '../../../src/persistence/readers';
import { READER_SETTINGS } from '../../../src/persistence/readers/database';
import { GraphqlHarness } from '../../support/graphql';
import { fillGrown, HEAD } from '../../support/grown-ledger';
import { allOf, literal } from '../../support/plans';

jest.setTimeout(60_000);

/** Blocks of 8 kB that a look-up may read. All levels have more, and so has the ledger. */
const FEW_BLOCKS = 400;

let gateway: GraphqlHarness;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  const { pool } = gateway.ledger;
  await fillGrown(pool, gateway.tenants.ours);
  await pool.query('VACUUM (ANALYZE)');
});

afterAll(() => gateway.close());

/** How many blocks a read's statement reads, planned as the gateway plans it: once for all values, as its own role. */
async function blocksOf(read: (reads: Reads, tenantId: string) => Promise<unknown>): Promise<number> {
  const tenantId = gateway.tenants.ours;
  const pool = gateway.ledger.openPool({ max: 1, settings: READER_SETTINGS });
  const client = await pool.connect();
  let blocks = 0;
  try {
    await client.query(`SELECT set_config('stockbridge.tenant', $1, false)`, [tenantId]);
    const reads = createReads({
      budget: UNMETERED,
      query: async (statement) => {
        for (const { text, values } of allOf(statement)) {
          await client.query(`PREPARE asked AS ${text}`);
          const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
            `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE asked (${values.map(literal).join(', ')})`,
          );
          await client.query('DEALLOCATE asked');
          const { Plan: plan } = rows[0]?.['QUERY PLAN'][0] ?? { Plan: {} };
          blocks += (plan['Shared Hit Blocks'] ?? NaN) + (plan['Shared Read Blocks'] ?? NaN);
        }
        return [];
      },
    });
    await read(reads, tenantId);
  } finally {
    client.release(true);
  }
  return blocks;
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
  { reasons: ['LOSS'] },
  { reasons: ['GAIN', 'LOSS'], locations: ['L0'] },
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
