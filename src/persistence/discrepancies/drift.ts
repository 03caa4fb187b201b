import { groupBy } from '../../domain/group-by';
import type { DiscrepancyKind } from '../../application/ports/reads';
import { ON_HAND_BUCKETS } from '../../domain/ledger/stock-key';
import { run, type Session, type Statement } from '../database/statement';
import { epochMs } from '../tables/derived';
import { clamped, opened, OpenRows, readOpen, withEntries } from './rows';
import { boundsOf, inStretch, type Stretch } from './stretch';

const KIND: DiscrepancyKind = 'DRIFT';
const ON_HAND = `(${ON_HAND_BUCKETS.map((bucket) => `'${bucket}'`).join(', ')})`;

/** An item at a location. */
interface Place {
  readonly itemId: string;
  readonly locationId: string;
}

const NOTE_BASELINES: Statement = {
  name: 'discrepancies_note_baselines',
  text: `INSERT INTO reported_level (tenant_id, item_id, location_id, level_id, since_sequence)
    SELECT $1, l.item_id, l.location_id, l.level_id, min(based.sequence) FROM (
      SELECT c.sequence, c.level_id FROM stock_count c
      WHERE ${inStretch('c')} AND c.status IN ('APPLIED', 'UNCHANGED')
      UNION ALL
      SELECT e.sequence, e.level_id FROM movement m JOIN ledger_entry e ON e.tenant_id = $1 AND e.sequence = m.sequence
      WHERE ${inStretch('m')} AND m.reason = 'OPENING'
    ) based
    JOIN stock_level l ON l.tenant_id = $1 AND l.level_id = based.level_id AND l.bucket = 'REPORTED_ON_HAND'
    GROUP BY l.item_id, l.location_id, l.level_id
    ON CONFLICT DO NOTHING
    RETURNING item_id AS "itemId", location_id AS "locationId"`,
};

// Where the total and the stock move alike, they go on fitting together, and nothing more has to be read.
const READ_CONCERNED: Statement = {
  name: 'discrepancies_drift_concerned',
  text: `WITH moved AS MATERIALIZED (
      SELECT e.sequence, l.item_id, l.location_id,
        sum(CASE WHEN l.bucket <> 'REPORTED_ON_HAND' THEN -e.delta WHEN r.level_id IS NULL THEN 0 ELSE e.delta END) AS drift
      FROM ledger_entry e
      JOIN stock_level l ON l.tenant_id = $1 AND l.level_id = e.level_id AND l.bucket IN ('REPORTED_ON_HAND', ${ON_HAND.slice(1)}
      LEFT JOIN reported_level r ON r.tenant_id = $1 AND r.item_id = l.item_id AND r.location_id = l.location_id
        AND r.level_id = e.level_id
      WHERE ${inStretch('e')} AND EXISTS (SELECT FROM reported_level any_of_item
        WHERE any_of_item.tenant_id = $1 AND any_of_item.item_id = e.item_id)
      GROUP BY e.sequence, l.item_id, l.location_id
    )
    SELECT moved.item_id AS "itemId", moved.location_id AS "locationId" FROM moved
    GROUP BY moved.item_id, moved.location_id
    HAVING bool_or(moved.drift <> 0) OR EXISTS (
      SELECT FROM reported_level r JOIN discrepancy d
        ON d.tenant_id = $1 AND d.level_id = r.level_id AND d.kind = '${KIND}' AND d.closed_at IS NULL
      WHERE r.tenant_id = $1 AND r.item_id = moved.item_id AND r.location_id = moved.location_id)`,
};

/** A SELECT of what a level held before the stretch: `$2` is the last movement before it. */
const heldBefore = (level: string): string => `SELECT e.quantity_after AS quantity FROM ledger_entry e
  WHERE e.tenant_id = $1 AND e.level_id = ${level}.level_id AND e.sequence <= $2
  ORDER BY e.sequence DESC, e.leg DESC LIMIT 1`;

interface Total {
  readonly levelId: string;
  /** The movement that gave it its baseline, and when that was recorded. */
  readonly since: number;
  readonly sinceMs: number;
  readonly quantity: number;
}

/** What a place held before the stretch. A sum is text, because it has no bounds. */
interface Held extends Place {
  readonly onHand: string;
  readonly totals: readonly Total[];
}

const READ_HELD: Statement = {
  name: 'discrepancies_drift_held',
  text: `SELECT given.item_id AS "itemId", given.location_id AS "locationId", stock.total::text AS "onHand",
      reported.totals
    FROM unnest($3::uuid[], $4::uuid[]) AS given (item_id, location_id)
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(held.quantity), 0) AS total FROM stock_level l
      CROSS JOIN LATERAL (${heldBefore('l')}) held
      WHERE l.tenant_id = $1 AND l.item_id = given.item_id AND l.location_id = given.location_id AND l.bucket IN ${ON_HAND}
    ) stock
    CROSS JOIN LATERAL (
      SELECT json_agg(json_build_object('levelId', r.level_id, 'since', r.since_sequence,
          'sinceMs', ${epochMs('m.recorded_at')}, 'quantity', coalesce(held.quantity, 0)) ORDER BY r.level_id) AS totals
      FROM reported_level r
      JOIN movement m ON m.tenant_id = $1 AND m.sequence = r.since_sequence
      LEFT JOIN LATERAL (${heldBefore('r')}) held ON true
      WHERE r.tenant_id = $1 AND r.item_id = given.item_id AND r.location_id = given.location_id
    ) reported
    WHERE reported.totals IS NOT NULL`,
};

interface Entry extends Place {
  readonly sequence: number;
  readonly recordedAtMs: number;
  readonly leg: number;
  readonly levelId: string;
  readonly isReported: boolean;
  readonly delta: number;
}

const READ_ENTRIES: Statement = {
  name: 'discrepancies_drift_entries',
  text: `SELECT e.sequence, ${epochMs('m.recorded_at')} AS "recordedAtMs", e.leg, e.level_id AS "levelId",
      l.item_id AS "itemId", l.location_id AS "locationId", l.bucket = 'REPORTED_ON_HAND' AS "isReported", e.delta
    FROM ledger_entry e
    JOIN stock_level l ON l.tenant_id = $1 AND l.level_id = e.level_id AND l.bucket <> 'INCOMING'
    JOIN unnest($4::uuid[], $5::uuid[]) AS given (item_id, location_id)
      ON given.item_id = l.item_id AND given.location_id = l.location_id
    JOIN movement m ON m.tenant_id = $1 AND m.sequence = e.sequence
    WHERE ${inStretch('e')}
    ORDER BY e.sequence, e.leg`,
};

/** A warehouse's total is not what the stock of an item at its location adds up to. */
export async function judgeDrift(session: Session, stretch: Stretch): Promise<void> {
  const { tenantId, after } = stretch;
  const { rows: based } = await run<Place>(session, NOTE_BASELINES, boundsOf(stretch));
  const { rows: moved } = await run<Place>(session, READ_CONCERNED, boundsOf(stretch));
  const places = [...new Map([...based, ...moved].map((place) => [keyOf(place), place])).values()];
  if (places.length === 0) return;
  const names = [places.map(({ itemId }) => itemId), places.map(({ locationId }) => locationId)];
  const { rows: held } = await run<Held>(session, READ_HELD, [tenantId, after, ...names]);
  const { rows: entries } = await run<Entry>(session, READ_ENTRIES, [...boundsOf(stretch), ...names]);
  const levelIds = held.flatMap(({ totals }) => totals.map(({ levelId }) => levelId));
  const open = new OpenRows(await readOpen(session, tenantId, KIND, levelIds), keyOf);
  const entriesOf = groupBy(entries, keyOf);
  for (const place of held) judgePlace(open, stretch, place, entriesOf.get(keyOf(place)) ?? []);
  await open.save(session, tenantId);
}

const keyOf = ({ itemId, locationId }: Place): string => `${itemId} ${locationId}`;

/** Judges a place after each movement that changed its stock or its total, or that gave the total its baseline. */
function judgePlace(open: OpenRows, { after }: Stretch, held: Held, entries: readonly Entry[]): void {
  const totals = new Map(held.totals.map(({ levelId, quantity }) => [levelId, BigInt(quantity)]));
  let onHand = BigInt(held.onHand);
  const moves = groupBy(entries, ({ sequence }) => sequence);
  const recordedAt = new Map(entries.map(({ sequence, recordedAtMs }) => [sequence, recordedAtMs]));
  for (const { since, sinceMs } of held.totals) if (since > after) recordedAt.set(since, sinceMs);
  for (const [sequence, recordedAtMs] of [...recordedAt].toSorted(([a], [b]) => a - b)) {
    const moved = moves.get(sequence) ?? [];
    for (const { levelId, isReported, delta } of moved) {
      const total = totals.get(levelId);
      if (!isReported) onHand += BigInt(delta);
      else if (total !== undefined) totals.set(levelId, total + BigInt(delta));
    }
    const known = held.totals.filter(({ since }) => since <= sequence).map(({ levelId }) => levelId);
    const [levelId] = known;
    if (levelId === undefined) continue;
    const reported = known.reduce((sum, id) => sum + (totals.get(id) ?? 0n), 0n);
    const before = open.get(keyOf(held));
    if (reported !== onHand) {
      const legs = moved.filter((entry) => !entry.isReported || known.includes(entry.levelId)).map(({ leg }) => leg);
      const found = { expected: clamped(onHand), observed: clamped(reported) };
      // A total without a baseline is not part of it.
      if (legs.length === 0 && before?.expected === found.expected && before.observed === found.observed) continue;
      const finding = { ...found, observedAtMs: recordedAtMs };
      const event = { sequence, recordedAtMs, levelId, itemId: held.itemId, locationId: held.locationId };
      open.put(withEntries({ ...(before ?? opened(KIND, event, finding)), ...finding }, sequence, legs));
    } else if (before) {
      open.put({ ...before, closedAtMs: recordedAtMs });
    }
  }
}
