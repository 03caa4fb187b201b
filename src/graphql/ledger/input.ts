import { ArgsType, Field, InputType } from 'type-graphql';
import type { LedgerEntryFilter } from '../../application/ports/reads';
import type { MovementReason } from '../../domain/ledger/movement';
import type { StockBucket } from '../../domain/ledger/stock-key';
import { MovementReasonEnum, StockBucketEnum } from '../types/enums';
import { given } from '../types/given';
import { EXACT_LOCATIONS, EXACT_SKUS, tidyNames } from '../types/names';
import { PageArgs } from '../paging/page-args';
import { DateTime, Quantity } from '../types/scalars';

@InputType('LedgerEntryFilter', {
  description:
    'Conditions that all must hold. A condition that is left out or null does not restrict. A list matches any of its values. A movement matches `skus`, `locations` and `buckets` when one of its entries matches all three.',
})
export class LedgerEntryFilterInput {
  @Field(() => [String], EXACT_SKUS)
  readonly skus?: string[] | null;

  @Field(() => [String], EXACT_LOCATIONS)
  readonly locations?: string[] | null;

  @Field(() => [StockBucketEnum], { nullable: true, description: 'The buckets to include.' })
  readonly buckets?: StockBucket[] | null;

  @Field(() => [MovementReasonEnum], { nullable: true, description: 'The reasons to include.' })
  readonly reasons?: MovementReason[] | null;

  @Field(() => [String], { nullable: true, description: 'Exact references, as in `reference` of a movement.' })
  readonly references?: string[] | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "Only what was recorded at or after this time, by the ledger's clock.",
  })
  readonly recordedFrom?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "Only what was recorded at or before this time, by the ledger's clock.",
  })
  readonly recordedTo?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "Only what happened at or after this time, by the origin's clock (`occurredAt`).",
  })
  readonly occurredFrom?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "Only what happened at or before this time, by the origin's clock (`occurredAt`).",
  })
  readonly occurredTo?: number | null;

  @Field(() => Quantity, {
    nullable: true,
    description:
      'Only movements with a higher sequence than this, and their entries. Pass the last sequence that you have read to follow the ledger.',
  })
  readonly afterSequence?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      "The sender's own id: `externalId` of a movement, or the id of a row that it came from. It answers whether something was received.",
  })
  readonly externalId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The name of the connection or API client, as in `origin` of a movement.',
  })
  readonly origin?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: changes too that had no effect, because an accepted count already included them. Of movements, it decides what `skus`, `locations` and `buckets` look at.',
  })
  readonly includeAbsorbed?: boolean | null;
}

export function ledgerEntryFilter(input: LedgerEntryFilterInput | null | undefined): LedgerEntryFilter {
  const { recordedFrom, recordedTo, occurredFrom, occurredTo, ...others } = given(input);
  const bounds = {
    recordedFromMs: recordedFrom,
    recordedToMs: recordedTo,
    occurredFromMs: occurredFrom,
    occurredToMs: occurredTo,
  };
  return { ...tidyNames(others, ['skus', 'locations', 'references']), ...given(bounds) };
}

@ArgsType()
export class LedgerEntriesArgs extends PageArgs {
  @Field(() => LedgerEntryFilterInput, { nullable: true, description: 'Which ones to list. Leave it out for all.' })
  readonly filter?: LedgerEntryFilterInput | null;
}
