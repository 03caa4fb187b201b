import type { Socket } from 'node:net';
import { setImmediate as endOfTurn } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { httpProblems } from './problem';

const RETRY_AFTER_SECONDS = 1;

/** How long a connection that has not sent anything yet has for its request, once the server closes. */
const FIRST_BYTES_WITHIN_MS = 300;

/** A turn of the event loop that is shorter has taken what the kernel had accepted, and little can have come since. */
const SHORT_TURN_MS = 1;
/** How many turns are waited for a short one. */
const MAX_TURNS = 100;

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
    // The request of a connection that was just accepted may be on its way: it gets its 503 like others. But browsers open
    // connections before they need them, and Node does not count those as idle: they would delay the drain to its timeout.
    const silent = setTimeout(() => {
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    }, FIRST_BYTES_WITHIN_MS);
    const cutOff = setTimeout(() => {
      app.log.warn({ connections: sockets.size }, 'drain took too long: cutting the connections that are still open');
      for (const socket of sockets) socket.destroy();
    }, timeoutMs);
    app.server.once('close', () => {
      clearTimeout(cutOff);
      clearTimeout(silent);
    });
    void afterShortTurn().then(() => {
      done();
    });
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

/**
 * Resolves right behind a short turn of the event loop. The kernel accepts connections before the process takes them. It
 * resets those that wait when the port is closed, with the requests that they have sent.
 */
async function afterShortTurn(): Promise<void> {
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const startedAtMs = performance.now();
    await endOfTurn();
    if (performance.now() - startedAtMs < SHORT_TURN_MS) return;
  }
}
