import type { AsOf, PageRequest, StockFilter, StockLevelView, StockView } from '../../../src/application/ports/reads';
import { GraphqlHarness } from '../../support/graphql';
import { fillLedger } from '../../support/random-ledger';
import { ReplayedLedger } from '../../support/replayed-ledger';

jest.setTimeout(60_000);

const MOVEMENTS = 90;
let gateway: GraphqlHarness;
let replayed: ReplayedLedger;
let head: number;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  await fillLedger(gateway, { movements: MOVEMENTS, seed: 7 });
  await fillLedger(gateway, { movements: 20, seed: 8, tenantId: gateway.tenants.theirs });
  replayed = await ReplayedLedger.read(gateway.ledger, gateway.tenants.ours);
  head = (await gateway.reads.ledgerHead(gateway.tenants.ours)).sequence;
});

afterAll(() => gateway.close());

const ALL: PageRequest = {
  direction: 'FORWARD',
  size: 200,
  after: null,
  before: null,
  wants: { totalCount: true, hasNext: false, hasPrevious: false },
};

const stockAt = (asOf: AsOf | null, filter: StockFilter = {}, levels = false) =>
  gateway.reads.stock(gateway.tenants.ours, {
    order: 'SKU',
    filter,
    asOf,
    page: ALL,
    wants: { buckets: true, levels },
  });

const levelsAt = (asOf: AsOf | null) =>
  gateway.reads.stockLevels(gateway.tenants.ours, { filter: {}, asOf, page: ALL });

const shownStock = ({ item, location, ...stock }: StockView) => ({
  place: [item.sku, item.specification, location.code],
  available: stock.available,
  reserved: stock.reserved,
  onHold: stock.onHold,
  incoming: stock.incoming,
  onHand: stock.onHand,
  reportedOnHand: stock.reportedOnHand,
  drift: stock.drift,
  updatedAt: stock.updatedAt,
});

const shownLevel = ({ levelId: id, quantity, version, updatedAt, bucket, item, location }: StockLevelView) => ({
  ...{ id, quantity, version, updatedAt, bucket },
  place: [item.sku, item.specification, location.code],
});

const expectedStock = (sequence: number) => replayed.stockAt(sequence).map(({ lastSequence: _, ...stock }) => stock);

const expectedLevels = (sequence: number) =>
  replayed.levelsAt(sequence).map(({ id, quantity, version, updatedAt, bucket, sku, specification, code }) => ({
    ...{ id, quantity, version, updatedAt, bucket },
    place: [sku, specification, code],
  }));

/** Every moment, the one before the first and one after the last. */
const moments = () => Array.from({ length: head + 2 }, (_, sequence) => sequence);

it('shows stock as of every sequence as the sum of the entries up to it', async () => {
  for (const sequence of moments()) {
    const page = await stockAt({ sequence });
    expect(page.rows.map(shownStock)).toEqual(expectedStock(sequence));
    expect(page.totalCount).toBe(page.rows.length);
    expect(page.ledgerSequence).toBe(Math.min(sequence, head));
  }
});

it('shows levels as of every sequence as the sums of the entries up to it', async () => {
  for (const sequence of moments()) {
    const page = await levelsAt({ sequence });
    expect(page.rows.map(shownLevel)).toEqual(expectedLevels(sequence));
    expect(page.totalCount).toBe(page.rows.length);
  }
});

it('shows the levels behind stock as of the same sequence', async () => {
  for (const sequence of moments().filter((one) => one % 10 === 0)) {
    const { rows } = await stockAt({ sequence }, {}, true);
    const levels = rows.flatMap((stock) => stock.levels ?? []).map(shownLevel);
    expect(levels).toHaveLength(expectedLevels(sequence).length);
    expect(levels).toEqual(expect.arrayContaining(expectedLevels(sequence)));
  }
});

/** A view without what says that its moment was asked for: the sequence, also at the end of its id. */
const present = (view: object): unknown =>
  JSON.parse(
    JSON.stringify(view, (name, value: unknown) => {
      if (name === 'id') return String(value).replace(/^(Stock:[^:]+:[^:]+|StockLevel:[^:]+):\d+$/, '$1');
      return name === 'asOfSequence' ? undefined : value;
    }),
  );

it('shows the current stock as of the head and as of any later moment', async () => {
  const now = await stockAt(null);
  expect(now.rows.map(shownStock)).toEqual(expectedStock(head));
  for (const asOf of [{ sequence: head + 1000 }, { recordedAtMs: Date.parse('9999-01-01T00:00:00Z') }]) {
    const then = await stockAt(asOf);
    expect({ ...then, rows: then.rows.map(present) }).toEqual({ ...now, rows: now.rows.map(present) });
    expect(then.rows.map(({ asOfSequence }) => asOfSequence)).toEqual(then.rows.map(() => head));
  }
  expect((await levelsAt(null)).rows.map(shownLevel)).toEqual(expectedLevels(head));
});

it('shows as of a time what was recorded by then', async () => {
  for (const recordedAt of replayed.recordedAts) {
    const recordedAtMs = Date.parse(recordedAt);
    const sequence = replayed.sequenceAt(recordedAt);
    const page = await stockAt({ recordedAtMs });
    expect(page.ledgerSequence).toBe(sequence);
    expect(page.rows.map(shownStock)).toEqual(expectedStock(sequence));
    const before = await stockAt({ recordedAtMs: recordedAtMs - 1 });
    expect(before.ledgerSequence).toBe(replayed.sequenceAt(new Date(recordedAtMs - 1).toISOString()));
  }
});

it('shows nothing as of a time before the first movement', async () => {
  expect(await stockAt({ recordedAtMs: Date.parse('0001-01-01T00:00:00Z') })).toMatchObject({
    rows: [],
    ledgerSequence: 0,
  });
});

it('finds what changed between a sequence and any later moment', async () => {
  for (const since of [0, 1, 17, 60, head]) {
    for (const sequence of [since, since + 5, head]) {
      const { rows } = await stockAt({ sequence }, { changedAfterSequence: since });
      const expected = replayed.stockAt(Math.min(sequence, head)).filter((stock) => stock.lastSequence > since);
      expect(rows.map(shownStock)).toEqual(expected.map(({ lastSequence: _, ...stock }) => stock));
    }
  }
});

it('finds what changed after a time', async () => {
  for (const recordedAt of replayed.recordedAts.filter((_, index) => index % 9 === 0)) {
    const { rows } = await stockAt(null, { changedSinceMs: Date.parse(recordedAt) });
    const since = replayed.sequenceAt(recordedAt);
    const expected = replayed.stockAt(head).filter((stock) => stock.lastSequence > since);
    expect(rows.map(shownStock)).toEqual(expected.map(({ lastSequence: _, ...stock }) => stock));
  }
});

it('finds differences between reported total and sum at any moment', async () => {
  for (const sequence of [10, 40, head]) {
    const { rows, totalCount } = await stockAt({ sequence }, { drifting: true });
    const expected = expectedStock(sequence).filter(({ drift }) => drift !== null && drift !== 0);
    expect(rows.map(shownStock)).toEqual(expected);
    expect(totalCount).toBe(expected.length);
  }
});

it('shows the entries that add up to the quantity of a level at a moment', async () => {
  for (const sequence of [5, 50, head]) {
    const { rows } = await levelsAt({ sequence });
    const histories = rows.map(({ levelId, shownSequence }) => ({ levelId, upToSequence: shownSequence }));
    const pages = await gateway.reads.entriesOfLevels(gateway.tenants.ours, histories, ALL, true);
    for (const [index, page] of pages.entries()) {
      const level = rows[index];
      expect(page.totalCount).toBe(level?.version);
      expect(page.rows.map(({ levelVersion }) => levelVersion)).toEqual(page.rows.map((_, place) => place + 1));
      expect(page.rows.at(-1)?.quantityAfter ?? 0).toBe(level?.quantity);
    }
  }
});

it('shows one moment of the ledger in one answer, even during writes', async () => {
  const others = { writing: true };
  const writers = (async () => {
    for (let turn = 0; turn < 15; turn += 1) await fillLedger(gateway, { movements: 6, seed: 100 + turn });
    others.writing = false;
  })();
  let answers = 0;
  while (others.writing) {
    const [stock, levels] = await Promise.all([stockAt(null), levelsAt(null)]);
    const { ledgerSequence } = stock;
    const then = (await stockAt({ sequence: ledgerSequence })).rows;
    expect(stock.rows.map(present)).toEqual(then.map(present));
    expect((await levelsAt({ sequence: levels.ledgerSequence })).rows.map(present)).toEqual(levels.rows.map(present));
    answers += 1;
  }
  await writers;
  expect(answers).toBeGreaterThan(3);
});
