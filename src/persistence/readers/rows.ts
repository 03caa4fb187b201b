import type { Item, Location } from '../../domain/catalogue/catalogue';

/** Columns of an item `i` and of a location `l`, named so that both fit into one row. */

export const ITEM_COLUMNS = `i.item_id AS "itemId", i.sku, i.specification, i.name AS "itemName", i.units_per_package AS "unitsPerPackage"`;

export interface ItemColumns {
  readonly itemId: string;
  readonly sku: string;
  readonly specification: string;
  readonly itemName: string | null;
  readonly unitsPerPackage: number | null;
}

export function toItem(row: ItemColumns): Item {
  const { itemId: id, sku, specification, itemName: name, unitsPerPackage } = row;
  return { id, sku, specification, name, unitsPerPackage };
}

export const LOCATION_COLUMNS = `l.location_id AS "locationId", l.code, l.name AS "locationName", l.parent_id AS "parentId",
  l.vendor_id AS "locationVendorId"`;

export interface LocationColumns {
  readonly locationId: string;
  readonly code: string;
  readonly locationName: string | null;
  readonly parentId: string | null;
  readonly locationVendorId: number | null;
}

export function toLocation(row: LocationColumns): Location {
  const { locationId: id, code, locationName: name, parentId, locationVendorId: vendorId } = row;
  return { id, code, name, parentId, vendorId };
}
