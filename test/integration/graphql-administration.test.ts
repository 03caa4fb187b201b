import { PUBLISHABLE_SCOPE, SCOPES, SECRET_SCOPES, type Scope } from '../../src/application/ports/access';
import { createApiKeyDirectory } from '../../src/persistence/access';
import { openDataSource } from '../../src/persistence/database/data-source';
import { GraphqlHarness } from '../support/graphql';

jest.setTimeout(60_000);

let gateway: GraphqlHarness;
let dataSource: Awaited<ReturnType<typeof openDataSource>>;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  dataSource = await openDataSource(gateway.ledger.url);
});

afterAll(async () => {
  await dataSource.destroy();
  await gateway.close();
});

interface Key {
  readonly id: string;
  readonly client: string;
  readonly scopes: readonly string[];
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

interface Payload {
  readonly apiKey: Key | null;
  readonly key: string | null;
  readonly userErrors: readonly {
    readonly code: string;
    readonly field: readonly string[];
    readonly message: string;
  }[];
}

const PAYLOAD = '{ apiKey { id client scopes expiresAt revokedAt } key userErrors { code field message } }';
const ADMIN = 'ours';

async function create(input: object, apiKey = ADMIN): Promise<Payload> {
  const query = `mutation ($input: ApiKeyCreateInput!) { payload: apiKeyCreate(input: $input) ${PAYLOAD} }`;
  return (await gateway.data<{ payload: Payload }>(query, { input }, apiKey)).payload;
}

async function change(call: string, id: string | undefined, apiKey = ADMIN): Promise<Payload> {
  const query = `mutation ($id: ID!) { payload: ${call} ${PAYLOAD} }`;
  return (await gateway.data<{ payload: Payload }>(query, { id }, apiKey)).payload;
}

/** Asks as a gateway does that has kept nothing. */
const authenticate = (key: string | null) => createApiKeyDirectory(dataSource).authenticate(key ?? '');

describe('an administrator', () => {
  it('creates a key that works at once, and is shown once', async () => {
    const { apiKey, key, userErrors } = await create({ client: ' shop ', scopes: ['STOCK_READ'], expiresInDays: 30 });
    expect(userErrors).toEqual([]);
    expect(apiKey).toMatchObject({ client: 'shop', scopes: ['STOCK_READ'], revokedAt: null });
    expect(Date.parse(apiKey?.expiresAt ?? '') - Date.now()).toBeGreaterThan(29 * 86_400_000);
    const { tenants } = gateway;
    expect(await authenticate(key)).toMatchObject({ tenantId: tenants.ours, scopes: new Set(['stock:read']) });
    const shown = JSON.stringify(
      await gateway.data(`{ apiKeys { nodes { id client scopes createdAt expiresAt lastUsedAt revokedAt } }
      auditEntries { nodes { subject before after } } }`),
    );
    expect(shown).toContain(apiKey?.id);
    expect(shown).not.toContain(key?.slice(-43));
  });

  it('rotates a key, and both work until the overlap ends', async () => {
    const old = await create({ client: 'turning', scopes: ['STOCK_READ', 'ORDERS_WRITE'] });
    const next = await change('apiKeyRotate(id: $id, overlapSeconds: 600)', old.apiKey?.id);
    expect(next).toMatchObject({
      apiKey: { client: 'turning', scopes: ['STOCK_READ', 'ORDERS_WRITE'] },
      userErrors: [],
    });
    for (const { key } of [old, next]) expect(await authenticate(key)).toMatchObject({ clientName: 'turning' });
    const last = await change('apiKeyRotate(id: $id, overlapSeconds: 0)', next.apiKey?.id);
    expect(await authenticate(next.key)).toBeUndefined();
    expect(await authenticate(last.key)).toBeDefined();
  });

  it('revokes a key', async () => {
    const { apiKey, key } = await create({ client: 'leaving', scopes: ['STOCK_READ'] });
    const revoked = await change('apiKeyRevoke(id: $id)', apiKey?.id);
    expect(revoked).toMatchObject({ apiKey: { id: apiKey?.id }, key: null, userErrors: [] });
    expect(revoked.apiKey?.revokedAt).not.toBeNull();
    expect(await authenticate(key)).toBeUndefined();
    expect((await change('apiKeyRevoke(id: $id)', apiKey?.id)).userErrors).toMatchObject([{ code: 'NOTHING_CHANGES' }]);
    const { userErrors } = await change('apiKeyRotate(id: $id)', apiKey?.id);
    expect(userErrors).toMatchObject([{ code: 'INVALID_INPUT', field: ['id'] }]);
    expect(userErrors[0]?.message).toMatch(/^The key \S+ was revoked: create another one\.$/);
  });

  it('finds keys and entries again by their ids', async () => {
    const data = await gateway.data<{
      apiKeys: { nodes: { id: string }[] };
      auditEntries: { nodes: { id: string }[] };
    }>('{ apiKeys { nodes { id } } auditEntries { nodes { id } } }');
    const ids = [...data.apiKeys.nodes, ...data.auditEntries.nodes].map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(5);
    const query =
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on ApiKey { client scopes } ... on AuditEntry { action } } }';
    const { nodes } = await gateway.data<{ nodes: object[] }>(query, { ids });
    expect(nodes).toMatchObject(ids.map((id) => ({ id })));
    expect(
      (await gateway.data<{ nodes: null[] }>('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids }, 'theirs'))
        .nodes,
    ).toEqual(ids.map(() => null));
  });
});

describe.each(SECRET_SCOPES)('an administrator that has %s', (own) => {
  const key = `admin+${own}`;
  const may = new Set<Scope>(['admin', own, ...(own === 'stock:read' ? ([PUBLISHABLE_SCOPE] as const) : [])]);
  const nameOf = (scope: Scope): string => scope.replace(':', '_').toUpperCase();
  const inputOf = (scopes: readonly Scope[]) => ({
    ...{ client: 'given', scopes: scopes.map(nameOf) },
    ...(scopes.includes(PUBLISHABLE_SCOPE) && { origins: ['https://shop.example'] }),
  });

  beforeAll(() => {
    gateway.addKey(key, 'ours', { scopes: new Set<Scope>(['admin', own]) });
  });

  it.each(SCOPES)('gives %s if it has it, by a new key and by the next one', async (scope) => {
    const whole = await create(inputOf([scope]));
    const before = await gateway.ledger.count('api_key', gateway.tenants.ours);
    const created = await create(inputOf([scope]), key);
    const rotated = await change('apiKeyRotate(id: $id)', whole.apiKey?.id, key);
    if (may.has(scope)) {
      expect([created.userErrors, rotated.userErrors]).toEqual([[], []]);
      for (const made of [created, rotated]) expect((await authenticate(made.key))?.scopes).toEqual(new Set([scope]));
      return;
    }
    const message = `This API key or token cannot give a key more than it has, and it does not have ${scope} itself: use one that does, or the command line.`;
    const fault = { code: 'NOT_ALLOWED', message };
    expect(created).toEqual({ apiKey: null, key: null, userErrors: [{ ...fault, field: ['input', 'scopes'] }] });
    expect(rotated).toEqual({ apiKey: null, key: null, userErrors: [{ ...fault, field: ['id'] }] });
    expect(await gateway.ledger.count('api_key', gateway.tenants.ours)).toBe(before);
    expect(await authenticate(whole.key)).toBeDefined();
    // To take something away needs nothing.
    expect((await change('apiKeyRevoke(id: $id)', whole.apiKey?.id, key)).userErrors).toEqual([]);
  });

  it('gives no scope besides its own', async () => {
    const { userErrors } = await create(inputOf(SECRET_SCOPES), key);
    const lacking = SECRET_SCOPES.filter((scope) => !may.has(scope)).join(', ');
    expect(userErrors[0]?.message).toContain(`it does not have ${lacking} itself`);
  });
});

describe('the audit', () => {
  it('says who did what, from where, with what was before and after', async () => {
    const { apiKey } = await create({ client: 'watched', scopes: ['ADMIN'] });
    const next = await change('apiKeyRotate(id: $id, overlapSeconds: 60)', apiKey?.id);
    await change('apiKeyRevoke(id: $id)', apiKey?.id);
    const query = `query ($subject: String) { auditEntries(subject: $subject) {
      nodes { at actor action subject before after address apiKey { id } } } }`;
    interface Entry {
      readonly before: string | null;
      readonly after: string;
      readonly action: string;
    }
    const { auditEntries } = await gateway.data<{ auditEntries: { nodes: Entry[] } }>(query, { subject: apiKey?.id });
    const common = { actor: 'integrator', address: '127.0.0.1', subject: apiKey?.id };
    expect(auditEntries.nodes).toMatchObject([
      { ...common, action: 'API_KEY_CREATED', before: null },
      { ...common, action: 'API_KEY_ROTATED' },
      { ...common, action: 'API_KEY_REVOKED' },
    ]);
    const [made, rotated] = auditEntries.nodes.map(({ after }) => JSON.parse(after) as unknown);
    expect(made).toEqual({ client: 'watched', scopes: ['admin'], expiresAt: null });
    expect(rotated).toMatchObject({ next: next.apiKey?.id });
    const none = await gateway.data('{ auditEntries(actor: "nobody") { totalCount nodes { id } } }');
    expect(none).toEqual({ auditEntries: { totalCount: 0, nodes: [] } });
  });

  it('has no entry of a change that was refused', async () => {
    const count = () => gateway.ledger.count('audit_entry', gateway.tenants.ours);
    const before = await count();
    await create({ client: '', scopes: ['STOCK_READ'] });
    await change('apiKeyRevoke(id: $id)', 'ApiKey:00000000-0000-7000-8000-000000000000');
    expect(await count()).toBe(before);
  });
});

describe('refusals', () => {
  it.each([
    [{ client: '', scopes: ['STOCK_READ'] }, ['input', 'client']],
    [{ client: 'a\u200bb', scopes: ['STOCK_READ'] }, ['input', 'client']],
    [{ client: 'x'.repeat(256), scopes: ['STOCK_READ'] }, ['input', 'client']],
    [{ client: 'Command Line', scopes: ['STOCK_READ'] }, ['input', 'client']],
    [{ client: 'shop', scopes: [] }, ['input', 'scopes']],
    [{ client: 'shop', scopes: ['STOCK_READ'], expiresInDays: 0 }, ['input', 'expiresInDays']],
    [{ client: 'shop', scopes: ['STOCK_READ'], expiresInDays: 3_651 }, ['input', 'expiresInDays']],
  ])('%j', async (input, field) => {
    const payload = await create(input);
    expect(payload).toMatchObject({ apiKey: null, key: null, userErrors: [{ code: 'INVALID_INPUT', field }] });
  });

  it.each(['locations', 'channels', 'origins', 'ipAllowList', 'expiresInDays'])(
    '%s that is null, as a variable, in a variable and as a literal',
    async (name) => {
      const input = { client: 'shop', scopes: ['STOCK_READ'] };
      const before = await gateway.ledger.count('api_key', gateway.tenants.ours);
      const type = { expiresInDays: 'Int' }[name] ?? '[String!]';
      const withOne = `mutation ($it: ${type}) {
        payload: apiKeyCreate(input: { client: "shop", scopes: [STOCK_READ], ${name}: $it }) ${PAYLOAD} }`;
      const answers = [
        await create({ ...input, [name]: null }),
        (await gateway.data<{ payload: Payload }>(withOne, { it: null }, ADMIN)).payload,
        (await gateway.data<{ payload: Payload }>(withOne.replace(/\(\$it.*?\)/, '').replace('$it', 'null'), {}, ADMIN))
          .payload,
      ];
      for (const answer of answers) {
        const message = `${name} is null: give a value, or leave ${name} out for a key without this limit.`;
        const userErrors = [{ code: 'INVALID_INPUT', field: ['input', name], message }];
        expect(answer).toEqual({ apiKey: null, key: null, userErrors });
      }
      expect(await gateway.ledger.count('api_key', gateway.tenants.ours)).toBe(before);
      // A variable that is not given leaves the limit out.
      expect((await gateway.data<{ payload: Payload }>(withOne, {}, ADMIN)).payload.userErrors).toEqual([]);
    },
  );

  it.each(['nothing', 'Item:00000000-0000-7000-8000-000000000000', 'ApiKey:00000000-0000-7000-8000-000000000000'])(
    'the id %s',
    async (id) => {
      for (const call of ['apiKeyRevoke(id: $id)', 'apiKeyRotate(id: $id)']) {
        const { userErrors } = await change(call, id);
        expect(userErrors).toEqual([
          { code: 'NOT_FOUND', field: ['id'], message: `There is no API key with the id "${id}".` },
        ]);
      }
    },
  );

  it.each([-1, 2_592_001])('an overlap of %i seconds', async (seconds) => {
    const { apiKey } = await create({ client: 'shop', scopes: ['STOCK_READ'] });
    const { userErrors } = await change(`apiKeyRotate(id: $id, overlapSeconds: ${seconds})`, apiKey?.id);
    expect(userErrors).toMatchObject([{ code: 'INVALID_INPUT', field: ['overlapSeconds'] }]);
  });

  it('a key of another tenant is not there', async () => {
    const { apiKey } = await create({ client: 'ours', scopes: ['STOCK_READ'] });
    const { userErrors } = await change('apiKeyRevoke(id: $id)', apiKey?.id, 'theirs');
    expect(userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });
});
