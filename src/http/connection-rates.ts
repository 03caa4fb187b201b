import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HTTP_LIMITS } from './limits';
import { HttpProblem } from './problem';
import { policyField, rateField, type RatePolicy } from './rate-fields';
import { createRateLimiter, type RateLimiter } from './rate-limiter';
import { RefusalLog, type RatedConnection } from './refusal-log';

/** What each connection may send. It can send ten times as much at once, after a pause. */
export interface ConnectionRates {
  readonly messagesPerSecond: number;
  /** Bytes of their bodies. */
  readonly bytesPerSecond: number;
}

/** 429: the connection sends more than its rate. */
export class RateExceededProblem extends HttpProblem {
  constructor(readonly retryAfterSeconds: number) {
    const detail = 'The connection sends more than its rate; send the request again after Retry-After.';
    super(429, { detail, headers: { 'retry-after': String(retryAfterSeconds) } });
  }
}

const RATES = 'connectionRates';
const FIELD = 'connectionRateField';

/** Adds what {@link countRequest} needs, and the `RateLimit` fields to the answers of the requests that it counts. */
export function registerConnectionRates(app: FastifyInstance, rates: ConnectionRates): void {
  const meter = new ConnectionMeter(rates, new RefusalLog(app.log));
  app.decorate(RATES, meter);
  app.decorateRequest(FIELD, null);
  app.addHook('onSend', (request, reply, payload, done) => {
    const field = request.getDecorator<string | null>(FIELD);
    if (field !== null) reply.headers({ 'ratelimit-policy': meter.policy, ratelimit: field });
    done(null, payload);
  });
}

/**
 * Counts a request of a connection, once it is known whose it is.
 *
 * @throws {RateExceededProblem} when it is more than the connection's rate. It is not counted then.
 */
export function countRequest(request: FastifyRequest, connection: RatedConnection): void {
  const meter = request.server.getDecorator<ConnectionMeter>(RATES);
  const { field, retryAfterSeconds } = meter.count(connection, Buffer.isBuffer(request.body) ? request.body.length : 0);
  request.setDecorator(FIELD, field);
  if (retryAfterSeconds > 0) throw new RateExceededProblem(retryAfterSeconds);
}

interface Rate {
  readonly policy: RatePolicy;
  readonly limiter: RateLimiter;
}

class ConnectionMeter {
  readonly policy: string;
  readonly #messages: Rate;
  readonly #bytes: Rate;

  constructor(
    { messagesPerSecond, bytesPerSecond }: ConnectionRates,
    private readonly refusals: RefusalLog,
  ) {
    this.#messages = rateOf('messages', 'requests', messagesPerSecond);
    this.#bytes = rateOf('bytes', 'content-bytes', bytesPerSecond);
    this.policy = policyField([this.#messages.policy, this.#bytes.policy]);
  }

  /** Counts a message with so many bytes, or says after how many seconds it can be sent again. */
  count(connection: RatedConnection, bytes: number): { field: string; retryAfterSeconds: number } {
    const { id } = connection;
    const asked = [
      { rate: this.#messages, units: 1 },
      { rate: this.#bytes, units: bytes },
    ];
    const waits = asked.map(({ rate, units }) => rate.limiter.peek(id, units).retryAfterSeconds);
    const retryAfterSeconds = Math.max(...waits);
    if (retryAfterSeconds > 0) this.refusals.note(connection);
    else for (const { rate, units } of asked) rate.limiter.take(id, units);
    const states = asked.map(({ rate: { policy, limiter } }, index) => ({
      name: policy.name,
      left: limiter.left(id),
      // It refills all the time.
      seconds: Math.max(1, waits[index] ?? 0),
    }));
    return { field: rateField(states), retryAfterSeconds };
  }
}

function rateOf(name: string, unit: string, perSecond: number): Rate {
  const { rateWindowSeconds: windowSeconds, ratedConnections: maxKeys } = HTTP_LIMITS;
  const limit = perSecond * windowSeconds;
  return {
    policy: { name, unit, limit, windowSeconds },
    limiter: createRateLimiter({ limit, windowMs: windowSeconds * 1_000, maxKeys }),
  };
}
