import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HTTP_LIMITS } from './limits';
import { httpProblems } from './problem';

const RETRY_AFTER_SECONDS = 1;
/** Smaller bodies are not counted: thousands of them fit. */
const SMALL_BYTES = 16 * 1024;

/**
 * Bounds the bodies of all requests that are received or worked on. A request whose body does not fit is refused before
 * it is read. Requests with the same path and credentials share half of the room, so that one sender leaves some for
 * the others.
 */
export function registerBodiesInFlight(app: FastifyInstance): void {
  const { bodiesInFlightBytes } = HTTP_LIMITS;
  const bytesBySender = new Map<string, number>();
  let total = 0;
  const reserve = (sender: string, bytes: number): void => {
    total += bytes;
    const own = (bytesBySender.get(sender) ?? 0) + bytes;
    if (own === 0) bytesBySender.delete(sender);
    else bytesBySender.set(sender, own);
  };
  app.addHook('onRequest', (request, reply, done) => {
    const bytes = bytesAnnounced(request);
    if (bytes <= SMALL_BYTES) {
      done();
      return;
    }
    const sender = senderOf(request);
    const own = (bytesBySender.get(sender) ?? 0) + bytes;
    // A lone body of the largest size is always taken.
    const fits = total === 0 || (total + bytes <= bodiesInFlightBytes && own <= bodiesInFlightBytes / 2);
    if (!fits) {
      done(httpProblems.unavailable(RETRY_AFTER_SECONDS, 'Too many bodies are being received; send this one again.'));
      return;
    }
    reserve(sender, bytes);
    // Also when the connection ends before there is an answer, of which Fastify has no hook.
    reply.raw.once('close', () => {
      reserve(sender, -bytes);
    });
    done();
  });
}

/** Reading a body of this size takes milliseconds, in which nothing else is served. */
const LARGE_BYTES = 128 * 1024;

/** Lets the handlers of large bodies start one after the other, so that small requests are served between them. */
export function registerTurnsOfLargeBodies(app: FastifyInstance): void {
  let lastTurn: Promise<void> = Promise.resolve();
  app.addHook('preHandler', ({ body }, _reply, done) => {
    if (!Buffer.isBuffer(body) || body.length < LARGE_BYTES) {
      done();
      return;
    }
    lastTurn = lastTurn.then(() => new Promise((resolve) => setImmediate(resolve)));
    void lastTurn.then(() => {
      done();
    });
  });
}

/** As many as the request says; of one that does not say, as many as its route takes. */
function bytesAnnounced({ headers, routeOptions }: FastifyRequest): number {
  const limit = routeOptions.bodyLimit;
  if (headers['transfer-encoding'] !== undefined) return limit;
  const length = Number(headers['content-length'] ?? 0);
  // A longer one is refused before it is read.
  return Number.isSafeInteger(length) && length <= limit ? length : 0;
}

/** Whoever sends: paths of webhooks have a token, other routes a header with credentials. */
function senderOf({ raw, headers }: FastifyRequest): string {
  const { authorization = '', authusername = '' } = headers;
  return `${raw.url ?? ''} ${authorization} ${String(authusername)}`;
}
