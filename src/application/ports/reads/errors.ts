import { OperatorError, RetryableError } from '../failures';

/** A read took longer than allowed. */
export class ReadTooSlowError extends RetryableError {
  readonly retryAfterSeconds = 1;

  constructor(cause: unknown) {
    super('The read took too long. Narrow the filter, ask for a smaller page, or leave out totalCount.', { cause });
  }
}

/** The database could not be reached for a read. */
export class ReadsUnavailableError extends RetryableError {
  readonly retryAfterSeconds = 2;

  constructor(cause: unknown) {
    super('The database cannot be read at present; send it again.', { cause });
  }
}

/** A text of the input has a character that no stored text can have. */
export class UnreadableTextError extends Error {
  constructor() {
    super('A text of the input has a NUL character (U+0000); leave it out.');
  }
}

/** A sum of exact quantities is outside the range in which numbers are exact. */
export class SumTooLargeError extends Error {
  constructor(cause: unknown) {
    super(
      'A sum lies beyond ±(2^53−1), where numbers are not exact; ask for less at once: see which quantities are so large (stockLevels), and leave them out.',
      { cause },
    );
  }
}

/** A stock key fits several stock levels, and none of them in all that it leaves out. */
export class UnclearKeyError extends Error {
  /** `levels` says of each level what tells it from the others; `isCut` that there are more. */
  constructor(levels: readonly string[], isCut: boolean) {
    super(
      `The key does not say which stock level is meant. There are: ${levels.join('; ')}${isCut ? '; and more' : ''}. Give these dimensions, or the id of the level.`,
    );
  }
}

/** A request asks for more than one may read. */
export class ReadBudgetError extends Error {
  static ofStatements(limit: number): ReadBudgetError {
    return new ReadBudgetError(`The request needs more than ${limit} reads; send it in parts.`);
  }

  static ofTime(limitMs: number): ReadBudgetError {
    return new ReadBudgetError(
      `The request has taken ${limitMs / 1000} s of the database, which is all that one may; send it in parts, or leave out totalCount.`,
    );
  }

  static ofBytes(bytes: number, limit: number): ReadBudgetError {
    return new ReadBudgetError(
      `The bodies, rows and texts that are asked for have ${bytes} bytes; an answer has at most ${limit}. Ask for fewer of them at once.`,
    );
  }
}

/** The ledger has no movement of a number that it should have. */
export class MissingMovementError extends OperatorError {
  constructor(sequence: number) {
    super(`Movement ${sequence} is missing: run "stockbridge verify"`);
  }
}
