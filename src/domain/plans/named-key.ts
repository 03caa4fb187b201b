import { USER_ERROR_CODES, type UserError, type UserErrorCode } from '../errors';
import type { LevelKey } from '../ledger/level-id';
import type { NamedKey } from '../ledger/posting-reads';
import { stockKey } from '../ledger/stock-key';
import type { UnitOfWork } from '../ledger/unit-of-work';

/** The stock key that a row's names mean, or every name that is unknown; a row that is refused creates nothing. */
export function resolveKey(
  work: UnitOfWork,
  named: NamedKey,
  field: readonly string[],
  itemField: (code: UserErrorCode) => string = itemFieldOf,
): LevelKey | { readonly errors: readonly UserError[] } {
  const [location, item] = work.keepIf(
    (found) => found.every((one) => 'found' in one),
    () => [work.resolveLocation(named.location), work.resolveItem(named.item)] as const,
  );
  if ('found' in item && 'found' in location) {
    return work.levelKey(stockKey(named.dimensions, item.found.id, location.found.id), named);
  }
  return {
    errors: [
      ...('refused' in item ? [nameError(item.refused, [...field, itemField(item.refused)])] : []),
      ...('refused' in location ? [nameError(location.refused, [...field, 'location'])] : []),
    ],
  };
}

/** The field of the item's names at which a refusal points. */
export const itemFieldOf = (code: UserErrorCode): string =>
  code === 'SPECIFICATION_REQUIRED' ? 'specification' : 'sku';

const nameError = (code: UserErrorCode, field: readonly string[]): UserError => ({
  code,
  message: USER_ERROR_CODES[code],
  field,
});
