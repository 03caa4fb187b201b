import { LRUCache } from 'lru-cache';

/** How long what was read is believed: so a revoked key or a disabled connection stops working within a second. */
const CACHE_TTL_MS = 1_000;
/** Most entries of one cache. */
const MAX_ENTRIES = 10_000;

/** A clock in milliseconds that never goes back. */
export interface Clock {
  now(): number;
}

/** Reads by a text key, at most once at a time and once a second for each. Failures are not kept. */
export type CachedRead<Value extends object> = (key: string) => Promise<Value>;

/** Keeps what `read` gives for a second, within a bound; that a thing isn't there is kept as well. */
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
    // Pushed out while it is being read, it is still what the caller waits for.
    ignoreFetchAbort: true,
  });
  // Asking for what is there takes a fraction of a fetch.
  return async (key) => cache.get(key) ?? (await cache.fetch(key)) ?? read(key);
}
