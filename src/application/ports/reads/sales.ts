import type { LocationStock } from '../../../domain/availability';
import type { InventoryRecord } from '../../../domain/inventory-record';
import type { ItemLocation } from '../../../domain/ledger/asked-reads';
import type { ItemView } from './catalogue';

export type { ItemLocation };

/** What is sold of an item at a location, and on what terms. */
export interface SaleStock extends LocationStock, ItemLocation {
  readonly locationCode: string;
  readonly record: InventoryRecord | null;
}

/** What is sold of an item, location by location, as of one moment of the ledger. */
export interface ItemSaleStocks {
  readonly item: ItemView;
  /** In the order of the locations' codes. */
  readonly stocks: readonly SaleStock[];
  readonly ledgerSequence: number;
}

/** Inventory records and what they make of stock. */
export interface SalesReads {
  /** Undefined where there is no such item, location or record. */
  inventoryRecord(
    tenantId: string,
    sku: string,
    specification: string,
    locationCode: string,
  ): Promise<InventoryRecord | undefined>;
  /** In any order; places without a record are left out. */
  inventoryRecordsAt(tenantId: string, places: readonly ItemLocation[]): Promise<readonly InventoryRecord[]>;
  /** In any order; places without stock and record give zeros. */
  saleStocksAt(tenantId: string, places: readonly ItemLocation[]): Promise<readonly SaleStock[]>;
  /**
   * The locations with these codes, with zeros where they have nothing of the item, unknown codes left out; null: every
   * location where the item has a stock level or a record. Undefined where there is no such item.
   */
  saleStocksOf(
    tenantId: string,
    sku: string,
    specification: string,
    locationCodes: readonly string[] | null,
  ): Promise<ItemSaleStocks | undefined>;
}
