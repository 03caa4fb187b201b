import { LRUCache } from 'lru-cache';

/** How long a read is reused: a revoked key or a disabled connection stops working within a second. */
const CACHE_TTL_MS = 1_000;
/** Most entries of one cache. */
const MAX_ENTRIES = 10_000;

/** A clock in milliseconds that never goes back. */
export interface Clock {
  now(): number;
}

/** Reads by a text key, at most once a second for each key and never twice at the same time. Failures are not kept. */
export type CachedRead<Value extends object> = (key: string) => Promise<Value>;

/** Keeps the results of `read` for a second, up to a number of entries. A result that says "not found" is kept too. */
export function cached<Value extends object>(
  read: (key: string) => Promise<Value>,
  clock: Clock = performance,
): CachedRead<Value> {
  const cache = new LRUCache<string, Value>({
    max: MAX_ENTRIES,
    ttl: CACHE_TTL_MS,
    ttlResolution: 0,
    perf: clock,
    fetchMethod: read,
    // An entry that is evicted during its read is still what the caller waits for.
    ignoreFetchAbort: true,
  });
  // `get` takes a fraction of the time of `fetch`.
  return async (key) => cache.get(key) ?? (await cache.fetch(key)) ?? read(key);
}
