import { ArgsType, Field, InputType } from 'type-graphql';
import type { DiscrepancyFilter, DiscrepancyKind } from '../../application/ports/reads';
import { PageArgs } from '../paging/page-args';
import { DiscrepancyKindEnum } from '../types/enums';
import { given } from '../types/given';
import { EXACT_LOCATIONS, EXACT_SKUS, tidyNames } from '../types/names';

@InputType('DiscrepancyFilter', {
  description:
    'Conditions that all must hold. A condition that is left out or null does not restrict. A list matches any of its values.',
})
export class DiscrepancyFilterInput {
  @Field(() => [DiscrepancyKindEnum], { nullable: true, description: 'The kinds to include.' })
  readonly kinds?: DiscrepancyKind[] | null;

  @Field(() => Boolean, { nullable: true, description: 'True: only open ones. False: only those that are settled.' })
  readonly open?: boolean | null;

  @Field(() => [String], EXACT_SKUS)
  readonly skus?: string[] | null;

  @Field(() => [String], EXACT_LOCATIONS)
  readonly locations?: string[] | null;
}

export const discrepancyFilter = (input: DiscrepancyFilterInput | null | undefined): DiscrepancyFilter =>
  tidyNames(given(input), ['skus', 'locations']);

@ArgsType()
export class DiscrepanciesArgs extends PageArgs {
  @Field(() => DiscrepancyFilterInput, { nullable: true, description: 'Which ones to list. Leave it out for all.' })
  readonly filter?: DiscrepancyFilterInput | null;
}
