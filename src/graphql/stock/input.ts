import { ArgsType, Field, ID, InputType } from 'type-graphql';
import type { AsOf, StockFilter, StockLevelFilter, StockOrder } from '../../application/ports/reads';
import type { StockBucket, StockCondition } from '../../domain/ledger/stock-key';
import { referenceOf } from '../../domain/node-ids';
import { StockBucketEnum, StockConditionEnum, StockOrderEnum } from '../types/enums';
import { badUserInput } from '../types/errors';
import { given } from '../types/given';
import { EXACT_LOCATIONS, EXACT_SKUS, tidyNames } from '../types/names';
import { PageArgs } from '../paging/page-args';
import { DateTime, Quantity } from '../types/scalars';

@InputType('AsOf', {
  description:
    'A past moment of the ledger. Give exactly one of the two fields. A moment after the last movement means now.',
})
export class AsOfInput {
  @Field(() => DateTime, {
    nullable: true,
    description: "Show what was recorded up to this time, by the ledger's clock.",
  })
  readonly recordedAt?: number | null;

  @Field(() => Quantity, {
    nullable: true,
    description: 'Show the state after the movement with this sequence. 0 is the state before the first movement.',
  })
  readonly sequence?: number | null;
}

/** Null means now. `name` is the argument that the message of a BAD_USER_INPUT names. */
export function momentOf(asOf: AsOfInput | null | undefined, name = 'asOf'): AsOf | null {
  if (asOf === null || asOf === undefined) return null;
  const { recordedAt: recordedAtMs, sequence } = given(asOf);
  if (recordedAtMs !== undefined && sequence === undefined) return { recordedAtMs };
  if (sequence === undefined || recordedAtMs !== undefined) {
    throw badUserInput(`${name} takes exactly one of recordedAt and sequence.`);
  }
  if (sequence < 0) throw badUserInput(`${name}.sequence is ${sequence}; the ledger begins at 1, and 0 is before it.`);
  return { sequence };
}

@InputType('StockFilter', {
  description:
    'Conditions that all must hold. A condition that is left out or null does not restrict. A list matches any of its values.',
})
export class StockFilterInput {
  @Field(() => [String], EXACT_SKUS)
  readonly skus?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'The ids of items.' })
  readonly itemIds?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Exact codes of locations. Their parts are included with `includeParts`.',
  })
  readonly locations?: string[] | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "Only stock that changed or was counted after this time, by the ledger's clock.",
  })
  readonly changedSince?: number | null;

  @Field(() => Quantity, {
    nullable: true,
    description:
      'Only stock that changed or was counted after this ledger sequence. Pass the `ledgerSequence` of your last read to poll for changes without missing any.',
  })
  readonly changedAfterSequence?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'True: only stock whose `drift` is not zero.' })
  readonly drifting?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: `locations` include their parts, and the parts of those. Without `locations` it does nothing.',
  })
  readonly includeParts?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: only stock that the `outOfStockThreshold` of its inventory record makes unsellable: it has no more units than that. What has never moved is included. The current threshold applies, also with `asOf`.',
  })
  readonly belowThreshold?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: only stock with no more available, good units than the `reorderPoint` of its inventory record. What has never moved is included. The current reorder point applies, also with `asOf`.',
  })
  readonly belowReorderPoint?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: only stock with units on hand. False: only stock without.',
  })
  readonly inStock?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: only stock of which something can be sold, see `sellable`. False: only the other. The current terms of sale apply, also with `asOf`.',
  })
  readonly sellable?: boolean | null;
}

export function stockFilter(input: StockFilterInput | null | undefined): StockFilter {
  const { changedSince, itemIds, ...others } = given(input);
  return {
    ...tidyNames(others, ['skus', 'locations']),
    ...(changedSince === undefined ? {} : { changedSinceMs: changedSince }),
    // An id of something else cannot match any item.
    ...(itemIds === undefined ? {} : { itemIds: itemIds.flatMap((id) => referenceOf('Item', id)?.id ?? []) }),
  };
}

@InputType('StockLevelFilter', {
  description:
    'Conditions that all must hold. A condition that is left out or null does not restrict. A list matches any of its values.',
})
export class StockLevelFilterInput {
  @Field(() => [String], EXACT_SKUS)
  readonly skus?: string[] | null;

  @Field(() => [String], EXACT_LOCATIONS)
  readonly locations?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Exact owners. An empty string matches stock without an owner.',
  })
  readonly owners?: string[] | null;

  @Field(() => [StockBucketEnum], { nullable: true, description: 'The buckets to include.' })
  readonly buckets?: StockBucket[] | null;

  @Field(() => [StockConditionEnum], { nullable: true, description: 'The conditions to include.' })
  readonly conditions?: StockCondition[] | null;

  @Field(() => [String], { nullable: true, description: 'Exact lots. An empty string matches stock without a lot.' })
  readonly lots?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'True: only levels whose quantity is not zero.' })
  readonly nonZero?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: only levels below zero. Each is a discrepancy `NEGATIVE_LEVEL` that is open.',
  })
  readonly negative?: boolean | null;
}

export function stockLevelFilter(input: StockLevelFilterInput | null | undefined): StockLevelFilter {
  return tidyNames(given(input), ['skus', 'locations', 'owners', 'lots']);
}

@ArgsType()
export class StockTotalsArgs {
  @Field(() => StockFilterInput, { nullable: true, description: 'Which stock to add up. Leave it out for all.' })
  readonly filter?: StockFilterInput | null;

  @Field(() => AsOfInput, { nullable: true, description: 'The moment to show. Leave it out for now.' })
  readonly asOf?: AsOfInput | null;
}

@ArgsType()
export class StockArgs extends PageArgs {
  @Field(() => StockFilterInput, { nullable: true, description: 'Which stock to list. Leave it out for all.' })
  readonly filter?: StockFilterInput | null;

  @Field(() => StockOrderEnum, { defaultValue: 'SKU', description: 'What the list is ordered by.' })
  readonly orderBy!: StockOrder;

  @Field(() => AsOfInput, { nullable: true, description: 'The moment to show. Leave it out for now.' })
  readonly asOf?: AsOfInput | null;
}

@ArgsType()
export class StockLevelsArgs extends PageArgs {
  @Field(() => StockLevelFilterInput, { nullable: true, description: 'Which levels to list. Leave it out for all.' })
  readonly filter?: StockLevelFilterInput | null;

  @Field(() => AsOfInput, { nullable: true, description: 'The moment to show. Leave it out for now.' })
  readonly asOf?: AsOfInput | null;
}
