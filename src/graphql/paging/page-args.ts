import { ArgsType, Field, Int } from 'type-graphql';
import { MAX_PAGE_SIZE, type PageRequest } from '../../application/ports/reads';
import { DEFAULT_PAGE_SIZE } from '../limits/limits';
import { badUserInput } from '../types/errors';
import type { Selection } from './selection';
import type { Cursors } from './cursors';

@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description: `Page size, counted from the start of the list or from \`after\`: 0 to ${MAX_PAGE_SIZE}. When neither \`first\` nor \`last\` is given, the page has up to ${DEFAULT_PAGE_SIZE} nodes.`,
  })
  readonly first?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Return only nodes after this cursor. A cursor is valid only with the field and arguments that it came from, page size aside.',
  })
  readonly after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: `Page size, counted from the end of the list or from \`before\`: 0 to ${MAX_PAGE_SIZE}. The nodes still come in the order of the list. Give \`first\` or \`last\`, not both.`,
  })
  readonly last?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Return only nodes before this cursor. A cursor is valid only with the field and arguments that it came from, page size aside.',
  })
  readonly before?: string | null;
}

/** The requested part of a list. Throws BAD_USER_INPUT for contradictory arguments. */
export function pageRequest(
  { first, after, last, before }: PageArgs,
  cursors: Cursors,
  selection: Selection,
): PageRequest {
  if (isGiven(first) && isGiven(last))
    throw badUserInput('Give first or last, not both: a page is counted from one side.');
  const size = first ?? last ?? DEFAULT_PAGE_SIZE;
  if (size < 0 || size > MAX_PAGE_SIZE) {
    throw badUserInput(`${isGiven(last) ? 'last' : 'first'} is ${size}; it has to be from 0 to ${MAX_PAGE_SIZE}.`);
  }
  return {
    direction: isGiven(last) ? 'BACKWARD' : 'FORWARD',
    size,
    after: isGiven(after) ? cursors.read(after) : null,
    before: isGiven(before) ? cursors.read(before) : null,
    wants: {
      totalCount: selection.has('totalCount') || selection.has('totalCountPrecision'),
      hasNext: selection.has('pageInfo.hasNextPage'),
      hasPrevious: selection.has('pageInfo.hasPreviousPage'),
    },
  };
}

const isGiven = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined;
