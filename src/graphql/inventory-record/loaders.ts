import type DataLoader from 'dataloader';
import type { ItemLocation, Reads, SaleStock } from '../../application/ports/reads';
import type { InventoryRecord } from '../../domain/inventory-record';
import { loadNamed } from '../paging/loading';

export interface InventoryRecordLoaders {
  readonly inventoryRecord: DataLoader<ItemLocation, InventoryRecord | null, string>;
  /** The stock that is for sale at the item and location now. */
  readonly saleStock: DataLoader<ItemLocation, SaleStock | null, string>;
}

export function inventoryRecordLoaders(reads: Reads, tenantId: string): InventoryRecordLoaders {
  return {
    inventoryRecord: loadNamed(
      (itemLocations: readonly ItemLocation[]) => reads.inventoryRecordsAt(tenantId, itemLocations),
      itemLocationKey,
      itemLocationKey,
    ),
    saleStock: loadNamed(
      (itemLocations: readonly ItemLocation[]) => reads.saleStocksAt(tenantId, itemLocations),
      itemLocationKey,
      itemLocationKey,
    ),
  };
}

const itemLocationKey = ({ itemId, locationId }: ItemLocation): string => `${itemId}/${locationId}`;
