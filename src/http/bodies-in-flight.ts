import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HTTP_LIMITS } from './limits';
import { httpProblems, type HttpProblem } from './problem';

const RETRY_AFTER_SECONDS = 1;
/** Smaller bodies are not counted, since thousands of them fit. Reading a larger one can take milliseconds. */
const SMALL_BYTES = 16 * 1024;

const ROOM = 'bodyRoom';

/**
 * Bounds the bodies of all requests that are received or worked on. A request whose body does not fit is refused before
 * it is read. Requests with the same path and credentials share half of the room, so that one sender leaves some for
 * the others.
 */
export function registerBodiesInFlight(app: FastifyInstance): void {
  const taken = new TakenRoom();
  app.decorateRequest(ROOM, null);
  app.addHook('onRequest', (request, reply, done) => {
    const room = new BodyRoom(taken, senderOf(request), reply.raw);
    request.setDecorator(ROOM, room);
    const refused = room.grow(bytesAnnounced(request));
    if (refused) done(refused);
    else done();
  });
}

/** The room of a request's body, for a body that turns out to be larger than what was announced. */
export const roomOf = (request: FastifyRequest): BodyRoom => request.getDecorator<BodyRoom>(ROOM);

/** What bodies take, in all and by sender. */
class TakenRoom {
  readonly #bySender = new Map<string, number>();
  #total = 0;

  /** Whether a body that has `own` bytes already may have more. A lone body of the largest size is always taken. */
  fits(sender: string, own: number, more: number): boolean {
    const { bodiesInFlightBytes } = HTTP_LIMITS;
    if (this.#total === own) return true;
    const ofSender = (this.#bySender.get(sender) ?? 0) + more;
    return this.#total + more <= bodiesInFlightBytes && ofSender <= bodiesInFlightBytes / 2;
  }

  add(sender: string, bytes: number): void {
    this.#total += bytes;
    const ofSender = (this.#bySender.get(sender) ?? 0) + bytes;
    if (ofSender === 0) this.#bySender.delete(sender);
    else this.#bySender.set(sender, ofSender);
  }
}

/** The room that one body takes until its connection ends or its answer is sent. */
export class BodyRoom {
  #bytes = 0;

  constructor(
    private readonly taken: TakenRoom,
    private readonly sender: string,
    private readonly response: ServerResponse,
  ) {}

  /** Takes as much as a body of this size needs. Returns why it cannot. */
  grow(bytes: number): HttpProblem | undefined {
    const more = bytes - this.#bytes;
    if (bytes <= SMALL_BYTES || more <= 0) return undefined;
    if (!this.taken.fits(this.sender, this.#bytes, more)) {
      return httpProblems.unavailable(RETRY_AFTER_SECONDS, 'Too many bodies are being received; send this one again.');
    }
    // Also when the connection ends before there is an answer, of which Fastify has no hook.
    if (this.#bytes === 0) {
      this.response.once('close', () => {
        this.#leave();
      });
    }
    this.taken.add(this.sender, more);
    this.#bytes = bytes;
    return undefined;
  }

  #leave(): void {
    this.taken.add(this.sender, -this.#bytes);
    this.#bytes = 0;
  }
}

/** Lets the handlers of larger bodies start one after the other, so that small requests are served between them. */
export function registerTurnsOfLargeBodies(app: FastifyInstance, nextTurn: () => Promise<void>): void {
  app.addHook('preHandler', ({ body }, _reply, done) => {
    if (!Buffer.isBuffer(body) || body.length < SMALL_BYTES) {
      done();
      return;
    }
    void nextTurn().then(() => {
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
  const path = raw.url?.replace(/\?.*/s, '') ?? '';
  return `${path} ${authorization} ${String(authusername)}`;
}
