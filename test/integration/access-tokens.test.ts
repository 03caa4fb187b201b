import { randomBytes } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import { Client } from 'pg';
import { pino } from 'pino';
import { createAccessTokenDirectory } from '../../src/access-tokens';
import { createApp } from '../../src/app';
import { AccessError, type SchemaViewers } from '../../src/application/ports/access';
import type { TokenIssuerDraft } from '../../src/application/ports/token-issuers';
import { HTTP_LIMITS } from '../../src/http/limits';
import type { HttpServer } from '../../src/http/server';
import {
  createTokenClients,
  createTokenIssuerDirectory,
  createTokenIssuers,
  listAuditEntries,
} from '../../src/persistence/access';
import { openServices, type Services } from '../../src/services';
import { createTestDatabase, ownerRows, type TestDatabase } from '../support/database';
import { AUDIENCE, TestIssuer } from '../support/token-issuer';

jest.setTimeout(60_000);

let database: TestDatabase;
let services: Services;
let issuer: TestIssuer;
let server: HttpServer | undefined;
let tenants: { readonly ours: string; readonly theirs: string };
const log: string[] = [];
const logger = pino({ level: 'info' }, { write: (line: string) => log.push(line) });

beforeAll(async () => {
  database = await createTestDatabase();
  services = await openServices({ url: database.gatewayUrl, ownerUrl: database.url }, [randomBytes(32)], logger);
  tenants = { ours: await services.tenants.ensure('ours'), theirs: await services.tenants.ensure('theirs') };
  issuer = await TestIssuer.start();
});

afterAll(async () => {
  await issuer.close();
  await services.close();
  await database.drop();
});

beforeEach(async () => {
  for (const tenantId of Object.values(tenants)) {
    for (const { name } of await issuers().list(tenantId)) await issuers().remove(tenantId, name);
  }
  log.length = 0;
});

afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Starts a gateway that has kept nothing. */
function openGateway(schemaViewers?: SchemaViewers): void {
  const accessTokens = createAccessTokenDirectory({
    issuers: createTokenIssuerDirectory(services.dataSource),
    clients: createTokenClients(services.dataSource),
    nowMs: Date.now,
    warn: (message, error) => {
      logger.warn({ err: error }, message);
    },
  });
  const options = { logger, host: '127.0.0.1', port: 0, ...(schemaViewers && { schemaViewers }) };
  server = createApp({ ...services, accessTokens }, options);
}

const draft = (changes: Partial<TokenIssuerDraft> = {}): TokenIssuerDraft => ({
  ...{ tenantId: tenants.ours, name: 'idp', issuer: issuer.url, audience: AUDIENCE, requiredClaim: null },
  algorithms: ['ES256'],
  ...{ scopeClaim: 'scope', scopePrefix: '', scopes: ['stock:read', 'stock:write'], jwksUrl: null },
  ...{ clockToleranceSeconds: 30, privateNetwork: false },
  ...changes,
});

const issuers = () => createTokenIssuers(services.dataSource);

function openServer(): HttpServer {
  if (!server) throw new Error('No gateway is open.');
  return server;
}

let addresses = 0;
/** Each request comes from an address of its own, so that refusals do not add up. */
function send(token: string, query = '{ ledgerHead { sequence } }', variables = {}): Promise<LightMyRequestResponse> {
  addresses += 1;
  return openServer().app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { authorization: `Bearer ${token}` },
    payload: { query, variables },
    remoteAddress: `192.0.2.${addresses % 250}`,
  });
}

/** Running gateways follow a change within a second. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe('a token', () => {
  beforeEach(() => {
    openGateway();
  });

  const WRITE = { claims: { scope: 'stock:read stock:write' } };
  const ADJUST = `mutation ($input: StockAdjustInput!) {
    stockAdjust(input: $input) { userErrors { message } movement { origin } } }`;
  const input = (idempotencyKey: string) => ({
    input: { idempotencyKey, reason: 'RECEIPT', rows: [{ sku: 'TEA', location: 'SHOP', delta: 1 }] },
  });

  test('reads what its scopes open, and nothing else', async () => {
    await issuers().add(draft());
    const token = await issuer.token();
    expect((await send(token)).json()).toEqual({ data: { ledgerHead: { sequence: 0 } } });
    const refused = (await send(token, ADJUST, input('refused'))).json<{ errors: unknown[] }>();
    expect(refused.errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' }, message: expect.stringContaining('access token') as string },
    ]);
    const none = await issuer.token({ claims: { scope: 'openid admin orders:write' } });
    expect((await send(none)).json()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  });

  test('is refused the schema as a token, where GRAPHQL_SCHEMA_FOR says so', async () => {
    await server?.close();
    openGateway('admin');
    await issuers().add(draft());
    const response = await send(await issuer.token(), '{ __schema { queryType { name } } }');
    expect([response.statusCode, response.body]).toEqual([
      403,
      expect.stringContaining('This access token may not look at the schema'),
    ]);
  });

  test('is the origin of what it posts, and the same one from every gateway', async () => {
    await issuers().add(draft());
    const names =
      'mutation { itemSave(sku: "TEA") { userErrors { message } } locationSave(code: "SHOP") { userErrors { message } } }';
    await send(await issuer.token(WRITE), names);
    const first = (await send(await issuer.token(WRITE), ADJUST, input('one'))).json<object>();
    expect(first).toMatchObject({
      data: { stockAdjust: { userErrors: [], movement: { origin: 'idp: user-1' } } },
    });
    const again = (await send(await issuer.token(WRITE), ADJUST, input('one'))).json<object>();
    expect(again).toEqual(first);
    const another = { claims: { ...WRITE.claims, sub: 'user-2' } };
    const other = (await send(await issuer.token(another), ADJUST, input('one'))).json<object>();
    expect(other).toMatchObject({
      data: { stockAdjust: { userErrors: [], movement: { origin: 'idp: user-2' } } },
    });
    const movements = (await send(await issuer.token(), '{ movements { totalCount } }')).json<object>();
    expect(movements).toEqual({ data: { movements: { totalCount: 2 } } });
  });

  test.each([
    ['a\u200bb', 'idp: a?b'],
    ['a\u200cb', /^idp: a\?b ~[\da-f]{8}-[\da-f]{4}$/],
    ['  ', 'idp: ??'],
    ['\0\n"<script>', 'idp: ??"<script>'],
    ['\ud800', 'idp: ?'],
    ['auth0|5f7c8ec7', 'idp: auth0|5f7c8ec7'],
    ['x'.repeat(255), `idp: ${'x'.repeat(99)}…`],
    [`${'x'.repeat(254)}y`, /^idp: x{99}… ~/],
  ])('of the subject %j is a client that can be shown', async (sub, name) => {
    await issuers().add(draft());
    expect((await send(await issuer.token({ claims: { ...WRITE.claims, sub } }))).statusCode).toBe(200);
    const clients = await ownerRows<{ name: string }>(database, 'SELECT name FROM api_client ORDER BY created_at');
    expect(clients.at(-1)?.name).toEqual(typeof name === 'string' ? name : expect.stringMatching(name));
  });

  test('that administers is named in the audit', async () => {
    await issuers().add(draft({ scopes: ['admin', 'stock:read'] }));
    const token = await issuer.token({ claims: { scope: 'admin stock:read', sub: 'root' } });
    await send(token, 'mutation { apiKeyCreate(input: { client: "shop", scopes: [STOCK_READ] }) { key } }');
    const entries = '{ auditEntries(actor: "idp: root") { nodes { action address apiKey { id } } } }';
    const nodes = [{ action: 'API_KEY_CREATED', address: expect.stringMatching(/^192/) as string, apiKey: null }];
    expect((await send(token, entries)).json()).toEqual({ data: { auditEntries: { nodes } } });
  });

  test.each([
    ['it has not', 'admin', 'STOCK_READ', 'stock:read'],
    ['its issuer does not allow', 'admin stock:write', 'STOCK_WRITE', 'stock:write'],
  ])('gives no key a scope that %s', async (_, scope, name, lacking) => {
    await issuers().add(draft({ scopes: ['admin', 'stock:read'] }));
    const token = await issuer.token({ claims: { scope } });
    const create = `mutation { apiKeyCreate(input: { client: "shop", scopes: [ADMIN, ${name}] }) { key userErrors { code message } } }`;
    const message = expect.stringContaining(`it does not have ${lacking} itself`) as string;
    const payload = { key: null, userErrors: [{ code: 'NOT_ALLOWED', message }] };
    expect((await send(token, create)).json()).toEqual({ data: { apiKeyCreate: payload } });
    const { keyId } = await services.apiKeys.create({
      ...{ tenantId: tenants.ours, clientName: 'other', scopes: ['stock:read', 'stock:write'] },
    });
    const rotate = `mutation { apiKeyRotate(id: "ApiKey:${keyId}") { key userErrors { code } } }`;
    const refused = { key: null, userErrors: [{ code: 'NOT_ALLOWED' }] };
    expect((await send(token, rotate)).json()).toEqual({ data: { apiKeyRotate: refused } });
  });

  test('that only reads stores no client', async () => {
    await issuers().add(draft());
    await send(await issuer.token({ claims: { sub: 'a browser' } }));
    expect(await ownerRows(database, "SELECT 1 FROM api_client WHERE name LIKE '%browser%'")).toEqual([]);
  });

  test('is in the log as its issuer and a hash of its subject', async () => {
    const issuerId = await issuers().add(draft());
    const token = await issuer.token({ claims: { sub: 'alice@example.com' } });
    log.length = 0;
    await send(token);
    await send(`${token.slice(0, -3)}AAA`);
    const lines = log.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toMatchObject([
      { status: 200, tenantId: tenants.ours, issuerId, clientId: expect.stringMatching(/-8\w{3}-/) as string },
      { status: 401 },
    ]);
    expect(lines[1]).not.toHaveProperty('tenantId');
    for (const secret of ['alice', token.slice(0, 20), token.slice(-20, -3), AUDIENCE])
      expect(log.join()).not.toContain(secret);
  });

  test('that is refused is told why, and counts as a failed attempt', async () => {
    await issuers().add(draft());
    const token = await issuer.token({ claims: { aud: 'https://elsewhere.example' } });
    const attempt = () =>
      openServer().app.inject({
        ...{ method: 'POST', url: '/graphql', remoteAddress: '198.51.100.1', payload: { query: '{ __typename }' } },
        headers: { authorization: `Bearer ${token}` },
      });
    const { statusCode, headers, body } = await attempt();
    expect([statusCode, headers['www-authenticate']]).toEqual([
      401,
      'Bearer realm="stockbridge", error="invalid_token"',
    ]);
    const message = 'The access token is of no issuer and audience that are accepted here.';
    expect(JSON.parse(body)).toEqual({ errors: [{ message, extensions: { code: 'UNAUTHENTICATED' } }] });
    for (let time = 1; time < HTTP_LIMITS.failedAttempts; time += 1) await attempt();
    expect((await attempt()).statusCode).toBe(429);
  });

  test('costs no look-up of its own, whatever it says', async () => {
    await issuers().add(draft());
    const begunMs = Date.now();
    const statements = jest.spyOn(Client.prototype, 'query');
    await ownerRows(database, 'SELECT 1');
    expect(statements).toHaveBeenCalledTimes(1);
    const before = issuer.asked.length;
    for (let time = 0; time < 200; time += 1) {
      const iss = `https://${time}.example`;
      expect((await send(await issuer.token({ claims: { iss } }))).statusCode).toBe(401);
      expect((await send(await issuer.token({ header: { kid: `${time}` } }))).statusCode).toBe(401);
      expect((await send(randomBytes(60).toString('base64url') + '.a.b')).statusCode).toBe(401);
    }
    // One fetch for the first unknown key id, unless the cool-down has not ended.
    expect(issuer.asked.length - before).toBeLessThanOrEqual(2);
    // The issuers, once a second.
    expect(statements.mock.calls.length).toBeLessThanOrEqual(2 + (Date.now() - begunMs) / 1_000);
    statements.mockRestore();
  });

  test('whose issuer is down is asked to come back, in the form of GraphQL', async () => {
    const down = await TestIssuer.start();
    await issuers().add(draft({ issuer: down.url }));
    await down.close();
    const response = await send(await down.token());
    expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '5']);
    expect(response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
    expect(log.some((line) => line.includes('cannot be fetched') && line.includes(down.url))).toBe(true);
  });

  test('opens nothing but GraphQL', async () => {
    await issuers().add(draft());
    const authorization = `Bearer ${await issuer.token(WRITE)}`;
    const calls = [
      { method: 'GET', url: '/api/v2/inventories' },
      { method: 'PUT', url: '/usp/inventories/absolute' },
    ] as const;
    for (const call of calls) {
      expect((await openServer().app.inject({ ...call, headers: { authorization } })).statusCode).toBe(401);
    }
  });
});

describe('issuers', () => {
  test('are accepted and refused within a second, and each change is an audit entry', async () => {
    openGateway();
    const issuerId = await issuers().add(draft());
    const token = await issuer.token();
    await send(token);
    const statusBecomes = (status: number) => until(async () => (await send(token)).statusCode === status);
    expect(await issuers().disable(tenants.ours, 'idp')).toBe(true);
    await statusBecomes(401);
    expect(await issuers().list(tenants.ours)).toMatchObject([
      { issuerId, name: 'idp', disabledAt: expect.any(Date) as Date },
    ]);
    expect(await issuers().enable(tenants.ours, 'idp')).toBe(true);
    await statusBecomes(200);
    expect(await issuers().remove(tenants.ours, 'idp')).toBe(true);
    await statusBecomes(401);
    expect(await issuers().list(tenants.ours)).toEqual([]);

    const entries = await listAuditEntries(services.dataSource, tenants.ours);
    const ofThis = entries.filter(({ subject }) => subject === `TokenIssuer:${issuerId}`);
    const settings = expect.objectContaining({ issuer: issuer.url, scopes: ['stock:read', 'stock:write'] }) as object;
    expect(ofThis.map(({ actor, action, before, after }) => [actor, action, before, after])).toEqual([
      ['command line', 'TOKEN_ISSUER_ADDED', null, settings],
      ['command line', 'TOKEN_ISSUER_DISABLED', { disabledAt: null }, { disabledAt: expect.any(String) as string }],
      ['command line', 'TOKEN_ISSUER_ENABLED', { disabledAt: expect.any(String) as string }, { disabledAt: null }],
      ['command line', 'TOKEN_ISSUER_REMOVED', settings, null],
    ]);
  });

  test('that are not there, or of another tenant, are not changed', async () => {
    await issuers().add(draft());
    const entries = await listAuditEntries(services.dataSource, tenants.theirs);
    for (const change of ['disable', 'enable', 'remove'] as const) {
      expect(await issuers()[change](tenants.theirs, 'idp')).toBe(false);
    }
    expect(await issuers().enable(tenants.ours, 'idp')).toBe(false);
    expect(await issuers().list(tenants.ours)).toMatchObject([{ disabledAt: null }]);
    expect(await listAuditEntries(services.dataSource, tenants.theirs)).toEqual(entries);
  });

  test.each<[string, Partial<TokenIssuerDraft>, Partial<TokenIssuerDraft>, boolean]>([
    ['the same', {}, {}, false],
    ['another audience', {}, { audience: 'other' }, true],
    ['a claim in one of them', {}, { requiredClaim: { name: 'org', value: 'b' } }, false],
    [
      'another claim',
      { requiredClaim: { name: 'org', value: 'a' } },
      { requiredClaim: { name: 'tid', value: 'b' } },
      false,
    ],
    [
      'the same value',
      { requiredClaim: { name: 'org', value: 'a' } },
      { requiredClaim: { name: 'org', value: 'a' } },
      false,
    ],
    [
      'another value',
      { requiredClaim: { name: 'org', value: 'a' } },
      { requiredClaim: { name: 'org', value: 'b' } },
      true,
    ],
  ])('of several tenants have to be told apart: %s', async (_name, one, other, isFine) => {
    await issuers().add(draft(one));
    const second = draft({ ...other, tenantId: tenants.theirs });
    const added = issuers().add(second);
    if (isFine) await expect(added).resolves.toEqual(expect.any(String));
    else await expect(added).rejects.toThrow(/^Another tenant accepts tokens of .* already \(idp\)/);
    // A disabled one is in nobody's way, and cannot come back beside the next.
    if (isFine) return;
    await issuers().disable(tenants.ours, 'idp');
    await issuers().add(second);
    await expect(issuers().enable(tenants.ours, 'idp')).rejects.toThrow(AccessError);
    expect((await issuers().list(tenants.ours))[0]?.disabledAt).not.toBeNull();
  });

  test('that two gateways add at the same time are not both added', async () => {
    const added = await Promise.allSettled([
      ...Array.from({ length: 4 }, (_, at) => issuers().add(draft({ name: `ours-${at}` }))),
      ...Array.from({ length: 4 }, (_, at) => issuers().add(draft({ name: `${at}`, tenantId: tenants.theirs }))),
    ]);
    expect(added.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test.each<[Partial<TokenIssuerDraft>, string]>([
    [{ name: '' }, 'The name "" must not be empty'],
    [{ name: 'x'.repeat(61) }, 'at most 60'],
    [{ name: 'a\u200bb' }, 'U+200B'],
    [{ issuer: 'http://idp.example' }, 'has to begin with https://'],
    [{ issuer: 'https://idp.example?a=b' }, 'must not have a query'],
    [{ issuer: 'idp' }, 'is not a URL'],
    [{ audience: ' a' }, 'white space around it'],
    [{ audience: '' }, 'The audience "" must not be empty'],
    [{ scopeClaim: '' }, 'The scope claim'],
    [{ scopePrefix: 'a\0' }, 'The scope prefix'],
    [{ requiredClaim: { name: '', value: 'a' } }, 'The name of the claim'],
    [{ requiredClaim: { name: 'a', value: ' ' } }, 'The value of the claim'],
    [{ jwksUrl: 'http://10.0.0.1/keys' }, 'The JWKS URL'],
    [{ algorithms: [] }, 'at least one algorithm'],
    [{ scopes: [] }, 'at least one scope'],
    [{ clockToleranceSeconds: 301 }, 'from 0 to 300'],
    [{ clockToleranceSeconds: 0.5 }, 'from 0 to 300'],
    [{ tenantId: '019a0000-0000-7000-8000-00000000ffff' }, 'There is no tenant'],
  ])('with %j are refused', async (changes, message) => {
    await expect(issuers().add(draft(changes))).rejects.toThrow(AccessError);
    await expect(issuers().add(draft(changes))).rejects.toThrow(message);
    expect(await issuers().list(tenants.ours)).toEqual([]);
  });

  test('have a name each', async () => {
    await issuers().add(draft());
    await expect(issuers().add(draft({ audience: 'other' }))).rejects.toThrow('has a token issuer named idp already');
  });

  test('are read together, at most once a second', async () => {
    let nowMs = 1;
    await issuers().add(draft());
    const directory = createTokenIssuerDirectory(services.dataSource, { now: () => nowMs });
    expect(await directory.byIssuer(issuer.url)).toEqual([expect.objectContaining(draft())]);
    await issuers().remove(tenants.ours, 'idp');
    expect(await directory.byIssuer(issuer.url)).toHaveLength(1);
    expect(await directory.byIssuer('https://unknown.example')).toEqual([]);
    nowMs += 1_001;
    expect(await directory.byIssuer(issuer.url)).toEqual([]);
  });
});
