import { MINUTE, NOON } from '../support/domain/test-ledger';
import { Commands, faultsOf, type Payload } from '../support/commands';
import { GraphqlHarness, type Data } from '../support/graphql';
import { expectIntactLedgers } from '../support/invariants';

jest.setTimeout(30_000);

let gateway: GraphqlHarness;
let commands: Commands;
let skus = 0;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  commands = new Commands(gateway);
  await commands.catalogue([], ['MAIN', 'B']);
});

afterAll(async () => {
  await expectIntactLedgers(gateway.ledger.pool);
  await gateway.close();
});

interface RecordPayload extends Payload {
  readonly inventoryRecord: Data | null;
  readonly countStatus: string | null;
}

const RECORD = `item { sku } location { code } sku stockAvailability outOfStockThreshold dispatchTime dispatchTimeUnit
  leadTime leadTimeUnit stockArrivalDate backOrderHandling backOrderAllocation reportedAvailable sourceTimestamp unitCost
  style supportShipping`;

const save = (input: Data): Promise<RecordPayload> =>
  commands.send<RecordPayload>('inventoryRecordSave', input, `inventoryRecord { id updatedAt ${RECORD} } countStatus`);

/** A new item at MAIN. */
async function newPlace(): Promise<{ sku: string; location: string }> {
  skus += 1;
  const sku = `SKU-${String(skus).padStart(3, '0')}`;
  await commands.catalogue([sku], []);
  return { sku, location: 'MAIN' };
}

const at = (minutes: number): string => new Date(NOON + minutes * MINUTE).toISOString();

async function read({ sku, location }: { sku: string; location: string }, key = 'ours'): Promise<unknown> {
  const query = `query ($sku: String!, $location: String!) {
    inventoryRecord(sku: $sku, location: $location) { id updatedAt ${RECORD} } }`;
  return (await gateway.data(query, { sku, location }, key))['inventoryRecord'];
}

const TERMS = {
  sourceSku: 'their sku',
  stockAvailability: 'IN_STOCK',
  outOfStockThreshold: 3,
  dispatchTime: 36,
  dispatchTimeUnit: 'HOUR',
  leadTime: 2,
  leadTimeUnit: 'WEEK',
  stockArrivalDate: '2026-03-01T08:00:00+08:00',
  backOrderHandling: 'BACK_ORDERABLE',
  backOrderAllocation: 40,
  unitCost: '12.50',
  style: 'STATIC',
};

const { sourceSku, ...SAME_NAMES } = TERMS;
const SHOWN = { ...SAME_NAMES, sku: sourceSku, stockArrivalDate: '2026-03-01T00:00:00.000Z', supportShipping: true };

const NONE = {
  ...Object.fromEntries(Object.keys(SHOWN).map((name) => [name, null])),
  style: 'DYNAMIC',
  supportShipping: true,
};

describe('saving an inventory record', () => {
  it('creates it, and shows the same when it is read', async () => {
    const place = await newPlace();
    const payload = await save({ ...place, ...TERMS });
    expect(payload).toMatchObject({ userErrors: [], replayed: false, countStatus: null });
    const shown = { ...SHOWN, reportedAvailable: null, sourceTimestamp: null };
    expect(payload.inventoryRecord).toMatchObject({ ...shown, item: { sku: place.sku }, location: { code: 'MAIN' } });
    expect(await read(place)).toEqual(payload.inventoryRecord);
  });

  it('starts with empty terms, in the style DYNAMIC', async () => {
    const place = await newPlace();
    expect((await save(place)).inventoryRecord).toMatchObject(NONE);
    expect(await read({ ...place, location: 'B' })).toBeNull();
  });

  it('keeps omitted fields and clears null ones; every record keeps a style', async () => {
    const place = await newPlace();
    await save({ ...place, ...TERMS });
    const changed = await save({ ...place, outOfStockThreshold: 9 });
    expect(changed.inventoryRecord).toMatchObject({ ...SHOWN, outOfStockThreshold: 9 });
    const cleared = await save({ ...place, ...Object.fromEntries(Object.keys(TERMS).map((name) => [name, null])) });
    expect(cleared.inventoryRecord).toMatchObject({ ...NONE, style: 'STATIC' });
  });

  it('counts the stated quantity, and saves nothing when the count is stale', async () => {
    const place = await newPlace();
    const first = await save({ ...place, quantity: 12, asOf: at(-10), leadTime: 1 });
    expect(first.countStatus).toBe('APPLIED');
    const stale = await save({ ...place, quantity: 5, asOf: at(-20), leadTime: 2 });
    expect(stale).toMatchObject({ inventoryRecord: null, countStatus: null });
    expect(faultsOf(stale)).toEqual(['STALE asOf']);
    expect(await read(place)).toMatchObject({ leadTime: 1 });
    const query = `query ($sku: String!) { stock(filter: { skus: [$sku] }) { nodes { available inventory { leadTime } } } }`;
    const { stock } = await gateway.data(query, place);
    expect(stock).toEqual({ nodes: [{ available: 12, inventory: { leadTime: 1 } }] });
  });

  it('is refused when stock is kept by finer keys than the quantity names', async () => {
    const place = await newPlace();
    await commands.receive({ ...place, lot: 'L1', delta: 4 });
    expect(faultsOf(await save({ ...place, quantity: 5 }))).toEqual(['KEY_TOO_COARSE quantity']);
    expect(await read(place)).toBeNull();
  });

  it('is refused with all its faults in one answer', async () => {
    const payload = await save({ sku: 'NO SUCH', location: 'NOWHERE' });
    expect(faultsOf(payload)).toEqual(['ITEM_NOT_FOUND sku', 'LOCATION_NOT_FOUND location']);
    const place = await newPlace();
    const faults = await save({ ...place, quantity: -1, leadTime: -1, unitCost: '-0.01', sourceSku: 'x'.repeat(256) });
    expect(faultsOf(faults).toSorted()).toEqual([
      'INVALID_INPUT leadTime',
      'INVALID_INPUT sourceSku',
      'INVALID_INPUT unitCost',
      'INVALID_QUANTITY quantity',
    ]);
  });

  it('answers a dry run with what it would save, and saves nothing', async () => {
    const place = await newPlace();
    const dry = await save({ ...place, ...TERMS, quantity: 2, dryRun: true });
    expect(dry).toMatchObject({ inventoryRecord: SHOWN, countStatus: 'APPLIED' });
    expect(await read(place)).toBeNull();
    expect((await save({ ...place, ...TERMS, quantity: 2 })).ledgerSequence).toBe((dry.ledgerSequence ?? 0) + 1);
  });

  it('repeats the first answer for the same idempotency key, and distinguishes null from an omitted field', async () => {
    const place = await newPlace();
    const idempotencyKey = commands.nextKey();
    const first = await save({ ...place, idempotencyKey, leadTime: 2 });
    await save({ ...place, leadTime: 3 });
    expect(await save({ ...place, idempotencyKey, leadTime: 2 })).toEqual({ ...first, replayed: true });
    const other = await save({ ...place, idempotencyKey, leadTime: 2, dispatchTime: null });
    expect(faultsOf(other)).toEqual(['IDEMPOTENCY_KEY_REUSED idempotencyKey']);
  });
});

describe('a Decimal', () => {
  it('is returned exactly as it was given', async () => {
    const place = await newPlace();
    for (const unitCost of ['0', '0.1', '12.50', '100', '123456789012345.0123456789']) {
      expect((await save({ ...place, unitCost })).inventoryRecord).toMatchObject({ unitCost });
      expect(await read(place)).toMatchObject({ unitCost });
    }
  });

  it('accepts a whole number as well, in the query or as a variable', async () => {
    const place = await newPlace();
    expect((await save({ ...place, unitCost: 7 })).inventoryRecord).toMatchObject({ unitCost: '7' });
    const query = `mutation { inventoryRecordSave(input: { idempotencyKey: "${commands.nextKey()}", sku: "${place.sku}",
      location: "MAIN", unitCost: 8 }) { inventoryRecord { unitCost } } }`;
    expect(await gateway.data(query)).toEqual({ inventoryRecordSave: { inventoryRecord: { unitCost: '8' } } });
  });

  it('is refused in any other notation', async () => {
    const place = await newPlace();
    const query = `mutation ($unitCost: Decimal) { inventoryRecordSave(input: { idempotencyKey: "k", sku: "${place.sku}",
      location: "MAIN", unitCost: $unitCost }) { replayed } }`;
    for (const unitCost of ['', '1e3', '.5', '5.', '01', '+1', ' 1', '1,5', '0x1', 1.5, true, 2 ** 53]) {
      const { errors } = await gateway.answer(query, { unitCost });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
    const literal = query.replace('($unitCost: Decimal)', '').replace('$unitCost', '1.5');
    const { errors } = await gateway.answer(literal);
    expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  });
});

describe('records beside stock', () => {
  it('are read by one statement, however many there are', async () => {
    const places = [await newPlace(), await newPlace(), await newPlace()];
    for (const [index, place] of places.entries()) await save({ ...place, quantity: 5, leadTime: index });
    const query = `query ($skus: [String!]) { stock(filter: { skus: $skus }) { nodes {
      inventory { leadTime item { sku } location { code } } } } }`;
    const one = await gateway.statementsOf(query, { skus: [places[0]?.sku] });
    expect(await gateway.statementsOf(query, { skus: places.map(({ sku }) => sku) })).toBe(one);
    const { stock } = await gateway.data<{ stock: { nodes: readonly unknown[] } }>(query, {
      skus: places.map(({ sku }) => sku),
    });
    expect(stock.nodes).toEqual(
      places.map(({ sku }, leadTime) => ({ inventory: { leadTime, item: { sku }, location: { code: 'MAIN' } } })),
    );
  });

  it('say which stock the threshold makes unsellable, of good units only', async () => {
    const [below, equal, without, damaged] = [await newPlace(), await newPlace(), await newPlace(), await newPlace()];
    await save({ ...below, quantity: 4, outOfStockThreshold: 5 });
    await save({ ...equal, quantity: 5, outOfStockThreshold: 5 });
    await save({ ...without, quantity: 4 });
    await save({ ...damaged, quantity: 4, outOfStockThreshold: 5 });
    await commands.receive({ ...damaged, condition: 'DAMAGED', delta: 10 });
    const before = await gateway.data<{ ledgerHead: { sequence: number } }>('{ ledgerHead { sequence } }');
    const all = { skus: [below, equal, without, damaged].map(({ sku }) => sku) };
    const skusBelow = async (filter: Data, asOf: Data | null = null): Promise<string[]> => {
      const query = `query ($filter: StockFilter, $asOf: AsOf) { stock(filter: $filter, asOf: $asOf, first: 200) {
        nodes { item { sku } } totalCount } }`;
      const { stock } = await gateway.data<{
        stock: { nodes: readonly { item: { sku: string } }[]; totalCount: number };
      }>(query, { filter: { ...all, ...filter }, asOf });
      expect(stock.totalCount).toBe(stock.nodes.length);
      return stock.nodes.map(({ item }) => item.sku);
    };
    expect(await skusBelow({ belowThreshold: true })).toEqual([below.sku, equal.sku, damaged.sku]);
    expect(await skusBelow({ belowThreshold: false })).toEqual(all.skus);
    await commands.receive({ ...below, delta: 2 });
    expect(await skusBelow({ belowThreshold: true })).toEqual([equal.sku, damaged.sku]);
    expect(await skusBelow({ belowThreshold: true }, before.ledgerHead)).toEqual([below.sku, equal.sku, damaged.sku]);
    expect(await skusBelow({ belowThreshold: true, drifting: true })).toEqual([]);
    expect(await skusBelow({ belowThreshold: true, locations: ['B'] })).toEqual([]);
  });

  it('belong to their tenant', async () => {
    const place = await newPlace();
    await new Commands(gateway, 'theirs').catalogue([place.sku], ['MAIN']);
    await save({ ...place, leadTime: 4 });
    expect(await read(place, 'theirs')).toBeNull();
  });
});
