import { LaneFullError, LedgerUnavailableError } from '../../application/ports/poster';
import type { Settled } from '../../domain/ledger/plan-batch';
import type { Posting } from '../../domain/ledger/posting';
import type { BatchRunner, RunningBatch } from './batch';

/** Most postings that wait for one tenant's ledger. */
const MAX_QUEUED_POSTINGS = 10_000;
/** Most legs of all postings that wait, which bounds their memory. */
export const MAX_QUEUED_LEGS = 200_000;
/** Most legs in one batch, unless a single posting has more. */
export const MAX_BATCH_LEGS = 1_000;
/** Most legs of a short posting, which need not wait behind longer ones. */
const MAX_SHORT_LEGS = 10;

interface Waiting {
  readonly posting: Posting<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The queue in front of one tenant's ledger. While a batch is planned, the next one gathers: batches grow with the load
 * and no posting waits for a timer. While a batch is committed, the next one is planned.
 */
export class Lane {
  #waiting: Waiting[] = [];
  #waitingLegs = 0;
  #running: Promise<void> | undefined;
  #shortOnesHadTheirTurn = false;
  #closed = false;

  constructor(private readonly runner: Pick<BatchRunner, 'start'>) {}

  post(posting: Posting<unknown>): Promise<unknown> {
    if (this.#closed) return Promise.reject(new LedgerUnavailableError());
    const legs = this.#waitingLegs + legCount(posting);
    const isFull = this.#waiting.length >= MAX_QUEUED_POSTINGS || (legs > MAX_QUEUED_LEGS && this.#waiting.length > 0);
    if (isFull) return Promise.reject(new LaneFullError());
    this.#waitingLegs = legs;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ posting, resolve, reject });
      this.#running ??= this.#drain();
    });
  }

  /** Accepts nothing more, and waits for what was accepted. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #drain(): Promise<void> {
    // Postings that arrive in the same turn of the event loop join the first batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#drainWithoutPause();
    this.#running = undefined;
  }

  /** Runs batches, each on the foundation of the one before, until nothing waits. Then waits for the last one. */
  async #drainWithoutPause(): Promise<void> {
    let foundation: Awaited<RunningBatch['foundation']>;
    let answered: Promise<void> | undefined;
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch();
      const running = this.runner.start(
        batch.map(({ posting }) => posting),
        foundation,
      );
      let kept = batch;
      const keep = (count: number): void => {
        const back = kept.slice(count);
        this.#waiting.unshift(...back);
        for (const { posting } of back) this.#waitingLegs += legCount(posting);
        kept = kept.slice(0, count);
      };
      answered = running.settled.then((settled) => {
        keep(settled.length);
        for (const [index, one] of settled.entries()) answer(kept[index] as Waiting, one);
      });
      foundation = await running.foundation;
      if (foundation) keep(foundation.planned);
    }
    await answered;
  }

  /**
   * Takes the oldest postings. Every other time the short ones go first, in a batch of their own that is soon done. So
   * a single message does not wait for many long ones, and long ones do not wait for ever.
   */
  #takeBatch(): Waiting[] {
    const short = this.#shortOnesHadTheirTurn ? [] : withinLimit(shortOnes(this.#waiting));
    this.#shortOnesHadTheirTurn = short.length > 0;
    const batch = short.length > 0 ? short : withinLimit(this.#waiting);
    const taken = new Set(batch);
    this.#waiting = this.#waiting.filter((waiting) => !taken.has(waiting));
    for (const { posting } of batch) this.#waitingLegs -= legCount(posting);
    return batch;
  }
}

/** The short postings, without those that would overtake a longer one of the same origin. */
function shortOnes(waiting: readonly Waiting[]): Waiting[] {
  const haveLongOnes = new Set<string>();
  return waiting.filter(({ posting }) => {
    const { id } = posting.origin;
    if (legCount(posting) > MAX_SHORT_LEGS) haveLongOnes.add(id);
    return !haveLongOnes.has(id);
  });
}

/** As many postings as fit into one batch; at least one if any wait. */
function withinLimit(waiting: readonly Waiting[]): Waiting[] {
  let legs = 0;
  const beyond = waiting.findIndex(({ posting }, index) => (legs += legCount(posting)) > MAX_BATCH_LEGS && index > 0);
  return beyond < 0 ? [...waiting] : waiting.slice(0, beyond);
}

const legCount = ({ reads }: Posting<unknown>): number => Math.max(1, reads.keys.length);

function answer({ resolve, reject }: Waiting, settled: Settled): void {
  if ('result' in settled) resolve(settled.result);
  else reject(settled.error);
}
