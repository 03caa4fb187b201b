import type { DiscrepancyKind } from '../../application/ports/reads';
import { run, type Session, type Statement } from '../database/statement';
import { epochMs } from '../tables/derived';
import { clamped, opened, OpenRows, readOpen, withEntries, type DiscrepancyRow, type LevelEvent } from './rows';
import { readStatements, type LevelStatement } from './statements';
import { boundsOf, inStretch, type Stretch } from './stretch';

const KIND: DiscrepancyKind = 'UNMATCHED_ECHO';
/** Most messages under an order's numbers that are looked at when it is reversed: its last ones. */
const MAX_ECHOES = 1_000;

/** What a message has moved that was under the number of an order, on top of what the order has moved. */
interface Echo extends LevelEvent {
  readonly effectiveAtMs: number;
  readonly delta: number;
  /** The level's quantity after the message. */
  readonly quantity: number;
}

/** What a reversal makes right: its order does not count any more, so that what was reported under its number does. */
interface Reversal {
  readonly sequence: number;
  readonly recordedAtMs: number;
  readonly levelId: string;
  readonly echoes: readonly { readonly sequence: number; readonly delta: number }[];
}

/** A SELECT of the orders of a number that are in effect when a movement `n` is recorded. */
const inEffect = (number: string): string => `SELECT o.sequence, o.location_id FROM adjustment_order o
  LEFT JOIN adjustment_order r ON r.tenant_id = $1 AND r.order_no = o.reversed_by
  WHERE o.tenant_id = $1 AND ${number} = n.reference AND o.reverses IS NULL AND o.sequence < n.sequence
    AND (r.sequence IS NULL OR r.sequence > n.sequence)`;

/** The condition that the order of `sequence` has moved the item of an entry `e`. */
const hasMovedItem = (sequence: string): string => `EXISTS (SELECT FROM ledger_entry own
  WHERE own.tenant_id = $1 AND own.sequence = ${sequence} AND own.item_id = e.item_id)`;

// OFFSET 0 makes PostgreSQL look the numbers up by their indexes, as mostly none of them is an order's.
const READ_ECHOES: Statement = {
  name: 'discrepancies_echoes',
  text: `WITH named AS MATERIALIZED (
      SELECT n.sequence, n.recorded_at, n.effective_at, o.sequence AS order_sequence, o.location_id
      FROM (SELECT m.sequence, m.reference, m.recorded_at, m.effective_at FROM movement m
        WHERE ${inStretch('m')} AND m.reference IS NOT NULL AND m.origin_kind = 'CONNECTION' OFFSET 0) n
      CROSS JOIN LATERAL (
        ${inEffect('o.order_no')} UNION ALL ${inEffect('o.seller_order_no')} OFFSET 0
      ) o
    ), entry AS MATERIALIZED (
      SELECT DISTINCT n.sequence, n.recorded_at, n.effective_at, e.leg, e.level_id, l.item_id, l.location_id, e.delta,
        e.quantity_after
      FROM named n
      JOIN ledger_entry e ON e.tenant_id = $1 AND e.sequence = n.sequence
      JOIN stock_level l ON l.tenant_id = $1 AND l.level_id = e.level_id AND l.location_id = n.location_id
        AND l.bucket <> 'REPORTED_ON_HAND'
      WHERE ${hasMovedItem('n.order_sequence')}
    )
    SELECT e.sequence, ${epochMs('e.recorded_at')} AS "recordedAtMs", ${epochMs('e.effective_at')} AS "effectiveAtMs",
      e.level_id AS "levelId", e.item_id AS "itemId", e.location_id AS "locationId",
      array_agg(e.leg ORDER BY e.leg) AS legs, sum(e.delta)::bigint AS delta,
      (array_agg(e.quantity_after ORDER BY e.leg DESC))[1] AS quantity
    FROM entry e
    GROUP BY e.sequence, e.recorded_at, e.effective_at, e.level_id, e.item_id, e.location_id
    HAVING sum(e.delta) <> 0`,
};

const READ_REVERSALS: Statement = {
  name: 'discrepancies_reversals',
  text: `SELECT r.sequence, ${epochMs('m.recorded_at')} AS "recordedAtMs", moved.level_id AS "levelId", moved.echoes
    FROM adjustment_order r
    JOIN adjustment_order o ON o.tenant_id = $1 AND o.order_no = r.reverses
    JOIN movement m ON m.tenant_id = $1 AND m.sequence = r.sequence
    CROSS JOIN LATERAL (
      SELECT e.level_id, json_agg(json_build_object('sequence', e.sequence, 'delta', e.delta)) AS echoes
      FROM (SELECT n.sequence FROM movement n
        WHERE n.tenant_id = $1 AND n.reference IN (o.order_no, o.seller_order_no) AND n.origin_kind = 'CONNECTION'
          AND n.sequence > o.sequence AND n.sequence < r.sequence
        ORDER BY n.sequence DESC LIMIT ${MAX_ECHOES}) n
      JOIN ledger_entry e ON e.tenant_id = $1 AND e.sequence = n.sequence
      WHERE ${hasMovedItem('o.sequence')}
      GROUP BY e.level_id
    ) moved
    WHERE ${inStretch('r')} AND r.reverses IS NOT NULL`,
};

/**
 * A warehouse reports under the number of an order what the order has moved here already. The row keeps what the level
 * held after the last such message, and what it would hold without them: the difference is what they have moved.
 */
export async function judgeUnmatchedEchoes(session: Session, stretch: Stretch): Promise<void> {
  const { tenantId } = stretch;
  const { rows: echoes } = await run<Echo>(session, READ_ECHOES, boundsOf(stretch));
  const { rows: reversals } = await run<Reversal>(session, READ_REVERSALS, boundsOf(stretch));
  const echoLevels = echoes.map(({ levelId }) => levelId);
  const statements = await readStatements(session, stretch, KIND, echoLevels);
  const events: (Echo | Reversal | LevelStatement)[] = [...echoes, ...reversals, ...statements];
  const levelIds = events.map(({ levelId }) => levelId);
  const open = new OpenRows(await readOpen(session, tenantId, KIND, levelIds));
  for (const event of events.toSorted((a, b) => a.sequence - b.sequence)) {
    const before = open.get(event.levelId);
    const after = 'legs' in event ? echoed(before, event) : before && settled(before, event);
    if (after) open.put(after);
  }
  await open.save(session, tenantId);
}

function echoed(before: DiscrepancyRow | undefined, echo: Echo): DiscrepancyRow {
  const { sequence, recordedAtMs, effectiveAtMs, legs, quantity } = echo;
  const surplus = surplusOf(before) + BigInt(echo.delta);
  const finding = { ...without(quantity, surplus), observed: quantity, observedAtMs: recordedAtMs };
  const known = withEntries(before ?? opened(KIND, echo, finding), sequence, legs);
  const sinceAtMs = before ? Math.max(before.sinceAtMs, effectiveAtMs) : effectiveAtMs;
  return { ...known, ...finding, sinceAtMs, closedAtMs: surplus === 0n ? recordedAtMs : null };
}

function settled(row: DiscrepancyRow, event: Reversal | LevelStatement): DiscrepancyRow {
  const { recordedAtMs } = event;
  if (!('echoes' in event)) {
    const isAfter = event.effectiveAtMs === null || event.effectiveAtMs >= row.sinceAtMs;
    return isAfter ? { ...row, closedAtMs: recordedAtMs } : row;
  }
  const counted = event.echoes.filter(({ sequence }) => sequence >= row.openedSequence);
  const surplus = counted.reduce((left, { delta }) => left - BigInt(delta), surplusOf(row));
  if (surplus === 0n) return { ...row, closedAtMs: recordedAtMs };
  return { ...row, ...without(row.observed, surplus) };
}

/** What the messages have moved. */
const surplusOf = (row: DiscrepancyRow | undefined): bigint =>
  row ? BigInt(row.observed) - BigInt(row.expected ?? row.observed) : 0n;

const without = (quantity: number, surplus: bigint): Pick<DiscrepancyRow, 'expected'> => ({
  expected: clamped(BigInt(quantity) - surplus),
});
