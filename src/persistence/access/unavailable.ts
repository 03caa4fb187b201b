import { LedgerUnavailableError } from '../../application/ports/poster';
import { isTransient } from '../database/faults';

/** Waits for a read. When the database is in trouble, the error says "try again later", and not "unknown key". */
export async function orUnavailable<Value>(read: Promise<Value>): Promise<Value> {
  try {
    return await read;
  } catch (error) {
    throw isTransient(error) ? new LedgerUnavailableError(error) : error;
  }
}
