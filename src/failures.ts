import { OperatorError, RetryableError } from './application/ports/failures';
import { EmbeddedPostgresError } from './embedded-postgres';
import { ListenError } from './http/listen';

/** The exit codes of every command, besides 0 for success. */
export const EXIT = {
  /** The question was understood, and its answer is no: a ledger that does not verify, a key that does not exist. */
  NO: 1,
  /** The command line can't be understood, or the operator has to fix something first. */
  FAILED: 2,
  /** Ended by Ctrl-C: 128 + SIGINT, as shells report it. */
  INTERRUPTED: 130,
} as const;

/** A command can't do what it was asked. The message is one line that says why and what to do. */
export class CommandError extends OperatorError {
  override readonly name = 'CommandError';
}

/** Errors whose messages are for the operator. The last two have no base class of ours, because their folders import nothing. */
const FOR_THE_OPERATOR = [OperatorError, RetryableError, EmbeddedPostgresError, ListenError];

/** One line for what the operator can fix; the whole stack for a bug. */
function explainFailure(error: unknown): string {
  if (error instanceof Error && FOR_THE_OPERATOR.some((kind) => error instanceof kind)) {
    return `stockbridge: ${error.message}`;
  }
  return `stockbridge: unexpected failure\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

/** Says on standard error why the process ends, and sets its exit code. */
export function reportFailure(error: unknown): void {
  process.stderr.write(`${explainFailure(error)}\n`);
  process.exitCode = EXIT.FAILED;
}
