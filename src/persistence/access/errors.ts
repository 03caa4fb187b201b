import { OperatorError } from '../../application/ports/failures';

/** A tenant, API client or connection can't be created or changed as asked. The message says why, in one line. */
export class AccessError extends OperatorError {
  override readonly name = 'AccessError';
}
