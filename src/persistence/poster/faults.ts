import { types } from 'node:util';

/** Sorts what goes wrong while a batch is written. SQLSTATE codes: PostgreSQL manual, appendix A. */

const TRANSIENT_CLASSES = new Set(['08', '53', '57', '58']);
const TRANSIENT_CODES = new Set(['40001', '40P01', '55P03', '25P03', 'XX000']);

/** Whether the same batch may succeed if it is tried again: the database's trouble, not a posting's. */
export function isTransient(error: unknown): boolean {
  const code = sqlState(error);
  // Without an SQLSTATE it did not come from the server: the connection was lost, refused or timed out.
  if (code === undefined) return types.isNativeError(error) && !isProgrammingError(error);
  return TRANSIENT_CODES.has(code) || TRANSIENT_CLASSES.has(code.slice(0, 2));
}

/** Whether the connection itself is gone or unfit, so that the fate of a COMMIT under way is unknown. */
export function isConnectionLoss(error: unknown): boolean {
  const code = sqlState(error);
  return code === undefined || code.startsWith('08') || code.startsWith('57P') || code.startsWith('58');
}

const isProgrammingError = ({ name }: Error): boolean => ['TypeError', 'RangeError', 'ReferenceError'].includes(name);

function sqlState(error: unknown): string | undefined {
  const code = types.isNativeError(error) && 'code' in error ? error.code : undefined;
  // Every SQLSTATE has a digit; the system's codes, of which EPIPE is as long, have none.
  return typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : undefined;
}
