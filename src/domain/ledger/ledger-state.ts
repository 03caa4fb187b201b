import type { AdjustmentOrder } from '../adjustment-order';
import { itemLocationKey, type AskedReads, type ItemLocation } from './asked-reads';
import { BatchCatalogue, type CatalogueWrites } from './batch-catalogue';
import type { Item } from '../catalogue/catalogue';
import type { NamesInUse } from '../catalogue/catalogue-map';
import type {
  AuditDraft,
  InboundMessage,
  InboundMessageStatus,
  QuarantinedRow,
  QuarantineUpdate,
  RowPlace,
  RowRefusal,
} from './inbound-message';
import type { InventoryRecord } from '../inventory-record';
import { Journal } from './journal';
import type { LevelKey } from './level-id';
import type { LateEntry, Movement } from './movement';
import { notAskedFor } from '../not-asked-for';
import type { NamedKey } from './posting-reads';
import type { OutcomeDraft, StoredOutcome } from './outcome';
import { isBackOrdered, isOpen, type Reservation, type ReservationLine } from '../reservation';
import type { StockBucket, StockKey } from './stock-key';

/** The present state of one stock key. Values, not objects that change: a posting replaces a level by the next one. */
export interface Level {
  readonly id: string;
  readonly key: StockKey;
  readonly quantity: number;
  /** Number of entries posted to it. */
  readonly version: number;
  readonly updatedAtMs: number;
  /** The latest moment at which one of its entries took effect; null: none has since this is kept. */
  readonly lastEffectiveAtMs: number | null;
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
  /** No reservation expires before this. Null: none expires. */
  readonly nextExpiryMs: number | null;
  /** How many reservations still have units or demand. */
  readonly openReservations: number;
  /** How many of them wait for units. */
  readonly backOrders: number;
}

/** What has been read under the lock for one batch. */
export interface LoadedLedger {
  readonly head: LedgerHead;
  /** What was read, whether or not there is anything; several where it was read in steps. */
  readonly asked: readonly AskedReads[];
  readonly outcomes: readonly StoredOutcome[];
  /** As far as the batch's names reach. */
  readonly catalogue: NamesInUse;
  readonly levels: readonly Level[];
  /**
   * Σ of deltas and absorbed legs effective after a moment, without count corrections. One for each level and moment
   * that a posting asked for, zero sums too.
   */
  readonly deltasAfter: readonly { readonly levelId: string; readonly asOfMs: number; readonly sum: number }[];
  readonly pasts: readonly (LevelPast & { readonly levelId: string; readonly sinceMs: number })[];
  readonly orders: readonly AdjustmentOrder[];
  /** Those that were asked for, those that are due, and those that wait for units where stock is asked for. */
  readonly reservations: readonly Reservation[];
  /** Before this, no other reservation expires. Null: none expires. */
  readonly otherExpiryMs: number | null;
  readonly inventoryRecords: readonly InventoryRecord[];
  /** The items of which everything was asked for. */
  readonly wholeItems: readonly Item[];
  /** Stock at the items and locations that were asked for it, a few rows for each. */
  readonly holdings: readonly Holding[];
  /** Which of the rows that were asked for wait. Left out: all of them. */
  readonly openRows?: readonly RowPlace[];
}

/** Stock that an item or location holds, in one bucket at one location. */
export interface Holding {
  /** The id of the item or location that was asked. */
  readonly holderId: string;
  readonly sku: string;
  readonly locationCode: string;
  readonly bucket: StockBucket;
  readonly quantity: number;
}

/** What a level and its item were at since a moment, by when movements took effect. */
export interface LevelPast {
  /** The lowest quantity of the level from that moment on, and the first moment at which it was that low. */
  readonly lowest: number;
  readonly lowestAtMs: number;
  /** The item's first movement; the moment itself where the item had moved by then; null where it has never moved. */
  readonly itemMovedAtMs: number | null;
}

/** This batch has changed what the past was since the plan's reads. The posting is planned again, in the next batch. */
export class OutdatedReadsError extends Error {}

/** What the ledger adds to a row that begins to wait. */
interface NewQuarantinedRow {
  readonly connectionId: string;
  readonly rowHash: string;
  /** Whether its id had been applied when it came: then that is no correction of it. */
  readonly comesAfterItsId: boolean;
}

/** Everything a batch has to write. */
export interface BatchWrites extends CatalogueWrites {
  readonly movements: Movement[];
  readonly lateEntries: LateEntry[];
  readonly outcomes: (OutcomeDraft & { readonly originId: string })[];
  readonly inboundMessages: InboundMessage[];
  readonly quarantinedRows: (QuarantinedRow & NewQuarantinedRow)[];
  readonly rejectedRows: (RowRefusal & { readonly messageId: string; readonly connectionId: string })[];
  readonly quarantineUpdates: QuarantineUpdate[];
  readonly messageStatuses: { readonly messageId: string; readonly status: InboundMessageStatus }[];
  readonly newOrders: AdjustmentOrder[];
  readonly changedOrders: AdjustmentOrder[];
  readonly newReservations: Reservation[];
  readonly changedReservations: Reservation[];
  readonly inventoryRecords: InventoryRecord[];
  readonly auditEntries: (AuditDraft & { readonly id: string; readonly atMs: number })[];
}

/**
 * A tenant's ledger as far as one batch needs it, in memory. Everything that changes is journaled, so that what one
 * posting did can be dropped without touching what the postings before it did. It throws where a plan reads what its
 * posting did not ask for, and where what is to be written does not follow from what is there.
 */
export class LedgerState {
  readonly writes: BatchWrites;
  readonly catalogue: BatchCatalogue;
  readonly #journal = new Journal();
  readonly #loaded: LoadedLedger;
  readonly #loadedLevels: ReadonlyMap<string, Level>;
  readonly #outcomes = new Map<string, Map<string, StoredOutcome>>();
  /** The levels that this batch has changed or created. */
  readonly #levels = new Map<string, Level>();
  /** Ids of the loaded levels by item and location; built when first needed. */
  #loadedAtItemLocation: Map<string, string[]> | undefined;
  /** Ids of the levels that this batch has created, by item and location. */
  readonly #createdAtItemLocation = new Map<string, string[]>();
  readonly #loadedDeltas = new Map<string, number>();
  readonly #loadedPasts = new Map<string, LevelPast>();
  readonly #orders = new Map<string, AdjustmentOrder>();
  readonly #reservations = new Map<string, Reservation>();
  readonly #inventoryRecords = new Map<string, InventoryRecord>();
  /** What was read, built when first needed, and what this batch has closed. */
  #openRows: ReadonlySet<string> | undefined;
  readonly #closedRows = new Map<string, true>();
  readonly #counters = new Map<Counter, number>();

  constructor(
    loaded: LoadedLedger,
    /** Our clock for everything in this batch. */
    readonly recordedAtMs: number,
  ) {
    this.#loaded = loaded;
    for (const outcome of loaded.outcomes) this.#outcomesOf(outcome.originId).set(outcome.externalId, outcome);
    this.catalogue = new BatchCatalogue(loaded.catalogue, this.#journal);
    this.writes = {
      ...this.catalogue.writes,
      movements: [],
      lateEntries: [],
      outcomes: [],
      inboundMessages: [],
      quarantinedRows: [],
      rejectedRows: [],
      quarantineUpdates: [],
      messageStatuses: [],
      newOrders: [],
      changedOrders: [],
      newReservations: [],
      changedReservations: [],
      inventoryRecords: [],
      auditEntries: [],
    };
    this.#loadedLevels = new Map(loaded.levels.map((level) => [level.id, level]));
    for (const order of loaded.orders) this.#orders.set(order.orderNo, order);
    this.#counters.set('nextExpiryMs', loaded.otherExpiryMs ?? Infinity);
    for (const reservation of loaded.reservations) {
      this.#reservations.set(reservation.id, reservation);
      if ((reservation.expiresAtMs ?? 0) > recordedAtMs) this.#noteExpiry(reservation);
    }
    for (const record of loaded.inventoryRecords) this.#inventoryRecords.set(itemLocationKey(record), record);
    for (const { levelId, asOfMs, sum } of loaded.deltasAfter) this.#loadedDeltas.set(`${levelId} ${asOfMs}`, sum);
    for (const past of loaded.pasts) this.#loadedPasts.set(`${past.levelId} ${past.sinceMs}`, past);
    if (recordedAtMs < loaded.head.recordedAtMs) throw new Error('Bug: our clock went back behind the ledger head.');
  }

  /** The head as this batch leaves it. */
  get head(): LedgerHead {
    const { head } = this.#loaded;
    const last = this.writes.movements.at(-1);
    return {
      sequence: last?.sequence ?? head.sequence,
      hash: last?.hash ?? head.hash,
      recordedAtMs: last?.recordedAtMs ?? head.recordedAtMs,
      nextOrderNumber: this.#counter('nextOrderNumber'),
      nextVendorId: this.#counter('nextVendorId'),
      nextExpiryMs: this.#nextExpiryMs(),
      openReservations: this.#counter('openReservations'),
      backOrders: this.#counter('backOrders'),
    };
  }

  /** Whether the head says something else than before of the reservations. */
  get hasOtherExpiry(): boolean {
    return this.#nextExpiryMs() !== this.#loaded.head.nextExpiryMs;
  }

  /** A point to roll back to. */
  mark(): number {
    return this.#journal.mark();
  }

  /** Drops everything that was done since `mark`. */
  rollBackTo(mark: number): void {
    this.#journal.rollBackTo(mark);
  }

  outcome(originId: string, externalId: string): StoredOutcome | undefined {
    return this.#outcomes.get(originId)?.get(externalId);
  }

  recordOutcome(originId: string, { externalId, fingerprint, sequence, result }: OutcomeDraft): void {
    const outcome = { originId, externalId, fingerprint, sequence, result };
    if (this.outcome(originId, externalId)) throw new Error(`Bug: ${externalId} has an outcome already.`);
    this.#journal.set(this.#outcomesOf(originId), externalId, outcome);
    this.#journal.push(this.writes.outcomes, outcome);
  }

  /** A key of the postings as the reads have resolved and hashed it. */
  levelKeyOf(named: NamedKey): LevelKey | undefined {
    for (const { levelKeys } of this.#loaded.asked) {
      const levelKey = levelKeys.get(named);
      if (levelKey) return levelKey;
    }
    return undefined;
  }

  /** Undefined where nothing was ever posted to it. */
  level({ key, levelId }: LevelKey): Level | undefined {
    const level = this.#level(levelId);
    if (!level) {
      const isAsked = this.#loaded.asked.some(
        ({ levels, siblingsAt, wholeItemIds, saleItemIds }) =>
          levels.has(levelId) ||
          siblingsAt.has(itemLocationKey(key)) ||
          wholeItemIds.has(key.itemId) ||
          saleItemIds.has(key.itemId),
      );
      if (!isAsked) this.#assertNothingToRead(key, `level ${levelId}`);
    } else if (level.key.itemId !== key.itemId || level.key.locationId !== key.locationId) {
      throw new Error(`Bug: level ${levelId} is not of item ${key.itemId} at location ${key.locationId}.`);
    }
    return level;
  }

  /** The levels of one item, location and bucket, whatever their other dimensions. */
  levelsAt(at: ItemLocation, bucket: StockBucket): Level[] {
    const levels = this.#idsAt(at).flatMap((ids) => ids.map((id) => this.#level(id)));
    return levels.filter((level) => level?.key.bucket === bucket) as Level[];
  }

  /** Whether its item and location have other levels too, in whatever bucket. */
  hasLevelsBeside({ key, levelId }: LevelKey): boolean {
    return this.#idsAt(key).some((ids) => ids.some((id) => id !== levelId));
  }

  /** Where an item of which all levels were asked for has levels or inventory records. */
  locationsOf(itemId: string): Set<string> {
    const isAsked = this.#loaded.asked.some(({ saleItemIds }) => saleItemIds.has(itemId));
    const isNew = !this.#loaded.catalogue.itemById(itemId) || this.#hasOtherMeaning(itemId);
    if (!isAsked && !isNew) throw notAskedFor(`all of item ${itemId}`);
    const locations = new Set<string>();
    for (const levels of [this.#loadedLevels, this.#levels]) {
      for (const { key } of levels.values()) if (key.itemId === itemId) locations.add(key.locationId);
    }
    for (const record of this.#inventoryRecords.values())
      if (record.itemId === itemId) locations.add(record.locationId);
    return locations;
  }

  putLevel(level: Level): void {
    const before = this.#level(level.id);
    assertFollows(before, level);
    if (!before) this.#journal.push(idsAt(this.#createdAtItemLocation, level.key), level.id);
    this.#journal.set(this.#levels, level.id, level);
  }

  /** The levels that this batch has changed, as they are now. */
  touchedLevels(): Level[] {
    return [...this.#levels.values()];
  }

  /** A level as it was read; undefined for one that this batch creates. */
  loadedLevel(id: string): Level | undefined {
    return this.#loadedLevels.get(id);
  }

  addMovement(movement: Movement): void {
    const sequence = this.writes.movements.at(-1)?.sequence ?? this.#loaded.head.sequence;
    if (movement.sequence !== sequence + 1) {
      throw new Error(`Bug: movement ${movement.sequence} does not follow the head, which is at ${sequence}.`);
    }
    this.#journal.push(this.writes.movements, movement);
  }

  order(orderNo: string): AdjustmentOrder | undefined {
    return this.#orders.get(orderNo);
  }

  putOrder(order: AdjustmentOrder, list: 'newOrders' | 'changedOrders'): void {
    this.#journal.set(this.#orders, order.orderNo, order);
    this.#journal.push(this.writes[list], order);
  }

  reservation(id: string): Reservation | undefined {
    return this.#reservations.get(id);
  }

  /** All that are known: those that were read, and those of this batch. */
  reservations(): Iterable<Reservation> {
    return this.#reservations.values();
  }

  /** The open ones that have a reference, oldest first. */
  reservationsBy(reference: string): Reservation[] {
    if (this.#counter('openReservations') === 0) return [];
    return [...this.#reservations.values()].filter((one) => one.reference === reference && isOpen(one)).sort(byAge);
  }

  /** Those that wait for units of an item at a location, oldest first. */
  backOrdersAt({ itemId, locationId }: ItemLocation): Reservation[] {
    if (this.#counter('backOrders') === 0) return [];
    const waits = (line: ReservationLine): boolean =>
      line.backOrdered > 0 && line.itemId === itemId && line.locationId === locationId;
    return [...this.#reservations.values()].filter(({ lines }) => lines.some(waits)).sort(byAge);
  }

  /** The open ones with a line of an item of which everything was asked for. */
  reservationsOf(itemId: string): Reservation[] {
    const isOf = (line: ReservationLine): boolean => line.itemId === itemId;
    return [...this.#reservations.values()].filter((one) => isOpen(one) && one.lines.some(isOf));
  }

  /** Whether everything is read that says what can be sold of an item at a location. */
  isSaleable(at: ItemLocation): boolean {
    const place = itemLocationKey(at);
    return this.#loaded.asked.some(
      ({ siblingsAt, recordsAt, saleItemIds }) =>
        saleItemIds.has(at.itemId) || (siblingsAt.has(place) && recordsAt.has(place)),
    );
  }

  putReservation(reservation: Reservation): void {
    const before = this.#reservations.get(reservation.id);
    this.#journal.set(this.#reservations, reservation.id, reservation);
    this.#journal.push(this.writes[before ? 'changedReservations' : 'newReservations'], reservation);
    this.#noteExpiry(reservation);
    this.#add('openReservations', Number(isOpen(reservation)) - Number(before !== undefined && isOpen(before)));
    this.#add('backOrders', Number(isBackOrdered(reservation)) - Number(before !== undefined && isBackOrdered(before)));
  }

  inventoryRecord(at: ItemLocation): InventoryRecord | undefined {
    const place = itemLocationKey(at);
    const record = this.#inventoryRecords.get(place);
    const isAsked = this.#loaded.asked.some(
      ({ recordsAt, wholeItemIds, saleItemIds }) =>
        recordsAt.has(place) || wholeItemIds.has(at.itemId) || saleItemIds.has(at.itemId),
    );
    if (!record && !isAsked) {
      this.#assertNothingToRead(at, `the inventory record of item ${at.itemId} at location ${at.locationId}`);
    }
    return record;
  }

  putInventoryRecord(record: InventoryRecord): void {
    this.#journal.set(this.#inventoryRecords, itemLocationKey(record), record);
    this.#journal.push(this.writes.inventoryRecords, record);
  }

  /** An item of which everything was asked for; undefined where there is none. */
  wholeItem(id: string): Item | undefined {
    return this.#loaded.wholeItems.find((item) => item.id === id);
  }

  /** All levels and inventory records of an item of which everything was asked for, as they were read. */
  everythingOf(itemId: string): { levels: Level[]; records: InventoryRecord[] } {
    if (!this.#loaded.asked.some(({ wholeItemIds }) => wholeItemIds.has(itemId))) {
      throw notAskedFor(`everything of item ${itemId}`);
    }
    this.#assertUnchanged();
    return {
      levels: [...this.#loadedLevels.values()].filter(({ key }) => key.itemId === itemId),
      records: [...this.#inventoryRecords.values()].filter((record) => record.itemId === itemId),
    };
  }

  /** Stock that an item or location holds, a few rows of it. The posting must have asked for it. */
  holdingsOf(id: string): readonly Holding[] {
    const isAsked = this.#loaded.asked.some(
      ({ holders }) => holders.itemIds.includes(id) || holders.locationIds.includes(id),
    );
    if (!isAsked) throw notAskedFor(`what ${id} holds`);
    this.#assertUnchanged();
    return this.#loaded.holdings.filter(({ holderId }) => holderId === id);
  }

  /** Whether a row waits that the posting has asked for. */
  isWaiting(place: RowPlace): boolean {
    this.#openRows ??= this.#loaded.openRows && new Set(this.#loaded.openRows.map(placeKey));
    const key = placeKey(place);
    return (this.#openRows?.has(key) ?? true) && !this.#closedRows.has(key);
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
    const loaded = this.#loadedDeltas.get(`${levelId} ${asOfMs}`);
    if (loaded === undefined) this.#assertNothingToRead(key, `the deltas of level ${levelId} after ${asOfMs}`);
    let sum = loaded ?? 0;
    for (const { reason, effectiveAtMs, entries, absorbedLegs } of this.writes.movements) {
      if (reason === 'COUNT' || effectiveAtMs <= asOfMs) continue;
      for (const leg of entries) if (leg.levelId === levelId) sum += leg.delta;
      for (const leg of absorbedLegs) if (leg.levelId === levelId) sum += leg.delta;
    }
    return sum;
  }

  /**
   * What a level was at since a moment before now.
   * @throws {OutdatedReadsError} where this batch has posted to the level between that moment and now
   */
  pastSince({ id: levelId, key }: Level, sinceMs: number): LevelPast {
    const loaded = this.#loadedPasts.get(`${levelId} ${sinceMs}`);
    if (!loaded) this.#assertNothingToRead(key, `the past of level ${levelId} since ${sinceMs}`);
    let lowest = loaded?.lowest ?? 0;
    let itemMovedAtMs = loaded?.itemMovedAtMs ?? null;
    for (const { effectiveAtMs, entries } of this.writes.movements) {
      for (const entry of entries) {
        if (entry.itemId === key.itemId) itemMovedAtMs = Math.min(itemMovedAtMs ?? effectiveAtMs, effectiveAtMs);
        if (entry.levelId !== levelId) continue;
        if (effectiveAtMs >= this.recordedAtMs) {
          // What was read of this very millisecond is no longer what it was at.
          if (loaded && loaded.lowestAtMs >= this.recordedAtMs) throw new OutdatedReadsError();
          continue;
        }
        if (effectiveAtMs > sinceMs) throw new OutdatedReadsError();
        lowest += entry.delta;
      }
    }
    return { lowest, lowestAtMs: loaded?.lowestAtMs ?? sinceMs, itemMovedAtMs };
  }

  updateQuarantine(update: QuarantineUpdate): void {
    this.append('quarantineUpdates', update);
    if (update.closed) this.#journal.set(this.#closedRows, placeKey(update), true);
  }

  /** Appends to one of the lists of `writes`, journaled. */
  append<Name extends keyof BatchWrites>(name: Name, value: BatchWrites[Name][number]): void {
    const list: BatchWrites[Name][number][] = this.writes[name];
    this.#journal.push(list, value);
  }

  /** The ids of all levels of an item at a location: those that were read, and those that this batch has created. */
  #idsAt(at: ItemLocation): readonly (readonly string[])[] {
    const place = itemLocationKey(at);
    const isAsked = this.#loaded.asked.some(
      ({ siblingsAt, saleItemIds }) => siblingsAt.has(place) || saleItemIds.has(at.itemId),
    );
    if (!isAsked) this.#assertNothingToRead(at, `the levels of item ${at.itemId} at location ${at.locationId}`);
    this.#loadedAtItemLocation ??= idsByItemLocation(this.#loadedLevels.values());
    return [this.#loadedAtItemLocation.get(place) ?? [], this.#createdAtItemLocation.get(place) ?? []];
  }

  #level(id: string): Level | undefined {
    return this.#levels.get(id) ?? this.#loadedLevels.get(id);
  }

  /**
   * Throws where there could have been something to read. There is none for an item or location that this batch has
   * created. Where a name has come to mean another item in this batch, the batch is planned again anyway.
   */
  #assertNothingToRead({ itemId, locationId }: ItemLocation, what: string): void {
    const { catalogue } = this.#loaded;
    const isNew = !catalogue.itemById(itemId) || !catalogue.locationById(locationId);
    if (isNew || this.#hasOtherMeaning(itemId)) return;
    throw notAskedFor(what);
  }

  #hasOtherMeaning(id: string): boolean {
    return [...this.catalogue.lateMeanings.values()].some(({ itemId }) => itemId === id);
  }

  /** @throws {OutdatedReadsError} where this batch has posted anything since it was read */
  #assertUnchanged(): void {
    const { movements, inventoryRecords, newItems, changedItems } = this.writes;
    const lists = [movements, inventoryRecords, newItems, changedItems];
    if (lists.some(({ length }) => length > 0)) throw new OutdatedReadsError();
  }

  #noteExpiry({ expiresAtMs }: Reservation): void {
    if (expiresAtMs !== null && expiresAtMs < (this.#nextExpiryMs() ?? Infinity)) {
      this.#journal.set(this.#counters, 'nextExpiryMs', expiresAtMs);
    }
  }

  #nextExpiryMs(): number | null {
    const at = this.#counters.get('nextExpiryMs') ?? Infinity;
    return at === Infinity ? null : at;
  }

  #counter(counter: Exclude<Counter, 'nextExpiryMs'>): number {
    return this.#counters.get(counter) ?? this.#loaded.head[counter];
  }

  #take(counter: 'nextOrderNumber' | 'nextVendorId'): number {
    const taken = this.#counter(counter);
    this.#add(counter, 1);
    return taken;
  }

  #add(counter: Exclude<Counter, 'nextExpiryMs'>, change: number): void {
    if (change !== 0) this.#journal.set(this.#counters, counter, this.#counter(counter) + change);
  }

  #outcomesOf(originId: string): Map<string, StoredOutcome> {
    return foundOrMade(this.#outcomes, originId, () => new Map<string, StoredOutcome>());
  }
}

type Counter = 'nextOrderNumber' | 'nextVendorId' | 'openReservations' | 'backOrders' | 'nextExpiryMs';

const byAge = (a: Reservation, b: Reservation): number => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1);

const placeKey = ({ messageId, index }: RowPlace): string => `${messageId} ${index}`;

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

const idsAt = (places: Map<string, string[]>, at: ItemLocation): string[] =>
  foundOrMade(places, itemLocationKey(at), () => []);

function foundOrMade<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
