import type { Item, Location } from '../../domain/catalogue/catalogue';
import { selectList } from '../tables/derived';
import { ItemEntity } from '../tables/item';
import { LocationEntity } from '../tables/location';

/** Columns of an item `i` and of a location `l`. Their names differ, so one row can have both. */

export const ITEM_COLUMNS = selectList(ItemEntity, 'i', {
  only: ['itemId', 'sku', 'specification', 'name', 'unitsPerPackage'],
  as: { name: 'itemName' },
});

export interface ItemColumns extends Omit<Item, 'id' | 'name'> {
  readonly itemId: string;
  readonly itemName: string | null;
}

export function toItem(row: ItemColumns): Item {
  const { itemId: id, sku, specification, itemName: name, unitsPerPackage } = row;
  return { id, sku, specification, name, unitsPerPackage };
}

export const LOCATION_COLUMNS = selectList(LocationEntity, 'l', {
  only: ['locationId', 'code', 'name', 'parentId', 'vendorId'],
  as: { name: 'locationName', vendorId: 'locationVendorId' },
});

export interface LocationColumns extends Omit<Location, 'id' | 'name' | 'vendorId'> {
  readonly locationId: string;
  readonly locationName: string | null;
  readonly locationVendorId: number | null;
}

export function toLocation(row: LocationColumns): Location {
  const { locationId: id, code, locationName: name, parentId, locationVendorId: vendorId } = row;
  return { id, code, name, parentId, vendorId };
}
