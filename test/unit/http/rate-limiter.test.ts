import fc from 'fast-check';
import { createRateLimiter } from '../../../src/http/rate-limiter';

test('allows a burst up to the limit, then one for each part of the window', () => {
  let nowMs = 1_000;
  const limiter = createRateLimiter({ limit: 7, windowMs: 60_000, maxKeys: 10, now: () => nowMs });
  const burst = Array.from({ length: 8 }, () => limiter.take('a').allowed);
  expect(burst).toEqual([true, true, true, true, true, true, true, false]);
  expect(limiter.take('a')).toEqual({ allowed: false, retryAfterSeconds: 9 });
  expect(limiter.take('b').allowed).toBe(true);
  nowMs += 8_571;
  expect(limiter.take('a')).toEqual({ allowed: false, retryAfterSeconds: 1 });
  nowMs += 1;
  expect(limiter.take('a')).toEqual({ allowed: true, retryAfterSeconds: 0 });
  expect(limiter.take('a').allowed).toBe(false);
  nowMs += 60_000;
  expect(Array.from({ length: 8 }, () => limiter.take('a').allowed).filter(Boolean)).toHaveLength(7);
});

test('forgets the least recently used key, which then starts fresh', () => {
  const limiter = createRateLimiter({ limit: 1, windowMs: 1_000, maxKeys: 2, now: () => 0 });
  expect(['a', 'b', 'a', 'c', 'a', 'b'].map((key) => limiter.take(key).allowed)).toEqual([
    true,
    true,
    false,
    true,
    false,
    true,
  ]);
});

test('refuses an invalid limit', () => {
  expect(() => createRateLimiter({ limit: 0, windowMs: 1, maxKeys: 1 })).toThrow(
    'limit must be a whole number above 0',
  );
});

test('counts units, of which one take can have many', () => {
  let nowMs = 5;
  const limiter = createRateLimiter({ limit: 1_000, windowMs: 10_000, maxKeys: 10, now: () => nowMs });
  expect(limiter.left('a')).toBe(1_000);
  expect(limiter.take('a', 900).allowed).toBe(true);
  expect(limiter.left('a')).toBe(100);
  expect(limiter.peek('a', 100).allowed).toBe(true);
  expect(limiter.take('a', 150)).toEqual({ allowed: false, retryAfterSeconds: 1 });
  expect(limiter.left('a')).toBe(100);
  expect(limiter.take('a', 1_000)).toEqual({ allowed: false, retryAfterSeconds: 9 });
  nowMs += 500;
  expect(limiter.take('a', 150).allowed).toBe(true);
  expect([limiter.left('a'), limiter.left('b')]).toEqual([0, 1_000]);
});

test('more units than the limit are counted as the limit, so that they are allowed at some time', () => {
  const limiter = createRateLimiter({ limit: 10, windowMs: 1_000, maxKeys: 10, now: () => 0 });
  expect(limiter.take('a', 11).allowed).toBe(true);
  expect(limiter.take('a', 11)).toEqual({ allowed: false, retryAfterSeconds: 1 });
});

test('charges what has been used, and lets a key owe as much as the limit', () => {
  let nowMs = 0;
  const limiter = createRateLimiter({ limit: 10, windowMs: 1_000, maxKeys: 10, now: () => nowMs });
  limiter.charge('a', 4);
  expect(limiter.left('a')).toBe(6);
  limiter.charge('a', 1_000_000);
  expect([limiter.left('a'), limiter.take('a').allowed]).toEqual([0, false]);
  nowMs += 1_099;
  expect(limiter.take('a')).toEqual({ allowed: false, retryAfterSeconds: 1 });
  nowMs += 1;
  expect(limiter.take('a').allowed).toBe(true);
});

test('grants over time what the rate says, whatever the sizes of the takes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e9 }),
      fc.integer({ min: 1, max: 60_000 }),
      fc.array(fc.tuple(fc.double({ min: 0, max: 1.2, noNaN: true }), fc.nat(5_000)), { maxLength: 200 }),
      (limit, windowMs, takes) => {
        let nowMs = 1e10;
        const limiter = createRateLimiter({ limit, windowMs, maxKeys: 1, now: () => nowMs });
        nowMs += 1e10;
        // An exact model, in units of which a millisecond refills `limit` and a unit takes `windowMs`.
        let level = BigInt(limit) * BigInt(windowMs);
        const full = level;
        for (const [share, pauseMs] of takes) {
          const units = Math.max(1, Math.floor(limit * share));
          const needed = BigInt(Math.min(units, limit)) * BigInt(windowMs);
          const difference = Number(level - needed) / limit;
          const { allowed } = limiter.take('a', units);
          if (Math.abs(difference) > 0.01) expect(allowed).toBe(difference > 0);
          if (allowed) level -= needed;
          nowMs += pauseMs;
          level += BigInt(pauseMs) * BigInt(limit);
          if (level > full) level = full;
        }
      },
    ),
  );
});
