import { performance } from 'node:perf_hooks';
import { LRUCache } from 'lru-cache';

export interface RateLimiterOptions {
  /** The number of requests per key: at once, and on average in each window. */
  readonly limit: number;
  readonly windowMs: number;
  /** How many keys are remembered. The least recently used key is forgotten first, and starts with its full limit again. */
  readonly maxKeys: number;
  /** Milliseconds of any clock; by default a monotonic one. */
  readonly now?: () => number;
}

interface RateLimitVerdict {
  readonly allowed: boolean;
  /** Whole seconds until the next request is allowed; 0 if this one was. */
  readonly retryAfterSeconds: number;
}

export interface RateLimiter {
  /** Counts a request of `key` if it has one left. A refused request is not counted. */
  take(key: string): RateLimitVerdict;
  /** Whether `key` has a request left, without counting one. */
  peek(key: string): RateLimitVerdict;
}

const ALLOWED: RateLimitVerdict = { allowed: true, retryAfterSeconds: 0 };

/**
 * A token bucket for each key, stored as one number: the time when the bucket will be full again (the generic cell rate
 * algorithm, ITU-T I.371). An unknown key has a full bucket, so forgetting a key never causes a refusal.
 */
export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const { limit, windowMs, maxKeys, now = () => performance.now() } = options;
  for (const [name, value] of Object.entries({ limit, windowMs, maxKeys })) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a whole number above 0`);
  }
  const fullAtByKey = new LRUCache<string, number>({ max: maxKeys });
  // Time is counted in ticks of 1/limit ms from here on. One token takes windowMs ticks to refill, and integers add up exactly.
  const startMs = now();
  const windowTicks = windowMs * limit;

  const judge = (key: string): { verdict: RateLimitVerdict; fullAtTicks: number } => {
    const nowTicks = Math.floor(now() - startMs) * limit;
    const fullAtTicks = Math.max(fullAtByKey.get(key) ?? 0, nowTicks) + windowMs;
    const waitTicks = fullAtTicks - windowTicks - nowTicks;
    const refused = { allowed: false, retryAfterSeconds: Math.ceil(waitTicks / limit / 1000) };
    return { verdict: waitTicks > 0 ? refused : ALLOWED, fullAtTicks };
  };
  return {
    take(key) {
      const { verdict, fullAtTicks } = judge(key);
      if (verdict.allowed) fullAtByKey.set(key, fullAtTicks);
      return verdict;
    },
    peek: (key) => judge(key).verdict,
  };
}
