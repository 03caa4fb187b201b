import { pino } from 'pino';
import type { ApiKeyDirectory } from '../../../../src/application/ports/access';
import { createApp } from '../../../../src/app';
import type { HttpServer } from '../../../../src/http/server';
import type { Services } from '../../../../src/services';

const SHOP = 'https://shop.example';
const ADMIN = 'http://localhost:5173';

/** The one that a publishable key is bound to. */
const BOUND = 'https://bound.example';

/** These tests need no other services: nobody is let in. */
const apiKeyDirectory: ApiKeyDirectory = {
  authenticate: () => Promise.resolve(undefined),
  isOriginOfKey: (origin) => Promise.resolve(origin === BOUND),
};
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
        'access-control-allow-headers': 'authorization, content-type, x-request-id, graphql-cost',
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
