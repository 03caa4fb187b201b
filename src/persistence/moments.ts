import { MARK_DISTANCE } from './tables/movement';

/**
 * A SELECT of the last `sequence` that was recorded up to a moment, or before it; 0 where there is none. Clocks never go back
 * along the ledger, and its sequences have no gaps. So an index of every few movements, its marks, finds the stretch, and no
 * more than that is read. OFFSET 0: each is looked up once. The expression must not use the names `mark`, `near` and `recorded`.
 */
export const sequenceUpTo = (moment: string, comparison: '<=' | '<' = '<='): string => `SELECT coalesce((
    SELECT last.sequence FROM (
      SELECT coalesce((SELECT mark.sequence FROM movement mark
        WHERE mark.tenant_id = $1 AND mark.recorded_at ${comparison} ${moment} AND mark.sequence % ${MARK_DISTANCE} = 0
        ORDER BY mark.recorded_at DESC, mark.sequence DESC LIMIT 1), 0) AS sequence OFFSET 0
    ) near CROSS JOIN LATERAL (
      SELECT recorded.sequence FROM movement recorded
      WHERE recorded.tenant_id = $1 AND recorded.recorded_at ${comparison} ${moment}
        AND recorded.sequence BETWEEN near.sequence AND near.sequence + ${MARK_DISTANCE - 1}
      ORDER BY recorded.sequence DESC LIMIT 1
    ) last), 0) AS sequence OFFSET 0`;
