import { ArgsType, Field, InputType } from 'type-graphql';
import type { LedgerEntryFilter } from '../../application/ports/reads';
import type { MovementReason } from '../../domain/ledger/movement';
import type { StockBucket } from '../../domain/ledger/stock-key';
import { MovementReasonEnum, StockBucketEnum } from '../types/enums';
import { given } from '../types/given';
import { PageArgs } from '../paging/page-args';
import { DateTime, Quantity } from '../types/scalars';

@InputType('LedgerEntryFilter', {
  description:
    'What is left out or null does not restrict; of a list, any value; all conditions have to hold, for movements those on skus, locations and buckets in one of their entries.',
})
export class LedgerEntryFilterInput {
  @Field(() => [String], { nullable: true, description: 'Skus, exactly; in all their specifications.' })
  readonly skus?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Codes of locations, exactly.' })
  readonly locations?: string[] | null;

  @Field(() => [StockBucketEnum], { nullable: true, description: 'Buckets.' })
  readonly buckets?: StockBucket[] | null;

  @Field(() => [MovementReasonEnum], { nullable: true, description: 'Reasons.' })
  readonly reasons?: MovementReason[] | null;

  @Field(() => [String], { nullable: true, description: 'Reference documents, exactly.' })
  readonly references?: string[] | null;

  @Field(() => DateTime, { nullable: true, description: 'Recorded at or after this time, by the clock of the ledger.' })
  readonly recordedFrom?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Recorded at or before this time, by the clock of the ledger.',
  })
  readonly recordedTo?: number | null;

  @Field(() => DateTime, { nullable: true, description: 'Happened at or after this time, by the clock of the origin.' })
  readonly occurredFrom?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Happened at or before this time, by the clock of the origin.',
  })
  readonly occurredTo?: number | null;

  @Field(() => Quantity, { nullable: true, description: 'Behind the movement with this sequence.' })
  readonly afterSequence?: number | null;
}

export function ledgerEntryFilter(input: LedgerEntryFilterInput | null | undefined): LedgerEntryFilter {
  const { recordedFrom, recordedTo, occurredFrom, occurredTo, ...others } = given(input);
  const bounds = {
    recordedFromMs: recordedFrom,
    recordedToMs: recordedTo,
    occurredFromMs: occurredFrom,
    occurredToMs: occurredTo,
  };
  return { ...others, ...given(bounds) };
}

@ArgsType()
export class LedgerEntriesArgs extends PageArgs {
  @Field(() => LedgerEntryFilterInput, { nullable: true, description: 'Which of them. Left out: all.' })
  readonly filter?: LedgerEntryFilterInput | null;
}
