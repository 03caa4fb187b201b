import type { UserErrorCode } from '../../../domain/errors';
import type { CountStatus, MovementReason } from '../../../domain/ledger/movement';
import type { StockDimensions, TrackableDimension } from '../../../domain/ledger/stock-key';
import type { AsOf } from './stock';

/** The sum of the entries of one reason. */
export interface ReasonSum {
  readonly reason: MovementReason;
  readonly delta: number;
  readonly entryCount: number;
}

/** A leg without effect, because an accepted count already included it. */
export interface ExplainedAbsorbedLeg {
  /** The sequence of its movement. */
  readonly sequence: number;
  readonly delta: number;
}

/** A count and its result. */
export interface CountView {
  /** The sequence of the movement that it is stored with. */
  readonly sequence: number;
  readonly levelId: string;
  readonly status: CountStatus;
  readonly quantity: number;
  /** The level's quantity just before the count was processed. */
  readonly previousQuantity: number;
  /** ISO 8601 in UTC. Null when the count stated no time. */
  readonly asOf: string | null;
  readonly sourceSequence: number | null;
  /** Why it was refused. Null when it was not. */
  readonly code: UserErrorCode | null;
}

/** How a level got from one quantity to another: `opening` plus the sums of all reasons is `closing`. */
export interface ExplanationView {
  readonly levelId: string;
  readonly fromSequence: number;
  readonly toSequence: number;
  readonly opening: number;
  readonly closing: number;
  /** In the order of the reasons' names. */
  readonly reasons: readonly ReasonSum[];
  /** The sum of all absorbed legs. Only the first are listed. */
  readonly absorbedDelta: number;
  readonly absorbedCount: number;
  readonly absorbed: readonly ExplainedAbsorbedLeg[];
  /** The number of stale, duplicate and refused counts. Only the first are listed. */
  readonly countsWithoutEffectCount: number;
  readonly countsWithoutEffect: readonly CountView[];
}

/** An explanation lists at most so many absorbed legs, and so many counts. */
export const MAX_EXPLAINED = 200;

/** A stock level by its id, or by the names in its stock key. */
export type LevelReference =
  | { readonly id: string }
  | {
      readonly sku: string;
      readonly specification: string;
      readonly locationCode: string;
      readonly dimensions: StockDimensions;
      /** Of the others, `dimensions` has the default. Where no level has all those, the only one that fits is meant. */
      readonly stated: ReadonlySet<TrackableDimension>;
    };

export interface ExplanationReads {
  /**
   * After `from` (null: the beginning) up to `to` (null: the head). Undefined when the tenant has no such level.
   * Rejects with {@link SumTooLargeError} when a sum has no exact number, and with {@link UnclearKeyError} when
   * the key can mean several levels.
   */
  explanation(
    tenantId: string,
    level: LevelReference,
    from: AsOf | null,
    to: AsOf | null,
  ): Promise<ExplanationView | undefined>;
  /** The counts stored with these movements, in the order of the ledger. */
  countsOfMovements(tenantId: string, sequences: readonly number[]): Promise<readonly CountView[]>;
}
