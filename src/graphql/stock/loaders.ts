import type DataLoader from 'dataloader';
import type { Reads, StockLevelView, StockView } from '../../application/ports/reads';
import { loadMany, loadOne } from '../paging/loading';

export interface StockLoaders {
  /** By id, as they are now. */
  readonly level: DataLoader<string, StockLevelView | null>;
  /** By the item's id, with every sum. */
  readonly stockOfItem: DataLoader<string, readonly StockView[]>;
  readonly stockOfItemWithLevels: DataLoader<string, readonly StockView[]>;
}

export function stockLoaders(reads: Reads, tenantId: string): StockLoaders {
  const stockOfItem = (levels: boolean) =>
    loadMany(
      (itemIds: readonly string[]) => reads.stockOfItems(tenantId, itemIds, { buckets: true, levels }),
      ({ item }) => item.id,
    );
  return {
    level: loadOne(
      (ids) => reads.levelsById(tenantId, ids),
      ({ id }) => id,
    ),
    stockOfItem: stockOfItem(false),
    stockOfItemWithLevels: stockOfItem(true),
  };
}
