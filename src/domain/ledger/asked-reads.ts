import { findItem, findLocation, type Catalogue } from '../catalogue/catalogue-map';
import type { Sha256 } from './hashing';
import { levelKeyOf, type LevelKey } from './level-id';
import type { NamedKey, PostingReads } from './posting-reads';
import { stockKey, type StockKey } from './stock-key';

/** An item at a location. */
export interface ItemLocation {
  readonly itemId: string;
  readonly locationId: string;
}

/** The key of an item at a location in a map. */
export const itemLocationKey = ({ itemId, locationId }: ItemLocation): string => `${itemId}\n${locationId}`;

/** What postings ask for, by the ids that a catalogue gives their names. A name that is unknown has nothing to read. */
export interface AskedReads {
  /** What the postings' names mean. Each key is hashed here once; plans take it from here. */
  readonly levelKeys: ReadonlyMap<NamedKey, LevelKey>;
  /** The keys of levels, by their ids. Not those of `siblingsAt`, which are read with their siblings. */
  readonly levels: ReadonlyMap<string, StockKey>;
  /** Where every level is asked for, by `itemLocationKey`. */
  readonly siblingsAt: ReadonlyMap<string, ItemLocation>;
  readonly deltasAfter: readonly { readonly levelId: string; readonly asOfMs: number }[];
  readonly pasts: readonly { readonly levelId: string; readonly itemId: string; readonly sinceMs: number }[];
  /** Where the inventory record is asked for, by `itemLocationKey`. */
  readonly recordsAt: ReadonlyMap<string, ItemLocation>;
  /** Items of which everything is asked for. */
  readonly wholeItemIds: ReadonlySet<string>;
  /** Items of which all levels and inventory records are asked for. */
  readonly saleItemIds: ReadonlySet<string>;
  /** Ids of items and of locations that are asked whether they hold stock. */
  readonly holders: { readonly itemIds: readonly string[]; readonly locationIds: readonly string[] };
}

export function askedReads(
  postings: readonly { readonly reads: PostingReads }[],
  catalogue: Catalogue,
  sha256: Sha256,
): AskedReads {
  const levelKeys = new Map<NamedKey, LevelKey>();
  const levels = new Map<string, StockKey>();
  const siblingsAt = new Map<string, ItemLocation>();
  // Each once: rows that repeat each other must not have the same sum added up again and again.
  const deltasAfter = new Map<string, { levelId: string; asOfMs: number }>();
  const pasts = new Map<string, { levelId: string; itemId: string; sinceMs: number }>();
  const recordsAt = new Map<string, ItemLocation>();

  const wholeItemIds = new Set<string>();
  const saleItemIds = new Set<string>();
  const holders = { itemIds: [] as string[], locationIds: [] as string[] };

  const idsOf = ({ item, location }: Pick<NamedKey, 'item' | 'location'>): ItemLocation | undefined => {
    const [foundItem, foundLocation] = [findItem(catalogue, item), findLocation(catalogue, location)];
    return foundItem && foundLocation && { itemId: foundItem.id, locationId: foundLocation.id };
  };
  const resolve = (named: NamedKey): LevelKey | undefined => {
    const known = levelKeys.get(named);
    const ids = known ? undefined : idsOf(named);
    if (!ids) return known;
    const levelKey = levelKeyOf(stockKey(named.dimensions, ids.itemId, ids.locationId), sha256);
    levelKeys.set(named, levelKey);
    return levelKey;
  };
  const ask = (named: NamedKey): LevelKey | undefined => {
    const isAsked = levelKeys.has(named);
    const levelKey = resolve(named);
    if (levelKey && !isAsked) levels.set(levelKey.levelId, levelKey.key);
    return levelKey;
  };
  for (const { reads } of postings) {
    // Before `keys`, which have them too.
    for (const { key: named, asOfMs } of reads.counts ?? []) {
      const counted = resolve(named);
      if (!counted) continue;
      siblingsAt.set(itemLocationKey(counted.key), counted.key);
      const { levelId } = counted;
      if (asOfMs !== null) deltasAfter.set(`${levelId} ${asOfMs}`, { levelId, asOfMs });
    }
    for (const key of reads.keys) ask(key);
    for (const stored of reads.levels ?? []) {
      // A stored key may have its properties in another order.
      const { key, levelId } = levelKeyOf(stockKey(stored, stored.itemId, stored.locationId), sha256);
      levels.set(levelId, key);
    }
    for (const { key: named, occurredAtMs } of reads.dated ?? []) {
      const dated = ask(named);
      if (!dated) continue;
      const { levelId, key } = dated;
      pasts.set(`${levelId} ${occurredAtMs}`, { levelId, itemId: key.itemId, sinceMs: occurredAtMs });
    }
    for (const item of reads.wholeItems ?? []) {
      const id = item.by === 'ID' ? item.id : findItem(catalogue, item)?.id;
      if (id !== undefined) wholeItemIds.add(id);
    }
    for (const item of reads.holders?.items ?? []) holders.itemIds.push(...idOf(findItem(catalogue, item)));
    for (const location of reads.holders?.locations ?? []) {
      holders.locationIds.push(...idOf(findLocation(catalogue, location)));
    }
    for (const named of reads.inventoryRecords ?? []) {
      const ids = idsOf(named);
      if (ids) recordsAt.set(itemLocationKey(ids), ids);
    }
    for (const { item, locations } of reads.saleable ?? []) {
      if (locations === null) for (const id of idOf(findItem(catalogue, item))) saleItemIds.add(id);
      for (const location of locations ?? []) {
        const ids = idsOf({ item, location });
        if (!ids) continue;
        siblingsAt.set(itemLocationKey(ids), ids);
        recordsAt.set(itemLocationKey(ids), ids);
      }
    }
  }
  return {
    ...{ levelKeys, levels, siblingsAt, recordsAt, wholeItemIds, saleItemIds, holders },
    ...{ deltasAfter: [...deltasAfter.values()], pasts: [...pasts.values()] },
  };
}

const idOf = (found: { readonly id: string } | undefined): string[] => (found ? [found.id] : []);
