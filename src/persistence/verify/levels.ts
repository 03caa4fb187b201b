import { levelId } from '../../domain/ledger/level-id';
import { run, type Session, type Statement } from '../database/statement';
import { sha256 } from '../sha256';
import { selectTexts, type TextRow } from '../tables/derived';
import { StockLevelEntity, stockKeyOf } from '../tables/stock-level';
import type { LedgerFault } from './verdict';

/** Levels checked at a time; the database goes through the entries of each in order. */
const PAGE_LEVELS = 500;
const BEFORE_ALL_IDS = '00000000-0000-0000-0000-000000000000';

// Sums are numeric, so that no stored number can break the statement. Each level's entries are read by its own id: joined as
// one set, they are added up again for each level when the database does not yet know that a new tenant has many.
const CHECK_LEVELS: Statement = {
  name: 'verify_levels',
  text: `SELECT ${selectTexts(StockLevelEntity, 'page')},
      summed.entries::text AS entries, coalesce(summed.quantity, 0)::text AS "entriesSum",
      summed.last_sequence::text AS "lastSequence", summed.broken_at::text AS "brokenAt"
    FROM (SELECT * FROM stock_level WHERE tenant_id = $1 AND level_id > $2 ORDER BY level_id LIMIT ${PAGE_LEVELS}) page
    CROSS JOIN LATERAL (
      SELECT count(*) AS entries, sum(delta) AS quantity, max(sequence) AS last_sequence,
        min(sequence) FILTER (WHERE NOT continues OR item_id <> page.item_id) AS broken_at
      FROM (
        SELECT e.sequence, e.delta, e.item_id,
          e.quantity_after = lag(e.quantity_after, 1, 0::bigint) OVER in_order + e.delta::numeric
            AND e.level_version = row_number() OVER in_order AS continues
        FROM ledger_entry e WHERE e.tenant_id = $1 AND e.level_id = page.level_id
        WINDOW in_order AS (ORDER BY e.sequence, e.leg)
      ) followed
    ) summed
    ORDER BY page.level_id`,
};

type LevelRow = TextRow<StockLevelEntity> & {
  readonly entries: string;
  readonly entriesSum: string;
  readonly lastSequence: string | null;
  readonly brokenAt: string | null;
};

/**
 * Compares every level with its entries, and returns the fault that comes first in the ledger. `entries` is the number
 * of entries in the ledger: those that no level accounts for belong to a missing level.
 */
export async function verifyLevels(
  session: Session,
  tenantId: string,
  entries: number,
  report: (levels: number) => void,
): Promise<LedgerFault | undefined> {
  let after = BEFORE_ALL_IDS;
  let checked = 0;
  let accounted = 0;
  let first: LedgerFault | undefined;
  for (;;) {
    const { rows } = await run<LevelRow>(session, CHECK_LEVELS, [tenantId, after]);
    for (const row of rows) {
      const problem = problemOf(row);
      if (problem !== null) first = earlier(first, { ok: false, sequence: sequenceOf(row), problem });
      accounted += Number(row.entries);
      after = row.levelId;
    }
    checked += rows.length;
    report(checked);
    if (rows.length > 0) continue;
    return accounted === entries ? first : earlier(first, await faultOfMissingLevel(session, tenantId));
  }
}

/** The fault at the earlier movement of two. A fault without a movement comes last. */
function earlier(one: LedgerFault | undefined, other: LedgerFault): LedgerFault {
  return one && (one.sequence ?? Infinity) <= (other.sequence ?? Infinity) ? one : other;
}

/** The first entry that does not continue the one before, or the level's last entry. */
function sequenceOf(row: LevelRow): number | null {
  const sequence = row.brokenAt ?? row.lastSequence;
  return sequence === null ? null : Number(sequence);
}

function problemOf(row: LevelRow): string | null {
  const level = `Stock level ${row.levelId}`;
  if (row.brokenAt !== null) return `${level}: its entries do not continue each other.`;
  if (row.quantity !== row.entriesSum) {
    return `${level} holds ${row.quantity} units; its entries come to ${row.entriesSum}.`;
  }
  if (row.version !== row.entries) return `${level} is at version ${row.version}; it has ${row.entries} entries.`;
  if (levelId(stockKeyOf(row), sha256) !== row.levelId)
    return `${level} is kept under another stock key than its id was derived from.`;
  return null;
}

const READ_MISSING_LEVEL: Statement = {
  name: 'verify_missing_level',
  text: `SELECT e.sequence::text, e.level_id FROM ledger_entry e
    WHERE e.tenant_id = $1 AND NOT EXISTS (
      SELECT FROM stock_level l WHERE l.tenant_id = $1 AND l.level_id = e.level_id)
    ORDER BY e.sequence, e.leg LIMIT 1`,
};

async function faultOfMissingLevel(session: Session, tenantId: string): Promise<LedgerFault> {
  const { rows } = await run<{ sequence: string; level_id: string }>(session, READ_MISSING_LEVEL, [tenantId]);
  const [entry] = rows;
  if (!entry) return { ok: false, sequence: null, problem: 'The levels do not account for all entries.' };
  const problem = `Stock level ${entry.level_id} is missing, though it has entries.`;
  return { ok: false, sequence: Number(entry.sequence), problem };
}
