import { LedgerUnavailableError } from '../../application/ports/poster';
import { isTransient } from '../database/faults';

/** How long a caller waits to be known. A server that was stopped, not ended, keeps its connections and says nothing. */
const ANSWER_WITHIN_MS = 1_500;

/** Waits for a read. When the database is in trouble, the error says "try again later", and not "unknown key". */
export async function orUnavailable<Value>(read: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${ANSWER_WITHIN_MS} ms`));
    }, ANSWER_WITHIN_MS);
  });
  try {
    return await Promise.race([read, tooLate]);
  } catch (error) {
    throw isTransient(error) ? new LedgerUnavailableError(error) : error;
  } finally {
    clearTimeout(timer);
  }
}
