import { Field, Int, ObjectType } from 'type-graphql';
import {
  MAX_EXPLAINED,
  type CountView,
  type ExplainedAbsorbedLeg,
  type ExplanationView,
  type ReasonSum as ReasonSumView,
} from '../../application/ports/reads';
import type { UserErrorCode } from '../../domain/errors';
import type { CountStatus, MovementReason } from '../../domain/ledger/movement';
import { MovementReasonEnum, StockSetStatusEnum, UserErrorCodeEnum } from '../types/enums';
import { listCost } from '../limits/cost';
import { DateTime, Quantity } from '../types/scalars';
import { OpenTo, OpenToLimitedKeys } from '../types/scopes';

@OpenToLimitedKeys()
@OpenTo('stock:read')
@ObjectType({ description: 'The total effect of one reason on a level.', simpleResolvers: true })
class ReasonSum implements ReasonSumView {
  @Field(() => MovementReasonEnum, { description: 'Why stock moved.' })
  readonly reason!: MovementReason;

  @Field(() => Quantity, { description: 'The sum of the `delta` of the entries with this reason, in units.' })
  readonly delta!: number;

  @Field(() => Int, { description: 'The number of entries with this reason.' })
  readonly entryCount!: number;
}

@OpenToLimitedKeys()
@OpenTo('stock:read')
@ObjectType({
  description: 'A change to a level that had no effect, because an accepted count already included it.',
  simpleResolvers: true,
})
export class AbsorbedFact implements ExplainedAbsorbedLeg {
  /** Shown as `movement`. */
  readonly sequence!: number;

  @Field(() => Quantity, { description: 'The change in units that would have been made.' })
  readonly delta!: number;
}

@OpenToLimitedKeys()
@OpenTo('stock:read')
@ObjectType({
  description: 'A stored count: a statement of how many units there were of one stock key, and its result.',
  simpleResolvers: true,
})
export class StockCount implements CountView {
  /** Shown as `movement`. */
  readonly sequence!: number;

  /** Shown as `level`. */
  readonly levelId!: string;

  @Field(() => StockSetStatusEnum, {
    description: 'The result of the count. Never NOT_APPLIED, because such rows are not stored.',
  })
  readonly status!: CountStatus;

  @Field(() => Quantity, { description: 'The counted number of units.' })
  readonly quantity!: number;

  @Field(() => Quantity, { description: 'The quantity of the level just before the count was processed.' })
  readonly previousQuantity!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the units were counted. Null when the count stated no time.',
  })
  readonly asOf!: string | null;

  @Field(() => Quantity, {
    nullable: true,
    description: "The origin's own running number for the count. Null when it has none.",
  })
  readonly sourceSequence!: number | null;

  @Field(() => UserErrorCodeEnum, {
    nullable: true,
    description: 'Why the count was refused. Null unless `status` is REJECTED.',
  })
  readonly code!: UserErrorCode | null;
}

const LISTED = `At most the first ${MAX_EXPLAINED}, in the order of the ledger.`;

@OpenToLimitedKeys()
@OpenTo('stock:read')
@ObjectType({
  description:
    'How a stock level got from one quantity to another. `opening` plus the `delta` of all `reasons` always equals `closing`.',
  simpleResolvers: true,
})
export class Explanation implements ExplanationView {
  /** Shown as `level`. */
  readonly levelId!: string;

  @Field(() => Quantity, {
    description: 'The ledger sequence after which the explanation starts. 0 is the beginning of the ledger.',
  })
  readonly fromSequence!: number;

  @Field(() => Quantity, { description: 'The last ledger sequence that the explanation includes.' })
  readonly toSequence!: number;

  @Field(() => Quantity, { description: 'The quantity of the level after the movement `fromSequence`.' })
  readonly opening!: number;

  @Field(() => [ReasonSum], {
    description: 'The changes between `opening` and `closing`, summed up by reason and ordered by its name.',
    complexity: listCost,
  })
  readonly reasons!: readonly ReasonSumView[];

  @Field(() => Quantity, { description: 'The quantity of the level after the movement `toSequence`.' })
  readonly closing!: number;

  @Field(() => Int, {
    description:
      'The number of changes that were reported late and had no effect, because a count already included them.',
  })
  readonly absorbedCount!: number;

  @Field(() => Quantity, {
    description: 'The sum of the `delta` of these late changes, in units. Not part of `closing`.',
  })
  readonly absorbedDelta!: number;

  @Field(() => [AbsorbedFact], { description: `The late changes without effect. ${LISTED}`, complexity: listCost })
  readonly absorbed!: readonly ExplainedAbsorbedLeg[];

  @Field(() => Int, { description: 'The number of counts that had no effect: stale, duplicate or refused.' })
  readonly countsWithoutEffectCount!: number;

  @Field(() => [StockCount], { description: `The counts without effect. ${LISTED}`, complexity: listCost })
  readonly countsWithoutEffect!: readonly CountView[];
}
