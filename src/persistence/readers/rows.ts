import type { ItemView, LocationView, ShownNodes } from '../../application/ports/reads';
import { itemNodeId, locationNodeId } from '../../domain/node-ids';
import { selectPlain } from '../tables/derived';
import { ItemEntity } from '../tables/item';
import { LocationEntity } from '../tables/location';

/** Columns of an item `i` and of a location `l`. Their names differ, so one row can have both. */

export const ITEM_COLUMNS = selectPlain(ItemEntity, 'i', {
  only: ['itemId', 'sku', 'specification', 'name', 'unitsPerPackage', 'archivedAt', 'mergedIntoId'],
  as: { name: 'itemName', archivedAt: 'itemArchivedAt' },
});

const ITEM_NAMES = selectPlain(ItemEntity, 'i', {
  only: ['itemId', 'sku', 'specification', 'name'],
  as: { name: 'itemName' },
});

/** The columns of an item `i` that are shown. */
export const itemColumns = (shown: ShownNodes): string =>
  ({ POSITION: 'i.sku, i.specification', NAMES: ITEM_NAMES, EVERYTHING: ITEM_COLUMNS })[shown];

export interface ItemColumns extends Omit<ItemView, 'id' | 'name' | 'archivedAtMs'> {
  readonly itemName: string | null;
  readonly itemArchivedAtMs: number | null;
}

export function toItem(row: ItemColumns): ItemView {
  const { itemId, sku, specification, itemName: name, unitsPerPackage, itemArchivedAtMs, mergedIntoId } = row;
  const id = itemNodeId(itemId);
  return { id, itemId, sku, specification, name, unitsPerPackage, archivedAtMs: itemArchivedAtMs, mergedIntoId };
}

const LOCATION_PROPERTIES = ['locationId', 'code', 'name', 'parentId', 'vendorId', 'archivedAt'] as const;

export const LOCATION_COLUMNS = selectPlain(LocationEntity, 'l', {
  only: LOCATION_PROPERTIES,
  as: { name: 'locationName', vendorId: 'locationVendorId', archivedAt: 'locationArchivedAt' },
});

const LOCATION_NAMES = selectPlain(LocationEntity, 'l', {
  only: ['locationId', 'code', 'name'],
  as: { name: 'locationName' },
});

/** The columns of a location `l` that are shown. */
export const locationColumns = (shown: ShownNodes): string =>
  ({ POSITION: 'l.code', NAMES: LOCATION_NAMES, EVERYTHING: LOCATION_COLUMNS })[shown];

/** As many nulls, for a row of a UNION that is about no location. */
export const NO_LOCATION = LOCATION_PROPERTIES.map(() => 'NULL').join(', ');

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
