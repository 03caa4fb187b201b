import { itemNodeId, locationNodeId } from '../../../../src/domain/node-ids';
import { idOf } from '../../../support/domain/test-ledger';
import { CUP, FakeGateway, FIRST_PAGE, levelOf, pageOf, stockOf, TEA } from '../../../support/fake-gateway';

it.each([
  ['available onHand', { buckets: false, levels: false, shown: 'NAMES' }],
  ['drift', { buckets: true, levels: false, shown: 'NAMES' }],
  ['levels { id }', { buckets: false, levels: true, shown: 'EVERYTHING' }],
  ['item { name } location { code }', { buckets: false, levels: false, shown: 'NAMES' }],
  ['item { unitsPerPackage }', { buckets: false, levels: false, shown: 'EVERYTHING' }],
  ['location { parent { code } }', { buckets: false, levels: false, shown: 'EVERYTHING' }],
])('reads no more than { %s } needs', async (fields, wants) => {
  const gateway = new FakeGateway({ stock: () => pageOf() });
  await gateway.data(`{ stock { nodes { ${fields} } } }`);
  await gateway.data(`{ stock { edges { node { ${fields} } } } }`);
  const query = { filter: {}, order: 'SKU', asOf: null, page: FIRST_PAGE, wants };
  expect(gateway.callsOf('stock')).toEqual([[query], [query]]);
});

it('turns times into milliseconds and drops ids that no item can have', async () => {
  const gateway = new FakeGateway({ stock: () => pageOf() });
  await gateway.data(`{ stock(asOf: { recordedAt: "1970-01-01T01:00:01+01:00" },
    filter: { skus: null, itemIds: ["x", "${TEA.itemId}", "${locationNodeId(TEA.itemId)}", "${itemNodeId(TEA.itemId)}"], changedSince: "1970-01-01T00:00:00.002Z" }) { nodes { id } } }`);
  expect(gateway.callsOf('stock')).toMatchObject([
    [{ filter: { itemIds: [TEA.itemId], changedSinceMs: 2 }, asOf: { recordedAtMs: 1000 } }],
  ]);
});

it.each([
  ['{ sequence: 1, recordedAt: "2025-01-01T00:00:00Z" }', 'asOf takes exactly one of recordedAt and sequence.'],
  ['{}', 'asOf takes exactly one of recordedAt and sequence.'],
  ['{ sequence: -1 }', 'asOf.sequence is -1; the ledger begins at 1, and 0 is before it.'],
])('refuses asOf: %s without reading', async (asOf, message) => {
  const gateway = new FakeGateway({ stock: () => pageOf() });
  expect(await gateway.error(`{ stock(asOf: ${asOf}) { nodes { id } } }`)).toEqual(['BAD_USER_INPUT', message]);
  expect(gateway.callsOf('stock')).toEqual([]);
});

it('answers null for a reported total without a baseline, and the drift where there is one', async () => {
  const gateway = new FakeGateway({
    stock: () => pageOf(stockOf(), stockOf({ item: CUP, reportedOnHand: 9, drift: 2 })),
  });
  expect(await gateway.data('{ stock { ledgerSequence nodes { reportedOnHand drift } } }')).toEqual({
    stock: {
      ledgerSequence: 7,
      nodes: [
        { reportedOnHand: null, drift: null },
        { reportedOnHand: 9, drift: 2 },
      ],
    },
  });
});

it('reads the stock of all items of a page at once, with levels and further sums only when they are selected', async () => {
  const gateway = new FakeGateway({
    items: () => pageOf(TEA, CUP),
    stockOfItems: () => Promise.resolve([stockOf({ levels: [] })]),
  });
  const query = (fields: string) => `{ items { nodes { stock { ${fields} } } } }`;
  expect(await gateway.data(query('available'))).toEqual({
    items: { nodes: [{ stock: [{ available: 5 }] }, { stock: [] }] },
  });
  await gateway.data(query('levels { id }'));
  await gateway.data(query('drift'));
  expect(gateway.callsOf('stockOfItems')).toEqual([
    [[TEA, CUP], { buckets: false, levels: false }],
    [[TEA, CUP], { buckets: false, levels: true }],
    [[TEA, CUP], { buckets: true, levels: false }],
  ]);
});

it('pages through levels by sku, specification, location and id', async () => {
  const gateway = new FakeGateway({ stockLevels: () => pageOf(levelOf({ item: CUP })) });
  const query = 'query ($before: String) { stockLevels(last: 1, before: $before) { edges { cursor } } }';
  const { stockLevels } = (await gateway.data(query)) as { stockLevels: { edges: { cursor: string }[] } };
  await gateway.data(query, { before: stockLevels.edges[0]?.cursor });
  const page = { direction: 'BACKWARD', size: 1, before: ['CUP', 'BLUE', 'MAIN', idOf(9)] };
  expect(gateway.callsOf('stockLevels')[1]).toMatchObject([{ page }]);
});
