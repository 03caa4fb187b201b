import type { LightMyRequestResponse } from 'fastify';
import { ReadsUnavailableError } from '../../src/application/ports/reads';
import { GRAPHQL_LIMITS } from '../../src/graphql/limits/limits';
import { factOf } from '../support/domain/test-ledger';
import { GraphqlHarness } from '../support/graphql';

jest.setTimeout(30_000);

const ENOUGH_TO_BE_COMPILED = GRAPHQL_LIMITS.compileAfter + 1;

let gateway: GraphqlHarness;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  await gateway.deliver([factOf('ours', { delta: 5 })]);
  await gateway.deliver([factOf('theirs', { delta: 7 })], gateway.tenants.theirs);
  await know({ query: QUERY });
  await know({ query: TWO, operationName: 'A' });
});

afterEach(() => {
  gateway.failReadsWith = undefined;
  gateway.faults.length = 0;
});

afterAll(() => gateway.close());

const QUERY = `query ($first: Int = 2, $after: String) {
  stock(first: $first, after: $after) { nodes { onHand item { sku } levels { quantity } } } ledgerHead { sequence } }`;
const TWO = 'query A { ledgerHead { sequence } } query B { ledgerHead { hash } }';

/** The same query with a new text, so that it goes through Apollo Server. */
let unseen = 0;
const another = (query: unknown): unknown => (typeof query === 'string' ? `${query} #${(unseen += 1)}` : query);

type Headers = Readonly<Record<string, string>>;

function send(body: object, headers: Headers = {}): Promise<LightMyRequestResponse> {
  return gateway.app.inject({
    ...{ method: 'POST', url: '/graphql', payload: JSON.stringify(body) },
    headers: { 'content-type': 'application/json', authorization: 'Bearer ours', 'x-request-id': 'same', ...headers },
  });
}

/** Sends the query until it is compiled. */
async function know(body: object): Promise<void> {
  for (let times = 0; times < ENOUGH_TO_BE_COMPILED; times += 1) expect((await send(body)).statusCode).toBe(200);
}

/** What an answer says, but for the time and what is left of the key's rate. */
function shown({ statusCode, headers: { date: _, ratelimit, ...headers }, body }: LightMyRequestResponse): object {
  return { statusCode, headers: { ...headers, ratelimit: typeof ratelimit }, body };
}

/** The answer to a known query. It must equal the answer of Apollo Server. */
async function answered(body: object, headers?: Headers): Promise<LightMyRequestResponse> {
  const known = await send(body, headers);
  const [{ query }, faults] = [body as { query?: unknown }, gateway.faults.length];
  const first = await send({ ...body, query: another(query) }, headers);
  expect(shown(known)).toEqual(shown(first));
  expect(gateway.faults.length).toBe(2 * faults);
  return known;
}

it.each([
  ['as it is', {}],
  ['with nulls', { variables: null, operationName: null, extensions: null }],
  ['with variables', { variables: { first: 1 } }],
  ['with variables that it has not', { variables: { none: [1] } }],
  ['with extensions', { extensions: { some: 1 } }],
])('answers a known query like a new one: %s', async (_, body) => {
  const response = await answered({ query: QUERY, ...body });
  expect(response.statusCode).toBe(200);
  expect(response.json()).toMatchObject({ data: { stock: { nodes: [{ onHand: 5, levels: [{ quantity: 5 }] }] } } });
});

it('answers each of two operations of a known document by its name', async () => {
  const response = await answered({ query: TWO, operationName: 'A' });
  expect(response.json()).toMatchObject({ data: { ledgerHead: { sequence: 1 } } });
  expect((await send({ query: TWO, operationName: 'B' })).json()).toMatchObject({
    data: { ledgerHead: { hash: expect.any(String) as string } },
  });
});

it.each([
  ['a variable that does not fit', { variables: { first: '1' } }],
  ['another one, of which the cost does not depend', { variables: { after: 1 } }],
  ['variables that are a list', { variables: [] }],
  ['variables that are a text', { variables: '{}' }],
  ['a name that it has not', { operationName: 'C' }],
  ['an empty name', { operationName: '' }],
  ['a name that is no text', { operationName: 1 }],
  ['extensions that are a list', { extensions: [] }],
  ['a persisted query', { extensions: { persistedQuery: { version: 1, sha256Hash: '0' } } }],
])('refuses a known query like a new one: %s', async (_, body) => {
  const response = await answered({ query: QUERY, ...body });
  expect(response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
});

it('answers a variable that does not fit with 400, whether the query is known or not', async () => {
  expect((await answered({ query: QUERY, variables: { after: 1 } })).statusCode).toBe(400);
});

it('does not accept a list for an object', async () => {
  const query = 'query ($filter: StockFilter) { stock(filter: $filter) { nodes { onHand } } }';
  await know({ query });
  expect((await answered({ query, variables: { filter: [] } })).statusCode).toBe(400);
});

it('is not confused by a name that ends within the text of another query', async () => {
  await know({ query: '{ ledgerHead { sequence } } #/{ ledgerHead { hash } }' });
  const body = { query: '{ ledgerHead { hash } }', operationName: '/{ ledgerHead { sequence } } #' };
  const response = await send(body);
  expect(response.statusCode).toBe(400);
});

it('distinguishes a variable that is null from one that is omitted', async () => {
  const query = `query ($n: Int = 1) { stockLevels(first: 200) { nodes { entries(first: $n) { nodes { movement { id } } } } } }`;
  await know({ query });
  expect((await answered({ query, variables: { n: null } })).statusCode).toBe(400);
  expect((await answered({ query })).statusCode).toBe(200);
});

it('refuses a known query when the page size of a variable costs too much', async () => {
  const query = `query ($first: Int!) { stockLevels(first: $first) { nodes { entries(first: 200) { nodes { movement { id } } } } } }`;
  for (let times = 0; times < ENOUGH_TO_BE_COMPILED; times += 1) await send({ query, variables: { first: 10 } });
  expect((await answered({ query, variables: { first: 200 } })).statusCode).toBe(400);
  expect((await answered({ query, variables: { first: 10 } })).statusCode).toBe(200);
});

it('checks the key and its scope before it answers a known query', async () => {
  const body = { query: QUERY };
  expect((await answered(body, { authorization: 'Bearer nobody' })).statusCode).toBe(401);
  expect((await answered(body, { authorization: 'Bearer ours-write' })).statusCode).toBe(403);
  expect((await answered(body, { authorization: 'Bearer ours-read' })).statusCode).toBe(200);
});

it('answers a known query with the data of the key’s tenant', async () => {
  const response = await answered({ query: QUERY }, { authorization: 'Bearer theirs' });
  expect(response.json()).toMatchObject({ data: { stock: { nodes: [{ onHand: 7 }] } } });
});

it.each([
  ['*/*', 200],
  ['application/json', 200],
  ['application/graphql-response+json', 200],
  ['text/html', 406],
])('answers a known query in the media type that is asked for: %s', async (accept, status) => {
  expect((await answered({ query: QUERY }, { accept })).statusCode).toBe(status);
});

it('takes a known query as JSON only', async () => {
  const response = await answered({ query: QUERY }, { 'content-type': 'text/plain' });
  expect(response.statusCode).toBe(415);
});

describe('errors of a known query', () => {
  it('say what to fix', async () => {
    const response = await answered({ query: QUERY, variables: { after: 'nonsense' } });
    expect(response.json()).toMatchObject({ errors: [{ path: ['stock'], extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  it('say when to try again', async () => {
    gateway.failReadsWith = new ReadsUnavailableError(new Error('ECONNREFUSED'));
    const response = await answered({ query: QUERY });
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('2');
  });

  it('hide an internal error, which is logged', async () => {
    gateway.failReadsWith = new Error('relation "secret" does not exist');
    const response = await answered({ query: QUERY });
    expect(response.body).not.toContain('secret');
    expect(gateway.faults).toHaveLength(2);
  });
});

describe('a known mutation', () => {
  const SET = `mutation ($input: StockSetInput!) { stockSet(input: $input) {
    results { index status previousQuantity quantity delta movement { reason sequence } error { code field message } }
    userErrors { code field message } replayed ledgerSequence } }`;
  const KEY = { sku: 'TEA', location: 'MAIN' };
  let keys = 0;
  const input = (rows: readonly object[], more: object = {}) => ({
    input: { idempotencyKey: `known-${(keys += 1)}`, rows, ...more },
  });
  /** Changes nothing, so that it can be sent twice. */
  const tried = (...rows: readonly object[]) => ({ query: SET, variables: input(rows, { dryRun: true }) });

  beforeAll(() => know(tried({ ...KEY, quantity: 1, changeFromQuantity: null })));

  it.each([
    ['rows with effect', [{ ...KEY, quantity: 9, changeFromQuantity: 5 }]],
    ['rows without effect', [{ ...KEY, quantity: 5, asOf: '2026-01-31T09:30:00+08:00', lot: '' }]],
    ['rows that are refused', [{ ...KEY, sku: 'NONE', quantity: 1, asOf: null, changeFromQuantity: null }]],
    [
      'rows with faults',
      [
        { ...KEY, quantity: -1 },
        { ...KEY, sku: ' \u200b', quantity: 1e12 },
      ],
    ],
    ['no rows', []],
  ])('is answered like a new one: %s', async (_, rows) => {
    const response = await answered(tried(...rows));
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ data: { stockSet: { replayed: false } } });
  });

  it.each([
    ['a field that is none', [{ ...KEY, quantity: 1, more: 1 }]],
    ['a number that is no quantity', [{ ...KEY, quantity: '1' }]],
    ['a row that is a list', [[]]],
  ])('is refused like a new one: %s', async (_, rows) => {
    const response = await answered(tried(...rows));
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  it('checks the key and its scope', async () => {
    const body = tried({ ...KEY, quantity: 1, changeFromQuantity: null });
    expect((await answered(body, { authorization: 'Bearer nobody' })).statusCode).toBe(401);
    expect((await answered(body, { authorization: 'Bearer ours-read' })).statusCode).toBe(403);
  });

  it('is carried out once, and repeated by its key', async () => {
    const body = { query: SET, variables: input([{ ...KEY, quantity: 8, changeFromQuantity: null }]) };
    const [first, again] = [await send(body), await send(body)];
    expect(first.json()).toMatchObject({
      data: {
        stockSet: {
          results: [{ status: 'APPLIED', previousQuantity: 5, quantity: 8, movement: { reason: 'COUNT' } }],
          replayed: false,
        },
      },
    });
    const { data } = first.json<{ data: { stockSet: object } }>();
    expect(again.json()).toEqual({ data: { stockSet: { ...data.stockSet, replayed: true } } });
    await send({ query: SET, variables: input([{ ...KEY, quantity: 5, changeFromQuantity: null }]) });
  });

  it('is carried out when its answer cannot be read, and says so', async () => {
    const body = () => ({ query: SET, variables: input([{ ...KEY, quantity: 6, changeFromQuantity: null }]) });
    gateway.failReadsWith = new ReadsUnavailableError(new Error('ECONNREFUSED'));
    const known = await send(body());
    const unseenBefore = await send({ ...body(), query: another(SET) });
    expect([known.statusCode, unseenBefore.statusCode]).toEqual([503, 503]);
    expect(known.json()).toMatchObject({
      data: { stockSet: { results: [{ status: 'APPLIED', movement: null }] } },
      errors: [{ path: ['stockSet', 'results', 0, 'movement'], extensions: { code: 'UNAVAILABLE' } }],
    });
    gateway.failReadsWith = undefined;
    await send({ query: SET, variables: input([{ ...KEY, quantity: 5, changeFromQuantity: null }]) });
  });

  it('does not go on after one that has failed, where a document has several', async () => {
    const query = `mutation ($input: StockSetInput!) {
      inboundMessageReplay(id: "none") { id } stockSet(input: $input) { ledgerSequence } }`;
    const head = async () => (await send({ query: '{ ledgerHead { sequence } }' })).json<object>();
    const before = await head();
    for (let times = 0; times < ENOUGH_TO_BE_COMPILED; times += 1) {
      const response = await send({ query, variables: input([{ ...KEY, quantity: 7, changeFromQuantity: null }]) });
      expect(response.json()).toMatchObject({ data: null, errors: [{ path: ['inboundMessageReplay'] }] });
    }
    expect(await head()).toEqual(before);
  });
});
