import type { DurationUnit, InventoryTerms } from './inventory-record';
import { addQuantities } from './ledger/quantity';

/** What one location has of an item, and on what terms it is sold. */
export interface LocationStock {
  readonly locationId: string;
  /** Units in good, available condition; below zero where more was sold than there is. */
  readonly available: number;
  /** What the last accepted count of them stated; null where there was none. */
  readonly lastCounted: number | null;
  /** Units on their way. */
  readonly incoming: number;
  /** Null where no inventory record says otherwise: sold as it is, never before it is there. */
  readonly terms: InventoryTerms | null;
}

/** What one location can give. */
interface LocationOffer {
  /** Units that can be sold now. */
  readonly sellable: number;
  /** Further units that may be sold before they are there. */
  readonly backOrderable: number;
  /** From when those can be expected, epoch milliseconds; null where nobody has said. */
  readonly backOrderFromMs: number | null;
  /** Units of the asked quantity to take from here now. */
  readonly takeNow: number;
  /** Units of the asked quantity to take from here later. */
  readonly takeLater: number;
}

/** Whether and from where a quantity can be sold. */
export interface Availability<Stock extends LocationStock> {
  readonly sellable: number;
  readonly backOrderable: number;
  readonly canSellNow: boolean;
  /** Whether the quantity can be sold with what may be sold before it is there. */
  readonly canSellLater: boolean;
  /** When the whole quantity can be there, epoch milliseconds: now, the last arrival needed, or null where unknown. */
  readonly completeFromMs: number | null;
  /** In the order of the stocks, each with its own. */
  readonly offers: readonly (Stock & LocationOffer)[];
}

/**
 * Units that can be sold now: what is available (for STATIC and PERPETUAL stock, which does not fall with orders, what
 * the last count stated), less the out-of-stock threshold, never below zero; none where the record says OUT_OF_STOCK.
 */
export function sellableUnits({
  available,
  lastCounted,
  terms,
}: Omit<LocationStock, 'locationId' | 'incoming'>): number {
  if (terms?.stockAvailability === 'OUT_OF_STOCK') return 0;
  const fallsWithOrders = !terms || terms.style === 'DYNAMIC';
  const units = fallsWithOrders ? available : (lastCounted ?? available);
  return Math.max(0, units - (terms?.outOfStockThreshold ?? 0));
}

/**
 * Units that may be sold before they are there: the allocation, or what is on its way where there is none, less what
 * has been sold that way already (an availability below zero). None without a back-order handling.
 */
export function backOrderableUnits({ available, incoming, terms }: LocationStock): number {
  if (!terms?.backOrderHandling) return 0;
  return Math.max(0, (terms.backOrderAllocation ?? incoming) + Math.min(0, available));
}

/**
 * Decides from where a quantity is sold: now from the fullest locations first, then later in the order of arrival.
 *
 * @throws {QuantityOverflowError} where what all locations can give together has no exact number
 */
export function availabilityOf<Stock extends LocationStock>(
  stocks: readonly Stock[],
  quantity: number,
  nowMs: number,
): Availability<Stock> {
  const drafts = stocks.map((stock) => ({
    ...stock,
    sellable: sellableUnits(stock),
    backOrderable: backOrderableUnits(stock),
    backOrderFromMs: expectedAt(stock.terms, nowMs),
  }));
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

type Draft = LocationStock & Omit<LocationOffer, 'takeNow' | 'takeLater'>;

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

/** The arrival date where one is stated and ahead, else the end of the lead time, else unknown. */
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
/** The last moment that a date can say (ECMA-262, section 21.4.1.1). */
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
