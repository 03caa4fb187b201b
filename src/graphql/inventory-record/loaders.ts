import DataLoader from 'dataloader';
import type { Place, Reads, SaleStock } from '../../application/ports/reads';
import type { InventoryRecord } from '../../domain/inventory-record';

export interface InventoryRecordLoaders {
  readonly inventoryRecord: DataLoader<Place, InventoryRecord | null, string>;
  /** The stock that is for sale at the place now. */
  readonly saleStock: DataLoader<Place, SaleStock | null, string>;
}

export function inventoryRecordLoaders(reads: Reads, tenantId: string): InventoryRecordLoaders {
  return {
    inventoryRecord: loadByPlace((places) => reads.inventoryRecordsAt(tenantId, places)),
    saleStock: loadByPlace((places) => reads.saleStocksAt(tenantId, places)),
  };
}

const placeKey = ({ itemId, locationId }: Place): string => `${itemId}/${locationId}`;

/** Loads one thing for each item at a location, or null. */
function loadByPlace<Value extends Place>(
  fetch: (places: readonly Place[]) => Promise<readonly Value[]>,
): DataLoader<Place, Value | null, string> {
  return new DataLoader(
    async (places: readonly Place[]) => {
      const byPlace = new Map((await fetch(places)).map((value) => [placeKey(value), value]));
      return places.map((place) => byPlace.get(placeKey(place)) ?? null);
    },
    { cacheKeyFn: placeKey },
  );
}
