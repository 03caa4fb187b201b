import type { ItemView, LocationView } from '../../application/ports/reads';
import { itemNodeId, locationNodeId } from '../../domain/node-ids';
import { selectPlain } from '../tables/derived';
import { ItemEntity } from '../tables/item';
import { LocationEntity } from '../tables/location';

/** Columns of an item `i` and of a location `l`. Their names differ, so one row can have both. */

export const ITEM_COLUMNS = selectPlain(ItemEntity, 'i', {
  only: ['itemId', 'sku', 'specification', 'name', 'unitsPerPackage', 'archivedAt', 'mergedIntoId'],
  as: { name: 'itemName', archivedAt: 'itemArchivedAt' },
});

export interface ItemColumns extends Omit<ItemView, 'id' | 'name' | 'archivedAtMs'> {
  readonly itemName: string | null;
  readonly itemArchivedAtMs: number | null;
}

export function toItem(row: ItemColumns): ItemView {
  const { itemId, sku, specification, itemName: name, unitsPerPackage, itemArchivedAtMs, mergedIntoId } = row;
  const id = itemNodeId(itemId);
  return { id, itemId, sku, specification, name, unitsPerPackage, archivedAtMs: itemArchivedAtMs, mergedIntoId };
}

export const LOCATION_COLUMNS = selectPlain(LocationEntity, 'l', {
  only: ['locationId', 'code', 'name', 'parentId', 'vendorId', 'archivedAt'],
  as: { name: 'locationName', vendorId: 'locationVendorId', archivedAt: 'locationArchivedAt' },
});

export interface LocationColumns extends Omit<LocationView, 'id' | 'name' | 'vendorId' | 'archivedAtMs'> {
  readonly locationName: string | null;
  readonly locationVendorId: number | null;
  readonly locationArchivedAtMs: number | null;
}

export function toLocation(row: LocationColumns): LocationView {
  const { locationId, code, locationName: name, parentId, locationVendorId: vendorId, locationArchivedAtMs } = row;
  const id = locationNodeId(locationId);
  return { id, locationId, code, name, parentId, vendorId, archivedAtMs: locationArchivedAtMs };
}
