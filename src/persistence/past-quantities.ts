/**
 * SQL for what a level held at past moments. The quantity at a moment is a later one without what took effect after the
 * moment. What takes effect after it was recorded after it too, so only the ledger's tail from there is read. The
 * expressions that are given must not use the names `recorded`, `entry`, `moved`, `each` and `moments`.
 */

/** A SELECT of the last `sequence` that was recorded up to a moment; 0 before the first. */
export const sequenceUpTo = (moment: string): string => `SELECT coalesce((
    SELECT recorded.sequence FROM movement recorded
    WHERE recorded.tenant_id = $1 AND recorded.recorded_at <= ${moment}
    ORDER BY recorded.recorded_at DESC, recorded.sequence DESC LIMIT 1), 0) AS sequence`;

/** What is asked of a level, as SQL expressions. */
interface Past {
  readonly levelId: string;
  /** The first moment to look at. */
  readonly moment: string;
  /** The sequence of {@link sequenceUpTo} for it. */
  readonly after: string;
  /** The movement whose ledger is looked at; left out: the last one. */
  readonly upTo?: string;
  /** The level's quantity after it. */
  readonly quantity: string;
}

/**
 * A SELECT of a level's `quantity` at each moment `at` since the given one at which something took effect, and of the last
 * one at which a merge of items did, `merged_at`.
 */
export const quantitiesSince = ({ levelId, moment, after, upTo, quantity }: Past): string => `SELECT moments.at,
    ${quantity} - coalesce(sum(moments.delta) OVER (
      ORDER BY moments.at DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS quantity,
    max(moments.merged_at) OVER () AS merged_at
  FROM (
    SELECT each.at, sum(each.delta) AS delta, max(each.at) FILTER (WHERE each.reason = 'MERGE') AS merged_at FROM (
      SELECT ${moment} AS at, 0 AS delta, NULL AS reason
      UNION ALL
      SELECT moved.effective_at, entry.delta, moved.reason FROM ledger_entry entry
      JOIN movement moved ON moved.tenant_id = $1 AND moved.sequence = entry.sequence
      WHERE entry.tenant_id = $1 AND entry.level_id = ${levelId} AND entry.sequence > ${after}
        ${upTo === undefined ? '' : `AND entry.sequence <= ${upTo}`} AND moved.effective_at > ${moment}
    ) each GROUP BY each.at
  ) moments`;
