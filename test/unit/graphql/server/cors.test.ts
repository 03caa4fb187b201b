import { pino } from 'pino';
import type { ApiKeyDirectory } from '../../../../src/application/ports/access';
import { LedgerUnavailableError } from '../../../../src/application/ports/poster';
import { createApp } from '../../../../src/app';
import { HTTP_LIMITS } from '../../../../src/http/limits';
import type { HttpServer } from '../../../../src/http/server';
import type { Services } from '../../../../src/services';

const SHOP = 'https://shop.example';
const ADMIN = 'http://localhost:5173';

/** The one that a publishable key is bound to. */
const BOUND = 'https://bound.example';

/** These tests need no other services: nobody is let in. */
const apiKeyDirectory: ApiKeyDirectory = {
  authenticate: () => Promise.resolve(undefined),
  noteUse: () => undefined,
  isOriginOfKey: (origin) => (isDatabaseUp ? Promise.resolve(origin === BOUND) : unavailable()),
};
let isDatabaseUp = true;
const unavailable = (): Promise<never> => Promise.reject(new LedgerUnavailableError());

const appFor = (corsOrigins: readonly string[]): HttpServer =>
  createApp({ apiKeyDirectory } as Services, {
    logger: pino({ level: 'silent' }),
    host: '127.0.0.1',
    port: 0,
    corsOrigins,
  });

const preflight = (server: HttpServer, origin: string, url = '/graphql') =>
  server.app.inject({
    method: 'OPTIONS',
    url,
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });

let server: HttpServer;

const send = (server: HttpServer, origin: string) =>
  server.app.inject({ method: 'POST', url: '/graphql', headers: { origin, authorization: 'Bearer wrong' } });

afterEach(() => server.close());

describe('with CORS_ORIGINS', () => {
  beforeEach(() => {
    server = appFor([SHOP, ADMIN]);
  });

  test.each([SHOP, ADMIN, BOUND])('a page of %s may call', async (origin) => {
    for (const url of ['/graphql', '/graphql/']) {
      const { statusCode, headers } = await preflight(server, origin, url);
      expect(statusCode).toBe(204);
      expect(headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'authorization, content-type, content-encoding, x-request-id, graphql-cost',
        'access-control-max-age': '7200',
      });
      expect(headers['access-control-allow-credentials']).toBeUndefined();
      expect(headers['vary']).toContain('Origin');
    }
  });

  test('it can read answers, also a refusal, and when to send again', async () => {
    const { statusCode, headers } = await server.app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { origin: SHOP },
    });
    expect(statusCode).toBe(401);
    expect(headers['access-control-allow-origin']).toBe(SHOP);
    expect(headers['access-control-expose-headers']).toBe('x-request-id, retry-after, ratelimit, ratelimit-policy');
  });

  test.each([
    'https://shop.example.evil.example',
    'https://evil.example',
    'http://shop.example',
    'null',
    'https://shop.example:8443',
  ])('a page of %s may not', async (origin) => {
    const asked = await preflight(server, origin);
    const sent = await server.app.inject({ method: 'POST', url: '/graphql', headers: { origin } });
    for (const { headers } of [asked, sent]) expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  test.each(['/webhooks/jerry/token', '/api/v2/inventories', '/usp/inventories/absolute', '/openapi/service'])(
    'no page may call %s',
    async (url) => {
      const { statusCode, headers } = await preflight(server, SHOP, url);
      expect(statusCode).toBe(405);
      expect(headers['access-control-allow-origin']).toBeUndefined();
    },
  );
});

test('without CORS_ORIGINS only pages of publishable keys may call', async () => {
  server = appFor([]);
  expect((await preflight(server, BOUND)).statusCode).toBe(204);
  const { statusCode, headers } = await preflight(server, SHOP);
  expect(statusCode).toBe(405);
  expect(headers['access-control-allow-origin']).toBeUndefined();
});

describe('a page that may call can read when to send again', () => {
  beforeEach(async () => {
    server = appFor([SHOP]);
    await preflight(server, BOUND);
  });

  afterEach(() => {
    isDatabaseUp = true;
  });

  const readable = { 'access-control-allow-origin': BOUND, vary: 'Origin' };

  test('while the database is down', async () => {
    isDatabaseUp = false;
    const { statusCode, headers } = await send(server, BOUND);
    expect(statusCode).toBe(503);
    expect(headers).toMatchObject({ ...readable, 'retry-after': '2' });
    expect((await send(server, 'https://evil.example')).headers['access-control-allow-origin']).toBeUndefined();
  });

  test('after too many wrong keys of its address', async () => {
    for (let time = 0; time < HTTP_LIMITS.failedAttempts; time += 1) await send(server, SHOP);
    for (const origin of [BOUND, SHOP]) {
      const { statusCode, headers } = await send(server, origin);
      expect(statusCode).toBe(429);
      expect(headers).toMatchObject({ ...readable, 'access-control-allow-origin': origin });
      expect(headers['access-control-expose-headers']).toContain('retry-after');
    }
    expect((await send(server, 'https://evil.example')).headers['access-control-allow-origin']).toBeUndefined();
  });
});
