import { LaneFullError, LedgerUnavailableError } from '../../application/ports/poster';
import type { Settled } from '../../domain/plans/plan-batch';
import type { Posting } from '../../domain/ledger/posting';
import type { BatchRunner, RunningBatch } from './batch';
import { Gathering } from './gathering';

/** Most postings that wait for one tenant's ledger. */
const MAX_QUEUED_POSTINGS = 10_000;
/** Most legs of all postings that wait. Rows of a message that have none count as legs. */
export const MAX_QUEUED_LEGS = 200_000;
/** Most legs in one batch, unless a single posting has more. */
export const MAX_BATCH_LEGS = 1_000;
/** Most bytes of memory that they take, by the estimate below. */
export const MAX_QUEUED_BYTES = 256 * 1024 * 1024;
/** Most bytes of the postings that wait for all ledgers. */
export const MAX_QUEUED_BYTES_OF_ALL = 512 * 1024 * 1024;
/** Most characters of the messages in one batch, unless a single one has more: they are written within its time. */
export const MAX_BATCH_CHARACTERS = 4 * 1024 * 1024;
/** Most legs of a short posting, which need not wait behind longer ones. */
const MAX_SHORT_LEGS = 10;

/**
 * Where so few legs are on their way, what a batch costs is more than what its rows cost: one batch of all is planned after the
 * commit before, instead of a part of them meanwhile.
 */
export const FEW_LEGS = 32;

/** What a posting takes besides its texts, as measured in lane-memory.test.ts, and some more. */
const BYTES_OF_POSTING = 4 * 1024;
const BYTES_OF_LEG = 1024;
const BYTES_OF_CHARACTER = 2;

/** The bytes of all that wait in a process. */
export class QueuedBytes {
  #used = 0;

  hasRoomFor(bytes: number): boolean {
    return this.#used + bytes <= MAX_QUEUED_BYTES_OF_ALL;
  }

  add(bytes: number): void {
    this.#used += bytes;
  }
}

interface Waiting {
  readonly posting: Posting<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The queue in front of one tenant's ledger. While a batch is planned, the next one gathers: batches grow with the load.
 * While a batch is committed, the next one is planned, unless few are on their way.
 */
export class Lane {
  #waiting: Waiting[] = [];
  #waitingLegs = 0;
  #waitingBytes = 0;
  /** The batches that have no answer yet. */
  readonly #started = new Set<readonly Waiting[]>();
  #running: Promise<void> | undefined;
  #shortOnesHadTheirTurn = false;
  readonly #gathering = new Gathering();
  /** Whether few legs were on their way when a batch was last settled, those that it has answered too. */
  #wereFew = true;
  #closed = false;

  constructor(
    private readonly runner: Pick<BatchRunner, 'start'>,
    private readonly ofAll = new QueuedBytes(),
  ) {}

  post(posting: Posting<unknown>): Promise<unknown> {
    if (this.#closed) return Promise.reject(new LedgerUnavailableError());
    if (!this.#hasRoomFor(posting)) return Promise.reject(new LaneFullError());
    this.#count([{ posting }], 1);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ posting, resolve, reject });
      this.#gathering.arrived(this.#areFew() ? this.#waiting.length : Infinity);
      this.#running ??= this.#drain();
    });
  }

  #hasRoomFor(posting: Posting<unknown>): boolean {
    if (this.#waiting.length >= MAX_QUEUED_POSTINGS) return false;
    const bytes = bytesOf(posting);
    if (!this.ofAll.hasRoomFor(bytes)) return false;
    const legs = this.#waitingLegs + legCount(posting);
    return this.#waiting.length === 0 || (legs <= MAX_QUEUED_LEGS && this.#waitingBytes + bytes <= MAX_QUEUED_BYTES);
  }

  /** Adds postings to what waits, or takes them off. */
  #count(waiting: readonly Pick<Waiting, 'posting'>[], sign: 1 | -1): void {
    for (const { posting } of waiting) {
      const bytes = bytesOf(posting);
      this.#waitingLegs += sign * legCount(posting);
      this.#waitingBytes += sign * bytes;
      this.ofAll.add(sign * bytes);
    }
  }

  /** Accepts nothing more, and waits for what was accepted. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#gathering.end();
    await this.#running;
  }

  /** Tells all who wait to try again later. What has started may still be committed. */
  giveUp(cause: unknown): void {
    const error = new LedgerUnavailableError(cause);
    const waiting = this.#waiting.splice(0);
    this.#count(waiting, -1);
    this.#gathering.end();
    for (const { reject } of [...this.#started, waiting].flat()) reject(error);
  }

  async #drain(): Promise<void> {
    // Postings that arrive in the same turn of the event loop join the first batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      if (!this.#closed && this.#areFew()) await this.#gathering.wait(this.#waiting.length);
      await this.#drainWithoutPause();
    }
    this.#running = undefined;
  }

  /** Runs batches, each on the foundation of the one before, until nothing or little waits. Then waits for the last one. */
  async #drainWithoutPause(): Promise<void> {
    let foundation: Awaited<RunningBatch['foundation']>;
    let answered: Promise<void> | undefined;
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch();
      const startedAtMs = performance.now();
      const running = this.runner.start(
        batch.map(({ posting }) => posting),
        foundation,
      );
      this.#started.add(batch);
      let kept = batch;
      const keep = (count: number): void => {
        const back = kept.slice(count);
        this.#waiting.unshift(...back);
        this.#count(back, 1);
        kept = kept.slice(0, count);
      };
      answered = running.settled.then((settled) => {
        keep(settled.length);
        this.#wereFew = this.#areFew();
        const expected = this.#wereFew ? settled.length + this.#waiting.length : 0;
        this.#started.delete(batch);
        for (const [index, one] of settled.entries()) answer(kept[index] as Waiting, one);
        this.#gathering.expect(expected, performance.now() - startedAtMs);
        // Those behind would wait as long for the same answer.
        const unavailable = settled.find((one) => 'error' in one && one.error instanceof LedgerUnavailableError);
        if (unavailable && 'error' in unavailable) this.giveUp(unavailable.error);
      });
      foundation = await running.foundation;
      if (foundation) keep(foundation.planned);
      if (this.#wereFew && this.#areFew()) break;
    }
    await answered;
  }

  /** Whether what is on its way and what waits have few legs. */
  #areFew(): boolean {
    let legs = this.#waitingLegs;
    for (const batch of this.#started) {
      for (const { posting } of batch) {
        if (legs > FEW_LEGS) return false;
        legs += legCount(posting);
      }
    }
    return legs <= FEW_LEGS;
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

const bytesOf = (posting: Posting<unknown>): number =>
  BYTES_OF_POSTING + legCount(posting) * BYTES_OF_LEG + characterCount(posting) * BYTES_OF_CHARACTER;

const characterCount = ({ carries }: Posting<unknown>): number => carries?.characters ?? 0;

function answer({ resolve, reject }: Waiting, settled: Settled): void {
  if ('result' in settled) resolve(settled.result);
  else reject(settled.error);
}
