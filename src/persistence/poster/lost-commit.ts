import type { Movement } from '../../domain/ledger/movement';
import type { LockedHead } from './lock-head';
import { lookUp } from '../database/look-up';
import { bytea, run, timestamp, type Session, type Statement } from '../database/statement';

/** What says in the ledger that an attempt was committed. */
export interface Attempt {
  /** A new id for each attempt. */
  readonly id: string;
  readonly recordedAtMs: number;
  /** The attempt's last movement; undefined when it has none. */
  readonly lastMovement: Pick<Movement, 'sequence' | 'hash'> | undefined;
}

/** Also forgets those that nobody can ask for any more: a batch is tried again for seconds. */
const REMEMBER_QUIET: Statement = {
  name: 'poster_remember_quiet',
  text: `WITH forgotten AS (
      DELETE FROM quiet_commit WHERE tenant_id = $1 AND recorded_at < $2::timestamptz - interval '1 hour'
    ) INSERT INTO quiet_commit (tenant_id, recorded_at, attempt) VALUES ($1, $2, $3)`,
};

/** Writes down an attempt without a movement. Any other is known by its movement. */
export function rememberQuiet(session: Session, tenantId: string, attempt: Attempt): Promise<unknown>[] {
  if (attempt.lastMovement) return [];
  return [run(session, REMEMBER_QUIET, [tenantId, timestamp(attempt.recordedAtMs), attempt.id])];
}

const HAS_MOVEMENT: Statement = {
  name: 'poster_has_movement',
  text: lookUp({
    ...{ table: 'movement', alias: 'm', columns: 'm.sequence', key: [['sequence', '$2::bigint']] },
    also: 'm.hash = $3::bytea',
  }),
};

const HAS_QUIET: Statement = {
  name: 'poster_has_quiet',
  text: 'SELECT FROM quiet_commit WHERE tenant_id = $1 AND recorded_at = $2::timestamptz AND attempt = $3',
};

/**
 * Whether an attempt was committed. Call it under the head lock, when the attempt's transaction has ended. The ledger
 * itself tells, and not the engine's transaction ids (ADR 4).
 */
export async function wasCommitted(
  session: Session,
  tenantId: string,
  now: LockedHead,
  { id, recordedAtMs, lastMovement }: Attempt,
): Promise<boolean> {
  if (now.attempt === id) return true;
  const { rowCount } = await (lastMovement
    ? run(session, HAS_MOVEMENT, [tenantId, lastMovement.sequence, bytea(lastMovement.hash)])
    : run(session, HAS_QUIET, [tenantId, timestamp(recordedAtMs), id]));
  return rowCount === 1;
}

/** All statements above, whose plans a test looks at. */
export const STATEMENTS: readonly Statement[] = [REMEMBER_QUIET, HAS_MOVEMENT, HAS_QUIET];
