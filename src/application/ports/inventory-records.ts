import type { Item, Location } from '../../domain/catalogue/catalogue';
import type { InventoryRecord } from '../../domain/inventory-record';

/** A record with what it is about, as of one moment. */
export interface InventoryRecordView {
  readonly record: InventoryRecord;
  readonly item: Item;
  readonly location: Location;
  /** Units of the item at the location in good, available condition, whatever their other dimensions. */
  readonly available: number;
}

/** Which part of the list of records is wanted. */
export interface InventoryRecordSlice {
  readonly offset: number;
  readonly limit: number;
}

/** Inventory records as stored. Rejects with one of the errors of `reads/errors.ts` where it is not a bug. */
export interface InventoryRecordDirectory {
  /** By the integer that vendor forms know it by; undefined where the tenant has no such record. So below. */
  byVendorId(tenantId: string, vendorId: number): Promise<InventoryRecordView | undefined>;
  byKey(tenantId: string, itemId: string, locationId: string): Promise<InventoryRecordView | undefined>;
  /** In the order of their integers, with the number of all of them. */
  list(
    tenantId: string,
    slice: InventoryRecordSlice,
  ): Promise<{ readonly total: number; readonly records: readonly InventoryRecordView[] }>;
}
