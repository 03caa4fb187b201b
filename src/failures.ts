import { OperatorError, RetryableError } from './application/ports/failures';
import { EmbeddedPostgresError } from './embedded-postgres';
import { ListenError } from './http/listen';

/** A command can't do what it was asked; the message says why, in one line. */
export class CommandError extends OperatorError {
  override readonly name = 'CommandError';
}

/** Their messages are for the operator. The last two stand apart because their folders may import nothing of ours. */
const FOR_THE_OPERATOR = [OperatorError, RetryableError, EmbeddedPostgresError, ListenError];

/** One line for what the operator can fix; the whole stack for a bug. */
export function explainFailure(error: unknown): string {
  if (error instanceof Error && FOR_THE_OPERATOR.some((kind) => error instanceof kind)) {
    return `stockbridge: ${error.message}`;
  }
  return `stockbridge: unexpected failure\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
