import {
  UNMETERED,
  type AsOf,
  type LedgerEntryFilter,
  type PageRequest,
  type Reads,
  type StockFilter,
  type StockLevelFilter,
} from '../../../src/application/ports/reads';
import { createReads, sharedPool } from '../../../src/persistence/readers';
import { prepareMoments } from '../../../src/persistence/readers/moment';
import { GraphqlHarness } from '../../support/graphql';
import { fillLedger } from '../../support/random-ledger';

jest.setTimeout(60_000);

let gateway: GraphqlHarness;
/** Reads as if everything that is asked for were much. */
let ofMany: Reads;
let changedTexts = 0;
let head: number;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  await fillLedger(gateway, { movements: 90, seed: 11 });
  head = (await gateway.reads.ledgerHead(gateway.tenants.ours)).sequence;
  const pool = gateway.ledger.openPool({ pipeline: true });
  pool.on('connect', prepareMoments);
  const { ofStatements } = sharedPool(pool);
  ofMany = createReads({
    budget: UNMETERED,
    query: ({ name, text, values }) => {
      const other = text.replaceAll(/<= (500|5000)\b/g, '<= -1');
      if (other !== text) changedTexts += 1;
      return ofStatements.query({ name: `${name}_many`, text: other, values });
    },
  });
});

afterAll(() => gateway.close());

const MOMENTS = (): (AsOf | null)[] => [null, ...[0, 1, 20, head, head + 9].map((sequence) => ({ sequence }))];
const wants = { buckets: true, levels: true };

/** The whole list and its pages, forwards and backwards. */
async function pagesOf(read: (page: PageRequest) => Promise<unknown>): Promise<unknown[]> {
  const all = { after: null, before: null, wants: { totalCount: true, hasNext: true, hasPrevious: true } };
  return Promise.all([
    read({ ...all, direction: 'FORWARD', size: 200 }),
    read({ ...all, direction: 'FORWARD', size: 3 }),
    read({ ...all, direction: 'BACKWARD', size: 3 }),
  ]);
}

async function expectSame(read: (reads: Reads, page: PageRequest) => Promise<unknown>): Promise<void> {
  const before = changedTexts;
  const many = await pagesOf((page) => read(ofMany, page));
  expect(changedTexts).toBeGreaterThan(before);
  expect(many).toEqual(await pagesOf((page) => read(gateway.reads, page)));
}

const LEDGER_FILTERS: readonly LedgerEntryFilter[] = [
  { buckets: ['RESERVED'] },
  { buckets: ['MISSING', 'ON_HOLD'] },
  { locations: ['MAIN'] },
  { locations: ['B', 'Z'], buckets: ['AVAILABLE'] },
  { buckets: ['AVAILABLE'], reasons: ['SHIPMENT'] },
  { buckets: ['AVAILABLE'], afterSequence: 30, includeAbsorbed: true },
  { locations: ['none'] },
];

it.each(LEDGER_FILTERS)('entries and movements of few levels are those of many: %j', async (filter) => {
  const id = gateway.tenants.ours;
  await expectSame((reads, page) => reads.ledgerEntries(id, { filter, page, withMovement: true }));
  await expectSame((reads, page) => reads.movements(id, { filter, page }));
  for (const at of [0, 25, head]) {
    const [after, before] = [
      [at, 0, 0],
      [at + 20, 1, 1],
    ];
    await expectSame((reads, page) =>
      reads.ledgerEntries(id, { filter, page: { ...page, after, before }, withMovement: false }),
    );
    await expectSame((reads, page) => reads.movements(id, { filter, page: { ...page, after, before } }));
  }
});

it('stock of few changes or locations is that of many', async () => {
  const filters: StockFilter[] = [
    ...[0, 1, 40, head].map((changedAfterSequence) => ({ changedAfterSequence })),
    { changedAfterSequence: 10, drifting: true },
    { changedAfterSequence: 60, belowReorderPoint: true },
    { changedAfterSequence: 10, locations: ['MAIN'], includeParts: true },
    { locations: ['B', 'Z'] },
  ];
  for (const filter of filters) {
    for (const asOf of MOMENTS()) {
      await expectSame((reads, page) => reads.stock(gateway.tenants.ours, { filter, order: 'SKU', asOf, page, wants }));
    }
    expect(await ofMany.stockTotals(gateway.tenants.ours, filter, null)).toEqual(
      await gateway.reads.stockTotals(gateway.tenants.ours, filter, null),
    );
  }
});

it('past stock and levels of few movements are those of many', async () => {
  const filters: StockLevelFilter[] = [{}, { nonZero: true }, { buckets: ['RESERVED'] }, { locations: ['MAIN'] }];
  for (const asOf of MOMENTS().filter((moment) => moment !== null)) {
    await expectSame((reads, page) =>
      reads.stock(gateway.tenants.ours, { filter: {}, order: 'SELLABLE_DESC', asOf, page, wants }),
    );
    for (const filter of filters) {
      await expectSame((reads, page) => reads.stockLevels(gateway.tenants.ours, { filter, asOf, page }));
    }
  }
});

it('negative levels and drifting stock are the same however far the watch has come', async () => {
  const id = gateway.tenants.ours;
  const stock: StockFilter[] = [{ drifting: true }, { drifting: true, locations: ['B', 'Z'] }];
  const levels: StockLevelFilter[] = [{ negative: true }, { negative: true, buckets: ['RESERVED', 'ON_HOLD'] }];
  const counts: number[] = [];
  const expectAll = async (): Promise<void> => {
    for (const filter of stock) {
      await expectSame((reads, page) => reads.stock(id, { filter, order: 'SKU', asOf: null, page, wants }));
    }
    for (const filter of levels) await expectSame((reads, page) => reads.stockLevels(id, { filter, asOf: null, page }));
    const { stocks } = await gateway.reads.stockTotals(id, { drifting: true }, null);
    expect(await ofMany.stockTotals(id, { drifting: true }, null)).toMatchObject({ stocks });
    counts.push(stocks);
  };
  await expectAll();
  await gateway.findDiscrepancies();
  await expectAll();
  await fillLedger(gateway, { movements: 12, seed: 12 });
  await expectAll();
  expect(Math.min(...counts)).toBeGreaterThan(0);
});
