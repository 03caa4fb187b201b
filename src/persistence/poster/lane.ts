import { LaneFullError, LedgerUnavailableError } from '../../application/ports/poster';
import type { Settled } from '../../domain/ledger/plan-batch';
import type { Posting } from '../../domain/ledger/posting';
import type { BatchRunner, RunningBatch } from './batch';

/** Most postings that wait for one tenant's ledger. */
const MAX_QUEUED_POSTINGS = 10_000;
/** Most legs of all postings that wait. Rows of a message that have none count as legs. */
export const MAX_QUEUED_LEGS = 200_000;
/** Most legs in one batch, unless a single posting has more. */
export const MAX_BATCH_LEGS = 1_000;
/** Most characters of the messages that wait with them, which are what takes the memory. */
export const MAX_QUEUED_CHARACTERS = 64 * 1024 * 1024;
/** Most characters of the messages in one batch, unless a single one has more: they are written within its time. */
export const MAX_BATCH_CHARACTERS = 4 * 1024 * 1024;
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
  #waitingCharacters = 0;
  #running: Promise<void> | undefined;
  #shortOnesHadTheirTurn = false;
  #closed = false;

  constructor(private readonly runner: Pick<BatchRunner, 'start'>) {}

  post(posting: Posting<unknown>): Promise<unknown> {
    if (this.#closed) return Promise.reject(new LedgerUnavailableError());
    if (!this.#hasRoomFor(posting)) return Promise.reject(new LaneFullError());
    this.#count([{ posting }], 1);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ posting, resolve, reject });
      this.#running ??= this.#drain();
    });
  }

  #hasRoomFor(posting: Posting<unknown>): boolean {
    if (this.#waiting.length >= MAX_QUEUED_POSTINGS) return false;
    const legs = this.#waitingLegs + legCount(posting);
    const characters = this.#waitingCharacters + characterCount(posting);
    return this.#waiting.length === 0 || (legs <= MAX_QUEUED_LEGS && characters <= MAX_QUEUED_CHARACTERS);
  }

  /** Adds postings to what waits, or takes them off. */
  #count(waiting: readonly Pick<Waiting, 'posting'>[], sign: 1 | -1): void {
    for (const { posting } of waiting) {
      this.#waitingLegs += sign * legCount(posting);
      this.#waitingCharacters += sign * characterCount(posting);
    }
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
        this.#count(back, 1);
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
    this.#count(batch, -1);
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
  let [legs, characters] = [0, 0];
  const beyond = waiting.findIndex(({ posting }, index) => {
    legs += legCount(posting);
    characters += characterCount(posting);
    return index > 0 && (legs > MAX_BATCH_LEGS || characters > MAX_BATCH_CHARACTERS);
  });
  return beyond < 0 ? [...waiting] : waiting.slice(0, beyond);
}

const legCount = ({ reads, carries }: Posting<unknown>): number => Math.max(1, reads.keys.length, carries?.rows ?? 0);

const characterCount = ({ carries }: Posting<unknown>): number => carries?.characters ?? 0;

function answer({ resolve, reject }: Waiting, settled: Settled): void {
  if ('result' in settled) resolve(settled.result);
  else reject(settled.error);
}
