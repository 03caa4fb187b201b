import { offerOf, type LocationStock } from './availability';
import { groupBy } from './group-by';
import { addQuantities } from './ledger/quantity';

/** Which location gives first: the first in order, the one with the most units, or those that make the fewest parcels. */
type SourcingStrategy = 'PRIORITY' | 'HIGHEST_STOCK' | 'FEWEST_PARCELS';

/** Units of an item that somebody wants. */
export interface Demand {
  readonly itemId: string;
  readonly quantity: number;
  /** The only location that may give them; null: any. */
  readonly locationId: string | null;
}

/** Where the units of one demand come from. */
export interface Sourced {
  readonly now: readonly Taken[];
  /** What can come later. */
  readonly later: readonly Taken[];
  readonly missing: number;
  /** When everything is there, epoch milliseconds. Null: not known, or something is missing. */
  readonly completeFromMs: number | null;
}

interface Taken {
  readonly locationId: string;
  readonly quantity: number;
}

export interface SourcingRules {
  readonly strategy: SourcingStrategy;
  /** False: one location gives everything, or nothing is complete. */
  readonly allowSplit: boolean;
  readonly nowMs: number;
}

/** What a location has left for the demands that come next. */
interface Source {
  readonly locationId: string;
  readonly itemId: string;
  now: number;
  later: number;
  readonly fromMs: number | null;
}

/**
 * Decides where the units of all demands come from. Demands for the same item share what there is: a unit is given once.
 *
 * @param stocks of all items, in the order of priority of their locations
 */
export function sourceDemands(
  demands: readonly Demand[],
  stocks: readonly (LocationStock & { readonly itemId: string })[],
  rules: SourcingRules,
): Sourced[] {
  const sources = stocks.map((stock): Source => {
    const { sellable, backOrderable, backOrderFromMs } = offerOf(stock, rules.nowMs);
    const { itemId, locationId } = stock;
    return { itemId, locationId, now: sellable, later: backOrderable, fromMs: backOrderFromMs };
  });
  const allowed = allowedLocations(demands, sources, rules);
  const byItem = groupBy(
    sources.filter(({ locationId }) => allowed?.has(locationId) ?? true),
    ({ itemId }) => itemId,
  );
  return demands.map((demand) => give(demand, byItem.get(demand.itemId) ?? [], rules));
}

function give({ quantity, locationId }: Demand, all: readonly Source[], rules: SourcingRules): Sourced {
  const sources = locationId === null ? all : all.filter((source) => source.locationId === locationId);
  const { strategy, nowMs } = rules;
  const now = take(quantity, strategy === 'PRIORITY' ? sources : fullestFirst(quantity, sources), 'now');
  const open = quantity - sum(now);
  const later = take(open, [...sources].sort(byArrival), 'later');
  const missing = open - sum(later);
  const arrivals = later.map(
    (taken) => sources.find((source) => source.locationId === taken.locationId)?.fromMs ?? null,
  );
  const isKnown = missing === 0 && arrivals.every((at) => at !== null);
  return { now, later, missing, completeFromMs: isKnown ? Math.max(nowMs, ...arrivals) : null };
}

function take(quantity: number, sources: readonly Source[], from: 'now' | 'later'): Taken[] {
  const taken: Taken[] = [];
  let open = quantity;
  for (const source of sources) {
    const here = Math.min(open, source[from]);
    if (here <= 0) continue;
    source[from] -= here;
    open -= here;
    taken.push({ locationId: source.locationId, quantity: here });
  }
  return taken;
}

/** A location that has everything comes first, so that a demand is not split without need. */
const fullestFirst = (quantity: number, sources: readonly Source[]): Source[] =>
  [...sources].sort((a, b) => Math.min(b.now, quantity) - Math.min(a.now, quantity) || b.now - a.now);

/** Known arrivals first, the earliest first. */
function byArrival(a: Source, b: Source): number {
  if (a.fromMs === b.fromMs) return b.later - a.later;
  return (a.fromMs ?? Infinity) - (b.fromMs ?? Infinity);
}

const sum = (taken: readonly Taken[]): number => taken.reduce((all, { quantity }) => addQuantities(all, quantity), 0);

/** The locations that may give anything; null: all. */
function allowedLocations(
  demands: readonly Demand[],
  sources: readonly Source[],
  { strategy, allowSplit }: SourcingRules,
): ReadonlySet<string> | null {
  if (allowSplit && strategy !== 'FEWEST_PARCELS') return null;
  const free = demands.filter(({ locationId }) => locationId === null);
  const wanted = [...groupBy(free, ({ itemId }) => itemId)].map(([itemId, some]) => ({
    quantity: some.reduce((all, { quantity }) => addQuantities(all, quantity), 0),
    sources: sources.filter((source) => source.itemId === itemId),
  }));
  const locations = [...new Set(wanted.flatMap((one) => one.sources.map(({ locationId }) => locationId)))];
  if (strategy === 'HIGHEST_STOCK') {
    const units = new Map(locations.map((id) => [id, givenBy(wanted, new Set([id]))]));
    locations.sort((a, b) => (units.get(b) ?? 0) - (units.get(a) ?? 0));
  }
  const chosen = allowSplit ? fewest(wanted, locations) : [best(wanted, locations)];
  const named = demands.flatMap(({ locationId }) => locationId ?? []);
  return new Set([...chosen, ...named].filter((id): id is string => id !== undefined));
}

interface Wanted {
  readonly quantity: number;
  readonly sources: readonly Source[];
}

/** How many of the wanted units these locations give, now and later. Units that are there count before those that come. */
function givenBy(wanted: readonly Wanted[], locations: ReadonlySet<string>): number {
  return wanted.reduce((all, { quantity, sources }) => all + Math.min(quantity, unitsAt(sources, locations, 'now')), 0);
}

const unitsAt = (sources: readonly Source[], locations: ReadonlySet<string>, from: 'now' | 'later'): number =>
  sources.reduce((all, source) => all + (locations.has(source.locationId) ? source[from] : 0), 0);

/** The location that gives the most; the first of those that give as much. */
function best(wanted: readonly Wanted[], locations: readonly string[]): string | undefined {
  const worth = (id: string): [now: number, inAll: number] => {
    const only = new Set([id]);
    const inAll = wanted.reduce((all, { quantity, sources }) => {
      return all + Math.min(quantity, unitsAt(sources, only, 'now') + unitsAt(sources, only, 'later'));
    }, 0);
    return [givenBy(wanted, only), inAll];
  };
  let found: { readonly id: string; readonly now: number; readonly inAll: number } | undefined;
  for (const id of locations) {
    const [now, inAll] = worth(id);
    if (!found || now > found.now || (now === found.now && inAll > found.inAll)) found = { id, now, inAll };
  }
  return found?.id;
}

/** Most sets of locations that are compared. Beyond, the location that adds the most is taken one after the other. */
const MAX_SETS = 5_000;

/** The fewest locations that together give as many units as all do; of several such sets the first in order. */
function fewest(wanted: readonly Wanted[], locations: readonly string[]): string[] {
  const useful = locations.filter((id) => givenBy(wanted, new Set([id])) > 0);
  const target = givenBy(wanted, new Set(useful));
  let compared = 0;
  for (let size = 0; size <= useful.length; size += 1) {
    for (const set of setsOf(useful, size)) {
      if (givenBy(wanted, new Set(set)) === target) return set;
      compared += 1;
      if (compared > MAX_SETS) return oneByOne(wanted, useful, target);
    }
  }
  return useful;
}

function oneByOne(wanted: readonly Wanted[], locations: readonly string[], target: number): string[] {
  const chosen = new Set<string>();
  while (givenBy(wanted, chosen) < target) {
    let next: { readonly id: string; readonly given: number } | undefined;
    for (const id of locations) {
      if (chosen.has(id)) continue;
      const given = givenBy(wanted, new Set([...chosen, id]));
      if (!next || given > next.given) next = { id, given };
    }
    if (!next) break;
    chosen.add(next.id);
  }
  return [...chosen];
}

/** All sets of so many values, in the order of the values. */
function* setsOf(values: readonly string[], size: number, from = 0): Generator<string[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let at = from; at <= values.length - size; at += 1) {
    for (const rest of setsOf(values, size - 1, at + 1)) yield [values[at] as string, ...rest];
  }
}
