import type { DiscrepancyKind } from '../../application/ports/reads';
import { run, timestamp, timestampOrNull, type Session, type Statement } from '../database/statement';
import { selectPlain, type PlainRow } from '../tables/derived';
import { DiscrepancyEntity } from '../tables/discrepancy';
import { readCauses, readSettlers, wasEnough, type Cause, type Settler, type Stretch } from './read-events';

/** Most entries that are kept with a discrepancy: its first. */
const MAX_ENTRIES = 20;

const KIND: DiscrepancyKind = 'NEGATIVE_IN_THE_PAST';

type DiscrepancyRow = PlainRow<DiscrepancyEntity>;

/**
 * Opens and closes the discrepancies of a stretch. Stretches come in order, each once. Every movement is judged by the
 * ledger up to it, so the result does not depend on where stretches end, or on what has been recorded since.
 */
export async function judgeStretch(session: Session, stretch: Stretch): Promise<void> {
  const { tenantId } = stretch;
  const causes = await readCauses(session, stretch);
  if (causes.length > 0 || (await isAnyOpen(session, tenantId))) await keepRows(session, stretch, causes);
  await run(session, FORGET, [tenantId, stretch.upTo]);
}

/** Opens, extends and closes rows, one event after the other. */
async function keepRows(session: Session, stretch: Stretch, causes: readonly Cause[]): Promise<void> {
  const { tenantId } = stretch;
  const settlers = await readSettlers(
    session,
    stretch,
    causes.map(({ levelId }) => levelId),
  );
  const levelIds = [...new Set([...causes, ...settlers].map(({ levelId }) => levelId))];
  const open = await readOpen(session, tenantId, levelIds);
  // A count may itself be a cause. What it states then holds from its own moment on.
  const events = [...causes, ...settlers].toSorted((a, b) => a.sequence - b.sequence);
  for (const event of events) {
    const before = open.get(event.levelId);
    const after = 'legs' in event ? caused(before, event) : await settled(session, tenantId, before, event);
    if (after === undefined || after === before) continue;
    await save(session, tenantId, after);
    if (after.closedAtMs === null) open.set(event.levelId, after);
    else open.delete(event.levelId);
  }
}

function caused(before: DiscrepancyRow | undefined, cause: Cause): DiscrepancyRow {
  const { sequence, effectiveAtMs, levelId, itemId, locationId, legs, observed, observedAtMs } = cause;
  const known = before ?? {
    ...{ openedSequence: sequence, levelId, kind: KIND, itemId, locationId, openedAtMs: cause.recordedAtMs },
    ...{ closedAtMs: null, sinceAtMs: effectiveAtMs, observed, observedAtMs, entrySequences: [], entryLegs: [] },
  };
  const isLower = observed < known.observed;
  return {
    ...known,
    sinceAtMs: Math.min(known.sinceAtMs, effectiveAtMs),
    observed: isLower ? observed : known.observed,
    observedAtMs: isLower ? observedAtMs : known.observedAtMs,
    entrySequences: [...known.entrySequences, ...legs.map(() => sequence)].slice(0, MAX_ENTRIES),
    entryLegs: [...known.entryLegs, ...legs].slice(0, MAX_ENTRIES),
  };
}

async function settled(
  session: Session,
  tenantId: string,
  before: DiscrepancyRow | undefined,
  { sequence, recordedAtMs, levelId, statedAtMs }: Settler,
): Promise<DiscrepancyRow | undefined> {
  if (!before) return undefined;
  const sinceAtMs = Math.max(before.sinceAtMs, statedAtMs ?? before.sinceAtMs);
  const isSettled = await wasEnough(session, tenantId, { levelId, sinceMs: sinceAtMs, upTo: sequence });
  return { ...before, sinceAtMs, closedAtMs: isSettled ? recordedAtMs : null };
}

const IS_ANY_OPEN: Statement = {
  name: 'discrepancies_is_any_open',
  text: `SELECT EXISTS (SELECT FROM discrepancy WHERE tenant_id = $1 AND closed_at IS NULL) AS "isAnyOpen"`,
};

async function isAnyOpen(session: Session, tenantId: string): Promise<boolean> {
  const { rows } = await run<{ isAnyOpen: boolean }>(session, IS_ANY_OPEN, [tenantId]);
  return rows[0]?.isAnyOpen ?? false;
}

const READ_OPEN: Statement = {
  name: 'discrepancies_open',
  text: `SELECT ${selectPlain(DiscrepancyEntity, 'd')} FROM discrepancy d
    WHERE d.tenant_id = $1 AND d.kind = '${KIND}' AND d.closed_at IS NULL AND d.level_id = ANY ($2::uuid[])`,
};

async function readOpen(
  session: Session,
  tenantId: string,
  levelIds: readonly string[],
): Promise<Map<string, DiscrepancyRow>> {
  if (levelIds.length === 0) return new Map();
  const { rows } = await run<DiscrepancyRow>(session, READ_OPEN, [tenantId, [...levelIds]]);
  return new Map(rows.map((row) => [row.levelId, row]));
}

const SAVE: Statement = {
  name: 'discrepancies_save',
  text: `INSERT INTO discrepancy (tenant_id, opened_sequence, level_id, kind, item_id, location_id, opened_at, closed_at,
      since_at, observed, observed_at, entry_sequences, entry_legs)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    ON CONFLICT (tenant_id, opened_sequence, level_id, kind) DO UPDATE SET closed_at = excluded.closed_at,
      since_at = excluded.since_at, observed = excluded.observed, observed_at = excluded.observed_at,
      entry_sequences = excluded.entry_sequences, entry_legs = excluded.entry_legs`,
};

async function save(session: Session, tenantId: string, row: DiscrepancyRow): Promise<void> {
  const { openedSequence, levelId, kind, itemId, locationId, observed, entrySequences, entryLegs } = row;
  const { openedAtMs, closedAtMs, sinceAtMs, observedAtMs } = row;
  await run(session, SAVE, [
    ...[tenantId, openedSequence, levelId, kind, itemId, locationId, timestamp(openedAtMs)],
    ...[timestampOrNull(closedAtMs), timestamp(sinceAtMs), observed, timestamp(observedAtMs)],
    ...[entrySequences, entryLegs],
  ]);
}

const FORGET: Statement = {
  name: 'discrepancies_forget',
  text: 'DELETE FROM late_entry WHERE tenant_id = $1 AND sequence <= $2',
};
