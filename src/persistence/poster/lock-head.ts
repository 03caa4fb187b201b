import type { LedgerHead } from '../../domain/ledger/ledger-state';
import { selectPlain, type PlainRow } from '../tables/derived';
import { LedgerHeadEntity } from '../tables/ledger-head';
import { run, type Session, type Statement } from '../database/statement';

/** The locked head, and what says whether earlier reads are still valid. */
export interface LockedHead {
  readonly head: LedgerHead;
  /** Changes whenever an item, identifier or location of the tenant does. */
  readonly catalogueRevision: number;
  /** The version of the head's row. It changes with each commit that writes to the ledger. */
  readonly rowVersion: string;
  /** This transaction's id, by which its fate can be looked up later. */
  readonly transactionId: string;
}

const LOCK_HEAD: Statement = {
  name: 'poster_lock_head',
  text: `SELECT ${selectPlain(LedgerHeadEntity, 'h')}, h.xmin::text AS "rowVersion",
      pg_current_xact_id()::text AS "transactionId"
    FROM ledger_head h WHERE h.tenant_id = $1 FOR UPDATE`,
};

type HeadRow = PlainRow<LedgerHeadEntity> & Pick<LockedHead, 'rowVersion' | 'transactionId'>;

/** Locks the tenant's ledger head: from here to the commit this is the ledger's only writer. */
export async function lockHead(session: Session, tenantId: string): Promise<LockedHead> {
  const { rows } = await run<HeadRow>(session, LOCK_HEAD, [tenantId]);
  const row = rows[0];
  if (!row) throw new TypeError(`Tenant ${tenantId} has no ledger.`);
  const { catalogueRevision, rowVersion, transactionId, recordedAtMs, ...head } = row;
  return { head: { ...head, recordedAtMs: recordedAtMs ?? 0 }, catalogueRevision, rowVersion, transactionId };
}

/** The row version that a transaction leaves when it updates the head it has locked: its own id, as xmin shows it. */
export const rowVersionLeftBy = ({ transactionId }: LockedHead): string => String(BigInt(transactionId) % 2n ** 32n);

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
