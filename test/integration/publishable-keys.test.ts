import { factOf } from '../support/domain/test-ledger';
import { GraphqlHarness } from '../support/graphql';

jest.setTimeout(60_000);

const SHOP = 'https://shop.example';
const OTHER_SHOP = 'https://other.example';

let gateway: GraphqlHarness;
let url: string;
let key: string;

interface Created {
  readonly payload: {
    readonly apiKey: { readonly id: string } | null;
    readonly key: string | null;
    readonly userErrors: readonly {
      readonly code: string;
      readonly field: readonly string[];
      readonly message: string;
    }[];
  };
}

const create = async (input: object, apiKey = 'ours') =>
  (
    await gateway.data<Created>(
      `mutation ($input: ApiKeyCreateInput!) { payload: apiKeyCreate(input: $input) {
        apiKey { id scopes locations channels origins } key userErrors { code field message } } }`,
      { input },
      apiKey,
    )
  ).payload;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  await gateway.deliver([factOf('here', { delta: 7 })]);
  url = `${await gateway.app.listen({ host: '127.0.0.1', port: 0 })}/graphql`;
  const created = await create({ client: 'web', scopes: ['SELLABLE_READ'], origins: [OTHER_SHOP, SHOP] });
  expect(created).toMatchObject({
    apiKey: { scopes: ['SELLABLE_READ'], locations: null, channels: null, origins: [OTHER_SHOP, SHOP] },
    userErrors: [],
  });
  key = created.key ?? '';
});

afterAll(() => gateway.close());

/** What a browser sends before a page of another origin may call. */
const preflight = (origin: string) =>
  fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });

const SELLABLE = `{ availability(sku: "TEA", quantity: 2) { quantity sellable backOrderable canSellNow canSellLater completeFrom
  item { id sku specification name }
  locations { condition sellable takeNow backOrderable takeLater expectedFrom location { id code name } } } }`;

const ask = (query: string, headers: Readonly<Record<string, string>>, apiKey = key) =>
  fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });

describe('a page of an origin that the key is bound to', () => {
  it('may send, asks what can be sold, and reads the answer', async () => {
    for (const origin of [SHOP, OTHER_SHOP]) {
      const asked = await preflight(origin);
      expect(asked.status).toBe(204);
      expect(asked.headers.get('access-control-allow-origin')).toBe(origin);
      expect(asked.headers.get('access-control-allow-headers')).toContain('authorization');
      expect(asked.headers.get('access-control-allow-credentials')).toBeNull();
      expect(asked.headers.get('vary')).toContain('Origin');
      const answer = await ask(SELLABLE, { origin });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      expect(await answer.json()).toMatchObject({ data: { availability: { sellable: 7, canSellNow: true } } });
    }
  });

  it.each([
    ['quantities that are not for sale', '{ availability(sku: "TEA", quantity: 1) { locations { available } } }'],
    ['what was counted', '{ availability(sku: "TEA", quantity: 1) { locations { lastCounted } } }'],
    ['what is coming', '{ availability(sku: "TEA", quantity: 1) { locations { incoming } } }'],
    ['thresholds', '{ availability(sku: "TEA", quantity: 1) { locations { outOfStockThreshold } } }'],
    ['the sequence of the ledger', '{ availability(sku: "TEA", quantity: 1) { ledgerSequence } }'],
    ['stock through an item', '{ availability(sku: "TEA", quantity: 1) { item { stock { onHand } } } }'],
    ['identifiers', '{ availability(sku: "TEA", quantity: 1) { item { identifiers { value } } } }'],
    ['stock', '{ stock { nodes { onHand } } }'],
    ['the list of items', '{ items { nodes { sku } } }'],
    ['anything by its id', '{ node(id: "Movement:1") { id } }'],
    ['several by their ids', '{ nodes(ids: ["Movement:1"]) { id } }'],
    ['changes', 'mutation { locationSave(code: "X") { userErrors { code } } }'],
  ])('gets no %s', async (_, query) => {
    const answer = await ask(query, { origin: SHOP });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  });
});

describe('from elsewhere', () => {
  it.each([
    ['another page', { origin: 'https://evil.example' }],
    ['a page of another port', { origin: `${SHOP}:8443` }],
    ['a page without TLS', { origin: 'http://shop.example' }],
    ['a subdomain', { origin: 'https://www.shop.example' }],
    ['the origin in capitals', { origin: SHOP.toUpperCase() }],
    ['a sandboxed page', { origin: 'null' }],
    ['two origins', { origin: `${SHOP}, ${OTHER_SHOP}` }],
    ['no page', {}],
  ])('%s is refused', async (_, headers) => {
    const answer = await ask(SELLABLE, headers);
    expect(answer.status).toBe(403);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(text).not.toContain('shop.example');
  });

  it('a preflight from a page of no key is not answered', async () => {
    const asked = await preflight('https://evil.example');
    expect(asked.status).toBe(405);
    expect(asked.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('a form of a page cannot send anything', async () => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, origin: SHOP, 'content-type': 'text/plain' },
      body: JSON.stringify({ query: SELLABLE }),
    });
    expect(answer.status).toBe(415);
  });
});

it('a secret key may be used from the same pages, and from none', async () => {
  const query = '{ ledgerHead { sequence } }';
  for (const headers of [{}, { origin: SHOP }]) expect((await ask(query, headers, 'ours')).status).toBe(200);
});

it('has a prefix that tells it from a secret key', async () => {
  expect(key).toMatch(/^sbpk_[\w-]{43}_[\w-]{43}$/);
  expect((await create({ client: 'back', scopes: ['STOCK_READ'] })).key).toMatch(/^sb_[\w-]{43}_[\w-]{43}$/);
  // The prefix is a part of what was given out.
  expect((await ask(SELLABLE, { origin: SHOP }, key.replace('sbpk_', 'sb_'))).status).toBe(401);
});

it('can be limited to a location and a channel, and is what can be sold there', async () => {
  await gateway.data('mutation { locationSave(code: "SHOP") { userErrors { code } } }');
  const limited = await create({
    ...{ client: 'web', scopes: ['SELLABLE_READ'], origins: [SHOP] },
    ...{ locations: ['SHOP'], channels: ['2C'] },
  });
  expect(limited.userErrors).toEqual([]);
  const answer = await ask(SELLABLE, { origin: SHOP }, limited.key ?? '');
  expect(await answer.json()).toMatchObject({ data: { availability: { sellable: 0, locations: [] } } });
});

it('is rotated with its origins and limits, and its preflights end with it', async () => {
  const origin = 'https://short.example';
  const old = await create({ client: 'web', scopes: ['SELLABLE_READ'], origins: [origin], channels: ['2C', ''] });
  const rotate = `mutation ($id: ID!) { apiKeyRotate(id: $id, overlapSeconds: 0) { key apiKey { id origins channels } } }`;
  const { apiKeyRotate: next } = await gateway.data<{
    apiKeyRotate: { key: string; apiKey: { id: string } };
  }>(rotate, { id: old.apiKey?.id });
  expect(next).toMatchObject({ apiKey: { origins: [origin], channels: ['', '2C'] } });
  expect(next.key).toMatch(/^sbpk_/);
  expect((await ask(SELLABLE, { origin }, next.key)).status).toBe(200);
  await gateway.data('mutation ($id: ID!) { apiKeyRevoke(id: $id) { userErrors { code } } }', { id: next.apiKey.id });
  // What is known of keys is read again after a second.
  const revokedAtMs = Date.now();
  while ((await preflight(origin)).status === 204) expect(Date.now() - revokedAtMs).toBeLessThan(30_000);
});

describe('refused', () => {
  const WEB = { client: 'web', scopes: ['SELLABLE_READ'], origins: [SHOP] };
  it.each([
    ['no origins', { ...WEB, origins: undefined }, 'origins'],
    ['an empty list of origins', { ...WEB, origins: [] }, 'origins'],
    ['too many origins', { ...WEB, origins: Array.from({ length: 21 }, (_, n) => `https://s${n}.example`) }, 'origins'],
    ['a path', { ...WEB, origins: [`${SHOP}/cart`] }, 'origins'],
    ['a long one', { ...WEB, origins: [`https://${'a.'.repeat(130)}example`] }, 'origins'],
    ['a slash', { ...WEB, origins: [`${SHOP}/`] }, 'origins'],
    ['any origin', { ...WEB, origins: ['*'] }, 'origins'],
    ['no scheme', { ...WEB, origins: ['shop.example'] }, 'origins'],
    ['null', { ...WEB, origins: ['null'] }, 'origins'],
    ['a file', { ...WEB, origins: ['file:///index.html'] }, 'origins'],
    ['another form', { ...WEB, origins: ['HTTPS://Shop.example:443'] }, 'origins'],
    ['another scope', { ...WEB, scopes: ['SELLABLE_READ', 'STOCK_READ'] }, 'scopes'],
    ['origins of a secret key', { ...WEB, scopes: ['STOCK_READ'] }, 'origins'],
    ['an unknown location', { client: 'a', scopes: ['STOCK_READ'], locations: ['MAIN', 'NOWHERE'] }, 'locations'],
    ['no location', { client: 'a', scopes: ['STOCK_READ'], locations: [] }, 'locations'],
    ['an empty location', { client: 'a', scopes: ['STOCK_READ'], locations: [''] }, 'locations'],
    ['too many locations', { client: 'a', scopes: ['STOCK_READ'], locations: Array(301).fill('MAIN') }, 'locations'],
    ['no channel', { client: 'a', scopes: ['STOCK_READ'], channels: [] }, 'channels'],
    ['an unseen character', { client: 'a', scopes: ['STOCK_READ'], channels: ['2\u200bC'] }, 'channels'],
    ['too many channels', { client: 'a', scopes: ['STOCK_READ'], channels: Array(101).fill('2C') }, 'channels'],
  ])('%s', async (_, input, part) => {
    const count = () => gateway.ledger.count('audit_entry', gateway.tenants.ours);
    const before = await count();
    const { apiKey, key: none, userErrors } = await create(input);
    expect([apiKey, none]).toEqual([null, null]);
    expect(userErrors).toMatchObject([{ code: 'INVALID_INPUT', field: ['input', part] }]);
    expect(await count()).toBe(before);
  });

  it('says which location there is not', async () => {
    const { userErrors } = await create({ client: 'a', scopes: ['STOCK_READ'], locations: ['MAIN', 'NOWHERE'] });
    expect(userErrors[0]?.message).toBe('No location has the code "NOWHERE": correct it, or save the location first.');
    // A location of another tenant is not there either.
    expect(
      (await create({ client: 'a', scopes: ['STOCK_READ'], locations: ['MAIN'] }, 'theirs')).userErrors,
    ).toHaveLength(1);
  });
});

it('keeps limits by the location, whatever its code, in keys and in the audit', async () => {
  await gateway.data('mutation { locationSave(code: "OLD") { userErrors { code } } }');
  const { apiKey } = await create({
    client: 'lim',
    scopes: ['STOCK_READ'],
    locations: [' OLD ', 'OLD'],
    channels: ['2C'],
  });
  expect(apiKey).toMatchObject({ locations: ['OLD'], channels: ['2C'], origins: null });
  await gateway.data('mutation { locationRename(code: "OLD", newCode: "NEW") { userErrors { code } } }');
  const query = `query ($id: ID!, $subject: String) { node(id: $id) { ... on ApiKey { locations } } auditEntries(subject: $subject) { nodes { after } } }`;
  const { node, auditEntries } = await gateway.data<{ node: object; auditEntries: { nodes: { after: string }[] } }>(
    query,
    { id: apiKey?.id, subject: apiKey?.id },
  );
  expect(node).toEqual({ locations: ['NEW'] });
  expect(JSON.parse(auditEntries.nodes[0]?.after ?? '')).toMatchObject({ locations: ['OLD'], channels: ['2C'] });
  // A former code names the location as well.
  expect((await create({ client: 'lim', scopes: ['STOCK_READ'], locations: ['OLD'] })).apiKey).toMatchObject({
    locations: ['NEW'],
  });
});
