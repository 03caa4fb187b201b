import type { DiscrepancyKind } from '../../application/ports/reads';
import { run, type Session, type Statement } from '../database/statement';
import { readCauses, readSettlers, wasEnough, type Cause, type Settler } from './late-events';
import { opened, OpenRows, readOpen, withEntries, type DiscrepancyRow } from './rows';
import type { Stretch } from './stretch';

const KIND: DiscrepancyKind = 'NEGATIVE_IN_THE_PAST';

/**
 * Opens and closes the discrepancies of a stretch in which facts were dated back. Stretches come in order, each once.
 * Every movement is judged by the ledger up to it, so the result does not depend on where stretches end, or on what has
 * been recorded since.
 */
export async function judgePast(session: Session, stretch: Stretch): Promise<void> {
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
  const levelIds = [...causes, ...settlers].map(({ levelId }) => levelId);
  const open = new OpenRows(await readOpen(session, tenantId, KIND, levelIds));
  // A count may itself be a cause. What it states then holds from its own moment on.
  const events = [...causes, ...settlers].toSorted((a, b) => a.sequence - b.sequence);
  for (const event of events) {
    const before = open.get(event.levelId);
    const after = 'legs' in event ? caused(before, event) : await settled(session, tenantId, before, event);
    if (after !== undefined && after !== before) open.put(after);
  }
  await open.save(session, tenantId);
}

function caused(before: DiscrepancyRow | undefined, cause: Cause): DiscrepancyRow {
  const { sequence, effectiveAtMs, legs, observed, observedAtMs } = cause;
  const finding = { expected: null, observed, observedAtMs };
  const known = before ?? { ...opened(KIND, cause, finding), sinceAtMs: effectiveAtMs };
  const isLower = observed < known.observed;
  return {
    ...withEntries(known, sequence, legs),
    ...(isLower ? finding : {}),
    sinceAtMs: Math.min(known.sinceAtMs, effectiveAtMs),
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
  text: `SELECT EXISTS (SELECT FROM discrepancy
    WHERE tenant_id = $1 AND kind = '${KIND}' AND closed_at IS NULL) AS "isAnyOpen"`,
};

async function isAnyOpen(session: Session, tenantId: string): Promise<boolean> {
  const { rows } = await run<{ isAnyOpen: boolean }>(session, IS_ANY_OPEN, [tenantId]);
  return rows[0]?.isAnyOpen ?? false;
}

const FORGET: Statement = {
  name: 'discrepancies_forget',
  text: 'DELETE FROM late_entry WHERE tenant_id = $1 AND sequence <= $2',
};
