import { LaneFullError, LedgerUnavailableError } from '../../application/poster';
import type { Settled } from '../../domain/plan-batch';
import type { Posting } from '../../domain/posting';

/** Most postings that wait for one tenant's ledger. */
export const MAX_QUEUED_POSTINGS = 10_000;
/** Most legs in one batch, unless a single posting has more. */
export const MAX_BATCH_LEGS = 1_000;

interface Waiting {
  readonly posting: Posting<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The queue in front of one tenant's ledger. While a batch is in flight the next one gathers, so batches grow with
 * the load and nobody waits on a timer.
 */
export class Lane {
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(private readonly settle: (postings: readonly Posting<unknown>[]) => Promise<Settled[]>) {}

  post(posting: Posting<unknown>): Promise<unknown> {
    if (this.#closed) return Promise.reject(new LedgerUnavailableError());
    if (this.#waiting.length >= MAX_QUEUED_POSTINGS) return Promise.reject(new LaneFullError());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ posting, resolve, reject });
      this.#running ??= this.#drain();
    });
  }

  /** Takes nothing more in and waits for what was taken. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #drain(): Promise<void> {
    // What arrives in the same turn of the event loop joins the first batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch();
      const settled = await this.settle(batch.map(({ posting }) => posting));
      for (const [index, waiting] of batch.entries()) answer(waiting, settled[index]);
    }
    this.#running = undefined;
  }

  #takeBatch(): Waiting[] {
    let legs = 0;
    let count = 0;
    for (const { posting } of this.#waiting) {
      legs += Math.max(1, posting.reads.keys.length);
      if (count > 0 && legs > MAX_BATCH_LEGS) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }
}

function answer({ resolve, reject }: Waiting, settled: Settled | undefined): void {
  if (settled && 'result' in settled) resolve(settled.result);
  else reject(settled?.error ?? new LedgerUnavailableError());
}
