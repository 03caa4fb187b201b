import { GRAPHQL_LIMITS } from '../../src/graphql/limits/limits';
import { GraphqlHarness } from '../support/graphql';
import { fillLedger } from '../support/random-ledger';
import { byIdentifier, factOf } from '../support/domain/test-ledger';

jest.setTimeout(30_000);

let gateway: GraphqlHarness;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  await fillLedger(gateway, { movements: 60, seed: 5 });
  const item = byIdentifier('CODE', 'TEA/');
  for (const number of [1, 2, 3, 4, 5, 6, 7, 8]) {
    await gateway.deliver([factOf(`good ${number}`, { item }), factOf('good 1', { item, delta: number })]);
  }
});

afterAll(() => gateway.close());

/** A selection of one page, and the number of statements that read it, for every page size. */
const QUERIES: readonly (readonly [string, string, number])[] = [
  [
    'a stock page',
    'stock { ledgerSequence totalCount pageInfo { hasPreviousPage endCursor } nodes { id item { sku } location { code } onHand drift } }',
    1,
  ],
  [
    'a stock page with levels',
    'stock { nodes { item { sku } levels { quantity item { sku } location { code } } } }',
    1,
  ],
  ['a past stock page', 'stock(asOf: { sequence: 30 }) { totalCount nodes { item { sku } levels { quantity } } }', 1],
  [
    'all that hangs on stock',
    'stock { nodes { item { identifiers { value } } location { parent { code } } levels { entries(first: 3) { nodes { movement { origin } } } } } }',
    4,
  ],
  ['levels', 'stockLevels { totalCount nodes { item { sku } location { code } quantity } }', 1],
  [
    'levels with pages of entries',
    'stockLevels { nodes { entries(last: 3) { totalCount pageInfo { hasPreviousPage } nodes { delta movement { reason } } } } }',
    2,
  ],
  ['entries', 'ledgerEntries { nodes { delta recordedAt movement { reason reference origin } } }', 1],
  [
    'entries with their levels',
    'ledgerEntries { nodes { movement { reason } level { quantity item { sku } location { code } } } }',
    2,
  ],
  ['movements', 'movements { totalCount nodes { id reason origin } }', 1],
  [
    'all that hangs on movements',
    'movements { nodes { entries { movement { id } level { bucket } } absorbedLegs { item { sku } location { code } } inboundMessage { status } } }',
    7,
  ],
  [
    'items',
    'items { totalCount nodes { sku identifiers { value gtin } stock { onHand location { code } levels { bucket } } } }',
    3,
  ],
  ['locations', 'locations { nodes { code parent { code } } }', 2],
  ['inbound messages', 'inboundMessages { nodes { status connection } }', 1],
  [
    'inbound messages with all their fields',
    'inboundMessages { nodes { body movements { entries { delta } } quarantined { detail } } }',
    5,
  ],
];

it.each(QUERIES)('reads %s with as many statements for one node as for many', async (_, selection, statements) => {
  const paged = (size: number): string => {
    const [field = '', rest = ''] = /^(\w+(?:\(.*?\))?)(.*)$/s.exec(selection)?.slice(1) ?? [];
    const field1 = field.endsWith(')') ? `${field.slice(0, -1)}, last: ${size})` : `${field}(last: ${size})`;
    return `{ ${field1}${rest} }`;
  };
  expect(await gateway.statementsOf(paged(1))).toBeLessThanOrEqual(statements);
  expect(await gateway.statementsOf(paged(50))).toBe(statements);
  // Again, after the query has been compiled.
  for (let times = 0; times < GRAPHQL_LIMITS.compileAfter; times += 1) await gateway.data(paged(50));
  expect(await gateway.statementsOf(paged(50))).toBe(statements);
});

it('reads each relation in the payload of a mutation with one statement', async () => {
  const rows = [1, 2, 3].map((delta) => ({ sku: 'SALT', location: 'MAIN', lot: String(delta), delta }));
  const query = `mutation ($input: StockAdjustInput!) { stockAdjust(input: $input) {
    movement { entries { level { quantity } } } changes { item { sku } location { code } } } }`;
  const input = { idempotencyKey: 'three', reason: 'GAIN', rows };
  // The movement, its entries and their levels; items and locations of the changes.
  expect(await gateway.statementsOf(query, { input })).toBe(5);
});

it('sends equal statements under equal names, so that PostgreSQL plans them once', async () => {
  const query = 'query ($sku: String!) { stock(filter: { skus: [$sku] }) { nodes { onHand } } }';
  gateway.statements.length = 0;
  for (const sku of ['TEA', 'SALT', 'none']) await gateway.data(query, { sku });
  expect(new Set(gateway.statements).size).toBe(1);
});
