import type { UserError, UserErrorCode } from '../errors';
import { limitFaults, type KeyLimits } from '../key-limits';
import type { LevelKey } from '../ledger/level-id';
import type { NamedKey } from '../ledger/posting-reads';
import { stockKey } from '../ledger/stock-key';
import type { UnitOfWork } from '../ledger/unit-of-work';

interface KeyOptions {
  /** The field of the item's names at which a refusal points. */
  readonly itemField?: (code: UserErrorCode) => string;
  /** Whether the row brings units in: some connections create unknown items only then. */
  readonly isReceipt?: () => boolean;
  /** Which stock the caller may change. Left out: all. */
  readonly limits?: KeyLimits | undefined;
}

/** The stock key that a row's names mean, or every name that is unknown; a row that is refused creates nothing. */
export function resolveKey(
  work: UnitOfWork,
  named: NamedKey,
  field: readonly string[],
  { itemField = itemFieldOf, isReceipt, limits }: KeyOptions = {},
): LevelKey | { readonly errors: readonly UserError[] } {
  const [location, item] = work.keepIf(
    (found) => found.every((one) => 'found' in one),
    () => [work.resolveLocation(named.location), work.resolveItem(named.item, isReceipt)] as const,
  );
  const locationId = 'found' in location ? location.found.id : null;
  const notAllowed = limits ? limitFaults(limits, locationId, named, field) : [];
  if ('found' in item && 'found' in location && notAllowed.length === 0) {
    return work.levelKey(stockKey(named.dimensions, item.found.id, location.found.id), named);
  }
  const errors: UserError[] = [...notAllowed];
  if ('refused' in item) {
    errors.push({ code: item.refused, message: item.message, field: [...field, itemField(item.refused)] });
  }
  if ('refused' in location && !limits?.locationIds) {
    errors.push({ code: location.refused, message: location.message, field: [...field, 'location'] });
  }
  return { errors };
}

/** The field of the item's names at which a refusal points. */
export const itemFieldOf = (code: UserErrorCode): string =>
  code === 'SPECIFICATION_REQUIRED' ? 'specification' : 'sku';
