import { getIntrospectionQuery } from 'graphql';
import { GraphqlHarness } from '../support/graphql';

jest.setTimeout(30_000);

let gateway: GraphqlHarness;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
});

afterAll(() => gateway.close());

async function expectRefusal(query: string, words: string, code = 'GRAPHQL_VALIDATION_FAILED'): Promise<void> {
  const response = await gateway.send(query);
  expect(response.statusCode).toBe(400);
  const { errors } = response.json<{ errors: { message: string; extensions: unknown }[] }>();
  expect(errors).toMatchObject([{ extensions: { code } }]);
  expect(errors[0]?.message).toContain(words);
}

it('accepts queries 10 fields deep, and refuses 11', async () => {
  const chain = (fields: number): string => {
    const parents = 'parent { '.repeat(fields - 2);
    return `{ location(code: "A") { ${parents}code ${'} '.repeat(fields - 2)}} }`;
  };
  expect(await gateway.data(chain(10))).toEqual({ location: null });
  await expectRefusal(chain(11), '11 fields deep');
  const fragments = `{ location(code: "A") { ...F } } fragment F on Location { parent { ...G } } fragment G on Location {
    parent { parent { parent { parent { parent { parent { parent { parent { code } } } } } } } } }`;
  await expectRefusal(fragments, '11 fields deep');
});

it('allows a description of the schema, and not many at once', async () => {
  const data = await gateway.data<{ __schema: { types: unknown[] } }>(getIntrospectionQuery());
  expect(data.__schema.types.length).toBeGreaterThan(20);
  const schemas = Array.from({ length: 5 }, (_, index) => `s${index}: __schema { types { name } }`);
  await expectRefusal(`{ ${schemas.join(' ')} }`, 'at most 20000');
  const types = Array.from({ length: 30 }, (_, index) => `t${index}: __type(name: "Item") { name }`);
  await gateway.data(`{ ${types.join(' ')} }`);
});

describe('bad variables', () => {
  const query = 'query ($filter: StockLevelFilter) { stockLevels(filter: $filter) { totalCount } }';
  const many = (count: number, make: (index: number) => unknown) => Array.from({ length: count }, (_, n) => make(n));

  it.each<[string, object]>([
    ['unknown keys', { filter: Object.fromEntries(many(6_000, (n) => [`key${n}`, n]) as [string, number][]) }],
    ['unknown values of an enum', { filter: { buckets: many(10_000, (n) => `B${n}`) } }],
    ['elements of another kind', { filter: { skus: many(15_000, (n) => n) } }],
    ['one long value', { filter: { skus: 'A'.repeat(90_000), buckets: 'B'.repeat(5_000) } }],
    ['a deep value', { filter: JSON.parse(`${'{"a":'.repeat(28)}1${'}'.repeat(28)}`) as object }],
  ])('such as %s get a few errors in a short answer', async (_what, variables) => {
    const response = await gateway.send(query, variables);
    expect(response.statusCode).toBe(400);
    const { errors } = response.json<{ errors: { message: string }[] }>();
    expect(errors.length).toBeLessThanOrEqual(5);
    expect(errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    expect(response.payload.length).toBeLessThan(10_000);
  });
});

describe('bad documents', () => {
  it.each<[string, string]>([
    ['fragments within fragments', bomb(60)],
    ['a subscription', 'subscription { ledgerHead { sequence } }'],
    ['unknown fields', `{ ${Array.from({ length: 600 }, (_, n) => `field${n}`).join(' ')} }`],
    ['bad literals', `{ stockLevels(filter: { buckets: [${'NONE '.repeat(1_500)}] }) { totalCount } }`],
    [
      'unknown arguments',
      `{ stockLevels(${Array.from({ length: 600 }, (_, n) => `a${n}: 1`).join(' ')}) { totalCount } }`,
    ],
    ['a fragment that contains itself', '{ ...F } fragment F on Query { ...F }'],
    ['lists within lists', `{ stock(filter: { skus: ${'['.repeat(900)}${']'.repeat(900)} }) { totalCount } }`],
    ['objects within objects', `{ stock(filter: ${'{ a: '.repeat(450)}1${'}'.repeat(450)}) { totalCount } }`],
  ])('such as %s get a few errors in a short answer', async (_what, query) => {
    const response = await gateway.send(query);
    expect(response.statusCode).toBe(400);
    const { errors } = response.json<{ errors: { extensions: { code: string } }[] }>();
    expect(errors.length).toBeLessThanOrEqual(5);
    expect(errors.map(({ extensions }) => extensions.code)).not.toContain('INTERNAL');
    expect(response.payload.length).toBeLessThan(10_000);
    expect(gateway.faults).toEqual([]);
  });

  function bomb(depth: number): string {
    const fragments = Array.from({ length: depth }, (_, n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`);
    return `{ ...F0 } ${fragments.join(' ')} fragment F${depth} on Query { ledgerHead { sequence } }`;
  }
});

it('accepts 30 aliases, and refuses 31', async () => {
  const aliases = (count: number): string =>
    `{ ${Array.from({ length: count }, (_, index) => `a${index}: ledgerHead { sequence }`).join(' ')} }`;
  expect(Object.keys(await gateway.data(aliases(30)))).toHaveLength(30);
  await expectRefusal(aliases(31), '30 aliases');
});

it('refuses documents of more than 2,000 tokens', async () => {
  const tokens = (count: number): string =>
    `{ stock(filter: { skus: [${'"A" '.repeat(count - 16)}] }) { ledgerSequence } }`;
  expect(await gateway.data(tokens(2000))).toEqual({ stock: { ledgerSequence: 0 } });
  await expectRefusal(tokens(2001), '2000 tokens', 'GRAPHQL_PARSE_FAILED');
});

it('refuses bodies of more than 100 kB', async () => {
  const body = (bytes: number): string => JSON.stringify({ query: '{ ledgerHead { sequence } }' }).padEnd(bytes, ' ');
  const send = async (bytes: number): Promise<number> => {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer ours' };
    return (await gateway.app.inject({ method: 'POST', url: '/graphql', headers, payload: body(bytes) })).statusCode;
  };
  expect(await send(100_000)).toBe(200);
  expect(await send(100_001)).toBe(413);
});

describe('the cost of an answer', () => {
  const everythingOfStock = (size: string): string => `{ stock(${size}) { ledgerSequence totalCount
    pageInfo { hasNextPage endCursor } edges { cursor node { id onHand available } } nodes { item { sku name identifiers {
    value } } location { code parent { code } } onHand levels { bucket quantity } } } }`;

  it('allows full pages with the relations of each node', async () => {
    await gateway.data(everythingOfStock('first: 200'));
    await gateway.data(everythingOfStock('last: 200'));
    await gateway.data(`{ ledgerEntries(first: 200) { nodes { delta level { item { sku } location { code } }
      movement { reason entries { delta } inboundMessage { status } } } } }`);
    await gateway.data(
      `{ inboundMessages(first: 50) { nodes { status movements { sequence entries { delta } } quarantined { code } } } }`,
    );
  });

  it('refuses pages within pages', async () => {
    const query = '{ stockLevels(first: 200) { nodes { entries(first: 200) { nodes { movement { id } } } } } }';
    await expectRefusal(query, 'at most 20000');
  });

  it('counts the page size of a variable, and what directives leave out', async () => {
    const query = `query ($first: Int, $with: Boolean = true) { stockLevels(first: $first) { nodes {
      entries(first: 200) @include(if: $with) { nodes { movement { id } } } } } }`;
    const statusOf = async (variables: object): Promise<number> => (await gateway.send(query, variables)).statusCode;
    expect(await statusOf({ first: 10 })).toBe(200);
    expect(await statusOf({ first: 200 })).toBe(400);
    expect(await statusOf({ first: 200, with: false })).toBe(200);
    expect(await statusOf({ first: 200 })).toBe(400);
    expect(await statusOf({ first: 10 })).toBe(200);
  });

  it('counts every use of a fragment', async () => {
    const query = `{ ${['a', 'b', 'c', 'd'].map((name) => `${name}: stock(first: 200) { ...S }`).join(' ')} }
      fragment S on StockConnection { nodes { item { identifiers { value } stock { id } } levels { id } } }`;
    await expectRefusal(query, 'at most 20000');
  });

  it('counts the ids of a variable', async () => {
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Item { stock { id levels { id } } } } }';
    const ids = (count: number) => ({ ids: Array.from({ length: count }, () => 'Item:0') });
    expect((await gateway.send(query, ids(1))).statusCode).toBe(200);
    expect((await gateway.send(query, ids(300))).statusCode).toBe(400);
    expect((await gateway.send(query, ids(2))).statusCode).toBe(200);
  });

  it('limits the number of message bodies in one answer', async () => {
    await expectRefusal('{ inboundMessages(first: 200) { nodes { body } } }', 'at most 20000');
    await gateway.data('{ inboundMessages(first: 90) { nodes { body } } }');
  });
});

it('accepts one operation per request', async () => {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer ours' };
  const payload = JSON.stringify([{ query: '{ ledgerHead { sequence } }' }]);
  const response = await gateway.app.inject({ method: 'POST', url: '/graphql', headers, payload });
  expect(response.statusCode).toBe(400);
  expect(response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
});
