import type { DiscrepancyKind } from '../../application/ports/reads';
import { run, type Session, type Statement } from '../database/statement';
import { epochMs } from '../tables/derived';
import { opened, OpenRows, readOpen, withEntries, type DiscrepancyRow, type LevelEvent } from './rows';
import { readStatements, type LevelStatement } from './statements';
import { boundsOf, inStretch, type Stretch } from './stretch';

const KIND: DiscrepancyKind = 'CONFLICTING_COUNT';
/** How many counts of a level are looked through, back from one that is refused, for the one that stands. */
const MAX_COUNTS = 1_000;

/** A count that was refused, because one of the same moment that stands says otherwise. */
interface Conflict extends Omit<LevelEvent, 'legs'> {
  readonly effectiveAtMs: number;
  readonly quantity: number;
  /** Of the count that stands: its movement, its entries of the level, and what it says. */
  readonly standing: { readonly sequence: number; readonly legs: readonly number[]; readonly quantity: number } | null;
}

const READ_CONFLICTS: Statement = {
  name: 'discrepancies_conflicts',
  text: `SELECT c.sequence, ${epochMs('m.recorded_at')} AS "recordedAtMs", ${epochMs('m.effective_at')} AS "effectiveAtMs",
      c.level_id AS "levelId", l.item_id AS "itemId", l.location_id AS "locationId", c.quantity,
      (SELECT json_build_object('sequence', s.sequence, 'quantity', s.quantity, 'legs', ARRAY(
          SELECT e.leg FROM ledger_entry e
          WHERE e.tenant_id = $1 AND e.sequence = s.sequence AND e.level_id = c.level_id ORDER BY e.leg))
        FROM (SELECT x.sequence, x.ordinal, x.status, x.quantity FROM stock_count x
          WHERE x.tenant_id = $1 AND x.level_id = c.level_id AND (x.sequence, x.ordinal) < (c.sequence, c.ordinal)
          ORDER BY x.sequence DESC, x.ordinal DESC LIMIT ${MAX_COUNTS}) s
        WHERE s.status IN ('APPLIED', 'UNCHANGED') ORDER BY s.sequence DESC, s.ordinal DESC LIMIT 1) AS standing
    FROM stock_count c
    JOIN movement m ON m.tenant_id = $1 AND m.sequence = c.sequence
    JOIN stock_level l ON l.tenant_id = $1 AND l.level_id = c.level_id
    WHERE ${inStretch('c')} AND c.code = 'AS_OF_CONFLICT'
    ORDER BY c.sequence, c.ordinal`,
};

/**
 * Two counts of one moment say different quantities. The next count that is accepted comes after both of them, so it
 * settles them.
 */
export async function judgeConflictingCounts(session: Session, stretch: Stretch): Promise<void> {
  const { tenantId } = stretch;
  const { rows: conflicts } = await run<Conflict>(session, READ_CONFLICTS, boundsOf(stretch));
  const conflictLevels = conflicts.map(({ levelId }) => levelId);
  const statements = await readStatements(session, stretch, KIND, conflictLevels);
  const levelIds = [...conflictLevels, ...statements.map(({ levelId }) => levelId)];
  const open = new OpenRows(await readOpen(session, tenantId, KIND, levelIds));
  const events: (Conflict | LevelStatement)[] = [...conflicts, ...statements];
  for (const event of events.toSorted((a, b) => a.sequence - b.sequence)) {
    const before = open.get(event.levelId);
    if ('standing' in event) open.put(contradicted(before, event));
    else if (before) open.put({ ...before, closedAtMs: event.recordedAtMs });
  }
  await open.save(session, tenantId);
}

function contradicted(before: DiscrepancyRow | undefined, conflict: Conflict): DiscrepancyRow {
  const { effectiveAtMs, quantity, standing } = conflict;
  const finding = { observed: quantity, observedAtMs: effectiveAtMs };
  if (before) return { ...before, ...finding };
  const row = opened(KIND, conflict, { ...finding, expected: standing?.quantity ?? null });
  return standing ? withEntries(row, standing.sequence, standing.legs) : row;
}
