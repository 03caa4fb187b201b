import { tidyName } from '../../domain/text';

/** The description of every argument `allowLookalike`. */
export const ALLOW_LOOKALIKE =
  'Whether a new name may differ from another one only in form, such as `sku-1` from `SKU-1`. Left out: such a name is refused with LOOKALIKE.';

/** The conditions of a filter that name items and locations. */
export const EXACT_SKUS = { nullable: true, description: 'Exact skus, with all their specifications.' } as const;
export const EXACT_LOCATIONS = {
  nullable: true,
  description: 'Exact codes of locations. The parts of a location are not included.',
} as const;

/** A filter with the names in some of its lists cleaned, as commands and messages clean what they store. */
export function tidyNames<Filter extends object>(filter: Filter, lists: readonly (keyof Filter)[]): Filter {
  const tidied = lists.flatMap((list) => {
    const names = filter[list] as readonly string[] | undefined;
    return names === undefined ? [] : [[list, names.map(tidyName)]];
  });
  return { ...filter, ...Object.fromEntries(tidied) } as Filter;
}
