import { AccessError } from '../../application/ports/access';
import { LedgerUnavailableError } from '../../application/ports/poster';
import { isTransient } from '../database/faults';

/** How long a caller waits to be known. A server that was stopped, not ended, keeps its connections and says nothing. */
const ANSWER_WITHIN_MS = 1_500;

/** How long a change of keys or connections may take. Longer than a statement may. */
export const CHANGE_WITHIN_MS = 6_000;

/** Waits for the database. When the database is in trouble, the error says "try again later", and not "unknown key". */
export async function orUnavailable<Value>(read: Promise<Value>, withinMs = ANSWER_WITHIN_MS): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${withinMs} ms`));
    }, withinMs);
  });
  try {
    return await Promise.race([read, tooLate]);
  } catch (error) {
    // What the caller has to fix is no trouble of the database, though it has no code of PostgreSQL's either.
    if (error instanceof AccessError) throw error;
    throw isTransient(error) ? new LedgerUnavailableError(error) : error;
  } finally {
    clearTimeout(timer);
  }
}
