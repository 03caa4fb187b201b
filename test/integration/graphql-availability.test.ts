import { NOON } from '../support/domain/test-ledger';
import { Commands } from '../support/commands';
import { GraphqlHarness, type Data } from '../support/graphql';

jest.setTimeout(30_000);

let gateway: GraphqlHarness;
let commands: Commands;
let skus = 0;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  commands = new Commands(gateway);
  await commands.catalogue([], ['A', 'B', 'C']);
});

afterAll(() => gateway.close());

const NOW = new Date(NOON).toISOString();
const inDays = (days: number): string => new Date(NOON + days * 86_400_000).toISOString();

async function newItem(): Promise<string> {
  skus += 1;
  await commands.catalogue([`SKU-${skus}`], []);
  return `SKU-${skus}`;
}

/** Saves a record. Fails if it is refused. */
async function record(sku: string, location: string, terms: Data): Promise<void> {
  expect((await commands.send('inventoryRecordSave', { sku, location, ...terms })).userErrors).toEqual([]);
}

interface Availability extends Data {
  readonly locations: readonly Data[];
}

const QUERY = `query ($sku: String!, $quantity: Quantity!, $locations: [String!]) {
  availability(sku: $sku, quantity: $quantity, locations: $locations) {
    item { sku } quantity sellable backOrderable canSellNow canSellLater completeFrom ledgerSequence
    locations { location { code } condition available lastCounted incoming outOfStockThreshold sellable takeNow
      stockAvailability style backOrderHandling backOrderAllocation backOrderable expectedFrom takeLater
      stockArrivalDate leadTime leadTimeUnit dispatchTime dispatchTimeUnit supportShipping } } }`;

async function ask(sku: string, quantity: number, locations?: readonly string[], key = 'ours') {
  const data = await gateway.data<{ availability: Availability | null }>(QUERY, { sku, quantity, locations }, key);
  return data.availability;
}

/** What each location gives. */
const taken = (answer: Availability | null) =>
  answer?.locations.map(({ location, sellable, takeNow, backOrderable, takeLater }) => {
    const { code } = location as { code: string };
    return [code, sellable, takeNow, backOrderable, takeLater];
  });

it('offers stock from the fullest location first, and says at which sequence', async () => {
  const sku = await newItem();
  await commands.receive({ sku, location: 'A', delta: 3 }, { sku, location: 'B', delta: 10 });
  const { ledgerSequence } = await commands.receive({ sku, location: 'B', lot: 'L2', delta: 1 });
  const answer = await ask(sku, 12);
  expect(answer).toMatchObject({
    ...{ item: { sku }, quantity: 12, sellable: 14, backOrderable: 0, canSellNow: true, canSellLater: true },
    ...{ completeFrom: NOW, ledgerSequence },
  });
  expect(taken(answer)).toEqual([
    ['A', 3, 1, 0, 0],
    ['B', 11, 11, 0, 0],
  ]);
  expect(answer?.locations[0]).toEqual({
    ...{ location: { code: 'A' }, condition: 'GOOD', available: 3, lastCounted: null, incoming: 0, sellable: 3 },
    ...{ takeNow: 1, takeLater: 0, backOrderable: 0, expectedFrom: null, outOfStockThreshold: null, style: 'DYNAMIC' },
    ...{ stockAvailability: null, backOrderHandling: null, backOrderAllocation: null, stockArrivalDate: null },
    ...{ leadTime: null, leadTimeUnit: null, dispatchTime: null, dispatchTimeUnit: null, supportShipping: true },
  });
});

it('counts good, available units only', async () => {
  const sku = await newItem();
  const key = { sku, location: 'A' };
  await commands.receive(
    { ...key, delta: 2 },
    { ...key, packaging: 'BOX', delta: 1 },
    { ...key, condition: 'DAMAGED', delta: 4 },
    { ...key, bucket: 'RESERVED', delta: 8 },
    { ...key, bucket: 'INCOMING', delta: 16 },
  );
  expect((await ask(sku, 1))?.locations).toMatchObject([{ available: 3, sellable: 3, incoming: 16, backOrderable: 0 }]);
});

it('holds the threshold back, and offers nothing when the record forbids it', async () => {
  const sku = await newItem();
  await commands.receive(...['A', 'B', 'C'].map((location) => ({ sku, location, delta: 5 })));
  await record(sku, 'A', { outOfStockThreshold: 2, stockAvailability: 'IN_STOCK' });
  await record(sku, 'B', { stockAvailability: 'OUT_OF_STOCK' });
  await record(sku, 'C', { outOfStockThreshold: 9 });
  expect(taken(await ask(sku, 1))).toEqual([
    ['A', 3, 1, 0, 0],
    ['B', 0, 0, 0, 0],
    ['C', 0, 0, 0, 0],
  ]);
});

it('uses the last counted quantity for static stock', async () => {
  const sku = await newItem();
  await record(sku, 'A', { style: 'STATIC', quantity: 8 });
  await commands.send('stockAdjust', { reason: 'SHIPMENT', rows: [{ sku, location: 'A', delta: -3 }] });
  expect((await ask(sku, 1))?.locations).toMatchObject([{ available: 5, lastCounted: 8, sellable: 8 }]);
  await record(sku, 'A', { style: 'DYNAMIC' });
  expect((await ask(sku, 1))?.locations).toMatchObject([{ available: 5, lastCounted: 8, sellable: 5 }]);
});

it('says when and on what terms missing units can be sold', async () => {
  const sku = await newItem();
  await commands.receive({ sku, location: 'A', delta: 5 }, { sku, location: 'C', bucket: 'INCOMING', delta: 4 });
  const later = { backOrderHandling: 'BACK_ORDERABLE', backOrderAllocation: 10, stockArrivalDate: inDays(20) };
  await record(sku, 'B', { ...later, dispatchTime: 2, dispatchTimeUnit: 'DAY' });
  await record(sku, 'C', { backOrderHandling: 'PRE_ORDERABLE', leadTime: 1, leadTimeUnit: 'WEEK' });
  const answer = await ask(sku, 12);
  expect(answer).toMatchObject({ sellable: 5, backOrderable: 14, canSellNow: false, canSellLater: true });
  expect(answer?.['completeFrom']).toBe(inDays(20));
  expect(taken(answer)).toEqual([
    ['A', 5, 5, 0, 0],
    ['B', 0, 0, 10, 3],
    ['C', 0, 0, 4, 4],
  ]);
  expect(answer?.locations).toMatchObject([
    { expectedFrom: null, backOrderHandling: null },
    { ...later, expectedFrom: inDays(20), dispatchTime: 2, dispatchTimeUnit: 'DAY' },
    { expectedFrom: inDays(7), backOrderHandling: 'PRE_ORDERABLE', leadTime: 1, leadTimeUnit: 'WEEK' },
  ]);
  expect((await ask(sku, 9))?.['completeFrom']).toBe(inDays(7));
  expect(await ask(sku, 20)).toMatchObject({ canSellNow: false, canSellLater: false, completeFrom: null });
});

it('refuses a total over several locations that is too large to be exact', async () => {
  const sku = await newItem();
  const delta = Number.MAX_SAFE_INTEGER;
  await gateway.fill(sku, 'A', delta);
  await gateway.fill(sku, 'B', delta);
  expect(await ask(sku, delta, ['A'])).toMatchObject({ sellable: delta, canSellNow: true });
  const { errors } = await gateway.answer(QUERY, { sku, quantity: 1 });
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

it('returns the last date that can be represented for a moment beyond it', async () => {
  const sku = await newItem();
  const leadTime = 2 ** 31 - 1;
  await record(sku, 'A', {
    backOrderHandling: 'PRE_ORDERABLE',
    backOrderAllocation: 1,
    leadTime,
    leadTimeUnit: 'MONTH',
  });
  expect(await ask(sku, 1)).toMatchObject({ canSellLater: true, completeFrom: '9999-12-31T23:59:59.999Z' });
});

describe('the locations', () => {
  it('are those that were asked for, with zeros when they have nothing', async () => {
    const sku = await newItem();
    await commands.receive({ sku, location: 'A', delta: 5 });
    expect(taken(await ask(sku, 7, ['B', 'A', 'A']))).toEqual([
      ['A', 5, 5, 0, 0],
      ['B', 0, 0, 0, 0],
    ]);
    expect(taken(await ask(sku, 7, []))).toEqual([]);
    expect(taken(await ask(await newItem(), 7))).toEqual([]);
  });

  it('have to exist', async () => {
    const sku = await newItem();
    const { errors } = await gateway.answer(QUERY, { sku, quantity: 1, locations: ['A', 'X', 'Y'] });
    expect(errors).toMatchObject([
      { message: 'No location has the code "X", "Y".', extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });
});

it('refuses an unknown item, and a quantity below one', async () => {
  expect(await ask('NO SUCH', 1)).toBeNull();
  const sku = await newItem();
  expect(await ask(sku, 1, undefined, 'theirs')).toBeNull();
  for (const quantity of [0, -1]) {
    const { errors } = await gateway.answer(QUERY, { sku, quantity });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  }
});

it('takes two statements, however many locations there are', async () => {
  const sku = await newItem();
  await commands.receive({ sku, location: 'A', delta: 1 });
  expect(await gateway.statementsOf(QUERY, { sku, quantity: 1 })).toBe(2);
  await commands.receive({ sku, location: 'B', delta: 1 }, { sku, location: 'C', delta: 1 });
  expect(await gateway.statementsOf(QUERY, { sku, quantity: 1 })).toBe(2);
});

it('shows the same available units beside stock, with one more statement', async () => {
  const query = (fields: string) => `{ stock(first: 200) { nodes { item { sku } location { code } ${fields} } } }`;
  interface Shown {
    readonly stock: {
      readonly nodes: readonly { item: { sku: string }; location: { code: string }; sellable: number }[];
    };
  }
  const { stock } = await gateway.data<Shown>(query('sellable'));
  expect(stock.nodes.length).toBeGreaterThan(10);
  for (const { item, location, sellable } of stock.nodes) {
    const answer = await ask(item.sku, 1, [location.code]);
    expect(answer?.locations).toMatchObject([{ sellable }]);
  }
  expect(await gateway.statementsOf(query('sellable'))).toBe((await gateway.statementsOf(query(''))) + 1);
});

it('reports a sum that is too large to be exact, and still shows everything else', async () => {
  const sku = await newItem();
  const most = Number.MAX_SAFE_INTEGER;
  await gateway.fill(sku, 'A', most);
  await gateway.fill(sku, 'A', most, { lot: 'L2' });
  const refused = [{ extensions: { code: 'BAD_USER_INPUT' } }];
  const answers = [
    gateway.answer(`{ stock(filter: { skus: ["${sku}"] }, first: 1) { nodes { onHand } } }`),
    gateway.answer(`{ availability(sku: "${sku}", quantity: 1) { sellable } }`),
  ];
  for (const { errors } of await Promise.all(answers)) expect(errors).toMatchObject(refused);
  const levels = `{ stockLevels(filter: { skus: ["${sku}"] }, first: 2) { nodes { quantity } } }`;
  expect(await gateway.data(levels)).toEqual({ stockLevels: { nodes: [{ quantity: most }, { quantity: most }] } });
});
