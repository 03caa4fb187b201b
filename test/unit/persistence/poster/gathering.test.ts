import type { Settled } from '../../../../src/domain/plans/plan-batch';
import type { Posting } from '../../../../src/domain/ledger/posting';
import { FEW_LEGS, Lane } from '../../../../src/persistence/poster/lane';
import type { Foundation } from '../../../../src/persistence/poster/transactions';
import { postingOfLegs } from '../../../support/domain/test-ledger';

/** How long a batch takes, and how long it is from its begin to its COMMIT. */
const BATCH_MS = 10;
const SENT_AFTER_MS = 4;
/** More than is ever waited for senders. */
const LONG_MS = 50;

const DONE: Settled = { result: null };
const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let batches: number[];
let lane: Lane;

beforeEach(() => {
  jest.useFakeTimers();
  batches = [];
  let before: Promise<unknown> = Promise.resolve();
  lane = new Lane({
    start(postings) {
      batches.push(postings.length);
      // A batch that is planned ahead is sent after the one before it.
      const sent = before.then(() => after(SENT_AFTER_MS));
      const settled = sent.then(() => after(BATCH_MS - SENT_AFTER_MS)).then(() => postings.map(() => DONE));
      const foundation = { planned: postings.length, settled } as unknown as Foundation;
      before = settled;
      return { settled, foundation: sent.then(() => foundation) };
    },
  });
});

afterEach(() => {
  jest.useRealTimers();
});

const posting = (legs: number): Posting<unknown> => postingOfLegs(1, legs);

const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

/** A sender that sends again, so long after its answer. */
async function send(times: number, pauseMs: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    await lane.post(posting(1));
    await after(pauseMs);
  }
}

describe('a lane on which few legs are on their way', () => {
  it.each([2, 3, 8, FEW_LEGS / 2])('puts %i senders that come back soon into one batch', async (senders) => {
    for (let sender = 0; sender < senders; sender++) {
      void send(6, 1 + (sender % 3));
      // They begin one after the other.
      await pass(3);
    }
    await pass(10 * LONG_MS);
    expect(batches.reduce((sum, size) => sum + size)).toBe(senders * 6);
    expect(Math.max(...batches)).toBe(senders);
  });

  it('plans nothing ahead', async () => {
    void lane.post(posting(1));
    await pass(1);
    void lane.post(posting(FEW_LEGS - 1));
    await pass(BATCH_MS - 2);
    expect(batches).toEqual([1]);
    await pass(LONG_MS);
    expect(batches).toEqual([1, 1]);
  });

  it('starts a batch at once for a sender that is alone', async () => {
    for (let time = 1; time <= 3; time++) {
      void lane.post(posting(1));
      await pass(0);
      expect(batches).toHaveLength(time);
      await pass(BATCH_MS);
    }
  });

  it('waits ever more rarely for senders that do not come back', async () => {
    const isAtOnce: boolean[] = [];
    for (let time = 0; time < 40; time++) {
      const before = batches.length;
      void lane.post(posting(1));
      void lane.post(posting(1));
      await pass(BATCH_MS);
      await pass(0);
      // One of the two comes back.
      void lane.post(posting(1));
      await pass(0);
      isAtOnce.push(batches.length - before === 2);
      await pass(LONG_MS);
    }
    const waits = isAtOnce.filter((one) => !one).length;
    expect(isAtOnce[0]).toBe(false);
    expect([waits > 1, waits < 8]).toEqual([true, true]);
  });
});

describe('a lane on which few legs were on their way', () => {
  /** Two senders are answered, and one of them comes back: the lane waits for the other. */
  async function untilItWaits(): Promise<{ readonly back: Promise<unknown> }> {
    void lane.post(posting(1));
    void lane.post(posting(1));
    await pass(BATCH_MS);
    const back = lane.post(posting(1));
    await pass(0);
    expect(batches).toEqual([2]);
    return { back };
  }

  it('starts at once when many come', async () => {
    await untilItWaits();
    void lane.post(posting(FEW_LEGS));
    await pass(0);
    expect(batches).toHaveLength(2);
  });

  it('lets what waits go when it is closed', async () => {
    await untilItWaits();
    void lane.close();
    await pass(0);
    expect(batches).toEqual([2, 1]);
  });

  it('is free for the next posting after it has given up', async () => {
    const { back } = await untilItWaits();
    const refused = expect(back).rejects.toThrow('The ledger cannot be written');
    lane.giveUp(new Error('lost'));
    await refused;
    await pass(0);
    void lane.post(posting(1));
    await pass(0);
    expect(batches).toEqual([2, 1]);
  });
});

describe('a lane on which many legs are on their way', () => {
  it('plans ahead though the half that is sent has few, and the other half was just answered', async () => {
    const half = FEW_LEGS / 2 + 1;
    for (let sender = 0; sender < half; sender++) void send(2, sender % 8);
    await pass(1);
    for (let sender = 0; sender < half; sender++) void send(2, 1);
    await pass(BATCH_MS + SENT_AFTER_MS);
    // The first half has been answered, and some of it has come back.
    expect(batches.slice(0, 2)).toEqual([half, half]);
    expect(batches).toHaveLength(3);
    expect(batches[2]).toBeLessThan(half);
  });

  it.each([
    ['in the batch that commits', FEW_LEGS, 1],
    ['in what waits', 1, FEW_LEGS],
  ])('plans the next batch during the commit: many %s', async (_, first, second) => {
    void lane.post(posting(first));
    await pass(1);
    void lane.post(posting(second));
    await pass(SENT_AFTER_MS);
    expect(batches).toEqual([1, 1]);
  });

  it('waits for nobody', async () => {
    void lane.post(posting(FEW_LEGS));
    void lane.post(posting(1));
    await pass(BATCH_MS);
    void lane.post(posting(1));
    await pass(0);
    expect(batches).toEqual([2, 1]);
  });
});
