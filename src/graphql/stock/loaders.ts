import type DataLoader from 'dataloader';
import type { LevelAt, Reads, StockAt, StockLevelView, StockView } from '../../application/ports/reads';
import { levelNodeId, stockNodeId } from '../../domain/node-ids';
import { loadMany, loadNamed, loadOne } from '../paging/loading';

export interface StockLoaders {
  /** By id, as they are now. */
  readonly level: DataLoader<string, StockLevelView | null>;
  readonly levelAt: DataLoader<LevelAt, StockLevelView | null, string>;
  /** With every sum and the levels. */
  readonly stockAt: DataLoader<StockAt, StockView | null, string>;
  /** By the item's id, with every sum. */
  readonly stockOfItem: DataLoader<string, readonly StockView[]>;
  readonly stockOfItemWithLevels: DataLoader<string, readonly StockView[]>;
}

export function stockLoaders(reads: Reads, tenantId: string): StockLoaders {
  const stockOfItem = (levels: boolean) =>
    loadMany(
      (itemIds: readonly string[]) => reads.stockOfItems(tenantId, itemIds, { buckets: true, levels }),
      ({ item }) => item.itemId,
    );
  return {
    level: loadOne(
      (ids) =>
        reads.levelsById(
          tenantId,
          ids.map((id) => ({ id, sequence: null })),
        ),
      ({ levelId }) => levelId,
    ),
    levelAt: loadNamed(
      (levels: readonly LevelAt[]) => reads.levelsById(tenantId, levels),
      ({ id, sequence }) => levelNodeId(id, sequence),
      ({ id }) => id,
    ),
    stockAt: loadNamed(
      (stock: readonly StockAt[]) => reads.stockById(tenantId, stock),
      ({ itemId, locationId, sequence }) => stockNodeId(itemId, locationId, sequence),
      ({ id }) => id,
    ),
    stockOfItem: stockOfItem(false),
    stockOfItemWithLevels: stockOfItem(true),
  };
}
