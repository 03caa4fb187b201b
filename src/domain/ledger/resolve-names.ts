import type { UserErrorCode } from '../errors';
import type { BatchCatalogue } from './batch-catalogue';
import {
  identifierSpecification,
  NEW_ITEM,
  SKU_SCHEMES,
  type IdentifierReference,
  type Item,
  type ItemReference,
  type Location,
  type LocationReference,
} from '../catalogue/catalogue';
import { findItem, findLocation, itemsOfGtin, locationNamed } from '../catalogue/catalogue-map';
import { bareSkuFault, codeFault, newIdentifierFault, newItemFault, newLocationFault } from '../catalogue/new-names';
import { itemUnknown, locationUnknown } from '../catalogue/name-texts';

export type Resolved<T> = { readonly found: T } | Refused;

/** Why a name means nothing that can be used. */
interface Refused {
  readonly refused: UserErrorCode;
  readonly message: string;
}

/** What the creation of an item depends on. */
export interface Creation {
  readonly newId: () => string;
  /** Whether the row or event that names the item brings units in. */
  readonly isReceipt: () => boolean;
}

/** Finds the item that a reference means; creates it where the reference says so. */
export function resolveItem(catalogue: BatchCatalogue, reference: ItemReference, creation: Creation): Resolved<Item> {
  const known = findItem(catalogue, reference);
  if (reference.by === 'SKU') {
    if (!known) return unknownItem(catalogue, reference, reference.sku);
    catalogue.noteMeaning(reference, known);
    return { found: known };
  }
  const resolved = known ? { found: known } : createItem(catalogue, reference, creation);
  if ('refused' in resolved) return resolved;
  const item = resolved.found;
  catalogue.noteMeaning(reference, item);
  for (const other of reference.alsoKnownAs) {
    const fault = newIdentifierFault(catalogue, item, other);
    if (fault) return { refused: fault.code, message: fault.message };
    addUnknownIdentifier(catalogue, item, other.scheme, other.value);
  }
  return resolved;
}

/** Finds the location that a reference means; creates it, and its parent, where the reference says so. */
export function resolveLocation(
  catalogue: BatchCatalogue,
  reference: LocationReference,
  newId: () => string,
): Resolved<Location> {
  const known = findLocation(catalogue, reference);
  if (known) return { found: known };
  if (reference.by === 'ID' || reference.whenUnknown === 'REFUSE')
    return refused('LOCATION_NOT_FOUND', locationUnknown(reference));
  const findOrCreate = (code: string, parentId: string | null): Resolved<Location> => {
    const found = locationNamed(catalogue, code);
    if (found) return { found };
    const fault = newLocationFault(catalogue, code);
    if (fault) return { refused: fault.code, message: fault.message };
    const location: Location = { id: newId(), code, name: null, parentId, vendorId: null, archivedAtMs: null };
    catalogue.addLocation(location);
    return { found: location };
  };
  if (reference.parentCode === null) return findOrCreate(reference.code, null);
  const parent = findOrCreate(reference.parentCode, null);
  return 'refused' in parent ? parent : findOrCreate(reference.code, parent.found.id);
}

const refused = (code: UserErrorCode, message: string): Refused => ({ refused: code, message });

/** @param sku what the reference means by it: its sku, or the value of its identifier */
function unknownItem(catalogue: BatchCatalogue, reference: ItemReference, sku: string): Refused {
  const fault = bareSkuFault(catalogue, sku, reference.specification);
  return fault ? refused(fault.code, fault.message) : refused('ITEM_NOT_FOUND', itemUnknown(reference));
}

/** Creates the item of an identifier that none has, where the reference and the code allow it. */
function createItem(
  catalogue: BatchCatalogue,
  reference: IdentifierReference,
  { newId, isReceipt }: Creation,
): Resolved<Item> {
  const { scheme, value, specification, whenUnknown } = reference;
  const ofGtin = itemsOfGtin(catalogue, scheme, value);
  if (ofGtin.length > 1) return refused('IDENTIFIER_AMBIGUOUS', ambiguous(reference, ofGtin));
  if (whenUnknown === 'REFUSE') {
    if (SKU_SCHEMES.has(scheme)) return unknownItem(catalogue, reference, value);
    return refused('ITEM_NOT_FOUND', itemUnknown(reference));
  }
  if (catalogue.itemBySku(value, specification)) return refused('SKU_TAKEN', skuOfAnother(reference));
  if (whenUnknown === 'CREATE_ON_RECEIPT' && !isReceipt()) {
    return refused('ITEM_NOT_FOUND', `${itemUnknown(reference)} ${NOT_BY_WHAT_GOES_OUT}`);
  }
  const item: Item = { ...NEW_ITEM, id: newId(), sku: value, specification };
  const fault =
    codeFault(reference) ??
    newItemFault(catalogue, value, specification) ??
    newIdentifierFault(catalogue, item, reference);
  if (fault) return refused(fault.code, fault.message);
  catalogue.addItem(item);
  addUnknownIdentifier(catalogue, item, scheme, value);
  return { found: item };
}

const NOT_BY_WHAT_GOES_OUT = 'Only what brings units in creates one; save the item, or correct the code.';

const skuOfAnother = ({ scheme, value }: IdentifierReference): string =>
  `No item has the ${scheme} "${value}", and an item has it as its sku; save it there as an identifier, or correct it.`;

const ambiguous = ({ scheme, value }: IdentifierReference, items: readonly Item[]): string =>
  `${scheme} "${value}" is the GTIN of several items, with the skus ${items.map(({ sku }) => `"${sku}"`).join(' and ')}; take the barcode from all but one.`;

function addUnknownIdentifier(catalogue: BatchCatalogue, item: Item, scheme: string, value: string): void {
  if (catalogue.identifier(scheme, value, item.specification)) return;
  const specification = identifierSpecification(scheme, item.specification);
  catalogue.addIdentifier({ scheme, value, specification, itemId: item.id });
}
