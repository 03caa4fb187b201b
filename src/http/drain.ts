import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { httpProblems } from './problem';

const RETRY_AFTER_SECONDS = 1;

/**
 * Turns every `app.close()` into a drain. The server accepts no new connections, answers the requests in flight and closes
 * their connections. Further requests on open connections get a 503. After `timeoutMs`, the remaining connections are cut.
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
    // Browsers open connections before they need them. Node does not count a connection without any bytes as idle, so it
    // would delay the drain until the timeout.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    const cutOff = setTimeout(() => {
      app.log.warn({ connections: sockets.size }, 'drain took too long: cutting the connections that are still open');
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
