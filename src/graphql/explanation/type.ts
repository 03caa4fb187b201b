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

@ObjectType({ description: 'What one reason did to a level.', simpleResolvers: true })
class ReasonSum implements ReasonSumView {
  @Field(() => MovementReasonEnum, { description: 'Why stock moved.' })
  readonly reason!: MovementReason;

  @Field(() => Quantity, { description: 'The sum of the deltas of its entries.' })
  readonly delta!: number;

  @Field(() => Int, { description: 'The number of its entries.' })
  readonly entryCount!: number;
}

@ObjectType({
  description: 'A fact about a level without effect, because an accepted count contained it already.',
  simpleResolvers: true,
})
export class AbsorbedFact implements ExplainedAbsorbedLeg {
  /** Shown as `movement`. */
  readonly sequence!: number;

  @Field(() => Quantity, { description: 'By how much the quantity would have changed.' })
  readonly delta!: number;
}

@ObjectType({
  description: 'An absolute statement about a level, and what became of it.',
  simpleResolvers: true,
})
export class StockCount implements CountView {
  /** Shown as `movement`. */
  readonly sequence!: number;

  /** Shown as `level`. */
  readonly levelId!: string;

  @Field(() => StockSetStatusEnum, { description: 'What became of it; never NOT_APPLIED.' })
  readonly status!: CountStatus;

  @Field(() => Quantity, { description: 'How many it said there were.' })
  readonly quantity!: number;

  @Field(() => Quantity, { description: "The level's quantity when the count was judged." })
  readonly previousQuantity!: number;

  @Field(() => DateTime, { nullable: true, description: 'When it was counted; null where it came without a clock.' })
  readonly asOf!: string | null;

  @Field(() => Quantity, { nullable: true, description: "The origin's own running number of it." })
  readonly sourceSequence!: number | null;

  @Field(() => UserErrorCodeEnum, { nullable: true, description: 'Why it was refused; null where it was not.' })
  readonly code!: UserErrorCode | null;
}

const LISTED = `The first ${MAX_EXPLAINED} of them, in the order of the ledger.`;

@ObjectType({
  description:
    'How a level came from one quantity to another: opening and the deltas of all reasons add up to closing, always.',
  simpleResolvers: true,
})
export class Explanation implements ExplanationView {
  /** Shown as `level`. */
  readonly levelId!: string;

  @Field(() => Quantity, { description: 'The ledger sequence after which the explanation begins; 0: the beginning.' })
  readonly fromSequence!: number;

  @Field(() => Quantity, { description: 'The ledger sequence up to which it reaches.' })
  readonly toSequence!: number;

  @Field(() => Quantity, { description: 'The quantity after the movement fromSequence.' })
  readonly opening!: number;

  @Field(() => [ReasonSum], {
    description: 'What happened in between, summed up by reason, in the order of their names.',
    complexity: listCost,
  })
  readonly reasons!: readonly ReasonSumView[];

  @Field(() => Quantity, { description: 'The quantity after the movement toSequence.' })
  readonly closing!: number;

  @Field(() => Int, { description: 'How many facts came late and had no effect: a count contained them already.' })
  readonly absorbedCount!: number;

  @Field(() => Quantity, { description: 'The sum of the deltas of those facts; no part of closing.' })
  readonly absorbedDelta!: number;

  @Field(() => [AbsorbedFact], { description: `Facts without effect. ${LISTED}`, complexity: listCost })
  readonly absorbed!: readonly ExplainedAbsorbedLeg[];

  @Field(() => Int, { description: 'How many counts had no effect: stale, duplicate or refused.' })
  readonly countsWithoutEffectCount!: number;

  @Field(() => [StockCount], { description: `Counts without effect. ${LISTED}`, complexity: listCost })
  readonly countsWithoutEffect!: readonly CountView[];
}
