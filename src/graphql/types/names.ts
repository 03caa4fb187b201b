import { tidyName } from '../../domain/text';

/** The description of every argument `allowLookalike`. */
export const ALLOW_LOOKALIKE =
  'Whether a new name may differ from another one only in form, such as `sku-1` from `SKU-1`. Left out: such a name is refused with LOOKALIKE.';

/** A filter with the names in some of its lists cleaned, as commands and messages clean what they store. */
export function tidyNames<Filter extends object>(filter: Filter, lists: readonly (keyof Filter)[]): Filter {
  const tidied = lists.flatMap((list) => {
    const names = filter[list] as readonly string[] | undefined;
    return names === undefined ? [] : [[list, names.map(tidyName)]];
  });
  return { ...filter, ...Object.fromEntries(tidied) } as Filter;
}
