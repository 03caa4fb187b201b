import type { InventoryRecord } from '../../../domain/inventory-record';
import type { ItemLocation } from '../../../domain/ledger/asked-reads';
import type { LocationView } from './locations';

export type { ItemLocation };

/** A record with its location and stock, as of one moment. */
export interface InventoryRecordView {
  readonly record: InventoryRecord;
  readonly location: LocationView;
  /** Units of the item at the location in bucket AVAILABLE and condition GOOD, whatever their other dimensions. */
  readonly available: number;
}

/** Which part of the list of records is wanted. */
export interface InventoryRecordSlice {
  readonly offset: number;
  readonly limit: number;
}

/** Inventory records. */
export interface InventoryRecordReads {
  /** Undefined when there is no such item, location or record. So below. */
  inventoryRecord(
    tenantId: string,
    sku: string,
    specification: string,
    locationCode: string,
  ): Promise<InventoryRecord | undefined>;
  /** In any order; items and locations without a record are left out. */
  inventoryRecordsAt(tenantId: string, itemLocations: readonly ItemLocation[]): Promise<readonly InventoryRecord[]>;
  inventoryRecordView(tenantId: string, itemLocation: ItemLocation): Promise<InventoryRecordView | undefined>;
  /** By the integer that vendor forms know it by. */
  inventoryRecordByVendorId(tenantId: string, vendorId: number): Promise<InventoryRecordView | undefined>;
  /** In the order of their integers, with the number of all of them. */
  inventoryRecords(
    tenantId: string,
    slice: InventoryRecordSlice,
  ): Promise<{ readonly total: number; readonly records: readonly InventoryRecordView[] }>;
}
