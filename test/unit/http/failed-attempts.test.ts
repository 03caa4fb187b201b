import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { httpProblems } from '../../../src/http/problem';
import { noteFailedAttempt } from '../../../src/http/failed-attempts';
import { HTTP_LIMITS } from '../../../src/http/limits';
import { createHttpServer, type HttpServer } from '../../../src/http/server';

const servers: HttpServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

function makeServer(trustedProxies: readonly string[] = []): HttpServer {
  const server = createHttpServer({
    ...{ logger: pino({ level: 'silent' }), host: '127.0.0.1', port: 0, trustedProxies },
    readiness: () => Promise.resolve(undefined),
  });
  servers.push(server);
  server.app.get('/wrong', () => {
    throw httpProblems.unauthorized('Bearer');
  });
  server.app.get('/other-form', (request) => {
    noteFailedAttempt(request);
    return 'refused';
  });
  server.app.get('/right', () => 'fine');
  return server;
}

const { failedAttempts } = HTTP_LIMITS;

async function statuses(server: HttpServer, url: string, times: number, headers = {}, remoteAddress = '192.0.2.1') {
  const seen: number[] = [];
  for (let time = 0; time < times; time += 1) {
    seen.push((await server.app.inject({ url, headers, remoteAddress })).statusCode);
  }
  return seen;
}

it.each([
  ['/wrong', 401],
  ['/other-form', 200],
])('an address that fails too often at %s is asked to wait, and no other', async (url, status) => {
  const server = makeServer();
  expect(new Set(await statuses(server, url, failedAttempts))).toEqual(new Set([status]));
  const response = await server.app.inject({ url, remoteAddress: '192.0.2.1' });
  expect([response.statusCode, response.headers['retry-after']]).toEqual([429, '1']);
  expect(await statuses(server, '/right', 1)).toEqual([429]);
  expect([...(await statuses(server, '/livez', 1)), ...(await statuses(server, '/readyz', 1))]).toEqual([200, 200]);
  expect(await statuses(server, '/right', 1, {}, '192.0.2.2')).toEqual([200]);
});

it('a request whose connection was cut before it was looked at is no fault of the server', async () => {
  const logged: string[] = [];
  const logger = pino({ level: 'error' }, { write: (line: string) => void logged.push(line) });
  const ready = () => Promise.resolve(undefined);
  const server = createHttpServer({ logger, host: '127.0.0.1', port: 0, readiness: ready });
  servers.push(server);
  let calls = 0;
  server.app.get('/right', () => (calls += 1));
  await server.listen();
  const { port } = server.app.server.address() as AddressInfo;
  server.app.server.prependListener('request', ({ socket }) => socket.resetAndDestroy());
  await expect(fetch(`http://127.0.0.1:${port}/right`)).rejects.toThrow('fetch failed');
  await server.close();
  expect({ calls, logged }).toEqual({ calls: 0, logged: [] });
});

it('requests that succeed do not count', async () => {
  const server = makeServer();
  expect(new Set(await statuses(server, '/right', 2 * failedAttempts))).toEqual(new Set([200]));
});

it.each([
  ['2001:db8:1:2::1', '2001:db8:1:2::ffff', '2001:db8:1:3::1'],
  ['2001:db8:1:2::1', '2001:db8:1:2:3:4:5:6', '2001:db8:1::2'],
  ['2001:db8::1', '2001:db8::ffff:2', '2001:db8:0:1::1'],
  ['2001:db8::1:2:3:4', '2001:db8::', '2001:db8:1::'],
  ['::1', '::2', '0:0:0:1::1'],
])('addresses of one IPv6 network count together: %s and %s, not %s', async (failing, same, other) => {
  const server = makeServer();
  await statuses(server, '/wrong', failedAttempts, {}, failing);
  expect(await statuses(server, '/right', 1, {}, same)).toEqual([429]);
  expect(await statuses(server, '/right', 1, {}, other)).toEqual([200]);
});

it('believes X-Forwarded-For of trusted proxies only', async () => {
  const from = (address: string) => ({ 'x-forwarded-for': address });
  const open = makeServer();
  for (let time = 0; time < failedAttempts; time += 1) await statuses(open, '/wrong', 1, from(`198.51.100.${time}`));
  expect(await statuses(open, '/right', 1, from('198.51.100.250'))).toEqual([429]);
  const behind = makeServer(['192.0.2.0/24']);
  await statuses(behind, '/wrong', failedAttempts, from('198.51.100.1'));
  expect(await statuses(behind, '/right', 1, from('198.51.100.1'))).toEqual([429]);
  expect(await statuses(behind, '/right', 1, from('198.51.100.2'))).toEqual([200]);
});
