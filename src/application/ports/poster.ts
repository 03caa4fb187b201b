import type { Posting } from '../../domain/ledger/posting';
import { RetryableError } from './failures';

/** The one way in which anything is posted. Resolves after the commit, never before. */
export interface Poster {
  /** Rejects with one of the errors below where nothing is known to have been posted, and with a bug's own error. */
  post<Result>(posting: Posting<Result>): Promise<Result>;
}

/** The tenant's lane is full; nothing was taken in. */
export class LaneFullError extends RetryableError {
  readonly retryAfterSeconds = 1;

  constructor() {
    super('Too many postings are waiting for this ledger; send it again in a moment.');
  }
}

/** The database could not be reached within the bound, or the gateway is stopping; nothing was acknowledged. */
export class LedgerUnavailableError extends RetryableError {
  readonly retryAfterSeconds = 5;

  constructor(cause?: unknown) {
    super('The ledger cannot be written at present; send it again.', { cause });
  }
}
