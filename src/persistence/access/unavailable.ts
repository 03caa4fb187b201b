import { LedgerUnavailableError } from '../../application/ports/poster';
import { isTransient } from '../poster/faults';

/** Waits for a read; where the database is in trouble, the caller is told to come back instead of being told no. */
export async function orUnavailable<Value>(read: Promise<Value>): Promise<Value> {
  try {
    return await read;
  } catch (error) {
    throw isTransient(error) ? new LedgerUnavailableError(error) : error;
  }
}
