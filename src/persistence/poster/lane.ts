import { groupBy } from '../../application/group-by';
import { LaneFullError, LedgerUnavailableError } from '../../application/poster';
import type { Settled } from '../../domain/plan-batch';
import type { Posting } from '../../domain/posting';
import type { BatchRunner, RunningBatch } from './batch';

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
 * The queue in front of one tenant's ledger. While a batch is being planned the next one gathers, so batches grow with
 * the load and nobody waits on a timer; while it is being committed, the next one is planned.
 */
export class Lane {
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(private readonly runner: Pick<BatchRunner, 'start'>) {}

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
    while (this.#waiting.length > 0) await this.#drainWithoutPause();
    this.#running = undefined;
  }

  /** Runs batches, each on the foundation of the one before, until nothing waits; then waits for the last. */
  async #drainWithoutPause(): Promise<void> {
    let foundation: Awaited<RunningBatch['foundation']>;
    let answered: Promise<void> | undefined;
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch();
      const running = this.runner.start(
        batch.map(({ posting }) => posting),
        foundation,
      );
      answered = running.settled.then((settled) => {
        for (const [index, waiting] of batch.entries()) answer(waiting, settled[index]);
      });
      foundation = await running.foundation;
    }
    await answered;
  }

  #takeBatch(): Waiting[] {
    const batch = nextBatch(this.#waiting.map(({ posting }) => posting));
    const taken = this.#waiting.filter(({ posting }) => batch.has(posting));
    this.#waiting = this.#waiting.filter(({ posting }) => !batch.has(posting));
    return taken;
  }
}

/**
 * The oldest of what waits, and then the smaller ones first, so that a short message does not wait for all the long
 * ones before it. None overtakes another of its own origin.
 */
export function nextBatch(waiting: readonly Posting<unknown>[]): ReadonlySet<Posting<unknown>> {
  const batch = new Set<Posting<unknown>>();
  const byOrigin = groupBy(waiting, ({ origin }) => origin.id);
  const queues = [...byOrigin.values()].map((postings): OriginQueue => ({ postings, at: 0 }));
  let legs = 0;
  for (let queue = queues[0]; queue; queue = shortestFirst(queues)) {
    const next = queue.postings[queue.at] as Posting<unknown>;
    legs += legsOf(next);
    if (batch.size > 0 && legs > MAX_BATCH_LEGS) break;
    batch.add(next);
    queue.at += 1;
  }
  return batch;
}

/** Where an origin stands in what it waits for. */
interface OriginQueue {
  readonly postings: readonly Posting<unknown>[];
  at: number;
}

/** The queue whose next posting has the fewest legs. */
function shortestFirst(queues: readonly OriginQueue[]): OriginQueue | undefined {
  let shortest: OriginQueue | undefined;
  let fewest = Infinity;
  for (const queue of queues) {
    const next = queue.postings[queue.at];
    if (!next || legsOf(next) >= fewest) continue;
    shortest = queue;
    fewest = legsOf(next);
  }
  return shortest;
}

const legsOf = ({ reads }: Posting<unknown>): number => Math.max(1, reads.keys.length);

function answer({ resolve, reject }: Waiting, settled: Settled | undefined): void {
  if (settled && 'result' in settled) resolve(settled.result);
  else reject(settled?.error ?? new LedgerUnavailableError());
}
