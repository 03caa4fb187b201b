import { ArgsType, Field, ID, InputType } from 'type-graphql';
import { isUuid, type AsOf, type StockFilter, type StockLevelFilter } from '../../application/ports/reads';
import type { StockBucket, StockCondition } from '../../domain/ledger/stock-key';
import { StockBucketEnum, StockConditionEnum } from '../types/enums';
import { badUserInput } from '../types/errors';
import { given } from '../types/given';
import { PageArgs } from '../paging/page-args';
import { DateTime, Quantity } from '../types/scalars';

@InputType('AsOf', {
  description: 'A moment of the ledger: exactly one of the two. One later than the last movement means now.',
})
export class AsOfInput {
  @Field(() => DateTime, { nullable: true, description: 'As it was recorded by then, by the clock of the ledger.' })
  readonly recordedAt?: number | null;

  @Field(() => Quantity, { nullable: true, description: 'As it was after the movement with this sequence.' })
  readonly sequence?: number | null;
}

/** Null: now. Throws BAD_USER_INPUT that says what to mend in the argument of this name. */
export function momentOf(asOf: AsOfInput | null | undefined, name = 'asOf'): AsOf | null {
  if (asOf === null || asOf === undefined) return null;
  const { recordedAt: recordedAtMs, sequence } = given(asOf);
  if (recordedAtMs !== undefined && sequence === undefined) return { recordedAtMs };
  if (sequence === undefined || recordedAtMs !== undefined) {
    throw badUserInput(`${name} takes exactly one of recordedAt and sequence.`);
  }
  if (sequence < 0) throw badUserInput(`${name}.sequence is below zero; the ledger begins at 1, and 0 is before it.`);
  return { sequence };
}

@InputType('StockFilter', {
  description: 'What is left out or null does not restrict; of a list, any value; all conditions have to hold.',
})
export class StockFilterInput {
  @Field(() => [String], { nullable: true, description: 'Skus, exactly; in all their specifications.' })
  readonly skus?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Ids of items.' })
  readonly itemIds?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Codes of locations, exactly.' })
  readonly locations?: string[] | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Only what changed after this time, by the clock of the ledger.',
  })
  readonly changedSince?: number | null;

  @Field(() => Quantity, {
    nullable: true,
    description: 'Only what changed after this ledgerSequence of an earlier answer: nothing twice, nothing missed.',
  })
  readonly changedAfterSequence?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'True: only where drift is not zero.' })
  readonly drifting?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: only where there are fewer units in bucket AVAILABLE and condition GOOD than the outOfStockThreshold of the inventory record, as that is now.',
  })
  readonly belowThreshold?: boolean | null;
}

export function stockFilter(input: StockFilterInput | null | undefined): StockFilter {
  const { changedSince, itemIds, ...others } = given(input);
  return {
    ...others,
    ...(changedSince === undefined ? {} : { changedSinceMs: changedSince }),
    // What is no id of ours names nothing.
    ...(itemIds === undefined ? {} : { itemIds: itemIds.filter(isUuid) }),
  };
}

@InputType('StockLevelFilter', {
  description: 'What is left out or null does not restrict; of a list, any value; all conditions have to hold.',
})
export class StockLevelFilterInput {
  @Field(() => [String], { nullable: true, description: 'Skus, exactly; in all their specifications.' })
  readonly skus?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Codes of locations, exactly.' })
  readonly locations?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Owners, exactly; an empty text is none.' })
  readonly owners?: string[] | null;

  @Field(() => [StockBucketEnum], { nullable: true, description: 'Buckets.' })
  readonly buckets?: StockBucket[] | null;

  @Field(() => [StockConditionEnum], { nullable: true, description: 'Conditions.' })
  readonly conditions?: StockCondition[] | null;

  @Field(() => [String], { nullable: true, description: 'Lots, exactly; an empty text is none.' })
  readonly lots?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'True: only levels that are not zero.' })
  readonly nonZero?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: only levels below zero, which are discrepancies that nobody has cleared up yet.',
  })
  readonly negative?: boolean | null;
}

export function stockLevelFilter(input: StockLevelFilterInput | null | undefined): StockLevelFilter {
  return given(input);
}

@ArgsType()
export class StockArgs extends PageArgs {
  @Field(() => StockFilterInput, { nullable: true, description: 'Which stock. Left out: all.' })
  readonly filter?: StockFilterInput | null;

  @Field(() => AsOfInput, { nullable: true, description: 'At which moment. Left out: now.' })
  readonly asOf?: AsOfInput | null;
}

@ArgsType()
export class StockLevelsArgs extends PageArgs {
  @Field(() => StockLevelFilterInput, { nullable: true, description: 'Which levels. Left out: all.' })
  readonly filter?: StockLevelFilterInput | null;

  @Field(() => AsOfInput, { nullable: true, description: 'At which moment. Left out: now.' })
  readonly asOf?: AsOfInput | null;
}
