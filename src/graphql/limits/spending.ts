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

/** A rate of many keys, or of many visitors. */
class Rate {
  readonly limiter: RateLimiter;
  readonly policy: string;

  constructor(
    readonly name: string,
    /** So much at once, and in each window. */
    readonly limit: number,
    maxKeys: number,
    now: (() => number) | undefined,
  ) {
    const windowSeconds = GRAPHQL_LIMITS.rateWindowSeconds;
    this.policy = policyField([{ name, limit, windowSeconds, unit: 'cost' }]);
    this.limiter = createRateLimiter({ limit, windowMs: windowSeconds * 1_000, maxKeys, ...(now && { now }) });
  }
}

/** The rates of all API keys, and of the visitors of publishable ones. */
export class KeyRates {
  readonly ofKeys: Rate;
  readonly ofVisitors: Rate;

  /** @param now milliseconds of a clock that no one can set back */
  constructor(costPerSecond: number, now?: () => number) {
    const { rateWindowSeconds, ratedKeys, ratedVisitors, visitorsOfKey } = GRAPHQL_LIMITS;
    const limit = costPerSecond * rateWindowSeconds;
    this.ofKeys = new Rate('cost', limit, ratedKeys, now);
    this.ofVisitors = new Rate('visitor', Math.ceil(limit / visitorsOfKey), ratedVisitors, now);
  }
}

/** Who pays for a request. */
interface Payer {
  readonly keyId: string;
  /** The network of a visitor, where the key is publishable: it has a share of the rate of the key, which all use. */
  readonly visitor: string | null;
}

/** What one payer has left of one rate. */
class Purse {
  constructor(
    readonly rate: Rate,
    private readonly owner: string,
    /** As a message calls it. */
    readonly called: string,
  ) {}

  get left(): number {
    return this.rate.limiter.left(this.owner);
  }

  /** Whole seconds until it can pay; undefined: it can. */
  secondsUntil(cost: number): number | undefined {
    const { allowed, retryAfterSeconds } = this.rate.limiter.peek(this.owner, cost);
    return allowed ? undefined : retryAfterSeconds;
  }

  take(cost: number): void {
    this.rate.limiter.take(this.owner, cost);
  }

  charge(cost: number): void {
    this.rate.limiter.charge(this.owner, cost);
  }
}

function pursesOf({ ofKeys, ofVisitors }: KeyRates, { keyId, visitor }: Payer): readonly [Purse, ...Purse[]] {
  const key = new Purse(ofKeys, keyId, 'the key or token');
  return visitor === null ? [key] : [new Purse(ofVisitors, `${keyId} ${visitor}`, 'your share of the key'), key];
}

/**
 * What one request takes of the rate of its key, and of its visitor's: before it runs, what it asks for; afterwards, what
 * it has used beyond that (ADR 18).
 */
export class Spending {
  readonly budget = new RequestBudget();
  /** What the request costs whatever it asks for. */
  #base = REQUEST_COST;
  #requested = REQUEST_COST;
  #taken = 0;
  /** The purse that could not pay, and when it can. */
  #lacking: { readonly purse: Purse; readonly seconds: number } | undefined;
  readonly #purses: readonly [Purse, ...Purse[]];

  constructor(
    rates: KeyRates,
    payer: Payer,
    /** Whether the client wants to see the cost in the answer. */
    private readonly isShown: boolean,
  ) {
    this.#purses = pursesOf(rates, payer);
  }

  /** The error for a key that has not even left what the smallest operation costs. */
  refusal(): ThrottledError | undefined {
    return this.#throttled(REQUEST_COST);
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
    const throttled = this.#throttled(more);
    if (throttled) return throttled;
    for (const purse of this.#purses) purse.take(more);
    this.#taken = this.#requested;
    return undefined;
  }

  /** Takes what has been used until now beyond what was taken. What is throttled has used nothing. */
  settle(): void {
    if (this.#lacking) return;
    const { statements, databaseMs } = this.budget.used;
    const used = Math.ceil(this.#base + statements * STATEMENT_COST + databaseMs * DATABASE_MS_COST);
    if (used <= this.#taken) return;
    for (const purse of this.#purses) purse.charge(used - this.#taken);
    this.#taken = used;
  }

  /** The `RateLimit` fields of the answer. */
  fields(): Readonly<Record<string, string>> {
    const states = this.#purses.map((purse) => {
      const seconds = this.#lacking?.purse === purse ? this.#lacking.seconds : 1;
      return { name: purse.rate.name, left: purse.left, seconds };
    });
    return {
      'ratelimit-policy': this.#purses.map(({ rate }) => rate.policy).join(', '),
      ratelimit: rateField(states),
    };
  }

  /** For `extensions.cost` of the answer; undefined when the client has not asked for it. */
  shown(): ShownCost | undefined {
    if (!this.isShown) return undefined;
    this.settle();
    const { statements, databaseMs } = this.budget.used;
    const { rate, left } = this.#purses.reduce((least, purse) => (purse.left < least.left ? purse : least));
    return {
      requestedQueryCost: this.#requested,
      actualQueryCost: this.#lacking ? null : this.#taken,
      throttleStatus: { maximumAvailable: rate.limit, currentlyAvailable: left, restoreRate: perSecond(rate) },
      used: { statements, databaseMs: Math.round(databaseMs * 10) / 10 },
    };
  }

  /** Looks whether every purse can pay, and keeps the first that cannot. None of them pays before all can. */
  #throttled(cost: number): ThrottledError | undefined {
    this.#lacking = undefined;
    for (const purse of this.#purses) {
      const seconds = purse.secondsUntil(cost);
      if (seconds === undefined) continue;
      this.#lacking = { purse, seconds };
      const { called, left, rate } = purse;
      const message = `The operation costs ${this.#requested}; ${called} has ${left} left, and gets ${perSecond(rate)} a second. Send it again after ${seconds} s.`;
      return new ThrottledError(message, seconds);
    }
    return undefined;
  }
}

const perSecond = ({ limit }: Rate): number => limit / GRAPHQL_LIMITS.rateWindowSeconds;
