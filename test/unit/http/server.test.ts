import { once } from 'node:events';
import { request as httpRequest, Agent, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../../../src/http/server';
import { noteCaller } from '../../../src/http/request-log';
import { HTTP_LIMITS } from '../../../src/http/limits';
import { HttpProblem, httpProblems, type ProblemDocument } from '../../../src/http/problem';
import { rawBodyOf, useRawBody } from '../../../src/http/raw-body';

type LogLine = Record<string, unknown>;

const servers: HttpServer[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A server on a free port, and what it has logged so far. */
function makeServer(options: Partial<HttpServerOptions> = {}): { server: HttpServer; logged: LogLine[] } {
  const logged: LogLine[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged.push(JSON.parse(chunk.toString()) as LogLine);
      done();
    },
  });
  const server = createHttpServer({
    logger: pino(destination),
    host: '127.0.0.1',
    port: 0,
    readiness: () => Promise.resolve(undefined),
    ...options,
  });
  servers.push(server);
  return { server, logged };
}

/** Adds `POST /hook/:token`, which answers how many bytes it got and what they are in hex. */
function addRawRoute(server: HttpServer, bodyLimit?: number): void {
  server.app.register((scope, _options, done) => {
    useRawBody(scope);
    scope.post('/hook/:token', bodyLimit === undefined ? {} : { bodyLimit }, (request) => {
      const body = rawBodyOf(request);
      return { bytes: body.length, hex: body.subarray(0, 64).toString('hex') };
    });
    done();
  });
}

async function openSocket(origin: string): Promise<Socket> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

/** Everything that a socket receives until the other side closes it. */
async function readToEnd(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

/** Lets the event loop turn until a condition holds. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await nextTurn();
}

function problemIn(response: string): ProblemDocument {
  return JSON.parse(response.slice(response.indexOf('\r\n\r\n') + 4)) as ProblemDocument;
}

function get(
  url: string,
  agent: Agent,
): Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() });
      });
    });
    request.on('error', reject);
    request.end();
  });
}

describe('bodies', () => {
  test.each([
    ['application/json', '{"a":1.0}\n'],
    ['application/json', 'not json at all'],
    ['text/plain', 'plain'],
    ['application/x-www-form-urlencoded', 'a=1&b=2'],
    ['application/xml; charset=utf-8', '<a/>'],
    ['nonsense', 'content type without a slash'],
    [undefined, 'no content type'],
  ])('hands over the exact bytes of a body declared as %s', async (contentType, text) => {
    const { server } = makeServer();
    addRawRoute(server);
    const response = await server.app.inject({
      method: 'POST',
      url: '/hook/t',
      payload: Buffer.from(text),
      headers: contentType === undefined ? {} : { 'content-type': contentType },
    });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ bytes: text.length, hex: Buffer.from(text).toString('hex') });
  });

  test('keeps bytes that are not valid UTF-8', async () => {
    const { server } = makeServer();
    addRawRoute(server);
    const payload = Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x7d]);
    const headers = { 'content-type': 'application/json' };
    const response = await server.app.inject({ method: 'POST', url: '/hook/t', payload, headers });
    expect(response.json()).toEqual({ bytes: 5, hex: '7bfffe007d' });
  });

  test('hands over no bytes for a request without a body', async () => {
    const { server } = makeServer();
    addRawRoute(server);
    const response = await server.app.inject({ method: 'POST', url: '/hook/t' });
    expect(response.json()).toEqual({ bytes: 0, hex: '' });
  });

  test('accepts a body of exactly the limit and refuses one byte more with 413', async () => {
    const { server } = makeServer();
    addRawRoute(server);
    const atLimit = { method: 'POST', url: '/hook/t', payload: Buffer.alloc(HTTP_LIMITS.bodyBytes) } as const;
    const overLimit = { ...atLimit, payload: Buffer.alloc(HTTP_LIMITS.bodyBytes + 1) };
    expect((await server.app.inject(atLimit)).statusCode).toBe(200);
    const refused = await server.app.inject(overLimit);
    expect(refused.statusCode).toBe(413);
    expect(refused.headers['content-type']).toBe('application/problem+json');
    expect(refused.json()).toMatchObject({
      title: 'Payload Too Large',
      detail: 'The body may have 1048576 bytes at most.',
    });
  });

  test('holds a route to its own limit', async () => {
    const { server } = makeServer();
    addRawRoute(server, 10);
    const response = await server.app.inject({ method: 'POST', url: '/hook/t', payload: Buffer.alloc(11) });
    expect(response.json<ProblemDocument>().detail).toBe('The body may have 10 bytes at most.');
  });

  test.each(['with its length', 'in chunks'])('lets a client that sends far too much %s see the 413', async (how) => {
    const { server } = makeServer();
    addRawRoute(server);
    const origin = await server.listen();
    const socket = await openSocket(origin);
    const answer = readToEnd(socket);
    const body = Buffer.alloc(8 * HTTP_LIMITS.bodyBytes, 'x');
    socket.write('POST /hook/t HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\n');
    if (how === 'in chunks') {
      socket.write('transfer-encoding: chunked\r\n\r\n');
      socket.write(`${body.length.toString(16)}\r\n`);
      socket.write(body);
      socket.write('\r\n0\r\n\r\n');
    } else {
      socket.write(`content-length: ${body.length}\r\n\r\n`);
      socket.write(body);
    }
    socket.write('GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    const responses = await answer;
    expect(responses).toMatch(/^HTTP\/1\.1 413 /);
    expect(responses).toContain('HTTP/1.1 200 ');
  });

  test.each<[string, number]>([
    ['application/json; charset=utf-8', 200],
    ['application/json;charset="UTF-8"', 200],
    ['text/json; charset=ISO-8859-1', 200],
    ['application/json; charset=utf-16', 415],
    ['application/json; boundary=x; Charset = UTF-32LE', 415],
    ['application/json; charset=gbk', 415],
  ])('answers a body declared as %s with %i', async (contentType, status) => {
    const { server } = makeServer();
    addRawRoute(server);
    const headers = { 'content-type': contentType };
    const response = await server.app.inject({ method: 'POST', url: '/hook/t', payload: '{}', headers });
    expect(response.statusCode).toBe(status);
  });

  test('refuses a content coding that it does not know with 415, and says which it does', async () => {
    const { server } = makeServer();
    addRawRoute(server);
    const send = (coding: string) => {
      const headers = { 'content-encoding': coding, 'content-type': 'application/json' };
      return server.app.inject({ method: 'POST', url: '/hook/t', payload: 'x', headers });
    };
    for (const coding of ['br', 'zstd', 'compress', 'gzip, gzip', 'identity, gzip', 'gzip;q=1', '*', '']) {
      const response = await send(coding);
      expect(response.statusCode).toBe(415);
      expect(response.headers['accept-encoding']).toBe('gzip, deflate, identity');
    }
    expect((await send('Identity')).statusCode).toBe(200);
  });

  test('accepts only JSON when a route did not ask for raw bytes', async () => {
    const { server } = makeServer();
    server.app.post('/json', (request) => ({ got: request.body }));
    const send = (contentType: string, payload: string) =>
      server.app.inject({ method: 'POST', url: '/json', payload, headers: { 'content-type': contentType } });
    expect((await send('application/json', '{"a":1}')).json()).toEqual({ got: { a: 1 } });
    expect((await send('text/plain', '{"a":1}')).statusCode).toBe(415);
    const invalid = await send('application/json', '{"a":');
    expect(invalid.statusCode).toBe(400);
    expect(invalid.json()).toMatchObject({
      type: 'about:blank',
      title: 'Bad Request',
      detail: 'The body is not valid JSON.',
    });
  });
});

describe('problems', () => {
  test('answers an unknown path with 404, whatever the body', async () => {
    const { server } = makeServer();
    const headers = { 'content-type': 'application/json' };
    const response = await server.app.inject({ method: 'POST', url: '/nowhere?x=1', payload: '{"a":', headers });
    expect(response.statusCode).toBe(404);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(response.json()).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      requestId: response.headers['x-request-id'],
    });
  });

  test('answers a known path with another method with 405 and Allow', async () => {
    const { server } = makeServer();
    addRawRoute(server);
    const put = await server.app.inject({ method: 'PUT', url: '/hook/some-token?x=1', payload: 'x' });
    expect(put.statusCode).toBe(405);
    expect(put.headers.allow).toBe('POST');
    const post = await server.app.inject({ method: 'POST', url: '/livez' });
    expect(post.headers.allow).toBe('GET, HEAD');
  });

  test('answers a problem that a route throws, with its header fields', async () => {
    const { server } = makeServer();
    server.app.get('/private', () => {
      throw httpProblems.unauthorized('Bearer realm="stockbridge"', 'An API key is needed.');
    });
    const response = await server.app.inject('/private');
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toBe('Bearer realm="stockbridge"');
    expect(response.json()).toMatchObject({ title: 'Unauthorized', detail: 'An API key is needed.' });
  });

  test('masks an unknown error and logs it under the request id that the client gets', async () => {
    const { server, logged } = makeServer();
    server.app.get('/bug', () => {
      throw new Error('password is hunter2');
    });
    const response = await server.app.inject('/bug');
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain('hunter2');
    const { requestId } = response.json<ProblemDocument>();
    expect(logged).toContainEqual(
      expect.objectContaining({
        requestId,
        err: expect.objectContaining({ message: 'password is hunter2' }) as unknown,
      }),
    );
  });

  test("keeps the status of a library's client error, but not its message", async () => {
    const { server } = makeServer();
    server.app.get('/gone', () => {
      throw Object.assign(new Error('/secret/path is gone'), { statusCode: 410 });
    });
    const response = await server.app.inject('/gone');
    expect(response.json()).toMatchObject({ status: 410, title: 'Gone' });
    expect(response.body).not.toContain('secret');
  });

  test('answers a path that is not a URL with a problem', async () => {
    const { server, logged } = makeServer();
    addRawRoute(server);
    const response = await server.app.inject({ method: 'POST', url: '/hook/%zz-token' });
    expect(response.statusCode).toBe(400);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(response.headers['x-content-type-options']).toBe('nosniff');
    expect(response.body + JSON.stringify(logged)).not.toContain('token');
  });

  test('answers an error that may pass with 503 and Retry-After, and logs it', async () => {
    const passing = new Error('no connection is free');
    const { server, logged } = makeServer({ retryAfterSeconds: (error) => (error === passing ? 7 : undefined) });
    server.app.get('/busy', () => Promise.reject(passing));
    server.app.get('/broken', () => Promise.reject(new Error('another')));
    const busy = await server.app.inject('/busy');
    expect(busy.statusCode).toBe(503);
    expect(busy.headers).toMatchObject({ 'retry-after': '7', 'content-type': 'application/problem+json' });
    expect(busy.json<ProblemDocument>().detail).toMatch(/^The gateway cannot answer this request at present/);
    expect(busy.body).not.toContain('no connection');
    expect(logged).toContainEqual(expect.objectContaining({ msg: 'request failed' }));
    expect((await server.app.inject('/broken')).statusCode).toBe(500);
  });

  test('answers a handler that takes too long with 503 and Retry-After', async () => {
    const { server } = makeServer({ answerTimeoutMs: 1 });
    server.app.get('/slow', () => new Promise<never>(() => undefined));
    const response = await server.app.inject('/slow');
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('1');
    expect(response.json()).toMatchObject({ title: 'Service Unavailable', detail: 'The answer took too long.' });
  });

  test('answers a body that does not arrive in time once, with 408', async () => {
    const { server } = makeServer({ answerTimeoutMs: 100, receiveTimeoutMs: 400 });
    addRawRoute(server);
    const socket = await openSocket(await server.listen());
    const answer = readToEnd(socket);
    socket.write('POST /hook/t HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{');
    const response = await answer;
    expect(response.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 408']);
  });

  test.each([
    ['not HTTP at all', 'hello\r\n\r\n', 400, 'Bad Request'],
    [
      'too large a header',
      `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(HTTP_LIMITS.headerBytes)}\r\n\r\n`,
      431,
      'Request Header Fields Too Large',
    ],
  ])('answers %s with a problem', async (_what, bytes, status, title) => {
    const { server, logged } = makeServer();
    const socket = await openSocket(await server.listen());
    const answer = readToEnd(socket);
    socket.write(bytes);
    const response = await answer;
    expect(response).toContain(`HTTP/1.1 ${status} ${title}\r\n`);
    expect(problemIn(response)).toMatchObject({ status, title });
    expect(logged).toContainEqual(expect.objectContaining({ status, requestId: problemIn(response).requestId }));
    expect(JSON.stringify(logged)).not.toContain('yyyy');
  });

  test('has every problem in one catalogue, each with the headers that its status requires', () => {
    const catalogue = Object.values({
      badRequest: httpProblems.badRequest(),
      unauthorized: httpProblems.unauthorized('Bearer'),
      forbidden: httpProblems.forbidden(),
      notFound: httpProblems.notFound(),
      methodNotAllowed: httpProblems.methodNotAllowed(['GET']),
      requestTimeout: httpProblems.requestTimeout(),
      contentTooLarge: httpProblems.contentTooLarge(1),
      uriTooLong: httpProblems.uriTooLong(),
      unsupportedMediaType: httpProblems.unsupportedMediaType(),
      unsupportedContentCoding: httpProblems.unsupportedContentCoding('gzip'),
      tooManyRequests: httpProblems.tooManyRequests(2),
      headersTooLarge: httpProblems.headersTooLarge(),
      internal: httpProblems.internal(),
      unavailable: httpProblems.unavailable(3),
    } satisfies Record<keyof typeof httpProblems, HttpProblem>);
    const fieldsOf = (status: number) => catalogue.filter((problem) => problem.status === status).map((p) => p.headers);
    expect(fieldsOf(401)).toEqual([{ 'www-authenticate': 'Bearer' }]);
    expect(fieldsOf(405)).toEqual([{ allow: 'GET' }]);
    expect(fieldsOf(429)).toEqual([{ 'retry-after': '2' }]);
    expect(fieldsOf(503)).toEqual([{ 'retry-after': '3' }]);
  });

  test('adds details to a kind of problem that has its own type', () => {
    const problem = new HttpProblem(409, {
      type: 'urn:example:clash',
      title: 'Clash',
      instance: 'urn:example:1',
      detail: 'Two.',
    });
    expect(problem.toDocument('r-1')).toEqual({
      type: 'urn:example:clash',
      title: 'Clash',
      status: 409,
      detail: 'Two.',
      instance: 'urn:example:1',
      requestId: 'r-1',
    });
  });
});

describe('request ids and the access log', () => {
  test("keeps the client's request id when it is safe", async () => {
    const { server, logged } = makeServer();
    const response = await server.app.inject({ url: '/livez', headers: { 'x-request-id': 'Abc-1_2.3' } });
    expect(response.headers['x-request-id']).toBe('Abc-1_2.3');
    expect(logged).toEqual([expect.objectContaining({ requestId: 'Abc-1_2.3', route: '/livez' })]);
  });

  test.each(['', 'a b', 'a"b', '<b>', 'x'.repeat(65)])('creates its own request id instead of %p', async (given) => {
    const { server } = makeServer();
    const response = await server.app.inject({ url: '/livez', headers: { 'x-request-id': given } });
    expect(response.headers['x-request-id']).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  test('writes one line for each request, with its pattern and never its URL or credentials', async () => {
    const { server, logged } = makeServer();
    addRawRoute(server);
    const headers = { authorization: 'Bearer s3cret', 'content-type': 'text/plain' };
    await server.app.inject({ method: 'POST', url: '/hook/s3cret-token?key=s3cret', payload: 's3cret', headers });
    await server.app.inject({ method: 'GET', url: '/hook/s3cret-token/more', headers });
    expect(logged).toEqual([
      expect.objectContaining({ level: 30, msg: 'request', method: 'POST', route: '/hook/:token', status: 200 }),
      expect.objectContaining({ level: 30, msg: 'request', method: 'GET', route: null, status: 404 }),
    ]);
    expect(logged[0]?.['durationMs']).toEqual(expect.any(Number));
    expect(JSON.stringify(logged)).not.toContain('s3cret');
  });

  test('an error is logged without its other members, such as the values of a statement', async () => {
    const { server, logged } = makeServer();
    server.app.get('/broken', () => {
      throw Object.assign(new Error('broken'), { code: '23505', parameters: ['s3cret'], cause: new Error('below') });
    });
    await server.app.inject('/broken');
    const line = logged.find(({ msg }) => msg === 'request failed');
    expect(line?.['err']).toMatchObject({ type: 'Error', message: 'broken: below', code: '23505' });
    expect(JSON.stringify(logged)).not.toContain('s3cret');
  });

  test('the line says who called, once a route knows it', async () => {
    const { server, logged } = makeServer();
    server.app.get('/known', (request, reply) => {
      noteCaller(request, { tenantId: 'tenant', keyId: 'key' });
      noteCaller(request, { tenantId: 'tenant', operation: 'Stock' });
      return reply.send({});
    });
    await server.app.inject('/known');
    const who = { tenantId: 'tenant', keyId: 'key', operation: 'Stock' };
    expect(logged).toEqual([expect.objectContaining({ msg: 'request', route: '/known', ...who })]);
  });

  test('does not write the URL when a route logs its request, or answers twice', async () => {
    const { server, logged } = makeServer();
    server.app.get('/twice/:token', (request, reply) => {
      request.log.warn({ req: request, res: reply }, 'mind');
      void reply.send({ first: true });
      void reply.send({ second: true });
    });
    await server.app.inject('/twice/s3cret');
    expect(logged.filter((line) => line['level'] === 40)).toHaveLength(2);
    expect(JSON.stringify(logged)).not.toContain('s3cret');
  });

  test('writes no access log above info', async () => {
    const logged: string[] = [];
    const destination = new Writable({
      write(chunk: Buffer, _encoding, done) {
        logged.push(chunk.toString());
        done();
      },
    });
    const { server } = makeServer({ logger: pino({ level: 'warn' }, destination) });
    await server.app.inject('/livez');
    expect(logged).toEqual([]);
  });
});

describe('security headers', () => {
  test('forbids sniffing on every answer', async () => {
    const { server } = makeServer();
    for (const url of ['/livez', '/nowhere']) {
      const response = await server.app.inject(url);
      expect(response.headers['x-content-type-options']).toBe('nosniff');
      expect(response.headers['content-security-policy']).toBeUndefined();
    }
  });

  test('lets an HTML page load nothing from another host', async () => {
    const { server } = makeServer();
    server.app.get('/page', (_request, reply) => reply.type('text/html; charset=utf-8').send('<!doctype html>'));
    const policy = (await server.app.inject('/page')).headers['content-security-policy'];
    expect(policy).toMatch(/^default-src 'none';/);
    const sources = String(policy)
      .split('; ')
      .flatMap((directive) => directive.split(' ').slice(1));
    expect(new Set(sources)).toEqual(new Set(["'none'", "'self'", "'unsafe-inline'", 'data:']));
    expect(policy).toContain("script-src 'self';");
  });
});

describe('health', () => {
  test('reports live and ready', async () => {
    const { server } = makeServer();
    expect((await server.app.inject('/livez')).json()).toEqual({ status: 'live' });
    expect((await server.app.inject('/readyz')).json()).toEqual({ status: 'ready' });
  });

  test('reports what is missing while it is not ready', async () => {
    const { server } = makeServer({ readiness: () => Promise.resolve('The database does not answer.') });
    const response = await server.app.inject('/readyz');
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('1');
    expect(response.json()).toMatchObject({ detail: 'The database does not answer.' });
    expect((await server.app.inject('/livez')).statusCode).toBe(200);
  });

  test('is not ready when the check fails, and logs why', async () => {
    const { server, logged } = makeServer({ readiness: () => Promise.reject(new Error('pool is at 10.0.0.7')) });
    const response = await server.app.inject('/readyz');
    expect(response.statusCode).toBe(503);
    expect(response.body).not.toContain('10.0.0.7');
    expect(JSON.stringify(logged)).toContain('10.0.0.7');
  });
});

describe('limits', () => {
  test('has the published time limits on the server', () => {
    const { server } = makeServer();
    const { headersTimeout, requestTimeout, keepAliveTimeout } = server.app.server;
    expect({ headersTimeout, requestTimeout, keepAliveTimeout }).toEqual({
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 72_000,
    });
  });
});

describe('listening', () => {
  test('says in one line that the port is taken', async () => {
    const { server: other } = makeServer();
    const { port } = new URL(await other.listen());
    const { server } = makeServer({ port: Number(port) });
    await expect(server.listen()).rejects.toMatchObject({
      name: 'ListenError',
      message: `port ${port} on 127.0.0.1 is taken: stop what uses it, or set PORT`,
    });
  });

  test('says in one line that the address is not of this machine', async () => {
    // 192.0.2.0/24 is reserved for documentation (RFC 5737), so no machine has it.
    const { server } = makeServer({ host: '192.0.2.1' });
    await expect(server.listen()).rejects.toMatchObject({
      name: 'ListenError',
      message: '192.0.2.1 is not an address of this machine: set HOST to one that is, such as 127.0.0.1',
    });
  });

  test('returns the origin where it can be reached', async () => {
    const { server } = makeServer({ host: 'localhost' });
    const origin = await server.listen();
    expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${origin}/livez`)).status).toBe(200);
  });
});

describe('drain', () => {
  test('answers the request in flight, refuses the next one on an open connection, and closes', async () => {
    const { server } = makeServer();
    let finish = (): void => undefined;
    const begun = new Promise<void>((resolve) => {
      server.app.get('/work', async () => {
        resolve();
        await new Promise<void>((done) => (finish = done));
        return { done: true };
      });
    });
    const accepted: Socket[] = [];
    server.app.server.on('connection', (socket) => accepted.push(socket));
    const origin = await server.listen();
    const busy = await openSocket(origin);
    const busyAnswer = readToEnd(busy);
    busy.write('GET /work HTTP/1.1\r\nhost: x\r\n\r\n');
    await begun;
    // Half a request, so that the connection is not idle.
    const late = await openSocket(origin);
    const lateAnswer = readToEnd(late);
    late.write('GET /readyz HTTP/1.1\r\n');
    const silent = await openSocket(origin);
    const silentEnd = readToEnd(silent);
    await until(() => accepted.length === 3 && accepted[1]?.bytesRead === 'GET /readyz HTTP/1.1\r\n'.length);
    const closed = server.close();
    expect(await silentEnd).toBe('');
    late.write('host: x\r\n\r\n');
    const refused = await lateAnswer;
    expect(refused).toMatch(/^HTTP\/1\.1 503 /);
    expect(refused.toLowerCase()).toContain('connection: close');
    expect(refused).toContain('retry-after: 1');
    expect(problemIn(refused)).toMatchObject({ status: 503, detail: 'The gateway is stopping.' });
    await expect(openSocket(origin)).rejects.toThrow('ECONNREFUSED');
    finish();
    const answered = await busyAnswer;
    expect(answered).toMatch(/^HTTP\/1\.1 200 /);
    expect(answered.toLowerCase()).toContain('connection: close');
    expect(answered).toContain('{"done":true}');
    await closed;
  });

  test('answers a request that comes on a connection which was accepted just before', async () => {
    const { server } = makeServer();
    const accepted: Socket[] = [];
    server.app.server.on('connection', (socket) => accepted.push(socket));
    const socket = await openSocket(await server.listen());
    const answer = readToEnd(socket);
    await until(() => accepted.length === 1);
    const closed = server.close();
    socket.write('GET /readyz HTTP/1.1\r\nhost: x\r\n\r\n');
    expect(await answer).toMatch(/^HTTP\/1\.1 503 /);
    await closed;
  });

  test('closes idle kept-alive connections at once', async () => {
    const { server } = makeServer();
    const agent = new Agent({ keepAlive: true });
    const origin = await server.listen();
    expect((await get(`${origin}/livez`, agent)).status).toBe(200);
    await server.close();
    agent.destroy();
  });

  test('cuts off a request that never ends', async () => {
    const { server, logged } = makeServer({ drainTimeoutMs: 20 });
    const begun = new Promise<void>((resolve) => {
      server.app.get('/stuck', () => {
        resolve();
        return new Promise<never>(() => undefined);
      });
    });
    const socket = await openSocket(await server.listen());
    const answer = readToEnd(socket);
    socket.write('GET /stuck HTTP/1.1\r\nhost: x\r\n\r\n');
    await begun;
    await server.close();
    expect(await answer).toBe('');
    expect(logged).toContainEqual(expect.objectContaining({ level: 40, connections: 1 }));
  });
});
