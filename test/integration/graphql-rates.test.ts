/** The rate of an API key: what it costs to ask, what is answered beyond it, and what an answer says of it. */
import type { LightMyRequestResponse } from 'fastify';
import { GRAPHQL_LIMITS } from '../../src/graphql/limits/limits';
import { REQUEST_COST } from '../../src/graphql/limits/spending';
import { ROW_COST } from '../../src/graphql/limits/write-cost';
import { at, bySku, factOf } from '../support/domain/test-ledger';
import { GraphqlHarness, type Answer } from '../support/graphql';

jest.setTimeout(60_000);

const { rateWindowSeconds, compileAfter, bodyBytes } = GRAPHQL_LIMITS;
/** Little, so that any machine asks for more. */
const COST_PER_SECOND = 100;
const LIMIT = COST_PER_SECOND * rateWindowSeconds;

let gateway: GraphqlHarness;
const gateways = new Map<number, GraphqlHarness>();
/** Of each test, so that its rate is not used. */
let key: string;
let keys = 0;

/** From now on, requests go to a gateway with this rate. */
async function use(costPerSecond: number): Promise<void> {
  const known = gateways.get(costPerSecond);
  gateway = known ?? (await GraphqlHarness.open(undefined, { costPerSecond: costPerSecond }));
  gateways.set(costPerSecond, gateway);
  if (!known) await gateway.deliver([factOf('1', { delta: 5 })]);
}

const anotherKey = (): string => `ours/${(keys += 1)}`;

beforeEach(async () => {
  key = anotherKey();
  await use(COST_PER_SECOND);
});

afterAll(() => Promise.all([...gateways.values()].map((opened) => opened.close())));

interface Sent {
  readonly query: string;
  readonly variables?: object;
}

function sendText(payload: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
  return gateway.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
    payload,
  });
}

const send = (body: Sent, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> =>
  sendText(JSON.stringify(body), headers);

/** Sends until the rate is used up. */
async function refusal(body: Sent, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
  for (let time = 0; time < 10_000; time += 1) {
    gateway.statements.length = 0;
    const response = await send(body, headers);
    if (response.statusCode === 429) return response;
    expect(response.statusCode).toBe(200);
  }
  throw new Error('not refused');
}

const leftOf = ({ headers }: LightMyRequestResponse): number =>
  Number(/^"cost";r=(\d+);t=\d+$/.exec(String(headers['ratelimit']))?.[1]);

const PAGES = `query ($first: Int!) {
  stockLevels(first: $first) { nodes { entries(first: 200) { nodes { movement { sequence } } } } } }`;
/** The page, and ten levels with a page of 200 entries with movements. */
const PAGES_COST = 1 + 10 * (1 + 1 + 200 * 2);
const ADJUST = `mutation ($rows: [StockAdjustRowInput!]!) {
  stockAdjust(input: { idempotencyKey: "k", reason: GAIN, rows: $rows }) { userErrors { code } } }`;
/** What a request with this body costs whatever it asks for. */
const baseOf = (body: Sent): number => REQUEST_COST + Math.floor(JSON.stringify(body).length / 100);

const rowsOf = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ sku: `SKU-${n}`, location: 'MAIN', delta: 1 }));

const OPERATIONS: Readonly<Record<string, Sent>> = {
  'a query': { query: PAGES, variables: { first: 10 } },
  'a mutation': { query: ADJUST, variables: { rows: rowsOf(100) } },
  'a cheap query': { query: '{ __typename }' },
  'a cheap query that reads': { query: '{ ledgerHead { sequence } }' },
};

const FORMS = ['application/json', 'application/graphql-response+json', '*/*'];

describe.each(FORMS)('accepting %s', (accept) => {
  it.each(Object.entries(OPERATIONS))('refuses %s beyond the rate, and runs nothing of it', async (_name, sent) => {
    const response = await refusal(sent, { accept });
    const type = accept === '*/*' ? 'application/json' : accept;
    expect(response.headers).toMatchObject({
      'content-type': `${type}; charset=utf-8`,
      'retry-after': expect.stringMatching(/^\d{1,2}$/) as string,
      'ratelimit-policy': `"cost";q=${LIMIT};w=${rateWindowSeconds};qu="cost"`,
    });
    // The fields tell the same time.
    expect(response.headers['ratelimit']).toMatch(new RegExp(`;t=${String(response.headers['retry-after'])}$`));
    expect(response.json()).toEqual({
      errors: [
        {
          message: expect.stringMatching(/costs \d+; the key or token has/) as string,
          extensions: { code: 'THROTTLED' },
        },
      ],
    });
    expect(gateway.statements).toEqual([]);
    expect(gateway.faults).toEqual([]);
  });
});

it('refuses a known document beyond the rate', async () => {
  for (let times = 0; times <= compileAfter; times += 1) await send({ query: '{ __typename }' });
  const cheap = await refusal({ query: '{ __typename }' });
  expect(cheap.json()).toMatchObject({ errors: [{ extensions: { code: 'THROTTLED' } }] });
});

it('takes the cost of a known document once', async () => {
  const query = '{ __typename }';
  for (let times = 0; times <= compileAfter; times += 1) await send({ query });
  const { extensions } = (await send({ query }, { 'graphql-cost': 'include' })).json<WithCost>();
  expect(extensions.cost).toMatchObject({ requestedQueryCost: REQUEST_COST, actualQueryCost: REQUEST_COST });
});

it('a refused mutation changes nothing, and can be sent again', async () => {
  const sequence = async () => (await gateway.reads.ledgerHead(gateway.tenants.ours)).sequence;
  await gateway.deliver([factOf('to be adjusted', { item: bySku('TEA'), location: at('MAIN'), delta: 5 })]);
  await refusal(OPERATIONS['a cheap query that reads'] as Sent);
  const before = await sequence();
  const mutation = {
    query: ADJUST.replace('"k"', '"again"'),
    variables: { rows: [{ sku: 'TEA', location: 'MAIN', delta: 1 }] },
  };
  expect((await send(mutation)).statusCode).toBe(429);
  expect(await sequence()).toBe(before);
  key = anotherKey();
  expect((await send(mutation)).json()).toEqual({ data: { stockAdjust: { userErrors: [] } } });
  expect(await sequence()).toBe(before + 1);
});

it('does not affect another key of the tenant', async () => {
  await refusal({ query: '{ __typename }' });
  key = anotherKey();
  const response = await send({ query: '{ __typename }' });
  expect(response.statusCode).toBe(200);
  expect(leftOf(response)).toBeGreaterThanOrEqual(LIMIT - REQUEST_COST);
});

it('refuses a key without a rest before it reads the body', async () => {
  await refusal({ query: PAGES, variables: { first: 10 } });
  // What is left is too little for that page, but not for a small operation.
  await refusal({ query: '{ __typename }' });
  const response = await sendText(`${'x'.repeat(bodyBytes)}x`, { accept: 'application/graphql-response+json' });
  expect(response.statusCode).toBe(429);
  expect(response.headers['content-type']).toBe('application/graphql-response+json; charset=utf-8');
});

describe('every answer to a key says what is left', () => {
  beforeEach(() => use(1));

  it.each([
    [200, '{"query":"{ __typename }"}', {}],
    [400, '{"query":"{"}', {}],
    [400, '{"query":"{ nothing }"}', {}],
    [400, '{"query":"query ($n: Int!) { __typename }"}', {}],
    [400, '{"query":1}', {}],
    [400, '{', {}],
    [406, '{"query":"{ __typename }"}', { accept: 'text/html' }],
    [413, 'x'.repeat(bodyBytes + 1), {}],
    [415, '<query/>', { 'content-type': 'text/xml' }],
  ])('%s to %j', async (status, payload, headers: Record<string, string>) => {
    const response = await sendText(payload, headers);
    expect(response.statusCode).toBe(status);
    // Whatever comes of it, a request is not free.
    expect(leftOf(response)).toBeLessThan(REQUEST_COST / 2);
    expect(response.headers['ratelimit-policy']).toBe('"cost";q=10;w=10;qu="cost"');
  });

  it('but not an answer to nobody', async () => {
    const { statusCode, headers } = await sendText('{}', { authorization: 'Bearer nobody' });
    expect(statusCode).toBe(401);
    expect(headers['ratelimit']).toBeUndefined();
  });
});

interface WithCost {
  readonly extensions: { readonly cost: Readonly<Record<string, unknown>> };
}

describe('extensions.cost', () => {
  const asked = { 'graphql-cost': 'include' };

  it('is left out when it is not asked for', async () => {
    const response = await send({ query: '{ ledgerHead { sequence } }' });
    expect(Object.keys(response.json<object>())).toEqual(['data']);
  });

  it.each([
    ['a document that is not known', `{"documentId":"${'0'.repeat(64)}"}`],
    ['a body that is no JSON', '{'],
  ])('says what the refusal of %s cost', async (_name, payload) => {
    const response = await sendText(payload, asked);
    expect(response.statusCode).toBe(400);
    const { requestedQueryCost, actualQueryCost } = response.json<WithCost>().extensions.cost;
    expect([requestedQueryCost, actualQueryCost]).toEqual([REQUEST_COST, REQUEST_COST]);
    expect(Object.keys((await sendText(payload)).json<object>())).toEqual(['errors']);
  });

  it.each([
    ['new', 0],
    ['known', compileAfter],
  ])('says what a document that is %s asked for, and what it used', async (_document, times) => {
    await use(10_000);
    const query = 'query Head { ledgerHead { sequence } }';
    for (let time = 0; time < times; time += 1) await send({ query });
    const { data, extensions } = (await send({ query }, asked)).json<WithCost & { data: unknown }>();
    expect(data).toEqual({ ledgerHead: { sequence: 1 } });
    expect(extensions.cost).toEqual({
      requestedQueryCost: REQUEST_COST + 1,
      actualQueryCost: expect.any(Number) as number,
      throttleStatus: {
        maximumAvailable: 10_000 * rateWindowSeconds,
        currentlyAvailable: expect.any(Number) as number,
        restoreRate: 10_000,
      },
      used: { statements: 1, databaseMs: expect.any(Number) as number },
    });
    expect(extensions.cost['actualQueryCost']).toBeGreaterThanOrEqual(2 * REQUEST_COST);
  });

  it('counts the rows that a mutation is given', async () => {
    const sent = { query: ADJUST, variables: { rows: rowsOf(7) } };
    const { extensions } = (await send(sent, asked)).json<WithCost>();
    expect(extensions.cost['requestedQueryCost']).toBe(baseOf(sent) + 2 + 8 * ROW_COST);
  });

  it('counts the bytes of a request that is refused', async () => {
    const sent = { query: `{ nothing } ${' '.repeat(5_000)}` };
    const { extensions } = (await send(sent, asked)).json<WithCost>();
    expect(extensions.cost).toMatchObject({ requestedQueryCost: baseOf(sent), actualQueryCost: baseOf(sent) });
    expect(baseOf(sent)).toBe(60);
  });

  it('is in the answer to an operation that is not valid', async () => {
    const { extensions } = (await send({ query: '{ nothing }' }, asked)).json<WithCost>();
    expect(extensions.cost).toMatchObject({ actualQueryCost: REQUEST_COST, used: { statements: 0 } });
  });

  it.each(['a query', 'a cheap query'])('says of %s beyond the rate what it would cost', async (name) => {
    // Room for two of the query.
    if (name === 'a query') await use(1_000);
    const sent = OPERATIONS[name] as Sent;
    const { extensions } = (await refusal(sent, asked)).json<WithCost>();
    expect(extensions.cost).toMatchObject({
      requestedQueryCost: name === 'a query' ? baseOf(sent) + PAGES_COST : REQUEST_COST,
      actualQueryCost: null,
    });
  });
});

describe('a publishable key', () => {
  const SHARE = LIMIT / GRAPHQL_LIMITS.visitorsOfKey;
  const visit = (
    remoteAddress: string,
    query = '{ availability(sku: "TEA", quantity: 1) { sellable } }',
  ): Promise<LightMyRequestResponse> =>
    gateway.app.inject({
      ...{ method: 'POST', url: '/graphql', remoteAddress },
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, origin: 'https://shop.example' },
      payload: JSON.stringify({ query }),
    });
  // By requests that read nothing: the time of a slow read, on a busy machine, would be charged to the key.
  const useUp = async (address: string): Promise<LightMyRequestResponse> => {
    for (let time = 0; time < LIMIT; time += 1) {
      const response = await visit(address, '{ __typename }');
      if (response.statusCode === 429) return response;
    }
    throw new Error('not refused');
  };

  beforeEach(() => {
    key = `ours-sellable:read/${(keys += 1)}`;
  });

  const why = (response: LightMyRequestResponse): unknown =>
    /; (.*) has \d+ left/.exec(response.json<Answer>().errors?.[0]?.message ?? '')?.[1];

  it('is not used up by one visitor', async () => {
    const refused = await useUp('203.0.113.1');
    expect(refused.json()).toMatchObject({ errors: [{ extensions: { code: 'THROTTLED' } }] });
    expect(why(refused)).toBe('your share of the key');
    expect(refused.headers['ratelimit-policy']).toBe(
      `"visitor";q=${SHARE};w=10;qu="cost", "cost";q=${LIMIT};w=10;qu="cost"`,
    );
    expect((await visit('203.0.113.2')).statusCode).toBe(200);
  });

  it.each([
    ['203.0.113.1', '203.0.113.1', 'your share of the key'],
    ['203.0.113.1', '203.0.113.2', 'the key or token'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::7', 'your share of the key'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:3:3:4:5:6', 'the key or token'],
  ])('that %s has used up refuses %s because of what %s has', async (first, next, reason) => {
    // So little that both are used up by one request, for ten seconds.
    await use(1);
    expect((await visit(first)).statusCode).toBe(200);
    expect(why(await visit(next))).toBe(reason);
  });

  it('is used up by all of them together', async () => {
    const reasons: unknown[] = [];
    for (let n = 1; n < 255 && !reasons.includes('the key or token'); n += 1) {
      reasons.push(why(await useUp(`198.51.100.${n}`)));
    }
    expect(reasons.length).toBeGreaterThan(1);
    expect(reasons.at(-1)).toBe('the key or token');
  });
});
