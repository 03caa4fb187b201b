import type { DiscrepancyKind } from '../../application/ports/reads';
import { run, type Session, type Statement } from '../database/statement';
import { epochMs } from '../tables/derived';
import { opened, OpenRows, readOpen, withEntries, type DiscrepancyRow, type LevelEvent } from './rows';
import { boundsOf, inStretch, type Stretch } from './stretch';

const KIND: DiscrepancyKind = 'NEGATIVE_LEVEL';

/** A movement before or after which a level was below zero. */
interface BelowZero extends LevelEvent {
  /** The level's quantity after the movement. */
  readonly quantity: number;
}

// Nearly no entry is near zero, so that only these few are put together by movement and level.
const READ_BELOW_ZERO: Statement = {
  name: 'discrepancies_below_zero',
  text: `WITH touched AS MATERIALIZED (
      SELECT DISTINCT e.sequence, e.level_id FROM ledger_entry e
      WHERE ${inStretch('e')} AND (e.quantity_after < 0 OR e.quantity_after - e.delta < 0)
    )
    SELECT t.sequence, ${epochMs('m.recorded_at')} AS "recordedAtMs", t.level_id AS "levelId", l.item_id AS "itemId",
      l.location_id AS "locationId", change.legs, change.quantity
    FROM touched t
    CROSS JOIN LATERAL (
      SELECT array_agg(e.leg ORDER BY e.leg) AS legs, (array_agg(e.quantity_after - e.delta ORDER BY e.leg))[1] AS before,
        (array_agg(e.quantity_after ORDER BY e.leg DESC))[1] AS quantity
      FROM ledger_entry e WHERE e.tenant_id = $1 AND e.sequence = t.sequence AND e.level_id = t.level_id
    ) change
    JOIN movement m ON m.tenant_id = $1 AND m.sequence = t.sequence
    JOIN stock_level l ON l.tenant_id = $1 AND l.level_id = t.level_id
    WHERE least(change.before, change.quantity) < 0
    ORDER BY t.sequence`,
};

/** A level is below zero after a movement. It is judged when the whole movement is in. */
export async function judgeNegativeLevels(session: Session, stretch: Stretch): Promise<void> {
  const { rows: events } = await run<BelowZero>(session, READ_BELOW_ZERO, boundsOf(stretch));
  const { tenantId } = stretch;
  const levelIds = events.map(({ levelId }) => levelId);
  const open = new OpenRows(await readOpen(session, tenantId, KIND, levelIds));
  for (const event of events) {
    const before = open.get(event.levelId);
    if (event.quantity < 0) open.put(lowered(before, event));
    else if (before) open.put({ ...before, closedAtMs: event.recordedAtMs });
  }
  await open.save(session, tenantId);
}

function lowered(before: DiscrepancyRow | undefined, event: BelowZero): DiscrepancyRow {
  const { sequence, recordedAtMs, legs, quantity } = event;
  const finding = { expected: null, observed: quantity, observedAtMs: recordedAtMs };
  const known = withEntries(before ?? opened(KIND, event, finding), sequence, legs);
  return quantity < known.observed ? { ...known, ...finding } : known;
}
