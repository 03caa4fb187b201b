import type { DiscrepancyKind } from '../../application/ports/reads';
import { run, type Session, type Statement } from '../database/statement';
import { epochMs } from '../tables/derived';
import { boundsOf, inStretch, type Stretch } from './stretch';

/** A statement of what a level holds, after which what was before need not fit any more. */
export interface LevelStatement {
  readonly sequence: number;
  readonly recordedAtMs: number;
  readonly levelId: string;
  /** From when on it holds. Null: from the movement on, because a merge of items has emptied or filled the level. */
  readonly effectiveAtMs: number | null;
}

const READ_STATEMENTS: Statement = {
  name: 'discrepancies_level_statements',
  text: `WITH concerned AS MATERIALIZED (
      SELECT d.level_id FROM discrepancy d WHERE d.tenant_id = $1 AND d.kind = $4 AND d.closed_at IS NULL
      UNION SELECT unnest($5::uuid[])
    ), stated AS (
      SELECT c.sequence, c.level_id, true AS is_count FROM stock_count c JOIN concerned USING (level_id)
      WHERE ${inStretch('c')} AND c.status IN ('APPLIED', 'UNCHANGED')
      UNION
      SELECT e.sequence, e.level_id, false FROM movement m
      JOIN ledger_entry e ON e.tenant_id = $1 AND e.sequence = m.sequence JOIN concerned USING (level_id)
      WHERE ${inStretch('m')} AND m.reason = 'MERGE'
    )
    SELECT stated.sequence, ${epochMs('m.recorded_at')} AS "recordedAtMs", stated.level_id AS "levelId",
      CASE WHEN stated.is_count THEN ${epochMs('m.effective_at')} END AS "effectiveAtMs"
    FROM stated JOIN movement m ON m.tenant_id = $1 AND m.sequence = stated.sequence`,
};

/** The accepted counts and merges of these levels, and of those with an open row of the kind. */
export async function readStatements(
  session: Session,
  stretch: Stretch,
  kind: DiscrepancyKind,
  levelIds: readonly string[],
): Promise<LevelStatement[]> {
  const values = [...boundsOf(stretch), kind, [...new Set(levelIds)]];
  return (await run<LevelStatement>(session, READ_STATEMENTS, values)).rows;
}
