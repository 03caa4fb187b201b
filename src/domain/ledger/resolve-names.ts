import type { UserErrorCode } from '../errors';
import type { BatchCatalogue } from './batch-catalogue';
import {
  identifierSpecification,
  SKU_SCHEMES,
  type IdentifierReference,
  type Item,
  type ItemReference,
  type Location,
  type LocationReference,
} from '../catalogue/catalogue';
import { findItem, findLocation, itemBySku } from '../catalogue/catalogue-map';

export type Resolved<T> = { readonly found: T } | { readonly refused: UserErrorCode };

/** Finds the item that a reference means; creates it where the reference says so. */
export function resolveItem(catalogue: BatchCatalogue, reference: ItemReference, newId: () => string): Resolved<Item> {
  const known = findItem(catalogue, reference);
  if (reference.by === 'SKU') {
    return known ? { found: known } : unknownSku(catalogue, reference.sku, reference.specification);
  }
  const { scheme, value, specification } = reference;
  if (!known && reference.whenUnknown === 'REFUSE') {
    return SKU_SCHEMES.has(scheme) ? unknownSku(catalogue, value, specification) : { refused: 'ITEM_NOT_FOUND' };
  }
  if (!known && itemBySku(catalogue, value, specification)) return { refused: 'SKU_TAKEN' };
  for (const other of reference.alsoKnownAs) {
    const owner = catalogue.identifier(other.scheme, other.value, specification);
    if (owner && owner.itemId !== known?.id) return { refused: 'IDENTIFIER_TAKEN' };
  }
  const item = known ?? createItem(catalogue, reference, newId());
  catalogue.noteMeaning(reference, item);
  for (const other of reference.alsoKnownAs) addUnknownIdentifier(catalogue, item, other.scheme, other.value);
  return { found: item };
}

/** Finds the location that a reference means; creates it, and its parent, where the reference says so. */
export function resolveLocation(
  catalogue: BatchCatalogue,
  reference: LocationReference,
  newId: () => string,
): Resolved<Location> {
  const known = findLocation(catalogue, reference);
  if (known) return { found: known };
  if (reference.by === 'ID' || reference.whenUnknown === 'REFUSE') return { refused: 'LOCATION_NOT_FOUND' };
  const findOrCreate = (code: string, parentId: string | null): Location => {
    const found = catalogue.locationByCode(code);
    if (found) return found;
    const location: Location = { id: newId(), code, name: null, parentId, vendorId: null };
    catalogue.addLocation(location);
    return location;
  };
  const parent = reference.parentCode === null ? undefined : findOrCreate(reference.parentCode, null);
  return { found: findOrCreate(reference.code, parent?.id ?? null) };
}

function unknownSku(catalogue: BatchCatalogue, sku: string, specification: string): { refused: UserErrorCode } {
  const hasVariants = specification === '' && catalogue.itemsOfSku(sku).length > 0;
  return { refused: hasVariants ? 'SPECIFICATION_REQUIRED' : 'ITEM_NOT_FOUND' };
}

function createItem(
  catalogue: BatchCatalogue,
  { scheme, value, specification }: IdentifierReference,
  id: string,
): Item {
  const item: Item = { id, sku: value, specification, name: null, unitsPerPackage: null };
  catalogue.addItem(item);
  addUnknownIdentifier(catalogue, item, scheme, value);
  return item;
}

function addUnknownIdentifier(catalogue: BatchCatalogue, item: Item, scheme: string, value: string): void {
  if (catalogue.identifier(scheme, value, item.specification)) return;
  const specification = identifierSpecification(scheme, item.specification);
  catalogue.addIdentifier({ scheme, value, specification, itemId: item.id });
}
