import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { httpProblems } from './problem';

const RETRY_AFTER_SECONDS = 1;

/**
 * Makes closing the server a drain, whoever calls `app.close()`: no new connections, requests in flight are answered and their
 * connections closed, requests that still come in on open connections get a 503, and after `timeoutMs` what is left is cut off.
 */
export function registerDrain(app: FastifyInstance, timeoutMs: number): void {
  let draining = false;
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  app.addHook('preClose', (done) => {
    draining = true;
    // Browsers open connections ahead of need. Node doesn't count one that has never sent a byte as idle, so it would
    // hold the drain up to its end.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    const cutOff = setTimeout(() => {
      app.log.warn({ connections: sockets.size }, 'drain took too long: cutting off the requests still in flight');
      for (const socket of sockets) socket.destroy();
    }, timeoutMs);
    app.server.once('close', () => {
      clearTimeout(cutOff);
    });
    done();
  });

  app.addHook('onRequest', (_request, _reply, done) => {
    if (draining) done(httpProblems.unavailable(RETRY_AFTER_SECONDS, 'The gateway is stopping.'));
    else done();
  });

  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (draining) reply.header('connection', 'close');
    done();
  });
}
