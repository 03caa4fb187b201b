import { performance } from 'node:perf_hooks';
import { LRUCache } from 'lru-cache';

export interface RateLimiterOptions {
  /** How many a key may take at once, and on average in each window. */
  readonly limit: number;
  readonly windowMs: number;
  /** How many keys are remembered. The one that was used longest ago is forgotten first, and starts anew. */
  readonly maxKeys: number;
  /** Milliseconds on any clock; by default one that no one can set back. */
  readonly now?: () => number;
}

interface RateLimitVerdict {
  readonly allowed: boolean;
  /** Whole seconds after which one more is allowed; 0 if this one was. */
  readonly retryAfterSeconds: number;
}

export interface RateLimiter {
  /** Takes one for `key`, if it has one left. Being refused costs nothing. */
  take(key: string): RateLimitVerdict;
}

const ALLOWED: RateLimitVerdict = { allowed: true, retryAfterSeconds: 0 };

/**
 * A token bucket for each key, kept as one number: the time at which the bucket will be full again (the generic cell rate
 * algorithm, ITU-T I.371). A full bucket is what an unknown key has, so forgetting a key never refuses anyone.
 */
export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const { limit, windowMs, maxKeys, now = () => performance.now() } = options;
  for (const [name, value] of Object.entries({ limit, windowMs, maxKeys })) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a whole number above 0`);
  }
  const fullAtByKey = new LRUCache<string, number>({ max: maxKeys });
  // Time is counted in ticks of 1/limit ms from here on: refilling one token takes windowMs ticks, and whole numbers add up exactly.
  const startMs = now();
  const windowTicks = windowMs * limit;

  return {
    take(key) {
      const nowTicks = Math.floor(now() - startMs) * limit;
      const fullAtTicks = Math.max(fullAtByKey.get(key) ?? 0, nowTicks) + windowMs;
      const waitTicks = fullAtTicks - windowTicks - nowTicks;
      if (waitTicks > 0) return { allowed: false, retryAfterSeconds: Math.ceil(waitTicks / limit / 1000) };
      fullAtByKey.set(key, fullAtTicks);
      return ALLOWED;
    },
  };
}
