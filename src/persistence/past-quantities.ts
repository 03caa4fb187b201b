import { lookUp } from './database/look-up';

/**
 * SQL for what a level held at past moments. The quantity at a moment is a later one without what took effect after the
 * moment. What takes effect after it was recorded after it too, so only the ledger's tail from there is read. The
 * expressions that are given must not use the names `leg`, `entry`, `moved`, `each` and `moments`.
 */

/** The legs of a level after a sequence, as SQL expressions. */
interface Tail {
  readonly levelId: string;
  /** The last `sequence` before them. */
  readonly after: string;
  /** The movement whose ledger is looked at; left out: the last one. */
  readonly upTo?: string;
}

/**
 * A SELECT of `sequence` and `delta` of legs. The rows are compared as a whole and ordered, so that of all indexes only the one by
 * level fits, whatever the statistics say (see `lookUp`).
 */
export const legsSince = (table: 'ledger_entry' | 'absorbed_leg', { levelId, after, upTo }: Tail): string =>
  `SELECT leg.sequence, leg.delta FROM ${table} leg WHERE leg.tenant_id = $1
    AND (leg.level_id, leg.sequence) > (${levelId}, ${after}) AND leg.level_id <= ${levelId}
    ${upTo === undefined ? '' : `AND leg.sequence <= ${upTo}`} ORDER BY leg.level_id, leg.sequence`;

/** A SELECT of the `effective_at` and `reason` of a movement. */
export const movementAt = (sequence: string): string =>
  lookUp({
    table: 'movement',
    alias: 'moved',
    columns: 'moved.effective_at, moved.reason',
    key: [['sequence', sequence]],
  });

/** What is asked of a level, as SQL expressions. */
interface Past extends Tail {
  /** The first moment to look at. `after` is the last sequence up to it, see `moments.ts`. */
  readonly moment: string;
  /** The level's quantity after it. */
  readonly quantity: string;
}

/**
 * A SELECT of a level's `quantity` at each moment `at` since the given one at which something took effect, and of the last
 * one at which a merge of items did, `merged_at`.
 */
export const quantitiesSince = ({ moment, quantity, ...tail }: Past): string => `SELECT moments.at,
    ${quantity} - coalesce(sum(moments.delta) OVER (
      ORDER BY moments.at DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS quantity,
    max(moments.merged_at) OVER () AS merged_at
  FROM (
    SELECT each.at, sum(each.delta) AS delta, max(each.at) FILTER (WHERE each.reason = 'MERGE') AS merged_at FROM (
      SELECT ${moment} AS at, 0 AS delta, NULL AS reason
      UNION ALL
      SELECT moved.effective_at, entry.delta, moved.reason FROM (${legsSince('ledger_entry', tail)}) entry
      CROSS JOIN LATERAL (${movementAt('entry.sequence')}) moved WHERE moved.effective_at > ${moment}
    ) each GROUP BY each.at
  ) moments`;
