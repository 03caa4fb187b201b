import type { Posting } from '../../src/domain/posting';
import { MAX_BATCH_LEGS, nextBatch } from '../../src/persistence/poster/lane';
import { idOf, keyOf, postingOf } from '../domain/support';

/** A posting of an origin with this many legs. */
const waiting = (origin: number, legs: number): Posting<unknown> =>
  postingOf(() => ({ keep: true, result: null }), {
    origin: { kind: 'CONNECTION', id: idOf(origin) },
    reads: { outcomes: [], keys: Array.from({ length: legs }, () => keyOf('TEA', 'MAIN')) },
  });

/** The places in the queue of what the next batch takes. */
const taken = (queue: readonly Posting<unknown>[]): number[] => {
  const batch = nextBatch(queue);
  return [...queue.keys()].filter((place) => batch.has(queue[place] as Posting<unknown>));
};

describe('of what waits, a batch takes', () => {
  it('everything that it has room for', () => {
    expect(taken([waiting(1, 300), waiting(2, 0), waiting(1, 1), waiting(3, 300)])).toEqual([0, 1, 2, 3]);
  });

  it('the oldest and then the shorter ones, where it has not room for all', () => {
    const crowd = [1, 2, 3, 4].map((origin) => waiting(origin, 300));
    expect(taken([...crowd, waiting(5, 1)])).toEqual([0, 1, 2, 4]);
  });

  it('nothing ahead of what its own origin has sent before', () => {
    const crowd = [1, 2, 3, 5].map((origin) => waiting(origin, 300));
    expect(taken([...crowd, waiting(5, 1)])).toEqual([0, 1, 2]);
  });

  it('the oldest, however long it is', () => {
    expect(taken([waiting(1, MAX_BATCH_LEGS + 1), waiting(2, 1)])).toEqual([0]);
  });
});
