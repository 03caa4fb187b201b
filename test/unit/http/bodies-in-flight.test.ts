import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { HTTP_LIMITS } from '../../../src/http/limits';
import { createHttpServer, type HttpServer } from '../../../src/http/server';

const MIB = 1024 * 1024;

let server: HttpServer;
let port: number;
const sockets: Socket[] = [];

beforeEach(async () => {
  server = createHttpServer({
    ...{ logger: pino({ level: 'silent' }), host: '127.0.0.1', port: 0, drainTimeoutMs: 1 },
    readiness: () => Promise.resolve(undefined),
  });
  server.app.post('/hook/:token', { bodyLimit: HTTP_LIMITS.pushBytes }, () => 'taken');
  port = Number(new URL(await server.listen()).port);
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

/** Announces a body and sends none of it. Resolves to the first line of the answer, where there is one. */
function announce(path: string, header: string): { socket: Socket; answer: Promise<string> } {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${header}\r\n\r\n`);
  const answer = once(socket, 'data').then(([bytes]) => String(bytes).split('\r\n', 1)[0] ?? '');
  return { socket, answer };
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));
const status = (path: string, body: string) =>
  fetch(`http://127.0.0.1:${port}${path}`, {
    ...{ method: 'POST', body, headers: { 'content-type': 'application/json' } },
  }).then((response) => response.status);
const large = JSON.stringify('x'.repeat(MIB));

it('refuses bodies of a sender that has half of the room, and takes them again when there is some', async () => {
  const waiting = [1, 2, 3].map(() => announce('/hook/a', `content-length: ${8 * MIB}`));
  await pause();
  expect(await announce('/hook/a', `content-length: ${MIB}`).answer).toBe('HTTP/1.1 503 Service Unavailable');
  expect(await status('/hook/b', large)).toBe(200);
  expect(await status('/hook/a', '{}')).toBe(200);
  waiting[0]?.socket.destroy();
  await pause();
  expect(await status('/hook/a', large)).toBe(200);
});

it('refuses what is more than all the room, and counts a body of unknown length as the largest', async () => {
  for (const path of ['a', 'b', 'c', 'd', 'e']) announce(`/hook/${path}`, 'transfer-encoding: chunked');
  await pause();
  expect(await status('/hook/f', large)).toBe(200);
  announce('/hook/f', 'transfer-encoding: chunked');
  await pause();
  expect(await status('/hook/g', large)).toBe(503);
});
