import type { Reservation } from '../reservation';
import { itemLocationKey, type AskedReads, type ItemLocation } from './asked-reads';
import type { Sha256 } from './hashing';
import { levelKeyOf, type LevelKey } from './level-id';
import type { NamedKey } from './posting-reads';
import type { StockKey } from './stock-key';

/** What is asked for of reservations: all levels that they hold units of, and what can be sold at some places. */
export function askedOfReservations(
  reservations: readonly Pick<Reservation, 'lines'>[],
  places: readonly ItemLocation[],
  sha256: Sha256,
): AskedReads {
  const levels = new Map<string, StockKey>();
  for (const { lines } of reservations) {
    for (const { allocations } of lines) {
      for (const { key, levelId, reservedLevelId } of allocations) {
        levels.set(levelId, key);
        levels.set(reservedLevelId, { ...key, bucket: 'RESERVED' });
        const committedKey = levelKeyOf({ ...key, bucket: 'COMMITTED' }, sha256);
        levels.set(committedKey.levelId, committedKey.key);
      }
    }
  }
  const at = new Map(places.map((place) => [itemLocationKey(place), place]));
  const nothing = { deltasAfter: [], pasts: [], holders: { itemIds: [], locationIds: [] } };
  const none = {
    levelKeys: new Map<NamedKey, LevelKey>(),
    wholeItemIds: new Set<string>(),
    saleItemIds: new Set<string>(),
  };
  return { ...nothing, ...none, levels, siblingsAt: at, recordsAt: at };
}
