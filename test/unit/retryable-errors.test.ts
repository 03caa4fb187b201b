import type { InjectOptions } from 'fastify';
import { pino } from 'pino';
import { createApp } from '../../src/app';
import { SCOPES, type Principal } from '../../src/application/ports/access';
import { LedgerUnavailableError } from '../../src/application/ports/poster';
import { Pulse } from '../../src/persistence/database/pulse';
import { createReadPool } from '../../src/persistence/readers/database';
import type { HttpServer } from '../../src/http/server';
import type { Services } from '../../src/services';

const unavailable = (): Promise<never> => Promise.reject(new LedgerUnavailableError());

const CLIENT: Principal = {
  tenantId: '019a0000-0000-7000-8000-000000000001',
  clientId: '019a0000-0000-7000-8000-000000000002',
  clientName: 'shop',
  keyId: '019a0000-0000-7000-8000-000000000003',
  scopes: new Set(SCOPES),
  inventoryOrganisations: false,
  limits: null,
  origins: null,
  addresses: null,
};

// Port 1 has no database, so every read fails as it does when the database is down.
const readPool = createReadPool('postgres://127.0.0.1:1/none', {
  applicationName: 'test',
  max: 1,
  log: () => undefined,
});

const servers: HttpServer[] = [];

afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await readPool.end();
});

/** The whole gateway while its database is down. Known clients are still recognised where that is asked for. */
function gatewayWithoutDatabase(authenticate: () => Promise<Principal>): HttpServer {
  const services = {
    readPool,
    pulse: new Pulse({ pool: readPool, onLost: () => undefined, warn: () => undefined }),
    poster: { post: unavailable, close: () => Promise.resolve(), giveUp: () => undefined },
    connectionDirectory: { byToken: unavailable, byHandle: unavailable, byId: unavailable },
    apiKeyDirectory: { authenticate, noteUse: () => undefined, isOriginOfKey: unavailable },
    accessTokens: { authenticate: unavailable },
    documentDirectory: { textOf: unavailable, servesOnlyTrusted: () => Promise.resolve(false) },
  } as Partial<Services> as Services;
  const server = createApp(services, { logger: pino({ level: 'silent' }), host: '127.0.0.1', port: 0 });
  servers.push(server);
  return server;
}

const json = { 'content-type': 'application/json' };
const keyed = { ...json, authorization: 'Bearer key' };
const row = { sku: 'TEA', location: 'SHOP', delta: 1 };
const ADJUST = `mutation ($input: StockAdjustInput!) { stockAdjust(input: $input) { ledgerSequence } }`;
const adjust = { idempotencyKey: 'one', reason: 'RECEIPT', rows: [row] };

const REST: [string, InjectOptions, number, string][] = [
  ['a Jerry webhook', { method: 'POST', url: '/webhooks/jerry/t', payload: '{}' }, 503, 'application/json'],
  // Winit expects 500 for a delivery that it should send again.
  ['a Winit webhook', { method: 'POST', url: '/webhooks/winit/t', payload: '[]' }, 500, 'text/plain'],
  ['a standard webhook', { method: 'POST', url: '/webhooks/standard/t' }, 503, 'application/problem+json'],
  ['an Increff call', { method: 'PUT', url: '/usp/inventories/absolute', payload: '{}' }, 503, 'application/json'],
  [
    'a Comestri call',
    { method: 'GET', url: '/api/v2/inventories', headers: { authorization: 'Bearer t' } },
    503,
    'application/problem+json',
  ],
  [
    'a Winit order',
    { method: 'POST', url: '/openapi/service', payload: { sign_method: 'md5', app_key: 'a' } },
    503,
    'application/json',
  ],
];

test.each(REST)('%s is asked to come back when the database is down', async (_door, request, status, contentType) => {
  const response = await gatewayWithoutDatabase(unavailable).app.inject(request);
  expect([response.statusCode, response.headers['retry-after']]).toEqual([status, '2']);
  expect(response.headers['content-type']).toBe(contentType);
});

test.each([
  ['key', 'Bearer key'],
  ['token', 'Bearer a.b.c'],
])('a GraphQL request is asked to come back when its %s cannot be looked up', async (_kind, authorization) => {
  const { app } = gatewayWithoutDatabase(unavailable);
  const payload = { query: '{ __typename }' };
  const response = await app.inject({ method: 'POST', url: '/graphql', headers: { ...json, authorization }, payload });
  expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '2']);
  expect(response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
});

test.each([
  ['query', { query: '{ ledgerHead { sequence } }' }],
  ['mutation', { query: ADJUST, variables: { input: adjust } }],
  ['request for a trusted document', { documentId: `sha256:${'0'.repeat(64)}` }],
])('a GraphQL %s is asked to come back when the database is down', async (_kind, payload) => {
  const { app } = gatewayWithoutDatabase(() => Promise.resolve(CLIENT));
  const response = await app.inject({ method: 'POST', url: '/graphql', headers: keyed, payload });
  expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '2']);
  expect(response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
});

test('readiness says that the database cannot be reached', async () => {
  const response = await gatewayWithoutDatabase(unavailable).app.inject('/readyz');
  expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '1']);
  expect(response.json()).toMatchObject({ detail: 'The database cannot be reached.' });
});
