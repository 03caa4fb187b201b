/**
 * SQL for what a level held at past moments. The quantity at a moment is the present one without what took effect after
 * it. What takes effect after a moment was recorded after it too, so only the ledger's tail from there is read.
 */

/** A SELECT of the last `sequence` that was recorded up to a moment; 0 before the first. */
export const sequenceUpTo = (moment: string): string => `SELECT coalesce((
    SELECT m.sequence FROM movement m WHERE m.tenant_id = $1 AND m.recorded_at <= ${moment}
    ORDER BY m.recorded_at DESC, m.sequence DESC LIMIT 1), 0) AS sequence`;

/**
 * A SELECT of the lowest `quantity` of a level from a moment on, and the first moment `at` which it had it.
 * @param upTo the sequence of {@link sequenceUpTo} for the moment
 */
export const lowestSince = (levelId: string, moment: string, upTo: string): string => `SELECT moments.at,
    (l.quantity - coalesce(sum(moments.delta) OVER (
      ORDER BY moments.at DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))::bigint AS quantity
  FROM stock_level l CROSS JOIN LATERAL (
    SELECT each.at, sum(each.delta) AS delta FROM (
      SELECT ${moment} AS at, 0 AS delta
      UNION ALL
      SELECT m.effective_at, e.delta FROM ledger_entry e
      JOIN movement m ON m.tenant_id = $1 AND m.sequence = e.sequence
      WHERE e.tenant_id = $1 AND e.level_id = ${levelId} AND e.sequence > ${upTo} AND m.effective_at > ${moment}
    ) each GROUP BY each.at
  ) moments
  WHERE l.tenant_id = $1 AND l.level_id = ${levelId}
  ORDER BY 2, 1 LIMIT 1`;
