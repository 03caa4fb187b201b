import { LedgerUnavailableError } from '../../application/ports/poster';
import type { Settled } from '../../domain/plans/plan-batch';
import type { Posting } from '../../domain/ledger/posting';
import { isContention, isTimeout, isTransient } from '../database/faults';
import {
  CommitFateUnknown,
  Transactions,
  type Foreseen,
  type Foundation,
  type OnSent,
  type TransactionDeps,
  type Undecided,
} from './transactions';

/** How long a batch is tried again while others are in its way, or it is too much at once. */
const RETRY_FOR_MS = 20_000;
/**
 * How long it is tried again, from its start, while the database is in trouble. Then its callers, and all who wait, are
 * told to try again later: a sender that gets no answer for seconds has given up.
 */
const RETRY_IN_TROUBLE_FOR_MS = 1_500;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 250;

export interface BatchDeps extends TransactionDeps {
  /** Called once for each retry, for the log. */
  readonly onRetry: (error: unknown) => void;
  /** Called when a batch is given up because the database is in trouble. */
  readonly onGivenUp?: (error: unknown) => void;
}

/** A batch that has started. Neither promise rejects. */
export interface RunningBatch {
  /**
   * The result of each posting, in order; an error for one that failed. The postings after the last result belong to
   * the next batch.
   */
  readonly settled: Promise<Settled[]>;
  /** Resolves when the next batch may start: with what it can be planned on, or undefined once this one is settled. */
  readonly foundation: Promise<Foundation | undefined>;
}

/** Settles batches of one tenant. Retries when the database is in trouble, and splits a batch that fails otherwise. */
export class BatchRunner {
  readonly #transactions: Transactions;
  /** Set when the poster is closing and the database is in trouble: what still waits is answered at once. */
  #hasGivenUp = false;

  constructor(
    tenantId: string,
    private readonly deps: BatchDeps,
    /** Aborted once the poster is closing: from then on a batch is not retried. */
    private readonly closing: AbortSignal,
  ) {
    this.#transactions = new Transactions(tenantId, deps);
  }

  /** Starts a batch; with a foundation when the batch before is still being committed. */
  start(postings: readonly Posting<unknown>[], foundation: Foundation | undefined): RunningBatch {
    let sent: OnSent = () => undefined;
    const foreseen = new Promise<Foreseen>((resolve) => (sent = resolve));
    const settled = this.#settleOn(foundation, postings, sent);
    const next = foreseen.then((left) => ({ ...left, settled }));
    return { settled, foundation: Promise.race([next, settled.then(() => undefined)]) };
  }

  async #settleOn(
    foundation: Foundation | undefined,
    postings: readonly Posting<unknown>[],
    sent: OnSent,
  ): Promise<Settled[]> {
    if (!foundation) return this.#settle(postings, undefined, sent);
    let undecided: Undecided | undefined;
    try {
      const settled = await this.#transactions.postAhead(postings, foundation, sent);
      if (settled) {
        // This batch is committed, so the one before is too, though it may not know yet. Batches are settled in order.
        await foundation.settled;
        return settled;
      }
    } catch (error) {
      // If the cause persists, the attempt below fails with it again.
      if (error instanceof CommitFateUnknown) undecided = error.undecided;
      this.deps.onRetry(error);
    }
    await foundation.settled;
    return this.#settle(postings, undecided, sent);
  }

  async #settle(
    postings: readonly Posting<unknown>[],
    undecided: Undecided | undefined,
    sent: OnSent,
    deadline = Date.now() + RETRY_FOR_MS,
  ): Promise<Settled[]> {
    let kept = postings;
    const onSent: OnSent = (foreseen) => {
      kept = kept.slice(0, foreseen.planned);
      sent(foreseen);
    };
    const inTroubleUntil = Date.now() + RETRY_IN_TROUBLE_FOR_MS;
    if (this.#hasGivenUp || Date.now() > deadline) return postings.map(() => ({ error: new LedgerUnavailableError() }));
    let unknown = undecided;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return await this.#transactions.post(kept, unknown, onSent);
      } catch (error) {
        this.#transactions.forget();
        if (error instanceof CommitFateUnknown) unknown = error.undecided;
        else if (!isTransient(error)) return this.#split(kept, error);
        else if (isTimeout(error) && !unknown && kept.length > 1) return this.#split(kept, error, deadline);
        this.#hasGivenUp = this.closing.aborted;
        const cause = error instanceof CommitFateUnknown ? error.undecided.cause : error;
        const isTrouble = !isContention(cause);
        const until = isTrouble ? Math.min(deadline, inTroubleUntil) : deadline;
        if (this.#hasGivenUp || Date.now() + pauseMs > until) {
          if (isTrouble) this.deps.onGivenUp?.(cause);
          return kept.map(() => ({ error: new LedgerUnavailableError(error) }));
        }
        this.deps.onRetry(error);
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }

  /**
   * Halves the batch until a posting that fails is alone, so that no other fails with it, and until what takes too long
   * has few enough postings.
   */
  async #split(postings: readonly Posting<unknown>[], error: unknown, deadline?: number): Promise<Settled[]> {
    if (postings.length === 1) return [{ error }];
    const half = postings.length >> 1;
    // The next batch starts after both halves, so nobody listens.
    const unheard: OnSent = () => undefined;
    const first = await this.#settle(postings.slice(0, half), undefined, unheard, deadline);
    if (first.length < half) return first;
    return [...first, ...(await this.#settle(postings.slice(half), undefined, unheard, deadline))];
  }
}
