/** API keys that may be used from some addresses only: who sends one from elsewhere gets what an unknown key gets. */
import type { LightMyRequestResponse } from 'fastify';
import { HTTP_LIMITS } from '../../src/http/limits';
import { nextAddress } from '../support/addresses';
import { GraphqlHarness } from '../support/graphql';

jest.setTimeout(60_000);

const SHOP = 'https://shop.example';
const PROXY = '198.51.100.1';
const LIST = ['203.0.113.7', '192.0.2.0/25', '2001:db8::/32'];
const INSIDE = ['203.0.113.7', '::ffff:203.0.113.7', '192.0.2.127', '2001:db8:7::1'];
const OUTSIDE = ['203.0.113.8', '192.0.2.128', '::ffff:192.0.2.128', '2001:db9::1', '::1'];

let gateway: GraphqlHarness;

beforeAll(async () => {
  gateway = await GraphqlHarness.open(undefined, { trustedProxies: [PROXY] });
});

afterAll(() => gateway.close());

interface Payload {
  readonly apiKey: { readonly id: string; readonly ipAllowList: readonly string[] | null } | null;
  readonly key: string | null;
  readonly userErrors: readonly object[];
}

const PAYLOAD = '{ apiKey { id ipAllowList } key userErrors { code field message } }';

const create = async (input: object): Promise<Payload> => {
  const query = `mutation ($input: ApiKeyCreateInput!) { payload: apiKeyCreate(input: $input) ${PAYLOAD} }`;
  return (await gateway.data<{ payload: Payload }>(query, { input })).payload;
};

const SECRET = { client: 'erp', scopes: ['STOCK_READ'], ipAllowList: LIST };
const WEB = { client: 'web', scopes: ['SELLABLE_READ'], origins: [SHOP], ipAllowList: LIST };

const send = (key: string | null, remoteAddress: string, headers = {}): Promise<LightMyRequestResponse> =>
  gateway.app.inject({
    ...{ method: 'POST', url: '/graphql', remoteAddress },
    headers: { authorization: `Bearer ${key ?? ''}`, origin: SHOP, ...headers },
    payload: { query: '{ __typename availability(sku: "TEA", quantity: 1) { sellable } }' },
  });

/** An answer without what differs between any two. */
const shown = ({ statusCode, headers, payload }: LightMyRequestResponse): unknown => {
  const { date: _date, 'x-request-id': _id, ...rest } = headers;
  return { statusCode, headers: rest, payload };
};

const warnings = (): Record<string, unknown>[] =>
  gateway.lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ level }) => level === 40);

describe.each([
  ['a secret key', SECRET],
  ['a publishable key', WEB],
])('%s', (_, input) => {
  let made: Payload;

  beforeAll(async () => {
    made = await create(input);
    expect(made.userErrors).toEqual([]);
  });

  it.each(INSIDE)('is taken from %s', async (address) => {
    expect((await send(made.key, address)).statusCode).toBe(200);
  });

  it.each(OUTSIDE)('gets from %s what an unknown key gets, and the log says why', async (address) => {
    const unknown = `${made.key?.slice(0, -1)}${made.key?.endsWith('A') ? 'B' : 'A'}`;
    gateway.lines.length = 0;
    const refused = await send(made.key, address);
    expect(refused.statusCode).toBe(401);
    expect(refused.headers['ratelimit']).toBeUndefined();
    expect(shown(refused)).toEqual(shown(await send(unknown, nextAddress())));
    const keyId = made.apiKey?.id.replace('ApiKey:', '');
    expect(warnings()).toEqual([expect.objectContaining({ tenantId: gateway.tenants.ours, keyId, address })]);
    expect(gateway.lines.join()).not.toContain(made.key?.slice(-43));
  });

  it('is known by the address that a trusted proxy gives, and no other', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.7' };
    expect((await send(made.key, PROXY)).statusCode).toBe(401);
    expect((await send(made.key, PROXY, headers)).statusCode).toBe(200);
    expect((await send(made.key, nextAddress(), headers)).statusCode).toBe(401);
    expect((await send(made.key, PROXY, { 'x-forwarded-for': '203.0.113.8' })).statusCode).toBe(401);
  });

  it('is rotated with its list', async () => {
    const query = `mutation ($id: ID!) { payload: apiKeyRotate(id: $id) ${PAYLOAD} }`;
    const { payload } = await gateway.data<{ payload: Payload }>(query, { id: made.apiKey?.id });
    expect(payload.apiKey?.ipAllowList).toEqual([...LIST].sort());
    expect((await send(payload.key, '203.0.113.7')).statusCode).toBe(200);
    expect((await send(payload.key, nextAddress())).statusCode).toBe(401);
  });
});

it('a page of another origin is refused at an address of the list, and one of the origin elsewhere', async () => {
  const { key } = await create(WEB);
  expect((await send(key, '203.0.113.7', { origin: 'https://evil.example' })).statusCode).toBe(403);
  expect((await send(key, nextAddress(), { origin: 'https://evil.example' })).statusCode).toBe(401);
});

it('a request that is refused is no use of the key', async () => {
  const { key, apiKey } = await create(WEB);
  const lastUse = async (): Promise<string | null> => {
    const query = 'query ($id: ID!) { node(id: $id) { ... on ApiKey { lastUsedAt } } }';
    return (await gateway.data<{ node: { lastUsedAt: string | null } }>(query, { id: apiKey?.id })).node.lastUsedAt;
  };
  expect((await send(key, nextAddress())).statusCode).toBe(401);
  expect((await send(key, '203.0.113.7', { origin: 'https://evil.example' })).statusCode).toBe(403);
  expect(await lastUse()).toBeNull();
  expect((await send(key, '203.0.113.7')).statusCode).toBe(200);
  for (const end = Date.now() + 10_000; (await lastUse()) === null;) expect(Date.now()).toBeLessThan(end);
});

it('a request from elsewhere is a failed attempt', async () => {
  const { key } = await create(SECRET);
  const address = nextAddress();
  for (let time = 0; time < HTTP_LIMITS.failedAttempts; time += 1) {
    expect((await send(key, address)).statusCode).toBe(401);
  }
  expect((await send(key, address)).statusCode).toBe(429);
});

it('the list is shown, without repetition, and kept in the audit', async () => {
  const { apiKey } = await create({ ...SECRET, ipAllowList: ['2001:db8::7', '203.0.113.7', '2001:db8::7'] });
  expect(apiKey?.ipAllowList).toEqual(['2001:db8::7', '203.0.113.7']);
  const query = 'query ($subject: String) { auditEntries(subject: $subject) { nodes { after } } }';
  const { auditEntries } = await gateway.data<{ auditEntries: { nodes: { after: string }[] } }>(query, {
    subject: apiKey?.id,
  });
  expect(JSON.parse(auditEntries.nodes[0]?.after ?? '')).toMatchObject({ ipAllowList: ['2001:db8::7', '203.0.113.7'] });
  expect((await create({ client: 'erp', scopes: ['STOCK_READ'] })).apiKey?.ipAllowList).toBeNull();
});

it.each([
  [[], 'ipAllowList is empty: name some, or leave it out.'],
  [Array.from({ length: 101 }, () => '::1'), 'ipAllowList has 101 values: at most 100 are taken.'],
  ...['203.0.113.0/33', 'localhost', '', ' 203.0.113.7', '203.0.113.0/24/1', 'fe80::1%eth0'].map(
    (entry): [string[], string] => [
      ['203.0.113.7', entry],
      `"${entry}" is no address and no network: write one such as 203.0.113.7 or 2001:db8::/32.`,
    ],
  ),
])('the list %j is refused', async (ipAllowList, message) => {
  const before = await gateway.ledger.count('api_key', gateway.tenants.ours);
  const userErrors = [{ code: 'INVALID_INPUT', field: ['input', 'ipAllowList'], message }];
  expect(await create({ ...SECRET, ipAllowList })).toEqual({ apiKey: null, key: null, userErrors });
  expect(await gateway.ledger.count('api_key', gateway.tenants.ours)).toBe(before);
});
