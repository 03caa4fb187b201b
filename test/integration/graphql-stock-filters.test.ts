import { Commands } from '../support/commands';
import { GraphqlHarness } from '../support/graphql';
import { fillLedger } from '../support/random-ledger';

jest.setTimeout(60_000);

let gateway: GraphqlHarness;
let commands: Commands;

interface Row {
  readonly item: { readonly sku: string };
  readonly location: { readonly code: string };
  readonly onHand: number;
  readonly sellable: number;
}

const FIELDS =
  'item { sku } location { code } onHand available reserved committed missing blocked onHold incoming sellable';

/** All stock of a filter, page by page. */
async function stock(filter: object = {}, more: object = {}, size = 3): Promise<Row[]> {
  const rows: Row[] = [];
  for (let after: string | null = null; ;) {
    const query = `query ($filter: StockFilter, $orderBy: StockOrder! = SKU, $asOf: AsOf, $after: String) {
      stock(filter: $filter, orderBy: $orderBy, asOf: $asOf, first: ${size}, after: $after) {
        nodes { ${FIELDS} } pageInfo { hasNextPage endCursor } } }`;
    const { stock: page }: { stock: { nodes: Row[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } =
      await gateway.data(query, { filter, after, ...more });
    rows.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) return rows;
    after = page.pageInfo.endCursor;
  }
}

const names = (rows: readonly Row[]): string[] => rows.map(({ item, location }) => `${item.sku} ${location.code}`);

async function totals(filter: object, asOf: object | null = null): Promise<Record<string, number>> {
  const query = `query ($filter: StockFilter, $asOf: AsOf) { stockTotals(filter: $filter, asOf: $asOf) {
    onHand available reserved committed missing blocked onHold incoming stocks ledgerSequence } }`;
  return (await gateway.data<{ stockTotals: Record<string, number> }>(query, { filter, asOf })).stockTotals;
}

describe('what is low', () => {
  beforeAll(async () => {
    gateway = await GraphqlHarness.open();
    commands = new Commands(gateway);
    await commands.catalogue(['AT', 'BELOW', 'ABOVE', 'NEVER', 'NONE', 'STATIC', 'OUT', 'GONE'], ['HALL', 'SHOP']);
    await gateway.data(`mutation { a: locationSave(code: "SHELF", parent: "HALL") { location { id } }
      b: locationSave(code: "BIN", parent: "SHELF") { location { id } } }`);
    const records = {
      AT: [5, 9],
      BELOW: [5, 4],
      ABOVE: [5, 5],
      NEVER: [1, 0],
      STATIC: [5, null],
      OUT: [null, 3],
      GONE: [0, 0],
    } as const;
    for (const [sku, [outOfStockThreshold, reorderPoint]] of Object.entries(records)) {
      const style = sku === 'STATIC' ? 'STATIC' : 'DYNAMIC';
      const stockAvailability = sku === 'OUT' ? 'OUT_OF_STOCK' : null;
      await commands.send('inventoryRecordSave', {
        ...{ sku, location: 'HALL', outOfStockThreshold, reorderPoint, style, stockAvailability },
        ...(sku === 'STATIC' ? { quantity: 7 } : {}),
      });
    }
    const receive = (sku: string, delta: number, location = 'HALL') => ({ sku, location, delta });
    await commands.receive(
      receive('AT', 5),
      receive('BELOW', 3),
      receive('ABOVE', 6),
      receive('NONE', 2),
      receive('OUT', 8),
    );
    await commands.receive(receive('AT', 4, 'BIN'), receive('AT', 1, 'SHOP'), receive('GONE', 1));
    await commands.send('stockAdjust', {
      reason: 'SHIPMENT',
      rows: [
        { sku: 'STATIC', location: 'HALL', delta: -6 },
        { sku: 'GONE', location: 'HALL', delta: -1 },
      ],
    });
  });

  afterAll(() => gateway.close());

  it.each<[string, object, string[]]>([
    [
      'the threshold makes unsellable, at it too, and what never moved',
      { belowThreshold: true },
      ['AT HALL', 'BELOW HALL', 'GONE HALL', 'NEVER HALL'],
    ],
    ['it is time to order', { belowReorderPoint: true }, ['AT HALL', 'BELOW HALL', 'GONE HALL', 'NEVER HALL']],
    ['both say', { belowReorderPoint: true, belowThreshold: true, skus: ['NEVER', 'ABOVE'] }, ['NEVER HALL']],
    ['can be sold', { sellable: true }, ['ABOVE HALL', 'AT BIN', 'AT SHOP', 'NONE HALL', 'STATIC HALL']],
    ['cannot be sold', { sellable: false }, ['AT HALL', 'BELOW HALL', 'GONE HALL', 'OUT HALL']],
    ['is there', { inStock: true, skus: ['GONE', 'AT', 'OUT'] }, ['AT BIN', 'AT HALL', 'AT SHOP', 'OUT HALL']],
    ['is not there', { inStock: false }, ['GONE HALL']],
    ['is at a location alone', { locations: ['HALL'], skus: ['AT'] }, ['AT HALL']],
    ['is at a location or its parts', { locations: ['HALL'], includeParts: true, skus: ['AT'] }, ['AT BIN', 'AT HALL']],
    ['is at a part', { locations: ['SHELF'], includeParts: true }, ['AT BIN']],
    [
      'is low at the parts',
      { locations: ['HALL', 'SHOP'], includeParts: true, belowThreshold: true, inStock: false },
      ['GONE HALL', 'NEVER HALL'],
    ],
  ])('lists what %s', async (_what, filter, expected) => {
    const rows = await stock(filter);
    expect(names(rows)).toEqual(expected);
    const summed = await totals(filter);
    expect([summed['stocks'], summed['onHand']]).toEqual([
      rows.length,
      rows.reduce((sum, { onHand }) => sum + onHand, 0),
    ]);
  });

  it('orders by what can be sold, forward and backward, with all ties', async () => {
    const all = await stock();
    const bySku = (a: Row, b: Row): number => (names([a]).join() < names([b]).join() ? -1 : 1);
    const expected = [...all].sort((a, b) => a.sellable - b.sellable || bySku(a, b));
    expect(names(await stock({}, { orderBy: 'SELLABLE_ASC' }))).toEqual(names(expected));
    const falling = [...all].sort((a, b) => b.sellable - a.sellable || bySku(a, b));
    for (const size of [1, 2, 4])
      expect(names(await stock({}, { orderBy: 'SELLABLE_DESC' }, size))).toEqual(names(falling));
    const last = await gateway.data<{ stock: { nodes: Row[]; pageInfo: { startCursor: string } } }>(
      `{ stock(orderBy: SELLABLE_DESC, last: 2) { nodes { ${FIELDS} } pageInfo { startCursor } } }`,
    );
    expect(names(last.stock.nodes)).toEqual(names(falling.slice(-2)));
    const before = await gateway.data<{ stock: { nodes: Row[] } }>(
      `query ($before: String) { stock(orderBy: SELLABLE_DESC, last: 2, before: $before) { nodes { ${FIELDS} } } }`,
      { before: last.stock.pageInfo.startCursor },
    );
    expect(names(before.stock.nodes)).toEqual(names(falling.slice(-4, -2)));
    const { errors } = await gateway.answer(
      'query ($before: String) { stock(last: 2, before: $before) { nodes { id } } }',
      {
        before: last.stock.pageInfo.startCursor,
      },
    );
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('reads the record of what has never moved, without levels', async () => {
    const query = `{ stock(filter: { belowThreshold: true, skus: ["NEVER"] }) { nodes { onHand available incoming sellable reportedOnHand
      levels { id } updatedAt inventory { outOfStockThreshold reorderPoint } } } }`;
    expect(await gateway.data(query)).toEqual({
      stock: {
        nodes: [
          {
            ...{ onHand: 0, available: 0, incoming: 0, sellable: 0, reportedOnHand: null, levels: [] },
            updatedAt: expect.any(String) as string,
            inventory: { outOfStockThreshold: 1, reorderPoint: 0 },
          },
        ],
      },
    });
  });
});

describe('the totals of a random ledger', () => {
  beforeAll(async () => {
    gateway = await GraphqlHarness.open();
    await fillLedger(gateway, { movements: 60, seed: 4 });
  });

  afterAll(() => gateway.close());

  const FILTERS: readonly object[] = [
    {},
    { inStock: true },
    { inStock: false },
    { sellable: true },
    { sellable: false },
    { drifting: true },
    { belowThreshold: true },
    { changedAfterSequence: 30 },
  ];

  it.each(FILTERS)('are the sums over all pages: %j', async (filter) => {
    const head = await gateway.data<{ ledgerHead: { sequence: number } }>('{ ledgerHead { sequence } }');
    const moments =
      'changedAfterSequence' in filter ? [null] : [null, { sequence: 0 }, { sequence: 20 }, { sequence: 45 }];
    for (const asOf of moments) {
      const rows = await stock(filter, { asOf }, 50);
      const { stocks, ledgerSequence, ...sums } = await totals(filter, asOf);
      expect(stocks).toBe(rows.length);
      expect(ledgerSequence).toBe(asOf?.sequence ?? head.ledgerHead.sequence);
      for (const [name, sum] of Object.entries(sums)) {
        expect([name, sum]).toEqual([name, rows.reduce((total, row) => total + Number((row as never)[name]), 0)]);
      }
      if ('sellable' in filter && asOf === null) {
        expect(rows.every(({ sellable }) => sellable > 0 === filter.sellable)).toBe(true);
      }
    }
  });

  it('are read by one statement', async () => {
    expect(await gateway.statementsOf('{ stockTotals(filter: { inStock: true }) { onHand stocks } }')).toBe(1);
  });
});
