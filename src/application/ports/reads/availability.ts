import type { LocationStock } from '../../../domain/availability';
import type { InventoryRecord } from '../../../domain/inventory-record';
import type { ItemLocation } from './inventory-records';
import type { ItemView } from './items';

/** The stock of an item at a location that can be sold, with its record. */
export interface SaleStock extends LocationStock, ItemLocation {
  readonly locationCode: string;
  readonly terms: InventoryRecord | null;
}

/** The stock of an item that can be sold, location by location, as of one moment of the ledger. */
export interface ItemSaleStocks {
  readonly item: ItemView;
  /** In the order of the locations' codes. */
  readonly stocks: readonly SaleStock[];
  readonly ledgerSequence: number;
}

/** What can be sold: stock together with the terms of its inventory record. */
export interface AvailabilityReads {
  /** In any order; zeros where there is neither stock nor a record. */
  saleStocksAt(tenantId: string, itemLocations: readonly ItemLocation[]): Promise<readonly SaleStock[]>;
  /**
   * The locations with these codes, with zeros where they have nothing of the item; unknown codes are left out. Null:
   * every location where the item has a stock level or a record. Undefined when there is no such item.
   */
  saleStocksOf(
    tenantId: string,
    sku: string,
    specification: string,
    locationCodes: readonly string[] | null,
  ): Promise<ItemSaleStocks | undefined>;
}
