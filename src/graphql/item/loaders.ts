import type DataLoader from 'dataloader';
import type { ItemIdentifierView, ItemView, Reads } from '../../application/ports/reads';
import { loadMany, loadOne } from '../paging/loading';

export interface ItemLoaders {
  /** By id. */
  readonly item: DataLoader<string, ItemView | null>;
  /** By the item's id. */
  readonly identifiersOfItem: DataLoader<string, readonly ItemIdentifierView[]>;
}

export function itemLoaders(reads: Reads, tenantId: string): ItemLoaders {
  return {
    item: loadOne(
      (ids) => reads.itemsById(tenantId, ids),
      ({ itemId }) => itemId,
    ),
    identifiersOfItem: loadMany(
      (itemIds) => reads.identifiersOfItems(tenantId, itemIds),
      ({ itemId }) => itemId,
    ),
  };
}
