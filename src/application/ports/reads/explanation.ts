import type { UserErrorCode } from '../../../domain/errors';
import type { CountStatus, MovementReason } from '../../../domain/ledger/movement';
import type { StockDimensions } from '../../../domain/ledger/stock-key';
import type { AsOf } from './stock';

/** The sum of the entries of one reason. */
export interface ReasonSum {
  readonly reason: MovementReason;
  readonly delta: number;
  readonly entryCount: number;
}

/** A leg without effect, because an accepted count contained it already. */
export interface ExplainedAbsorbedLeg {
  /** Its movement's. */
  readonly sequence: number;
  readonly delta: number;
}

/** An absolute statement and what became of it. */
export interface CountView {
  /** Of the movement that keeps it. */
  readonly sequence: number;
  readonly levelId: string;
  readonly status: CountStatus;
  readonly quantity: number;
  /** The level's quantity when the statement was judged. */
  readonly previousQuantity: number;
  /** ISO 8601 in UTC; null where it came without a clock. */
  readonly asOf: string | null;
  readonly sourceSequence: number | null;
  /** Why it was refused; null where it was not. */
  readonly code: UserErrorCode | null;
}

/** How a level came from one quantity to another: opening plus the sums of all reasons is closing. */
export interface ExplanationView {
  readonly levelId: string;
  readonly fromSequence: number;
  readonly toSequence: number;
  readonly opening: number;
  readonly closing: number;
  /** In the order of the reasons' names. */
  readonly reasons: readonly ReasonSum[];
  /** Σ of all absorbed legs, of which the first are listed. */
  readonly absorbedDelta: number;
  readonly absorbedCount: number;
  readonly absorbed: readonly ExplainedAbsorbedLeg[];
  /** Stale, duplicate and refused counts, of which the first are listed. */
  readonly countsWithoutEffectCount: number;
  readonly countsWithoutEffect: readonly CountView[];
}

/** Most absorbed legs, and most counts, that an explanation lists. */
export const MAX_EXPLAINED = 200;

/** A stock level by its id, or by the names that its stock key is made of. */
export type LevelReference =
  | { readonly id: string }
  | {
      readonly sku: string;
      readonly specification: string;
      readonly locationCode: string;
      readonly dimensions: StockDimensions;
    };

export interface ExplanationReads {
  /**
   * After `from` (null: the beginning) up to `to` (null: the head). Undefined where the tenant has no such level.
   * Rejects with {@link SumTooLargeError} where a sum has no exact number.
   */
  explanation(
    tenantId: string,
    level: LevelReference,
    from: AsOf | null,
    to: AsOf | null,
  ): Promise<ExplanationView | undefined>;
  /** The counts that these movements keep, in the order of the ledger. */
  countsOfMovements(tenantId: string, sequences: readonly number[]): Promise<readonly CountView[]>;
}
