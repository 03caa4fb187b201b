import type { CountStatus, MovementReason } from '../../domain/movement';
import type { AsOf } from './stock';

/** The sum of the entries of one reason. */
export interface ReasonSum {
  readonly reason: MovementReason;
  readonly delta: number;
  readonly entries: number;
}

/** A leg without effect, because an accepted count contained it already. */
export interface ExplainedAbsorbedLeg {
  readonly sequence: number;
  readonly delta: number;
}

/** A count that had no effect: stale, a duplicate, or refused. */
export interface ExplainedCount {
  readonly sequence: number;
  readonly status: CountStatus;
  readonly quantity: number;
  readonly previousQuantity: number;
  /** ISO 8601 in UTC; null where it came without a clock. */
  readonly asOf: string | null;
  readonly code: string | null;
}

/** How a level came from one quantity to another: opening plus the sums of all reasons is closing. */
export interface ExplanationView {
  readonly levelId: string;
  readonly fromSequence: number;
  readonly toSequence: number;
  readonly opening: number;
  readonly closing: number;
  readonly reasons: readonly ReasonSum[];
  /** Σ of all absorbed legs, of which the first are listed. */
  readonly absorbedDelta: number;
  readonly absorbedCount: number;
  readonly absorbed: readonly ExplainedAbsorbedLeg[];
  readonly countsWithoutEffect: readonly ExplainedCount[];
  readonly countsWithoutEffectCount: number;
}

/** Most absorbed legs, and most counts, that an explanation lists. */
export const MAX_EXPLAINED = 200;

export interface ExplanationReads {
  /** After `from` (null: the beginning) up to `to` (null: the head). Undefined where the tenant has no such level. */
  explanation(
    tenantId: string,
    levelId: string,
    from: AsOf | null,
    to: AsOf | null,
  ): Promise<ExplanationView | undefined>;
}
