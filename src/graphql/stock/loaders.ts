import type DataLoader from 'dataloader';
import type {
  ItemView,
  LevelAt,
  Reads,
  StockAt,
  StockLevelView,
  StockView,
  StockWants,
} from '../../application/ports/reads';
import { levelNodeId, stockNodeId } from '../../domain/node-ids';
import { loadManyNamed, loadNamed, loadOne } from '../paging/loading';

export interface StockLoaders {
  /** By id, as they are now. */
  readonly level: DataLoader<string, StockLevelView | null>;
  readonly levelAt: DataLoader<LevelAt, StockLevelView | null, string>;
  /** With every sum and the levels. */
  readonly stockAt: DataLoader<StockAt, StockView | null, string>;
  /** By the item, with what is wanted of it. */
  readonly stockOfItem: (wants: StockWants) => DataLoader<ItemView, readonly StockView[], string>;
}

export function stockLoaders(reads: Reads, tenantId: string): StockLoaders {
  const itemId = (item: ItemView): string => item.itemId;
  const stockOfItem = (wants: StockWants) =>
    loadManyNamed(
      (items: readonly ItemView[]) => reads.stockOfItems(tenantId, items, wants),
      itemId,
      ({ item }) => item.itemId,
    );
  const ofItem = new Map<string, ReturnType<typeof stockOfItem>>();
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
    stockOfItem(wants) {
      const key = `${wants.buckets} ${wants.levels}`;
      const loader = ofItem.get(key) ?? stockOfItem(wants);
      ofItem.set(key, loader);
      return loader;
    },
  };
}
