import type { Posting } from '../../domain/ledger/posting';
import { RetryableError } from './failures';

/** The one way in which anything is posted. Resolves after the commit, never before. */
export interface Poster {
  /** Rejects with one of the errors below when it is not known that anything was posted, or with the error of a bug. */
  post<Result>(posting: Posting<Result>): Promise<Result>;
}

/** The tenant's lane is full. Nothing was accepted. */
export class LaneFullError extends RetryableError {
  readonly retryAfterSeconds = 1;

  constructor() {
    super('Too many postings are waiting for this ledger; send it again in a moment.');
  }
}

/** The database could not be reached in time, or the gateway is stopping. Nothing was acknowledged. */
export class LedgerUnavailableError extends RetryableError {
  readonly retryAfterSeconds = 2;

  constructor(cause?: unknown) {
    super('The ledger cannot be written at present; send it again.', { cause });
  }
}
