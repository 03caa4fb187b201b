import type { LockedHead } from './lock-head';
import { bytea, run, type Session, type Statement } from '../database/statement';

/** What an attempt whose COMMIT has an unknown fate would have left in the ledger. */
export interface AttemptedCommit {
  /** The head as it was locked for the attempt. */
  readonly locked: LockedHead;
  /** The last movement of the attempt; undefined when it had none. */
  readonly lastMovement: { readonly sequence: number; readonly hash: string } | undefined;
}

const HAS_MOVEMENT: Statement = {
  name: 'poster_has_movement',
  text: 'SELECT FROM movement WHERE tenant_id = $1 AND sequence = $2 AND hash = $3::bytea',
};

// An id from the future was lost in a crash of the server, and will be given out again.
const WAS_COMMITTED: Statement = {
  name: 'poster_was_committed',
  text: `SELECT FROM pg_current_xact_id() AS now (id)
    WHERE CASE WHEN $1::xid8 < now.id THEN pg_xact_status($1::xid8) END = 'committed'`,
};

/**
 * Whether an attempt was committed. Call it under the head lock, when the attempt's transaction has ended. The ledger
 * itself tells. The transaction's id alone is not enough: a server that crashes before the log has reached the disk
 * gives the same id to another transaction later.
 */
export async function wasCommitted(
  session: Session,
  tenantId: string,
  now: LockedHead,
  { locked, lastMovement }: AttemptedCommit,
): Promise<boolean> {
  if (now.rowVersion === locked.rowVersion) return false;
  const { rowCount } = await (lastMovement
    ? run(session, HAS_MOVEMENT, [tenantId, lastMovement.sequence, bytea(lastMovement.hash)])
    : run(session, WAS_COMMITTED, [locked.transactionId]));
  return rowCount === 1;
}
