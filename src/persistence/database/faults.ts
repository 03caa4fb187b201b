import { types } from 'node:util';

/** Classifies errors of a batch's statements. SQLSTATE codes: PostgreSQL manual, appendix A. */

const TRANSIENT_CLASSES = new Set(['08', '53', '57', '58']);
const TRANSIENT_CODES = new Set(['25006', '40001', '40P01', '55P03', '25P03', 'XX000']);

/** Whether the same batch may succeed in a retry: the cause is the database and not a posting. */
export function isTransient(error: unknown): boolean {
  const code = sqlState(error);
  // An error without an SQLSTATE is not the server's: the connection was lost, refused or timed out.
  if (code === undefined) return types.isNativeError(error) && !isProgrammingError(error);
  return TRANSIENT_CODES.has(code) || TRANSIENT_CLASSES.has(code.slice(0, 2));
}

/** Whether a statement ran longer than it may. */
export const isTimeout = (error: unknown): boolean => sqlState(error) === '57014';

const CONTENTION_CODES = new Set(['40001', '40P01', '55P03', '57014']);

/** Whether other work was in the way, or this was too much at once: the database itself works. */
export const isContention = (error: unknown): boolean => CONTENTION_CODES.has(sqlState(error) ?? '');

/** Whether the connection is lost or unusable, so that the fate of a COMMIT in flight is unknown. */
export function isConnectionLoss(error: unknown): boolean {
  const code = sqlState(error);
  return code === undefined || code.startsWith('08') || code.startsWith('57P') || code.startsWith('58');
}

/** Whether the server has no room for what was asked. Others may still work. */
export const isShortage = (error: unknown): boolean => sqlState(error)?.startsWith('53') ?? false;

export const READ_ONLY_TROUBLE = 'The database takes no writes.';

/** What is wrong with the database, as a sentence for an operator. It names no host, so it can be shown to anybody. */
export function troubleOf(error: unknown): string {
  const code = sqlState(error);
  switch (code) {
    case '25006':
      return READ_ONLY_TROUBLE;
    case '53100':
      return 'The database has no disk space left.';
    case '53200':
      return 'The database has no memory left.';
    case '53300':
      return 'The database has no connection left.';
    case '57P01':
    case '57P02':
    case '57P03':
      return 'The database is starting or stopping.';
    case undefined:
      return isSilence(error) ? 'The database does not answer.' : 'The database cannot be reached.';
    default:
      return `The database is in trouble (SQLSTATE ${code}).`;
  }
}

const isSilence = (error: unknown): boolean => types.isNativeError(error) && /timeout/i.test(error.message);

const isProgrammingError = ({ name }: Error): boolean => ['TypeError', 'RangeError', 'ReferenceError'].includes(name);

function sqlState(error: unknown): string | undefined {
  const code = types.isNativeError(error) && 'code' in error ? error.code : undefined;
  // Every SQLSTATE has a digit. The system's codes have none, and EPIPE has as many characters.
  return typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : undefined;
}
