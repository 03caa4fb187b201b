import type { Settled } from '../../../../src/domain/plans/plan-batch';
import type { Posting } from '../../../../src/domain/ledger/posting';
import { LaneFullError, LedgerUnavailableError } from '../../../../src/application/ports/poster';
import {
  Lane,
  MAX_BATCH_CHARACTERS,
  MAX_BATCH_LEGS,
  MAX_QUEUED_BYTES,
  MAX_QUEUED_BYTES_OF_ALL,
  MAX_QUEUED_LEGS,
  QueuedBytes,
} from '../../../../src/persistence/poster/lane';
import type { Foundation } from '../../../../src/persistence/poster/transactions';
import { postingOfLegs as posting } from '../../../support/domain/test-ledger';

/** The batches that a lane forms from the waiting postings, as positions in the queue. */
async function batchesOf(
  queue: readonly Posting<unknown>[],
  /** How many postings of a batch are planned at most, and whether the lane hears of it before they are settled. */
  { planned = Infinity, foreseen = false } = {},
): Promise<number[][]> {
  const batches: number[][] = [];
  const lane = new Lane({
    start(postings) {
      batches.push(postings.map((one) => queue.indexOf(one)));
      const results = postings.slice(0, planned).map((one): Settled => ({ result: queue.indexOf(one) }));
      const settled = new Promise<Settled[]>((resolve) => setImmediate(resolve, results));
      const foundation = { planned: results.length, settled } as unknown as Foundation;
      return { settled, foundation: foreseen ? Promise.resolve(foundation) : settled.then(() => undefined) };
    },
  });
  expect(await Promise.all(queue.map((one) => lane.post(one)))).toEqual([...queue.keys()]);
  return batches;
}

describe('a lane', () => {
  it('takes everything at once that it has room for', async () => {
    expect(await batchesOf([posting(1, 300), posting(2, 300), posting(1, 400)])).toEqual([[0, 1, 2]]);
    expect(await batchesOf([posting(1, 1), posting(2, 0), posting(1, 10)])).toEqual([[0, 1, 2]]);
  });

  it('takes the oldest first where it has not room for all', async () => {
    const crowd = [1, 2, 3, 4].map((origin) => posting(origin, 300));
    expect(await batchesOf(crowd)).toEqual([[0, 1, 2], [3]]);
  });

  it('lets short postings go before long ones', async () => {
    expect(await batchesOf([posting(1, 300), posting(2, 1), posting(3, 10)])).toEqual([[1, 2], [0]]);
  });

  it('but not ahead of what their own origin has sent before', async () => {
    expect(await batchesOf([posting(1, 300), posting(1, 1), posting(2, 1)])).toEqual([[2], [0, 1]]);
  });

  it('lets a long posting have its turn, however many short ones there are', async () => {
    const crowd = Array.from({ length: 3 * MAX_BATCH_LEGS }, () => posting(1, 1));
    const batches = await batchesOf([posting(2, 300), ...crowd]);
    expect(batches.map((batch) => batch.length)).toEqual([1_000, 701, 1_000, 300]);
    expect(batches[1]?.[0]).toBe(0);
  });

  it.each([true, false])('takes what a batch has left first into the next one (told ahead: %s)', async (foreseen) => {
    const crowd = Array.from({ length: 5 }, () => posting(1, 1));
    expect(await batchesOf(crowd, { planned: 2, foreseen })).toEqual([[0, 1, 2, 3, 4], [2, 3, 4], [4]]);
  });

  it('takes a posting that is longer than a batch alone', async () => {
    expect(await batchesOf([posting(1, MAX_BATCH_LEGS + 1), posting(2, 300)])).toEqual([[0], [1]]);
  });

  it('counts the rows of a message that have no legs, and its texts', async () => {
    const faulty = (rows: number, characters: number) => ({ ...posting(1, 0), carries: { rows, characters } });
    expect(await batchesOf([faulty(600, 1), faulty(500, 1), faulty(400, 1)])).toEqual([[0], [1, 2]]);
    const half = MAX_BATCH_CHARACTERS / 2;
    expect(await batchesOf([faulty(1, half), faulty(1, half + 1), faulty(1, 1)])).toEqual([[0], [1, 2]]);
    expect(await batchesOf([faulty(1, 3 * half), faulty(1, 1)])).toEqual([[0], [1]]);
  });

  it.each([
    ['legs', posting(1, MAX_QUEUED_LEGS)],
    ['bytes', { ...posting(1, 1), carries: { rows: 1, characters: MAX_QUEUED_BYTES / 2 } }],
  ])('refuses what would wait with too many %s, and takes more once they are done', async (_what, large) => {
    const settle: ((settled: Settled[]) => void)[] = [];
    const lane = new Lane({
      start(postings) {
        const settled = new Promise<Settled[]>((resolve) => {
          settle.push(() => {
            resolve(postings.map(() => ({ result: null })));
          });
        });
        return { settled, foundation: settled.then(() => undefined) };
      },
    });
    const started = async (batch: number): Promise<void> => {
      while (settle.length <= batch) await new Promise((resolve) => setImmediate(resolve));
    };
    const first = lane.post(posting(1, 1));
    await started(0);
    const waiting = [lane.post(large), lane.post({ ...posting(1, 1), carries: { rows: 1, characters: 1 } })];
    await expect(waiting[1]).rejects.toBeInstanceOf(LaneFullError);
    settle[0]?.([]);
    await first;
    await started(1);
    const last = lane.post(posting(1, 1));
    settle[1]?.([]);
    await waiting[0];
    await started(2);
    settle[2]?.([]);
    expect(await last).toBeNull();
  });

  const stuck = {
    start: () => ({ settled: new Promise<never>(() => undefined), foundation: new Promise<never>(() => undefined) }),
  };

  it('refuses what all lanes together have no room for', async () => {
    const ofAll = new QueuedBytes();
    const large = { ...posting(1, 1), carries: { rows: 1, characters: MAX_QUEUED_BYTES_OF_ALL / 4 } };
    const waiting = [new Lane(stuck, ofAll).post(large), new Lane(stuck, ofAll).post(large)];
    await expect(waiting[1]).rejects.toBeInstanceOf(LaneFullError);
  });

  it('tells all who wait, and whose batch has started, when it gives up', async () => {
    const ofAll = new QueuedBytes();
    const lane = new Lane(stuck, ofAll);
    const started = lane.post(posting(1, 1));
    await new Promise((resolve) => setImmediate(resolve));
    const waiting = lane.post(posting(1, 1));
    lane.giveUp(new Error('lost'));
    await expect(started).rejects.toBeInstanceOf(LedgerUnavailableError);
    await expect(waiting).rejects.toBeInstanceOf(LedgerUnavailableError);
    expect(ofAll.hasRoomFor(MAX_QUEUED_BYTES_OF_ALL)).toBe(true);
  });

  it('does not let those behind a batch that was given up wait as long', async () => {
    let settle: (settled: Settled[]) => void = () => undefined;
    const settled = new Promise<Settled[]>((resolve) => (settle = resolve));
    const lane = new Lane({ start: () => ({ settled, foundation: settled.then(() => undefined) }) });
    const first = lane.post(posting(1, 1));
    await new Promise((resolve) => setImmediate(resolve));
    const behind = lane.post(posting(1, 1));
    settle([{ error: new LedgerUnavailableError() }]);
    await expect(first).rejects.toBeInstanceOf(LedgerUnavailableError);
    await expect(behind).rejects.toBeInstanceOf(LedgerUnavailableError);
  });
});
