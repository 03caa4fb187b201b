import type { DiscrepancyKind } from '../../application/ports/reads';
import { LEVEL_FOLLOWER } from '../discrepancies/followers';
import { changedLevels, hasFewMovements } from './changes';

/** Most open discrepancies that are looked up before anything else is. */
const FEW_DISCREPANCIES = 5_000;

/**
 * How far the watch has come: what changed since then may be a discrepancy that has no row yet. The coalesce() stands
 * inside the SELECT for the reason in `named.ts`.
 */
const WATCHED = `(SELECT coalesce(max(f.sequence), 0) FROM ledger_follower f
  WHERE f.tenant_id = $1 AND f.name = '${LEVEL_FOLLOWER}')`;

const openOf = (kind: DiscrepancyKind): string =>
  `FROM discrepancy d WHERE d.tenant_id = $1 AND d.kind = '${kind}' AND d.closed_at IS NULL
    ORDER BY d.opened_sequence, d.level_id`;

/** The condition that a kind has few open rows, and that little has changed since the watch looked. */
export const areFewOpen = (kind: DiscrepancyKind): string => `${hasFewMovements(WATCHED)}
  AND (SELECT count(*) FROM (SELECT ${openOf(kind)} LIMIT ${FEW_DISCREPANCIES + 1}) few) <= ${FEW_DISCREPANCIES}`;

/**
 * A SELECT of the `level_id` of each level that may have a discrepancy of the kind now: of those with an open row, and of
 * what has changed since the watch looked. One statement sees the rows as they were when the watch was there, so that
 * none is missing.
 */
export const levelsInDoubt = (kind: DiscrepancyKind): string =>
  `(SELECT d.level_id ${openOf(kind)}) UNION ${changedLevels(WATCHED)}`;
