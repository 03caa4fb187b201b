import { performance } from 'node:perf_hooks';
import { LRUCache } from 'lru-cache';

export interface RateLimiterOptions {
  /** The units of a key, such as requests or bytes: at once, and on average in each window. */
  readonly limit: number;
  readonly windowMs: number;
  /** How many keys are remembered. The least recently used key is forgotten first, and starts with its full limit again. */
  readonly maxKeys: number;
  /** Milliseconds of any clock; by default a monotonic one. */
  readonly now?: () => number;
}

interface RateLimitVerdict {
  readonly allowed: boolean;
  /** Whole seconds until the units are allowed; 0 if they were. */
  readonly retryAfterSeconds: number;
}

export interface RateLimiter {
  /** Counts units of `key` if it has as many left. Refused units are not counted. More than the limit count as the limit. */
  take(key: string, units?: number): RateLimitVerdict;
  /** Whether `key` has units left, without counting them. */
  peek(key: string, units?: number): RateLimitVerdict;
  /** Counts units that have been used already, even if `key` has none left. It then owes them, but never more than the limit. */
  charge(key: string, units: number): void;
  /** The whole units that `key` has left: 0 also while it owes some. */
  left(key: string): number;
}

const ALLOWED: RateLimitVerdict = { allowed: true, retryAfterSeconds: 0 };

/** Sums of fractions of milliseconds are at least this exact, over months. */
const ROUNDING_MS = 0.001;
const ROUNDING_UNITS = 0.001;

/**
 * A token bucket for each key, stored as one number: the time when the bucket will be full again (the generic cell rate
 * algorithm, ITU-T I.371). An unknown key has a full bucket, so forgetting a key never causes a refusal.
 */
export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const { limit, windowMs, maxKeys, now = () => performance.now() } = options;
  for (const [name, value] of Object.entries({ limit, windowMs, maxKeys })) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a whole number above 0`);
  }
  const fullAtMsByKey = new LRUCache<string, number>({ max: maxKeys });
  const msAUnit = windowMs / limit;
  const startMs = now();
  const elapsedMs = (): number => Math.floor(now() - startMs);
  /** How long the bucket takes to be full again. */
  const refillMs = (key: string, nowMs: number): number => Math.max(0, (fullAtMsByKey.get(key) ?? 0) - nowMs);

  const judge = (key: string, units: number): { verdict: RateLimitVerdict; fullAtMs: number } => {
    const nowMs = elapsedMs();
    const fullInMs = refillMs(key, nowMs) + Math.min(units, limit) * msAUnit;
    const waitMs = fullInMs - windowMs;
    const refused = { allowed: false, retryAfterSeconds: Math.ceil((waitMs - ROUNDING_MS) / 1000) };
    return { verdict: waitMs > ROUNDING_MS ? refused : ALLOWED, fullAtMs: nowMs + fullInMs };
  };
  return {
    take(key, units = 1) {
      const { verdict, fullAtMs } = judge(key, units);
      if (verdict.allowed) fullAtMsByKey.set(key, fullAtMs);
      return verdict;
    },
    peek: (key, units = 1) => judge(key, units).verdict,
    charge(key, units) {
      const nowMs = elapsedMs();
      const fullInMs = refillMs(key, nowMs) + units * msAUnit;
      fullAtMsByKey.set(key, nowMs + Math.min(fullInMs, 2 * windowMs));
    },
    left(key) {
      const leftMs = windowMs - refillMs(key, elapsedMs());
      return Math.max(0, Math.floor(leftMs / msAUnit + ROUNDING_UNITS));
    },
  };
}
