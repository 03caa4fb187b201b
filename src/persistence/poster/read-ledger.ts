import type { AskedReads } from '../../domain/ledger/asked-reads';
import type { LedgerHead, Level } from '../../domain/ledger/ledger-state';
import type { StoredOutcome } from '../../domain/ledger/outcome';
import type { Posting } from '../../domain/ledger/posting';
import { selectList, selectPlain, type PlainRow } from '../tables/derived';
import { OutcomeEntity } from '../tables/outcome';
import { StockLevelEntity } from '../tables/stock-level';
import { stockKeyOf } from '../tables/stock-key-columns';
import { bytea, run, timestamp, type Session, type Statement } from './statement';

/** The head as locked, and what tells whether earlier reads are still good. */
export interface LockedHead {
  readonly head: LedgerHead;
  /** Changes whenever an item, identifier or location of the tenant does. */
  readonly catalogueRevision: number;
  /** Of the head's row: another one after each commit that wrote to the ledger. */
  readonly rowVersion: string;
  /** This transaction's id, by which its fate can be asked for later. */
  readonly transactionId: string;
}

const LOCK_HEAD: Statement = {
  name: 'poster_lock_head',
  text: `SELECT sequence, encode(hash, 'hex') AS hash,
      coalesce(extract(epoch FROM recorded_at) * 1000, 0)::bigint AS recorded_at_ms,
      catalogue_revision, next_order_number, next_vendor_id, xmin::text AS row_version,
      pg_current_xact_id()::text AS transaction_id
    FROM ledger_head WHERE tenant_id = $1 FOR UPDATE`,
};

interface HeadRow {
  sequence: number;
  hash: string;
  recorded_at_ms: number;
  catalogue_revision: number;
  next_order_number: number;
  next_vendor_id: number;
  row_version: string;
  transaction_id: string;
}

/** Locks the tenant's ledger head: from here to the commit this is the ledger's only writer. */
export async function lockHead(session: Session, tenantId: string): Promise<LockedHead> {
  const { rows } = await run<HeadRow>(session, LOCK_HEAD, [tenantId]);
  const row = rows[0];
  if (!row) throw new TypeError(`Tenant ${tenantId} has no ledger.`);
  return {
    head: {
      sequence: row.sequence,
      hash: row.hash,
      recordedAtMs: row.recorded_at_ms,
      nextOrderNumber: row.next_order_number,
      nextVendorId: row.next_vendor_id,
    },
    catalogueRevision: row.catalogue_revision,
    rowVersion: row.row_version,
    transactionId: row.transaction_id,
  };
}

/** The row version of the head that a transaction leaves, which has locked it so: its own id, as xmin shows it. */
export const rowVersionLeftBy = ({ transactionId }: LockedHead): string => String(BigInt(transactionId) % 2n ** 32n);

/** What an attempt whose COMMIT has no known fate would have left in the ledger. */
export interface AttemptedCommit {
  /** The head as it was locked for the attempt. */
  readonly locked: LockedHead;
  /** The last movement of the attempt; undefined where it had none. */
  readonly lastMovement: { readonly sequence: number; readonly hash: string } | undefined;
}

const HAS_MOVEMENT: Statement = {
  name: 'poster_has_movement',
  text: 'SELECT FROM movement WHERE tenant_id = $1 AND sequence = $2 AND hash = $3::bytea',
};

// An id from the future is one that a crash of the server has taken back.
const WAS_COMMITTED: Statement = {
  name: 'poster_was_committed',
  text: `SELECT FROM pg_current_xact_id() AS now (id)
    WHERE CASE WHEN $1::xid8 < now.id THEN pg_xact_status($1::xid8) END = 'committed'`,
};

/**
 * Whether an attempt was committed after all; to be asked under the head lock, which says that it is over. The ledger
 * itself tells. The transaction's id alone would not do: a server that crashes before the log has reached the disk gives
 * the same id to another transaction afterwards.
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

// Asked in a statement of its own: the lock's may read the clock and then wait.
const READ_CLOCK: Statement = {
  name: 'poster_clock',
  text: 'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms',
};

/** PostgreSQL's clock, in whole milliseconds. */
export async function readClock(session: Session): Promise<number> {
  const { rows } = await run<{ now_ms: number }>(session, READ_CLOCK, []);
  return (rows[0] as { now_ms: number }).now_ms;
}

const READ_OUTCOMES: Statement = {
  name: 'poster_outcomes',
  text: `SELECT ${selectList(OutcomeEntity, 'o')}
    FROM unnest($2::uuid[], $3::text[]) AS asked (origin_id, external_id)
    JOIN outcome o ON o.tenant_id = $1 AND o.origin_id = asked.origin_id AND o.external_id = asked.external_id`,
};

/** The outcomes that exist of what the postings speak of. */
export async function readOutcomes(session: Session, postings: readonly Posting<unknown>[]): Promise<StoredOutcome[]> {
  const origins: string[] = [];
  const externalIds: string[] = [];
  for (const { origin, reads } of postings) {
    for (const externalId of reads.outcomes) {
      origins.push(origin.id);
      externalIds.push(externalId);
    }
  }
  if (origins.length === 0) return [];
  const tenantId = (postings[0] as Posting<unknown>).tenantId;
  const { rows } = await run<StoredOutcome>(session, READ_OUTCOMES, [tenantId, origins, externalIds]);
  return rows;
}

const LEVEL_COLUMNS = selectPlain(StockLevelEntity, 'l');

const READ_LEVELS: Statement = {
  name: 'poster_levels',
  text: `SELECT ${LEVEL_COLUMNS} FROM unnest($2::uuid[]) AS asked (level_id)
    JOIN stock_level l ON l.tenant_id = $1 AND l.level_id = asked.level_id`,
};

const READ_LEVELS_AT: Statement = {
  name: 'poster_levels_at',
  text: `SELECT ${LEVEL_COLUMNS} FROM unnest($2::uuid[], $3::uuid[]) AS asked (item_id, location_id)
    JOIN stock_level l ON l.tenant_id = $1 AND l.item_id = asked.item_id AND l.location_id = asked.location_id`,
};

type LevelRow = PlainRow<StockLevelEntity>;

/** The levels that the postings name, and the siblings of those that are counted. */
export async function readLevels(
  session: Session,
  tenantId: string,
  { levelIds, siblingsAt }: AskedReads,
): Promise<Level[]> {
  const itemLocations = [...siblingsAt.values()];
  const [named, siblings] = await Promise.all([
    levelIds.size === 0 ? [] : run<LevelRow>(session, READ_LEVELS, [tenantId, [...levelIds]]).then(({ rows }) => rows),
    itemLocations.length === 0
      ? []
      : run<LevelRow>(session, READ_LEVELS_AT, [
          tenantId,
          itemLocations.map((itemLocation) => itemLocation.itemId),
          itemLocations.map((itemLocation) => itemLocation.locationId),
        ]).then(({ rows }) => rows),
  ]);
  const byId = new Map([...named, ...siblings].map((row) => [row.levelId, row]));
  return [...byId.values()].map(toLevel);
}

function toLevel(row: LevelRow): Level {
  const { levelId: id, quantity, version, updatedAtMs, hasBaseline, countedAsOfMs, lastCountAtMs } = row;
  const lastCount = lastCountAtMs === null ? null : lastCountOf(row, lastCountAtMs);
  return { id, key: stockKeyOf(row), quantity, version, updatedAtMs, hasBaseline, countedAsOfMs, lastCount };
}

function lastCountOf(row: LevelRow, effectiveAtMs: number): NonNullable<Level['lastCount']> {
  return {
    effectiveAtMs,
    explicit: row.lastCountExplicit ?? false,
    quantity: row.lastCountQuantity ?? 0,
    originId: row.lastCountOriginId ?? '',
    sourceSequence: row.lastCountSourceSequence,
  };
}

// A leg effective after a moment was recorded after it too, so only the ledger's tail from there on is read.
const READ_DELTAS_AFTER: Statement = {
  name: 'poster_deltas_after',
  text: `SELECT asked.level_id AS "levelId", asked.as_of_ms AS "asOfMs", (
      SELECT coalesce(sum(legs.delta), 0)::bigint FROM (
        SELECT e.sequence, e.delta FROM ledger_entry e
          WHERE e.tenant_id = $1 AND e.level_id = asked.level_id AND e.sequence > since.sequence
        UNION ALL
        SELECT a.sequence, a.delta FROM absorbed_leg a
          WHERE a.tenant_id = $1 AND a.level_id = asked.level_id AND a.sequence > since.sequence
      ) legs
      JOIN movement m ON m.tenant_id = $1 AND m.sequence = legs.sequence
      WHERE m.effective_at > asked.as_of AND m.reason <> 'COUNT'
    ) AS sum
    FROM unnest($2::uuid[], $3::bigint[], $4::timestamptz[]) AS asked (level_id, as_of_ms, as_of)
    CROSS JOIN LATERAL (
      SELECT coalesce((
        SELECT m.sequence FROM movement m WHERE m.tenant_id = $1 AND m.recorded_at <= asked.as_of
        ORDER BY m.recorded_at DESC, m.sequence DESC LIMIT 1), 0) AS sequence
    ) since`,
};

/** For counts with a clock: what happened to their levels after it. */
export async function readDeltasAfter(
  session: Session,
  tenantId: string,
  asked: AskedReads['deltasAfter'],
): Promise<{ levelId: string; asOfMs: number; sum: number }[]> {
  if (asked.length === 0) return [];
  const { rows } = await run<{ levelId: string; asOfMs: number; sum: number }>(session, READ_DELTAS_AFTER, [
    tenantId,
    asked.map((count) => count.levelId),
    asked.map((count) => count.asOfMs),
    asked.map((count) => timestamp(count.asOfMs)),
  ]);
  return rows;
}
