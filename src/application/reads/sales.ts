import type { LocationStock } from '../../domain/availability';
import type { InventoryRecord } from '../../domain/inventory-record';

/** An item at a location. */
export interface Place {
  readonly itemId: string;
  readonly locationId: string;
}

/** What is sold of an item at a location, and on what terms. */
export interface SaleStock extends LocationStock {
  readonly itemId: string;
  readonly locationCode: string;
  readonly record: InventoryRecord | null;
}

/** Inventory records and what they make of stock. */
export interface SalesReads {
  /** In any order; places without a record are left out. */
  inventoryRecordsAt(tenantId: string, places: readonly Place[]): Promise<readonly InventoryRecord[]>;
  /** In any order; places without stock and record give zeros. */
  saleStocksAt(tenantId: string, places: readonly Place[]): Promise<readonly SaleStock[]>;
  /**
   * Every location where the item has a stock level or a record, in the order of their codes; of these `locations`
   * (codes) only, where given. The ledger's sequence that is shown stands beside.
   */
  saleStocksOf(
    tenantId: string,
    itemId: string,
    locations: readonly string[] | null,
  ): Promise<{ readonly stocks: readonly SaleStock[]; readonly ledgerSequence: number }>;
}
