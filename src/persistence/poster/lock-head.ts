import type { LedgerHead } from '../../domain/ledger/ledger-state';
import { selectPlain, type PlainRow } from '../tables/derived';
import { LedgerHeadEntity } from '../tables/ledger-head';
import { run, SET_TENANT, type Session, type Statement } from '../database/statement';

/** The locked head, and what says whether earlier reads are still valid. */
export interface LockedHead {
  readonly head: LedgerHead;
  /** Changes whenever an item, identifier or location of the tenant does. */
  readonly catalogueRevision: number;
  /** The attempt that committed last. No two commits have the same. */
  readonly attempt: string | null;
  /** PostgreSQL's clock when it gave the lock, in whole milliseconds. */
  readonly nowMs: number;
}

const CLOCK = `floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS "nowMs"`;

// The inner SELECT waits for the lock. The clock is read for the row that it then gives.
const LOCK_HEAD: Statement = {
  name: 'poster_lock_head',
  text: `SELECT h.*, ${CLOCK}
    FROM (SELECT ${selectPlain(LedgerHeadEntity, 'h')} FROM ledger_head h WHERE h.tenant_id = $1 FOR UPDATE) h`,
};

/** Locks the tenant's ledger head: from here to the commit this is the ledger's only writer. */
export async function lockHead(session: Session, tenantId: string): Promise<LockedHead> {
  const { rows } = await run<PlainRow<LedgerHeadEntity> & { nowMs: number }>(session, LOCK_HEAD, [tenantId]);
  const row = rows[0];
  if (!row) throw new TypeError(`Tenant ${tenantId} has no ledger.`);
  const { catalogueRevision, attempt, recordedAtMs, nowMs, ...head } = row;
  return { head: { ...head, recordedAtMs: recordedAtMs ?? 0 }, catalogueRevision, attempt, nowMs };
}

const ENTER: Statement = { name: 'poster_enter', text: `${SET_TENANT.text}, ${CLOCK}` };

/** Opens a tenant's rows to the transaction as `setTenant` does, and reads PostgreSQL's clock, in whole milliseconds. */
export async function enter(session: Session, tenantId: string): Promise<number> {
  const { rows } = await run<{ nowMs: number }>(session, ENTER, [tenantId]);
  return (rows[0] as { nowMs: number }).nowMs;
}

/** All statements above, whose plans a test looks at. */
export const STATEMENTS: readonly Statement[] = [LOCK_HEAD, ENTER];
