import type { AdjustmentOrder } from '../adjustment-order';
import type { IdentifierReference, Item, Location } from '../catalogue/catalogue';
import { findItem, identifierKey, type Catalogue, type IdentifierRow } from '../catalogue/catalogue-map';
import type { InboundMessage, InboundMessageStatus, QuarantinedRow, QuarantineUpdate } from './inbound-message';
import type { InventoryRecord } from '../inventory-record';
import type { Movement } from './movement';
import type { OutcomeDraft, StoredOutcome } from './outcome';
import type { StockBucket, StockKey } from './stock-key';

/** The present state of one stock key. Values, not objects that change: a posting replaces a level by the next one. */
export interface Level {
  readonly id: string;
  readonly key: StockKey;
  readonly quantity: number;
  /** Number of entries posted to it. */
  readonly version: number;
  readonly updatedAtMs: number;
  /** True once an opening or an accepted count has given the quantity a footing. */
  readonly hasBaseline: boolean;
  /** The explicit `asOf` of the last accepted count that had one: legs effective up to then are in it already. */
  readonly countedAsOfMs: number | null;
  readonly lastCount: LastCount | null;
}

/** The last accepted count of a level. */
export interface LastCount {
  readonly effectiveAtMs: number;
  /** Whether the count came with a clock of its own. */
  readonly explicit: boolean;
  readonly quantity: number;
  readonly originId: string;
  readonly sourceSequence: number | null;
}

/** The tenant's ledger head, locked. */
export interface LedgerHead {
  readonly sequence: number;
  readonly hash: string;
  readonly recordedAtMs: number;
  /** The next number to give an adjustment order. */
  readonly nextOrderNumber: number;
  /** The next integer id for vendor forms that know items and locations by integers. */
  readonly nextVendorId: number;
}

/** What has been read under the lock for one batch. */
export interface LoadedLedger {
  readonly head: LedgerHead;
  readonly outcomes: readonly StoredOutcome[];
  /** As far as the batch's names reach. */
  readonly catalogue: Catalogue;
  readonly levels: readonly Level[];
  /**
   * Σ of deltas and absorbed legs effective after a moment, without count corrections. One for each level and moment
   * that a posting asked for, zero sums too.
   */
  readonly deltasAfter: readonly { readonly levelId: string; readonly asOfMs: number; readonly sum: number }[];
  readonly orders: readonly AdjustmentOrder[];
  /** The items and locations whose records were read, whether or not they have one. */
  readonly recordsAskedAt: readonly { readonly itemId: string; readonly locationId: string }[];
  readonly inventoryRecords: readonly InventoryRecord[];
}

/** Everything a batch has to write. */
export interface BatchWrites {
  readonly movements: Movement[];
  readonly outcomes: (OutcomeDraft & { readonly originId: string })[];
  readonly newItems: Item[];
  readonly changedItems: Item[];
  readonly newIdentifiers: IdentifierRow[];
  readonly removedIdentifiers: IdentifierRow[];
  readonly newLocations: Location[];
  readonly changedLocations: Location[];
  readonly inboundMessages: InboundMessage[];
  readonly quarantinedRows: QuarantinedRow[];
  readonly quarantineUpdates: QuarantineUpdate[];
  readonly messageStatuses: { readonly messageId: string; readonly status: InboundMessageStatus }[];
  readonly newOrders: AdjustmentOrder[];
  readonly changedOrders: AdjustmentOrder[];
  readonly inventoryRecords: InventoryRecord[];
}

/**
 * A tenant's ledger as far as one batch needs it, in memory. Everything that changes is journaled, so that what one
 * posting did can be dropped without touching what the postings before it did.
 */
export class LedgerState implements Catalogue {
  readonly writes: BatchWrites = {
    movements: [],
    outcomes: [],
    newItems: [],
    changedItems: [],
    newIdentifiers: [],
    removedIdentifiers: [],
    newLocations: [],
    changedLocations: [],
    inboundMessages: [],
    quarantinedRows: [],
    quarantineUpdates: [],
    messageStatuses: [],
    newOrders: [],
    changedOrders: [],
    inventoryRecords: [],
  };
  /**
   * Identifiers that came to mean an item after its levels were read, since a posting of this batch has given or taken
   * them. What was planned by such a name may have missed the item's levels. Not journaled: a refusal may rest on it.
   */
  readonly lateMeanings = new Map<string, IdentifierRow>();
  readonly #journal: Done[] = [];
  readonly #loaded: LoadedLedger;
  readonly #loadedLevels: ReadonlyMap<string, Level>;
  readonly #outcomes = new Map<string, Map<string, StoredOutcome>>();
  readonly #catalogue: Catalogue;
  readonly #itemsById = new Map<string, Item>();
  readonly #itemsBySku = new Map<string, readonly Item[]>();
  /** Null where this batch has removed the identifier. */
  readonly #identifiers = new Map<string, IdentifierRow | null>();
  readonly #locationsById = new Map<string, Location>();
  readonly #locationsByCode = new Map<string, Location>();
  /** The levels that this batch has changed or made. */
  readonly #levels = new Map<string, Level>();
  /** Ids of the loaded levels by item and location; made when first asked for. */
  #loadedAtItemLocation: Map<string, string[]> | undefined;
  /** Ids of the levels that this batch has made, likewise. */
  readonly #createdAtItemLocation = new Map<string, string[]>();
  readonly #loadedDeltas = new Map<string, number>();
  readonly #orders = new Map<string, AdjustmentOrder>();
  readonly #inventoryRecords = new Map<string, InventoryRecord>();
  readonly #recordsAskedAt: ReadonlySet<string>;
  readonly #counters = new Map<'nextOrderNumber' | 'nextVendorId', number>();

  constructor(
    loaded: LoadedLedger,
    /** Our clock for everything in this batch. */
    readonly recordedAtMs: number,
  ) {
    this.#loaded = loaded;
    for (const outcome of loaded.outcomes) this.#outcomesOf(outcome.originId).set(outcome.externalId, outcome);
    this.#catalogue = loaded.catalogue;
    this.#loadedLevels = new Map(loaded.levels.map((level) => [level.id, level]));
    for (const order of loaded.orders) this.#orders.set(order.orderNo, order);
    for (const record of loaded.inventoryRecords) {
      this.#inventoryRecords.set(pairKey(record.itemId, record.locationId), record);
    }
    this.#recordsAskedAt = new Set(loaded.recordsAskedAt.map(({ itemId, locationId }) => pairKey(itemId, locationId)));
    for (const { levelId, asOfMs, sum } of loaded.deltasAfter) {
      this.#loadedDeltas.set(pairKey(levelId, String(asOfMs)), sum);
    }
  }

  /** The head as this batch leaves it. */
  get head(): LedgerHead {
    const { head } = this.#loaded;
    const last = this.writes.movements.at(-1);
    return {
      sequence: last?.sequence ?? head.sequence,
      hash: last?.hash ?? head.hash,
      recordedAtMs: last?.recordedAtMs ?? head.recordedAtMs,
      nextOrderNumber: this.#counters.get('nextOrderNumber') ?? head.nextOrderNumber,
      nextVendorId: this.#counters.get('nextVendorId') ?? head.nextVendorId,
    };
  }

  /** A point to roll back to. */
  mark(): number {
    return this.#journal.length;
  }

  /** Drops everything that was done since `mark`. */
  rollBackTo(mark: number): void {
    while (this.#journal.length > mark) undo(this.#journal.pop() as Done);
  }

  outcome(originId: string, externalId: string): StoredOutcome | undefined {
    return this.#outcomes.get(originId)?.get(externalId);
  }

  recordOutcome(originId: string, { externalId, fingerprint, sequence, result }: OutcomeDraft): void {
    const outcome = { originId, externalId, fingerprint, sequence, result };
    this.#set(this.#outcomesOf(originId), externalId, outcome);
    this.#push(this.writes.outcomes, outcome);
  }

  itemById(id: string): Item | undefined {
    return this.#itemsById.get(id) ?? this.#catalogue.itemById(id);
  }

  itemsOfSku(sku: string): readonly Item[] {
    return this.#itemsBySku.get(sku) ?? this.#catalogue.itemsOfSku(sku);
  }

  identifier(scheme: string, value: string, specification: string): IdentifierRow | undefined {
    const changed = this.#identifiers.size > 0;
    const here = changed ? this.#identifiers.get(identifierKey(scheme, value, specification)) : undefined;
    return here === undefined ? this.#catalogue.identifier(scheme, value, specification) : (here ?? undefined);
  }

  addItem(item: Item): void {
    this.#set(this.#itemsById, item.id, item);
    this.#set(this.#itemsBySku, item.sku, [...this.itemsOfSku(item.sku), item]);
    this.#push(this.writes.newItems, item);
  }

  changeItem(item: Item): void {
    this.#set(this.#itemsById, item.id, item);
    const others = this.itemsOfSku(item.sku).filter((other) => other.id !== item.id);
    this.#set(this.#itemsBySku, item.sku, [...others, item]);
    this.#push(this.writes.changedItems, item);
  }

  addIdentifier(row: IdentifierRow): void {
    this.#set(this.#identifiers, identifierKey(row.scheme, row.value, row.specification), row);
    this.#push(this.writes.newIdentifiers, row);
  }

  removeIdentifier(row: IdentifierRow): void {
    this.#set(this.#identifiers, identifierKey(row.scheme, row.value, row.specification), null);
    this.#push(this.writes.removedIdentifiers, row);
  }

  /** Notes what a reference was found to mean; see `lateMeanings`. */
  noteMeaning(reference: IdentifierReference, item: Item): void {
    if (this.#identifiers.size === 0) return;
    // An item that this batch has made has no levels to be read.
    if (!this.#catalogue.itemById(item.id) || findItem(this.#catalogue, reference)?.id === item.id) return;
    const { scheme, value, specification } = reference;
    const key = pairKey(identifierKey(scheme, value, specification), item.id);
    this.lateMeanings.set(key, { scheme, value, specification, itemId: item.id });
  }

  locationById(id: string): Location | undefined {
    return this.#locationsById.get(id) ?? this.#catalogue.locationById(id);
  }

  locationByCode(code: string): Location | undefined {
    return this.#locationsByCode.get(code) ?? this.#catalogue.locationByCode(code);
  }

  addLocation(location: Location): void {
    this.#set(this.#locationsById, location.id, location);
    this.#set(this.#locationsByCode, location.code, location);
    this.#push(this.writes.newLocations, location);
  }

  changeLocation(location: Location): void {
    this.#set(this.#locationsById, location.id, location);
    this.#set(this.#locationsByCode, location.code, location);
    this.#push(this.writes.changedLocations, location);
  }

  level(id: string): Level | undefined {
    return this.#levels.get(id) ?? this.#loadedLevels.get(id);
  }

  /** The levels of one item, location and bucket, whatever their other dimensions. */
  levelsAt(itemId: string, locationId: string, bucket: StockBucket): Level[] {
    const loaded = (this.#loadedAtItemLocation ??= idsByItemLocation(this.#loadedLevels.values()));
    const place = pairKey(itemId, locationId);
    const ids = [...(loaded.get(place) ?? []), ...(this.#createdAtItemLocation.get(place) ?? [])];
    return ids.map((id) => this.level(id)).filter((level) => level?.key.bucket === bucket) as Level[];
  }

  putLevel(level: Level): void {
    const before = this.level(level.id);
    assertFollows(before, level);
    if (!before) this.#push(idsAt(this.#createdAtItemLocation, level.key), level.id);
    this.#set(this.#levels, level.id, level);
  }

  /** The levels that this batch has changed, as they are now. */
  touchedLevels(): Level[] {
    return [...this.#levels.values()];
  }

  /** A level as it was read; undefined for one that this batch makes. */
  loadedLevel(id: string): Level | undefined {
    return this.#loadedLevels.get(id);
  }

  addMovement(movement: Movement): void {
    const sequence = this.writes.movements.at(-1)?.sequence ?? this.#loaded.head.sequence;
    if (movement.sequence !== sequence + 1) {
      throw new Error(`Bug: movement ${movement.sequence} does not follow the head, which is at ${sequence}.`);
    }
    this.#push(this.writes.movements, movement);
  }

  order(orderNo: string): AdjustmentOrder | undefined {
    return this.#orders.get(orderNo);
  }

  putOrder(order: AdjustmentOrder, list: 'newOrders' | 'changedOrders'): void {
    this.#set(this.#orders, order.orderNo, order);
    this.#push(this.writes[list], order);
  }

  inventoryRecord(itemId: string, locationId: string): InventoryRecord | undefined {
    const place = pairKey(itemId, locationId);
    const record = this.#inventoryRecords.get(place);
    if (!record && !this.#recordsAskedAt.has(place) && this.#isKnownItemLocation(itemId, locationId)) {
      throw notAskedFor(`the inventory record of item ${itemId} at location ${locationId}`);
    }
    return record;
  }

  putInventoryRecord(record: InventoryRecord): void {
    this.#set(this.#inventoryRecords, pairKey(record.itemId, record.locationId), record);
    this.#push(this.writes.inventoryRecords, record);
  }

  takeOrderNumber(): number {
    return this.#take('nextOrderNumber');
  }

  takeVendorId(): number {
    return this.#take('nextVendorId');
  }

  /** Σ of a level's deltas and absorbed legs effective after a moment, count corrections left out. */
  deltasAfter({ id: levelId, key }: Level, asOfMs: number): number {
    // Nothing takes effect after our own clock.
    if (asOfMs >= this.recordedAtMs) return 0;
    const loaded = this.#loadedDeltas.get(pairKey(levelId, String(asOfMs)));
    if (loaded === undefined && this.#isKnownItemLocation(key.itemId, key.locationId)) {
      throw notAskedFor(`the deltas of level ${levelId} after ${asOfMs}`);
    }
    let sum = loaded ?? 0;
    for (const { reason, effectiveAtMs, entries, absorbedLegs } of this.writes.movements) {
      if (reason === 'COUNT' || effectiveAtMs <= asOfMs) continue;
      for (const leg of entries) if (leg.levelId === levelId) sum += leg.delta;
      for (const leg of absorbedLegs) if (leg.levelId === levelId) sum += leg.delta;
    }
    return sum;
  }

  /** Appends to one of the lists of `writes`, journaled. */
  append<Name extends keyof BatchWrites>(name: Name, value: BatchWrites[Name][number]): void {
    const list: BatchWrites[Name][number][] = this.writes[name];
    this.#push(list, value);
  }

  /** Whether item and location were there before this batch. What this batch has made has nothing to be read. */
  #isKnownItemLocation(itemId: string, locationId: string): boolean {
    return this.#catalogue.itemById(itemId) !== undefined && this.#catalogue.locationById(locationId) !== undefined;
  }

  #take(counter: 'nextOrderNumber' | 'nextVendorId'): number {
    const taken = this.head[counter];
    this.#set(this.#counters, counter, taken + 1);
    return taken;
  }

  #push<T>(list: T[], value: T): void {
    list.push(value);
    this.#journal.push(list);
  }

  #set<K, V>(map: Map<K, V>, key: K, value: V): void {
    this.#journal.push({ map: map as Map<unknown, unknown>, key, before: map.get(key) });
    map.set(key, value);
  }

  #outcomesOf(originId: string): Map<string, StoredOutcome> {
    return foundOrMade(this.#outcomes, originId, () => new Map<string, StoredOutcome>());
  }
}

/** What a change did: a value appended to a list, or a map's key set. No closures, as there are several to each row. */
type Done = unknown[] | { readonly map: Map<unknown, unknown>; readonly key: unknown; readonly before: unknown };

function undo(done: Done): void {
  if (Array.isArray(done)) done.pop();
  else if (done.before === undefined) done.map.delete(done.key);
  else done.map.set(done.key, done.before);
}

/** A plan's read that its posting did not declare: without it, a missing value would look like an absent or zero one. */
export const notAskedFor = (what: string): Error =>
  new Error(`Bug: a plan read ${what}, which its posting did not ask for.`);

/** A level changes by one entry at a time; a count that changes no quantity leaves the version as it is. */
function assertFollows(before: Level | undefined, next: Level): void {
  const { quantity, version } = before ?? { quantity: 0, version: 0 };
  const follows = next.version === version + 1 || (next.version === version && next.quantity === quantity);
  if (!follows) {
    throw new Error(`Bug: version ${next.version} of level ${next.id} does not follow version ${version}.`);
  }
}

function idsByItemLocation(levels: Iterable<Level>): Map<string, string[]> {
  const places = new Map<string, string[]>();
  for (const { id, key } of levels) idsAt(places, key).push(id);
  return places;
}

const idsAt = (places: Map<string, string[]>, { itemId, locationId }: StockKey): string[] =>
  foundOrMade(places, pairKey(itemId, locationId), () => []);

function foundOrMade<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

const pairKey = (a: string, b: string): string => `${a}\n${b}`;
