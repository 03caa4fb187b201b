import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that systems hand out to outgoing connections. A client that keeps trying a port from among those
 * while the server restarts can be given that very port as its own, connect to itself, and so take it from the server.
 */
const LOWEST = 20_000;
const HIGHEST = 32_000;

const MAX_TRIES = 200;

/** A port of 127.0.0.1 that is free now, though somebody else may take it before it is used. */
export async function pickFreePort(): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port between ${LOWEST} and ${HIGHEST} of 127.0.0.1 seems to be free`);
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}
