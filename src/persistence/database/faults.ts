import { types } from 'node:util';

/** Classifies errors of a batch's statements. SQLSTATE codes: PostgreSQL manual, appendix A. */

const TRANSIENT_CLASSES = new Set(['08', '53', '57', '58']);
const TRANSIENT_CODES = new Set(['40001', '40P01', '55P03', '25P03', 'XX000']);

/** Whether the same batch may succeed in a retry: the cause is the database and not a posting. */
export function isTransient(error: unknown): boolean {
  const code = sqlState(error);
  // An error without an SQLSTATE is not the server's: the connection was lost, refused or timed out.
  if (code === undefined) return types.isNativeError(error) && !isProgrammingError(error);
  return TRANSIENT_CODES.has(code) || TRANSIENT_CLASSES.has(code.slice(0, 2));
}

/** Whether a statement ran longer than it may. */
export const isTimeout = (error: unknown): boolean => sqlState(error) === '57014';

/** Whether the connection is lost or unusable, so that the fate of a COMMIT in flight is unknown. */
export function isConnectionLoss(error: unknown): boolean {
  const code = sqlState(error);
  return code === undefined || code.startsWith('08') || code.startsWith('57P') || code.startsWith('58');
}

const isProgrammingError = ({ name }: Error): boolean => ['TypeError', 'RangeError', 'ReferenceError'].includes(name);

function sqlState(error: unknown): string | undefined {
  const code = types.isNativeError(error) && 'code' in error ? error.code : undefined;
  // Every SQLSTATE has a digit. The system's codes have none, and EPIPE has as many characters.
  return typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : undefined;
}
