import type { Item, Location } from '../../domain/catalogue/catalogue';
import { selectPlain } from '../tables/derived';
import { ItemEntity } from '../tables/item';
import { LocationEntity } from '../tables/location';

/** Columns of an item `i` and of a location `l`. Their names differ, so one row can have both. */

export const ITEM_COLUMNS = selectPlain(ItemEntity, 'i', {
  only: ['itemId', 'sku', 'specification', 'name', 'unitsPerPackage', 'archivedAt', 'mergedIntoId'],
  as: { name: 'itemName', archivedAt: 'itemArchivedAt' },
});

export interface ItemColumns extends Omit<Item, 'id' | 'name' | 'archivedAtMs'> {
  readonly itemId: string;
  readonly itemName: string | null;
  readonly itemArchivedAtMs: number | null;
}

export function toItem(row: ItemColumns): Item {
  const { itemId: id, sku, specification, itemName: name, unitsPerPackage, itemArchivedAtMs, mergedIntoId } = row;
  return { id, sku, specification, name, unitsPerPackage, archivedAtMs: itemArchivedAtMs, mergedIntoId };
}

export const LOCATION_COLUMNS = selectPlain(LocationEntity, 'l', {
  only: ['locationId', 'code', 'name', 'parentId', 'vendorId', 'archivedAt'],
  as: { name: 'locationName', vendorId: 'locationVendorId', archivedAt: 'locationArchivedAt' },
});

export interface LocationColumns extends Omit<Location, 'id' | 'name' | 'vendorId' | 'archivedAtMs'> {
  readonly locationId: string;
  readonly locationName: string | null;
  readonly locationVendorId: number | null;
  readonly locationArchivedAtMs: number | null;
}

export function toLocation(row: LocationColumns): Location {
  const { locationId: id, code, locationName: name, parentId, locationVendorId: vendorId, locationArchivedAtMs } = row;
  return { id, code, name, parentId, vendorId, archivedAtMs: locationArchivedAtMs };
}
