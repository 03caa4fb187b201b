import { RequestBudget } from '../../application/ports/reads';
import { policyField, rateField } from '../../http/rate-fields';
import { createRateLimiter, type RateLimiter } from '../../http/rate-limiter';
import { ThrottledError } from '../types/errors';
import { GRAPHQL_LIMITS } from './limits';

/** What every request costs, besides what it asks for. */
export const REQUEST_COST = 10;
/** Of the body, so many bytes cost 1: reading, parsing and validating take time also when the operation is refused. */
const BYTES_A_POINT = 100;
/** What each statement costs that a request has run. */
const STATEMENT_COST = 10;
/** What each millisecond of their time costs: the rate of a key pays for two connections at once. */
const DATABASE_MS_COST = 50;

/** The names are those of Shopify's GraphQL API, which clients know. */
export interface ShownCost {
  readonly requestedQueryCost: number;
  /** Null when the operation has not run. */
  readonly actualQueryCost: number | null;
  readonly throttleStatus: {
    readonly maximumAvailable: number;
    readonly currentlyAvailable: number;
    readonly restoreRate: number;
  };
  readonly used: { readonly statements: number; readonly databaseMs: number };
}

/** The rates of all API keys. */
export class KeyRates {
  readonly limiter: RateLimiter;
  readonly limit: number;
  readonly policy: string;

  /** @param now milliseconds of a clock that no one can set back */
  constructor(
    readonly costPerSecond: number,
    now?: () => number,
  ) {
    const { rateWindowSeconds: windowSeconds, ratedKeys: maxKeys } = GRAPHQL_LIMITS;
    this.limit = costPerSecond * windowSeconds;
    this.policy = policyField([{ name: 'cost', limit: this.limit, windowSeconds, unit: 'cost' }]);
    this.limiter = createRateLimiter({
      ...{ limit: this.limit, windowMs: windowSeconds * 1_000, maxKeys },
      ...(now && { now }),
    });
  }
}

/**
 * What one request takes of the rate of its key: before it runs, what it asks for; afterwards, what it has used beyond
 * that (ADR 18).
 */
export class Spending {
  readonly budget = new RequestBudget();
  /** What the request costs whatever it asks for. */
  #base = REQUEST_COST;
  #requested = REQUEST_COST;
  #taken = 0;
  #throttledSeconds: number | undefined;

  constructor(
    private readonly rates: KeyRates,
    private readonly keyId: string,
    /** Whether the client wants to see the cost in the answer. */
    private readonly isShown: boolean,
  ) {}

  /** The error for a key that has not even left what the smallest operation costs. */
  refusal(): ThrottledError | undefined {
    const { allowed, retryAfterSeconds } = this.rates.limiter.peek(this.keyId, REQUEST_COST);
    return allowed ? undefined : this.#throttled(retryAfterSeconds);
  }

  /** Counts the body, once it is read. */
  readBody(bytes: number): void {
    this.#base = REQUEST_COST + Math.floor(bytes / BYTES_A_POINT);
    this.#requested = this.#base;
  }

  /** Takes the cost of the operation. Of one that was taken before, nothing more is. */
  take(operationCost: number): ThrottledError | undefined {
    this.#requested = this.#base + operationCost;
    const more = this.#requested - this.#taken;
    if (more <= 0) return undefined;
    const { allowed, retryAfterSeconds } = this.rates.limiter.take(this.keyId, more);
    if (!allowed) return this.#throttled(retryAfterSeconds);
    this.#throttledSeconds = undefined;
    this.#taken = this.#requested;
    return undefined;
  }

  /** Takes what has been used until now beyond what was taken. What is throttled has used nothing. */
  settle(): void {
    if (this.#throttledSeconds !== undefined) return;
    const { statements, databaseMs } = this.budget.used;
    const used = Math.ceil(this.#base + statements * STATEMENT_COST + databaseMs * DATABASE_MS_COST);
    if (used <= this.#taken) return;
    this.rates.limiter.charge(this.keyId, used - this.#taken);
    this.#taken = used;
  }

  /** The `RateLimit` fields of the answer. */
  fields(): Readonly<Record<string, string>> {
    const state = { name: 'cost', left: this.#left(), seconds: this.#throttledSeconds ?? 1 };
    return { 'ratelimit-policy': this.rates.policy, ratelimit: rateField([state]) };
  }

  /** For `extensions.cost` of the answer; undefined when the client has not asked for it. */
  shown(): ShownCost | undefined {
    if (!this.isShown) return undefined;
    this.settle();
    const { statements, databaseMs } = this.budget.used;
    return {
      requestedQueryCost: this.#requested,
      actualQueryCost: this.#throttledSeconds === undefined ? this.#taken : null,
      throttleStatus: {
        maximumAvailable: this.rates.limit,
        currentlyAvailable: this.#left(),
        restoreRate: this.rates.costPerSecond,
      },
      used: { statements, databaseMs: Math.round(databaseMs * 10) / 10 },
    };
  }

  #left(): number {
    return this.rates.limiter.left(this.keyId);
  }

  #throttled(retryAfterSeconds: number): ThrottledError {
    this.#throttledSeconds = retryAfterSeconds;
    const message = `The operation costs ${this.#requested}; the key or token has ${this.#left()} left, and gets ${this.rates.costPerSecond} a second. Send it again after ${retryAfterSeconds} s.`;
    return new ThrottledError(message, retryAfterSeconds);
  }
}
