import type { AsOf } from '../../application/ports/reads';
import { sequenceUpTo } from '../moments';
import { columnName } from '../tables/derived';
import { STOCK_KEY_COLUMNS } from '../tables/stock-level';
import { between } from '../database/look-up';
import { joinMovement } from './look-ups';
import { LEDGER_HEAD } from './page';
import type { Parameters } from './statement';

/** Stock levels at a moment: a SELECT of the sequence that is shown, and a table of the levels at that sequence. */
export interface LevelsAt {
  /** For `pageStatement`, which names it `head`. */
  readonly head: string;
  /** Like `stock_level`, without the columns about counts. */
  readonly levels: string;
  /** The same with those that were not there yet, and the column `is_there`. */
  readonly alsoLater: string;
}

/** Every entry stores the quantity after it, so any past moment is exact. */
export function levelsAt(parameters: Parameters, asOf: AsOf | null): LevelsAt {
  if (asOf === null) {
    return {
      head: LEDGER_HEAD,
      levels: 'stock_level',
      alsoLater: '(SELECT level.*, true AS is_there FROM stock_level level)',
    };
  }
  const wanted =
    'sequence' in asOf ? parameters.add(asOf.sequence, 'bigint') : lastSequenceAt(parameters, asOf.recordedAtMs);
  return {
    head: `SELECT least(head.sequence, ${wanted}) AS sequence FROM ledger_head head WHERE head.tenant_id = $1`,
    levels: `(${LEVELS_AT_HEAD})`,
    alsoLater: `(${levelsBy(`, ${IS_THERE} AS is_there`)})`,
  };
}

/** The sequence of the last movement recorded by then, else 0. */
export const lastSequenceAt = (parameters: Parameters, recordedAtMs: number): string =>
  `(${sequenceUpTo(instant(parameters, recordedAtMs))})`;

export function instant(parameters: Parameters, ms: number): string {
  return parameters.add(new Date(ms).toISOString(), 'timestamptz');
}

/**
 * The first accepted count of the level `now`. Like the other subqueries about single levels it is scalar, because with
 * EXISTS PostgreSQL may scan all counts of the tenant.
 */
const FIRST_COUNT = `(SELECT c.sequence FROM stock_count c WHERE c.tenant_id = $1 AND ${between('c.level_id', 'now.level_id')}
  AND c.sequence <= head.sequence AND c.status IN ('APPLIED', 'UNCHANGED') ORDER BY c.level_id, c.sequence LIMIT 1)`;

const FIRST_OPENING = `(SELECT o.sequence FROM (SELECT o.* FROM ledger_entry o
    WHERE o.tenant_id = $1 AND ${between('o.level_id', 'now.level_id')} AND o.sequence <= head.sequence
    ORDER BY o.level_id, o.sequence, o.leg) o
  ${joinMovement('o.sequence')} WHERE m.reason = 'OPENING' LIMIT 1)`;

const KEPT_COLUMNS = ['tenantId', 'levelId', ...STOCK_KEY_COLUMNS] as const;

/** A level exists from its first entry or accepted count on. */
const IS_THERE = `coalesce(e.sequence, ${FIRST_COUNT}) IS NOT NULL`;

/**
 * All levels, as they were at `head.sequence`. Their baseline is an opening or an accepted count, and it is never lost. So
 * only levels that have one now are checked, and only in the one bucket where it matters.
 */
const levelsBy = (
  more = '',
): string => `SELECT ${KEPT_COLUMNS.map((property) => `now.${columnName(property)}`).join(', ')},
    coalesce(e.quantity_after, 0) AS quantity, coalesce(e.level_version, 0) AS version,
    (SELECT m.recorded_at FROM (SELECT CASE WHEN e.sequence IS NULL THEN ${FIRST_COUNT} ELSE e.sequence END OFFSET 0) changed (sequence)
      ${joinMovement('changed.sequence')}) AS updated_at,
    CASE WHEN now.has_baseline AND now.bucket = 'REPORTED_ON_HAND'
      THEN coalesce(${FIRST_COUNT}, ${FIRST_OPENING}) IS NOT NULL ELSE false END AS has_baseline${more}
  FROM stock_level now
  LEFT JOIN LATERAL (SELECT entry.sequence, entry.quantity_after, entry.level_version FROM ledger_entry entry
    WHERE entry.tenant_id = $1 AND ${between('entry.level_id', 'now.level_id')} AND entry.sequence <= head.sequence
    ORDER BY entry.level_id DESC, entry.sequence DESC, entry.leg DESC LIMIT 1) e ON true`;

/** The levels that existed at `head.sequence`. */
export const LEVELS_AT_HEAD = `${levelsBy()} WHERE ${IS_THERE}`;
