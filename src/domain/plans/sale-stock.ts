import { heldBack, type LocationStock } from '../availability';
import type { KeyLimits } from '../key-limits';
import type { ItemLocation } from '../ledger/asked-reads';
import type { Level } from '../ledger/ledger-state';
import { addQuantities } from '../ledger/quantity';
import { stockKey, type StockBucket } from '../ledger/stock-key';
import type { LegDraft, UnitOfWork } from '../ledger/unit-of-work';
import { overlaps, isOfSegment, type Segment } from '../segment';
import type { Allocation, ReservationLine } from '../reservation';

/** The good levels of an item at a location in a bucket that are of a segment. */
function levelsOf(work: UnitOfWork, at: ItemLocation, bucket: StockBucket, segment: Segment): Level[] {
  return work.levelsAt(at, bucket).filter(({ key }) => key.condition === 'GOOD' && isOfSegment(key, segment));
}

const unitsOf = (levels: readonly Level[]): number =>
  levels.reduce((sum, { quantity }) => addQuantities(sum, quantity), 0);

/** What can be sold of an item at a location; the same that the query `availability` shows. */
export function saleStockAt(work: UnitOfWork, at: ItemLocation, segment: Segment): LocationStock & ItemLocation {
  const available = levelsOf(work, at, 'AVAILABLE', segment);
  const isCounted = available.some(({ lastCount }) => lastCount !== null);
  const { catalogue } = work;
  const places = [catalogue.itemById(at.itemId), catalogue.locationById(at.locationId)];
  return {
    itemId: at.itemId,
    locationId: at.locationId,
    available: unitsOf(available),
    lastCounted: isCounted
      ? available.reduce((sum, { lastCount, quantity }) => addQuantities(sum, lastCount?.quantity ?? quantity), 0)
      : null,
    incoming: unitsOf(levelsOf(work, at, 'INCOMING', segment)),
    backOrdered: backOrderedAt(work, at, segment),
    isArchived: places.some((place) => place !== undefined && place.archivedAtMs !== null),
    terms: work.inventoryRecord(at) ?? null,
  };
}

/** Units that reservations have taken out of what is for sale. */
export const heldAt = (work: UnitOfWork, at: ItemLocation, segment: Segment): number =>
  unitsOf(levelsOf(work, at, 'RESERVED', segment));

/** Units that others wait for who may sell the same stock. */
function backOrderedAt(work: UnitOfWork, at: ItemLocation, segment: Segment): number {
  const waiting = work.backOrdersAt(at).filter((one) => overlaps(one.segment, segment));
  return waiting.flatMap(({ lines }) => lines).reduce((sum, line) => sum + (isAt(line, at) ? line.backOrdered : 0), 0);
}

export const isAt = (line: ItemLocation, { itemId, locationId }: ItemLocation): boolean =>
  line.itemId === itemId && line.locationId === locationId;

/** Whether an API key may sell at a location. */
export const maySellAt = (limits: KeyLimits | undefined, locationId: string): boolean =>
  limits?.locationIds?.includes(locationId) ?? true;

/** Units that those who wait for them can have: what is there, without what is held back. */
export function arrivedAt(work: UnitOfWork, at: ItemLocation, segment: Segment): number {
  const { available, terms, isArchived } = saleStockAt(work, at, segment);
  return isArchived ? 0 : Math.max(0, available - heldBack(terms));
}

/**
 * Takes available units of an item at a location, from the lots and keys in their order. `taken` is what this plan has
 * taken of each level before. Fewer where there are not so many.
 */
export function takeUnits(
  work: UnitOfWork,
  at: ItemLocation,
  { segment, quantity, taken }: { segment: Segment; quantity: number; taken: Map<string, number> },
): Allocation[] {
  const allocations: Allocation[] = [];
  let open = quantity;
  for (const { id: levelId, key, quantity: units } of levelsOf(work, at, 'AVAILABLE', segment).sort(byLot)) {
    const before = taken.get(levelId) ?? 0;
    const held = Math.min(open, units - before);
    if (held <= 0) continue;
    taken.set(levelId, before + held);
    open -= held;
    const { levelId: reservedLevelId } = work.levelKey({ ...key, bucket: 'RESERVED' });
    allocations.push({ key, levelId, reservedLevelId, held, committed: 0 });
  }
  return allocations;
}

const byLot = (a: Level, b: Level): number =>
  a.key.lot === b.key.lot ? inOrder(a.id, b.id) : inOrder(a.key.lot, b.key.lot);

const inOrder = (a: string, b: string): number => Number(a > b) - Number(a < b);

/** Which of its units a step of a reservation moves, and where. */
interface Step {
  readonly from: 'AVAILABLE' | 'RESERVED' | 'COMMITTED';
  /** Null: out of stock. */
  readonly to: 'AVAILABLE' | 'RESERVED' | 'COMMITTED' | null;
  readonly units: number;
}

/** The legs of a step with the units of an allocation. */
export function stepLegs(work: UnitOfWork, { key, levelId, reservedLevelId }: Allocation, step: Step): LegDraft[] {
  const leg = (bucket: StockBucket, delta: number): LegDraft => {
    const inBucket = stockKey({ ...key, bucket }, key.itemId, key.locationId);
    if (bucket === 'AVAILABLE') return { key: inBucket, levelId, delta };
    if (bucket === 'RESERVED') return { key: inBucket, levelId: reservedLevelId, delta };
    return { ...work.levelKey(inBucket), delta };
  };
  const { from, to, units } = step;
  if (units === 0) return [];
  return [leg(from, -units), ...(to === null ? [] : [leg(to, units)])];
}

/** Adds up the legs of each level, so that a movement has one for each. */
export function summedLegs(legs: readonly LegDraft[]): LegDraft[] {
  const sums = new Map<string, LegDraft>();
  for (const leg of legs) {
    const before = sums.get(leg.levelId);
    sums.set(leg.levelId, before ? { ...before, delta: addQuantities(before.delta, leg.delta) } : leg);
  }
  return [...sums.values()].filter(({ delta }) => delta !== 0);
}

/** The allocations of a line with others, each key once. */
export function joinAllocations(one: readonly Allocation[], other: readonly Allocation[]): Allocation[] {
  const joined = new Map(one.map((allocation) => [allocation.levelId, allocation]));
  for (const more of other) {
    const { held = 0, committed = 0 } = joined.get(more.levelId) ?? {};
    joined.set(more.levelId, { ...more, held: more.held + held, committed: more.committed + committed });
  }
  return [...joined.values()];
}

/** Two lines of the same item and location as one. */
export const joinLines = (one: ReservationLine, other: ReservationLine): ReservationLine => ({
  ...one,
  quantity: one.quantity + other.quantity,
  fulfilled: one.fulfilled + other.fulfilled,
  released: one.released + other.released,
  expired: one.expired + other.expired,
  backOrdered: one.backOrdered + other.backOrdered,
  backOrderedCommitted: one.backOrderedCommitted + other.backOrderedCommitted,
  echoed: one.echoed + other.echoed,
  allocations: joinAllocations(one.allocations, other.allocations),
});

/** A line without units. */
export const emptyLine = ({ itemId, locationId }: ItemLocation): ReservationLine => ({
  ...{ itemId, locationId, quantity: 0, fulfilled: 0, released: 0 },
  ...{ backOrdered: 0, backOrderedCommitted: 0, echoed: 0, expired: 0, allocations: [] },
});
