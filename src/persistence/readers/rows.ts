import type { ItemView, LocationView } from '../../application/ports/reads';
import { selectList } from '../tables/derived';
import { ItemEntity } from '../tables/item';
import { LocationEntity } from '../tables/location';

/** Columns of an item `i` and of a location `l`, named so that both fit into one row. */

export const ITEM_COLUMNS = selectList(ItemEntity, 'i', { as: { name: 'itemName' } });

export interface ItemColumns {
  readonly itemId: string;
  readonly sku: string;
  readonly specification: string;
  readonly itemName: string | null;
  readonly unitsPerPackage: number | null;
}

export function toItem(row: ItemColumns): ItemView {
  const { itemId: id, sku, specification, itemName: name, unitsPerPackage } = row;
  return { id, sku, specification, name, unitsPerPackage };
}

export const LOCATION_COLUMNS = selectList(LocationEntity, 'l', {
  as: { name: 'locationName', vendorId: 'locationVendorId' },
});

export interface LocationColumns {
  readonly locationId: string;
  readonly code: string;
  readonly locationName: string | null;
  readonly parentId: string | null;
}

export function toLocation({ locationId: id, code, locationName: name, parentId }: LocationColumns): LocationView {
  return { id, code, name, parentId };
}
