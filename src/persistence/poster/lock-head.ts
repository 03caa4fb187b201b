import type { LedgerHead } from '../../domain/ledger/ledger-state';
import { selectPlain, type PlainRow } from '../tables/derived';
import { LedgerHeadEntity } from '../tables/ledger-head';
import { run, type Session, type Statement } from '../database/statement';

/** The locked head, and what says whether earlier reads are still valid. */
export interface LockedHead {
  readonly head: LedgerHead;
  /** Changes whenever an item, identifier or location of the tenant does. */
  readonly catalogueRevision: number;
  /** The attempt that committed last. No two commits have the same. */
  readonly attempt: string | null;
}

const LOCK_HEAD: Statement = {
  name: 'poster_lock_head',
  text: `SELECT ${selectPlain(LedgerHeadEntity, 'h')} FROM ledger_head h WHERE h.tenant_id = $1 FOR UPDATE`,
};

/** Locks the tenant's ledger head: from here to the commit this is the ledger's only writer. */
export async function lockHead(session: Session, tenantId: string): Promise<LockedHead> {
  const { rows } = await run<PlainRow<LedgerHeadEntity>>(session, LOCK_HEAD, [tenantId]);
  const row = rows[0];
  if (!row) throw new TypeError(`Tenant ${tenantId} has no ledger.`);
  const { catalogueRevision, attempt, recordedAtMs, ...head } = row;
  return { head: { ...head, recordedAtMs: recordedAtMs ?? 0 }, catalogueRevision, attempt };
}

// A statement of its own, since the one that locks may read the clock and then wait.
const READ_CLOCK: Statement = {
  name: 'poster_clock',
  text: 'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms',
};

/** PostgreSQL's clock, in whole milliseconds. */
export async function readClock(session: Session): Promise<number> {
  const { rows } = await run<{ now_ms: number }>(session, READ_CLOCK, []);
  return (rows[0] as { now_ms: number }).now_ms;
}

/** All statements above, whose plans a test looks at. */
export const STATEMENTS: readonly Statement[] = [LOCK_HEAD, READ_CLOCK];
