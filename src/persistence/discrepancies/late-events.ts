import { sequenceUpTo } from '../moments';
import { quantitiesSince } from '../past-quantities';
import { run, timestamp, type Session, type Statement } from '../database/statement';
import { epochMs } from '../tables/derived';
import type { LevelEvent } from './rows';
import type { Stretch } from './stretch';

/** What a movement that was dated back took from a level, so that it was below zero at a moment since. */
export interface Cause extends LevelEvent {
  readonly effectiveAtMs: number;
  /** The lowest quantity since, and the first moment at which the level had it. */
  readonly observed: number;
  readonly observedAtMs: number;
}

/** What may settle the discrepancy of a level: something that came in late, or a statement of what is there. */
export interface Settler {
  readonly sequence: number;
  readonly recordedAtMs: number;
  readonly levelId: string;
  /** When the level was counted, or merged with another. What was before need not fit any more. Null: neither. */
  readonly statedAtMs: number | null;
}

/** A SELECT of the lowest quantity of those given, without those from before a merge: until then there were two levels. */
const lowestOf = (quantities: string): string => `SELECT past.at, past.quantity FROM (${quantities}) past
  WHERE past.merged_at IS NULL OR past.at >= past.merged_at ORDER BY past.quantity, past.at LIMIT 1`;

const LATE = {
  levelId: 'late.level_id',
  moment: 'late.effective_at',
  after: 'late.after',
  upTo: 'late.sequence',
  quantity: 'late.quantity',
};

// The first question is cheap, and settles most: whether what was there is no less than all that came in since.
const READ_CAUSES: Statement = {
  name: 'discrepancy_causes',
  text: `WITH late AS MATERIALIZED (
      SELECT change.sequence, m.recorded_at, m.effective_at, since.sequence AS after,
        l.level_id, l.item_id, l.location_id, change.legs, change.quantity
      FROM (
        SELECT e.sequence, e.level_id, array_agg(e.leg ORDER BY e.leg) AS legs,
          (array_agg(e.quantity_after ORDER BY e.leg DESC))[1] AS quantity
        FROM late_entry waiting
        JOIN ledger_entry e ON e.tenant_id = $1 AND e.sequence = waiting.sequence AND e.leg = waiting.leg
        WHERE waiting.tenant_id = $1 AND waiting.sequence > $2 AND waiting.sequence <= $3
        GROUP BY e.sequence, e.level_id HAVING sum(e.delta) < 0
      ) change
      JOIN movement m ON m.tenant_id = $1 AND m.sequence = change.sequence
      JOIN stock_level l ON l.tenant_id = $1 AND l.level_id = change.level_id AND l.bucket <> 'REPORTED_ON_HAND'
      CROSS JOIN LATERAL (${sequenceUpTo('m.effective_at')}) since
      WHERE change.quantity < (
        SELECT coalesce(sum(e.delta), 0) FROM ledger_entry e WHERE e.tenant_id = $1 AND e.level_id = change.level_id
          AND e.sequence > since.sequence AND e.sequence <= change.sequence AND e.delta > 0)
    )
    SELECT late.sequence, ${epochMs('late.recorded_at')} AS "recordedAtMs",
      ${epochMs('late.effective_at')} AS "effectiveAtMs", late.level_id AS "levelId", late.item_id AS "itemId",
      late.location_id AS "locationId", late.legs,
      greatest(low.quantity, ${-Number.MAX_SAFE_INTEGER})::bigint AS observed, ${epochMs('low.at')} AS "observedAtMs"
    FROM late CROSS JOIN LATERAL (${lowestOf(quantitiesSince(LATE))}) low
    WHERE low.quantity < 0 AND EXISTS (
      SELECT FROM ledger_entry e JOIN movement m ON m.tenant_id = $1 AND m.sequence = e.sequence
      WHERE e.tenant_id = $1 AND e.level_id = late.level_id AND e.sequence > late.after AND e.sequence < late.sequence
        AND m.effective_at > late.effective_at)
    ORDER BY late.sequence`,
};

/** The causes in a stretch, in the order of the ledger. */
export async function readCauses(session: Session, { tenantId, after, upTo }: Stretch): Promise<Cause[]> {
  return (await run<Cause>(session, READ_CAUSES, [tenantId, after, upTo])).rows;
}

const READ_SETTLERS: Statement = {
  name: 'discrepancy_settlers',
  text: `WITH concerned AS MATERIALIZED (
      SELECT level_id FROM discrepancy
      WHERE tenant_id = $1 AND kind = 'NEGATIVE_IN_THE_PAST' AND closed_at IS NULL
      UNION SELECT unnest($4::uuid[])
    ), settling AS (
      SELECT e.sequence, e.level_id, false AS is_stated FROM late_entry waiting
      JOIN ledger_entry e ON e.tenant_id = $1 AND e.sequence = waiting.sequence AND e.leg = waiting.leg AND e.delta > 0
      JOIN concerned USING (level_id)
      WHERE waiting.tenant_id = $1 AND waiting.sequence > $2 AND waiting.sequence <= $3
      UNION
      SELECT c.sequence, c.level_id, true FROM stock_count c JOIN concerned USING (level_id)
      WHERE c.tenant_id = $1 AND c.sequence > $2 AND c.sequence <= $3 AND c.status IN ('APPLIED', 'UNCHANGED')
      UNION
      SELECT e.sequence, e.level_id, true FROM movement m
      JOIN ledger_entry e ON e.tenant_id = $1 AND e.sequence = m.sequence JOIN concerned USING (level_id)
      WHERE m.tenant_id = $1 AND m.sequence > $2 AND m.sequence <= $3 AND m.reason = 'MERGE'
    )
    SELECT settling.sequence, ${epochMs('m.recorded_at')} AS "recordedAtMs", settling.level_id AS "levelId",
      CASE WHEN settling.is_stated THEN ${epochMs('m.effective_at')} END AS "statedAtMs"
    FROM settling JOIN movement m ON m.tenant_id = $1 AND m.sequence = settling.sequence ORDER BY settling.sequence`,
};

/** What may settle the open discrepancies, or one of these levels, in the order of the ledger. */
export async function readSettlers(
  session: Session,
  { tenantId, after, upTo }: Stretch,
  levelIds: readonly string[],
): Promise<Settler[]> {
  return (await run<Settler>(session, READ_SETTLERS, [tenantId, after, upTo, [...levelIds]])).rows;
}

const ASKED = {
  levelId: '$2::uuid',
  moment: '$3::timestamptz',
  after: 'since.sequence',
  upTo: '$4::bigint',
  quantity: 'level.quantity',
};

const WAS_ENOUGH: Statement = {
  name: 'discrepancy_was_enough',
  text: `SELECT low.quantity >= 0 AS "wasEnough" FROM (${sequenceUpTo('$3::timestamptz')}) since
    CROSS JOIN LATERAL (
      SELECT e.quantity_after AS quantity FROM ledger_entry e
      WHERE e.tenant_id = $1 AND e.level_id = $2::uuid AND e.sequence <= $4::bigint
      ORDER BY e.sequence DESC, e.leg DESC LIMIT 1
    ) level
    CROSS JOIN LATERAL (${lowestOf(quantitiesSince(ASKED))}) low`,
};

/** Whether a level was not below zero at any moment since the given one, in the ledger up to a movement. */
export async function wasEnough(
  session: Session,
  tenantId: string,
  { levelId, sinceMs, upTo }: { readonly levelId: string; readonly sinceMs: number; readonly upTo: number },
): Promise<boolean> {
  const values = [tenantId, levelId, timestamp(sinceMs), upTo];
  const { rows } = await run<{ wasEnough: boolean }>(session, WAS_ENOUGH, values);
  return rows[0]?.wasEnough ?? true;
}
