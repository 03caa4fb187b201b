import { once } from 'node:events';
import { request as send, Agent, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { HTTP_LIMITS } from '../../../src/http/limits';
import { rawBodyOf, useRawBody } from '../../../src/http/raw-body';
import { createHttpServer, type HttpServer } from '../../../src/http/server';

const LIMIT = 64 * 1024;
const MIB = 1024 * 1024;

let server: HttpServer;
let port: number;
/** One connection, so that an answer that leaves some of its request unread would spoil the next one. */
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

beforeAll(async () => {
  server = createHttpServer({
    ...{ logger: pino({ level: 'silent' }), host: '127.0.0.1', port: 0, drainTimeoutMs: 1 },
    readiness: () => Promise.resolve(undefined),
  });
  server.app.register((scope, _options, done) => {
    useRawBody(scope);
    scope.post('/hook', { bodyLimit: LIMIT }, (request) => rawBodyOf(request));
    scope.post('/push/:token', { bodyLimit: HTTP_LIMITS.pushBytes }, (request) => String(rawBodyOf(request).length));
    done();
  });
  server.app.post('/json', { bodyLimit: LIMIT }, (request) => ({ got: request.body }));
  port = Number(new URL(await server.listen()).port);
});

afterAll(async () => {
  agent.destroy();
  await server.close();
});

interface Sent {
  readonly path?: string;
  readonly type?: string;
  readonly chunked?: boolean;
}

async function post(body: Buffer, coding: string, { path = '/hook', type = 'text/plain', chunked = false }: Sent = {}) {
  const length = chunked ? {} : { 'content-length': body.length };
  const headers = { 'content-encoding': coding, 'content-type': type, ...length };
  const request = send({ port, host: '127.0.0.1', agent, path, method: 'POST', headers });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode, body: Buffer.concat(chunks), headers: response.headers };
}

const text = (bytes: number): Buffer =>
  Buffer.from('é{"a": 1}\n'.repeat(1 + Math.ceil(bytes / 11)).slice(0, bytes), 'latin1');
const CODINGS = { gzip: gzipSync, 'x-gzip': gzipSync, GZIP: gzipSync, deflate: deflateSync } as const;

describe.each(Object.entries(CODINGS))('%s', (coding, code) => {
  it.each([0, 1, 1_000, LIMIT - 1, LIMIT])('decodes %i bytes', async (bytes) => {
    for (const chunked of [false, true]) {
      const answer = await post(code(text(bytes)), coding, { chunked });
      expect(answer.status).toBe(200);
      expect(answer.body.equals(text(bytes))).toBe(true);
    }
  });

  it.each([LIMIT + 1, 2 * LIMIT, 64 * MIB])('refuses a body that has %i bytes when it is decoded', async (bytes) => {
    const body = code(Buffer.alloc(bytes));
    for (const chunked of [false, true]) expect((await post(body, coding, { chunked })).status).toBe(413);
    expect((await post(code(text(10)), coding)).status).toBe(200);
  });

  it('refuses what is cut at any place, changed or followed by something else', async () => {
    const whole = code(text(300));
    const bad = [
      ...Array.from(whole.keys(), (at) => whole.subarray(0, at)).slice(1),
      ...[whole.subarray(1), Buffer.concat([whole, Buffer.from('x')]), Buffer.concat([whole, Buffer.alloc(9)])],
      ...[
        text(20),
        Buffer.alloc(20),
        Buffer.from([0]),
        Buffer.from(whole.map((byte, at) => (at === 12 ? ~byte : byte))),
      ],
    ];
    for (const body of bad) {
      const { status, body: answer, headers } = await post(body, coding);
      expect(status).toBe(400);
      expect(headers['content-type']).toBe('application/problem+json');
      expect(answer.toString()).toContain('not in the content coding that the request names');
    }
    expect((await post(whole, coding)).status).toBe(200);
  });
});

it('refuses a coded body that is larger than what is decoded, also one that decodes to nothing', async () => {
  const nothing = gzipSync('');
  const members = Buffer.concat(Array.from({ length: 1 + Math.ceil(LIMIT / nothing.length) }, () => nothing));
  for (const chunked of [false, true]) expect((await post(members, 'gzip', { chunked })).status).toBe(413);
  expect((await post(Buffer.concat([nothing, gzipSync('a'), gzipSync('b')]), 'gzip')).body.toString()).toBe('ab');
});

it('answers a bad body that is still being sent, and the next one on its connection', async () => {
  const { status } = await post(Buffer.concat([Buffer.from('no gzip'), Buffer.alloc(7 * MIB)]), 'gzip', {
    path: '/push/a',
  });
  expect(status).toBe(400);
  expect((await post(gzipSync('a'), 'gzip')).status).toBe(200);
});

it('reads JSON that is coded, and no other type of it', async () => {
  const json = { path: '/json', type: 'application/json' };
  expect((await post(gzipSync('{"a":1}'), 'gzip', json)).body.toString()).toBe('{"got":{"a":1}}');
  expect((await post(gzipSync('{'), 'gzip', json)).status).toBe(400);
  for (const body of [gzipSync(Buffer.alloc(MIB)), Buffer.alloc(LIMIT)]) {
    expect((await post(body, 'gzip', { path: '/json', type: 'text/plain' })).status).toBe(415);
  }
  expect((await post(gzipSync('{"a":1}'), 'gzip', json)).status).toBe(200);
});

it('counts a coded body among those in flight by what it decodes to', async () => {
  const zeros = gzipSync(Buffer.alloc(8 * MIB - 1));
  // One more than there is room for: each sends all but its end, so that nearly all of it is decoded and waits.
  const sockets = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((token) => {
    const socket = connect(port, '127.0.0.1');
    const head = `POST /push/${token} HTTP/1.1\r\nhost: x\r\ncontent-encoding: gzip\r\ncontent-length: ${zeros.length}`;
    socket.write(`${head}\r\n\r\n`);
    socket.write(zeros.subarray(0, -9));
    return socket;
  });
  const [answer] = (await Promise.race(sockets.map((socket) => once(socket, 'data')))) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 503 (.*\r\n)*retry-after: 1\r\n/);
  expect((await post(gzipSync(Buffer.alloc(10_000)), 'gzip', { path: '/push/h' })).body.toString()).toBe('10000');
  for (const socket of sockets) socket.destroy();
  await Promise.all(sockets.map((socket) => once(socket, 'close')));
  expect((await post(zeros, 'gzip', { path: '/push/h' })).body.toString()).toBe(String(8 * MIB - 1));
});
