import type { DurationUnit, InventoryTerms } from './inventory-record';
import { addQuantities } from './ledger/quantity';

/** The stock of an item at one location, and the terms on which it is sold. */
export interface LocationStock {
  readonly locationId: string;
  /** Units in bucket AVAILABLE and condition GOOD. Below zero when more was sold than there is. */
  readonly available: number;
  /** Their quantity by the last accepted count. Null when there was none. */
  readonly lastCounted: number | null;
  /** Units on their way to the location. */
  readonly incoming: number;
  /** Units that were sold before they arrived, and for which there are none yet. */
  readonly backOrdered: number;
  /** Whether the item or the location is archived: then nothing is offered. */
  readonly isArchived: boolean;
  /** Null without an inventory record. Then only units that are there can be sold. */
  readonly terms: InventoryTerms | null;
}

/** What one location can sell, whatever is asked for. */
interface Offer {
  /** Units that can be sold now. */
  readonly sellable: number;
  /** Further units that may be sold before they arrive. */
  readonly backOrderable: number;
  /** When those units are expected, epoch milliseconds. Null when not stated. */
  readonly backOrderFromMs: number | null;
}

/** What one location can sell of a requested quantity. */
interface LocationOffer extends Offer {
  /** How many of the requested units to take from here now. */
  readonly takeNow: number;
  /** How many of the requested units to take from here later. */
  readonly takeLater: number;
}

/** Whether a quantity can be sold, and from which locations. */
export interface Availability<Stock extends LocationStock> {
  readonly sellable: number;
  readonly backOrderable: number;
  readonly canSellNow: boolean;
  /** Whether the quantity can be sold when units that may be sold before they arrive are included. */
  readonly canSellLater: boolean;
  /** When the whole quantity is there, epoch milliseconds: now, or the last arrival needed. Null when unknown. */
  readonly completeFromMs: number | null;
  /** In the order of the stocks, each with its stock. */
  readonly offers: readonly (Stock & LocationOffer)[];
}

/**
 * Units that can be sold now: the available units less the out-of-stock threshold, the safety stock and what is sold of
 * them already, never below zero. STATIC and PERPETUAL stock does not fall with orders, so the last count replaces the
 * available units, and what is sold already is not taken off. None when the record says OUT_OF_STOCK, or the item or
 * location is archived.
 */
export function sellableUnits({
  available,
  lastCounted,
  backOrdered,
  isArchived,
  terms,
}: Omit<LocationStock, 'locationId' | 'incoming'>): number {
  if (isArchived || terms?.stockAvailability === 'OUT_OF_STOCK') return 0;
  const units = fallsWithOrders(terms) ? available - backOrdered : (lastCounted ?? available);
  return Math.max(0, units - heldBack(terms));
}

/** Whether each order lowers what can be sold. */
const fallsWithOrders = (terms: InventoryTerms | null): boolean => !terms || terms.style === 'DYNAMIC';

/** Units that are not for sale. */
export const heldBack = (terms: InventoryTerms | null): number =>
  (terms?.outOfStockThreshold ?? 0) + (terms?.safetyStock ?? 0);

/** What a location can sell. */
export const offerOf = (stock: LocationStock, nowMs: number): Offer => ({
  sellable: sellableUnits(stock),
  backOrderable: backOrderableUnits(stock),
  backOrderFromMs: expectedAt(stock.terms, nowMs),
});

/**
 * Units that may be sold before they arrive: the allocation, or the incoming units when there is none, less the units that
 * were already sold this way (back-orders, and an availability below zero). None without a back-order handling.
 */
function backOrderableUnits({ available, incoming, backOrdered, isArchived, terms }: LocationStock): number {
  if (isArchived || !terms?.backOrderHandling) return 0;
  return Math.max(0, (terms.backOrderAllocation ?? incoming) + Math.min(0, available) - backOrdered);
}

/**
 * Decides which locations sell a quantity: now from the fullest first, then later in the order of arrival.
 *
 * @throws {QuantityOverflowError} when what all locations can sell together has no exact number
 */
export function availabilityOf<Stock extends LocationStock>(
  stocks: readonly Stock[],
  quantity: number,
  nowMs: number,
): Availability<Stock> {
  const offering = stocks.filter(({ isArchived }) => !isArchived);
  const drafts = offering.map((stock) => ({ ...stock, ...offerOf(stock, nowMs) }));
  const now = take(
    [...drafts].sort((a, b) => b.sellable - a.sellable),
    quantity,
    (draft) => draft.sellable,
  );
  const missing = quantity - total([...now.values()]);
  const later = take([...drafts].sort(byArrival), missing, (draft) => draft.backOrderable);
  const sellable = total(drafts.map((draft) => draft.sellable));
  const backOrderable = total(drafts.map((draft) => draft.backOrderable));
  return {
    sellable,
    backOrderable,
    canSellNow: missing === 0,
    canSellLater: missing - total([...later.values()]) === 0,
    completeFromMs: completeFrom(drafts, later, missing, nowMs),
    offers: drafts.map((draft) => ({
      ...draft,
      takeNow: now.get(draft.locationId) ?? 0,
      takeLater: later.get(draft.locationId) ?? 0,
    })),
  };
}

type Draft = LocationStock & Offer;

function take(drafts: readonly Draft[], quantity: number, units: (draft: Draft) => number): Map<string, number> {
  const taken = new Map<string, number>();
  let missing = quantity;
  for (const draft of drafts) {
    const here = Math.min(missing, units(draft));
    if (here > 0) taken.set(draft.locationId, here);
    missing -= here;
  }
  return taken;
}

function completeFrom(
  drafts: readonly Draft[],
  later: ReadonlyMap<string, number>,
  missing: number,
  nowMs: number,
): number | null {
  if (missing === 0) return nowMs;
  if (total([...later.values()]) < missing) return null;
  const moments = drafts.filter((draft) => later.has(draft.locationId)).map((draft) => draft.backOrderFromMs);
  return moments.reduce<number | null>((last, at) => (last === null || at === null ? null : Math.max(last, at)), nowMs);
}

/** The arrival date, or now when it has passed. Without a date, the end of the lead time. Null when neither is stated. */
function expectedAt(terms: InventoryTerms | null, nowMs: number): number | null {
  if (!terms?.backOrderHandling) return null;
  if (terms.stockArrivalDateMs !== null) return Math.max(nowMs, terms.stockArrivalDateMs);
  return terms.leadTime === null ? null : nowMs + durationMs(terms.leadTime, terms.leadTimeUnit ?? 'DAY');
}

const HOUR_MS = 3_600_000;
/** Months count 30 days: a lead time is an estimate, not an anniversary. */
const UNIT_MS: Readonly<Record<DurationUnit, number>> = {
  HOUR: HOUR_MS,
  DAY: 24 * HOUR_MS,
  WEEK: 7 * 24 * HOUR_MS,
  MONTH: 30 * 24 * HOUR_MS,
};
/** The last moment that a date can represent (ECMA-262, section 21.4.1.1). */
const LAST_MOMENT_MS = 8.64e15;

function durationMs(amount: number, unit: DurationUnit): number {
  return Math.min(amount * UNIT_MS[unit], LAST_MOMENT_MS / 2);
}

/** Known arrivals first, the earliest first. */
function byArrival(a: Draft, b: Draft): number {
  if (a.backOrderFromMs === b.backOrderFromMs) return b.backOrderable - a.backOrderable;
  return (a.backOrderFromMs ?? Infinity) - (b.backOrderFromMs ?? Infinity);
}

const total = (values: readonly number[]): number => values.reduce(addQuantities, 0);
