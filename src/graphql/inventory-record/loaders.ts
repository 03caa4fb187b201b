import DataLoader from 'dataloader';
import type { ItemLocation, Reads, SaleStock } from '../../application/ports/reads';
import type { InventoryRecord } from '../../domain/inventory-record';

export interface InventoryRecordLoaders {
  readonly inventoryRecord: DataLoader<ItemLocation, InventoryRecord | null, string>;
  /** The stock that is for sale at the item and location now. */
  readonly saleStock: DataLoader<ItemLocation, SaleStock | null, string>;
}

export function inventoryRecordLoaders(reads: Reads, tenantId: string): InventoryRecordLoaders {
  return {
    inventoryRecord: loadByItemLocation((itemLocations) => reads.inventoryRecordsAt(tenantId, itemLocations)),
    saleStock: loadByItemLocation((itemLocations) => reads.saleStocksAt(tenantId, itemLocations)),
  };
}

const itemLocationKey = ({ itemId, locationId }: ItemLocation): string => `${itemId}/${locationId}`;

/** Loads one thing for each item at a location, or null. */
function loadByItemLocation<Value extends ItemLocation>(
  fetch: (itemLocations: readonly ItemLocation[]) => Promise<readonly Value[]>,
): DataLoader<ItemLocation, Value | null, string> {
  return new DataLoader(
    async (itemLocations: readonly ItemLocation[]) => {
      const byItemLocation = new Map((await fetch(itemLocations)).map((value) => [itemLocationKey(value), value]));
      return itemLocations.map((itemLocation) => byItemLocation.get(itemLocationKey(itemLocation)) ?? null);
    },
    { cacheKeyFn: itemLocationKey },
  );
}
