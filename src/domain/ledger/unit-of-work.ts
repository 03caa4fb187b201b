import type { AdjustmentOrder } from '../adjustment-order';
import type { BatchCatalogue } from './batch-catalogue';
import { findItem } from '../catalogue/catalogue-map';
import type { Item, ItemName, ItemReference, Location, LocationReference } from '../catalogue/catalogue';
import { resolveItem, resolveLocation, type Resolved } from './resolve-names';
import type { ItemLocation } from './asked-reads';
import type {
  AuditDraft,
  InboundMessageStatus,
  MessageDraft,
  QuarantinedRow,
  QuarantineUpdate,
  RowPlace,
  RowRefusal,
} from './inbound-message';
import type { Sha256 } from './hashing';
import type { InventoryRecord } from '../inventory-record';
import { levelKeyOf, type LevelKey } from './level-id';
import type { Holding, LastCount, LedgerState, Level, LevelPast } from './ledger-state';
import {
  movementHash,
  type AbsorbedLeg,
  type CountRecord,
  type LedgerEntry,
  type Movement,
  type MovementReason,
  type Origin,
} from './movement';
import { notAskedFor } from '../not-asked-for';
import type { OutcomeDraft, StoredOutcome } from './outcome';
import type { NamedKey, PostingReads } from './posting-reads';
import { addQuantities } from './quantity';
import type { Reservation } from '../reservation';
import type { StockBucket, StockKey } from './stock-key';

/** A movement that has no sequence yet. */
export interface MovementDraft {
  readonly reason: MovementReason;
  readonly reference?: string | null;
  readonly note?: string | null;
  readonly correlationId?: string | null;
  readonly externalId: string;
  /** Their clock, epoch milliseconds; null where they gave no time. */
  readonly occurredAtMs: number | null;
  /** Where a message is replayed: the clock of its first receipt, beyond which it could not have reached. */
  readonly receivedAtMs?: number;
  readonly evidenceHash: string;
  readonly inboundMessageId?: string | null;
  readonly legs: readonly LegDraft[];
  readonly counts?: readonly CountDraft[];
}

export interface LegDraft extends LevelKey {
  readonly delta: number;
}

/** A count that was judged; `accepted` ones become the level's last count. */
export interface CountDraft extends CountRecord, LevelKey {
  readonly accepted: LastCount | null;
}

/** One stock key and what happened, or would happen, to it. */
export interface StockChange extends LegDraft {
  readonly quantityAfter: number;
}

export interface Posted {
  readonly movement: Movement;
  readonly changes: readonly StockChange[];
}

/** What the domain needs from outside to plan: ids and hashes. */
export interface PlanningTools {
  readonly sha256: Sha256;
  /** A new UUIDv7. */
  readonly newId: () => string;
}

/**
 * What a plan sees of the ledger while it holds the head lock, and the only way in which it changes it. Reads show
 * everything that the postings before it, and it itself, have done.
 */
export class UnitOfWork {
  readonly #state: LedgerState;
  readonly #outcomeIds: ReadonlySet<string>;
  readonly #orderNumbers: ReadonlySet<string>;
  readonly #reservationIds: ReadonlySet<string>;
  readonly #references: ReadonlySet<string>;

  constructor(
    state: LedgerState,
    readonly origin: Origin,
    readonly tools: PlanningTools,
    reads: PostingReads,
  ) {
    this.#state = state;
    this.#outcomeIds = new Set(reads.outcomes);
    this.#orderNumbers = new Set(reads.orderNumbers);
    this.#reservationIds = new Set(reads.reservations);
    this.#references = new Set(reads.references);
  }

  get recordedAtMs(): number {
    return this.#state.recordedAtMs;
  }

  /** The sequence of the ledger's last movement. */
  get sequence(): number {
    return this.#state.head.sequence;
  }

  /** The first outcome that this origin has under an external id. The posting must have asked for it. */
  outcome(externalId: string): StoredOutcome | undefined {
    if (!this.#outcomeIds.has(externalId)) throw notAskedFor(`the outcome of ${externalId}`);
    return this.#state.outcome(this.origin.id, externalId);
  }

  recordOutcome(draft: OutcomeDraft): void {
    if (!this.#outcomeIds.has(draft.externalId)) throw notAskedFor(`the outcome of ${draft.externalId}`);
    this.#state.recordOutcome(this.origin.id, draft);
  }

  /** Runs `work`; drops what it did where it throws. */
  attempt<T>(work: () => T): T {
    const mark = this.#state.mark();
    try {
      return work();
    } catch (error) {
      this.#state.rollBackTo(mark);
      throw error;
    }
  }

  /** Runs `work`; drops what it did where its result is not to be kept. */
  keepIf<T>(isKept: (result: T) => boolean, work: () => T): T {
    const mark = this.#state.mark();
    const result = work();
    if (!isKept(result)) this.#state.rollBackTo(mark);
    return result;
  }

  /** Items, identifiers and locations as they are now. */
  get catalogue(): BatchCatalogue {
    return this.#state.catalogue;
  }

  /** Finds the item that a reference means; creates it where the reference says so, or says so for what brings units in. */
  resolveItem(reference: ItemReference, isReceipt = () => false): Resolved<Item> {
    return resolveItem(this.catalogue, reference, { newId: this.tools.newId, isReceipt });
  }

  /** Finds the location that a reference means; creates it where the reference says so. */
  resolveLocation(reference: LocationReference): Resolved<Location> {
    return resolveLocation(this.catalogue, reference, this.tools.newId);
  }

  /** A key with the id of its level. `named` is what the posting's reads call it, for which it has been hashed already. */
  levelKey(key: StockKey, named?: NamedKey): LevelKey {
    const read = named && this.#state.levelKeyOf(named);
    const isRead = read?.key.itemId === key.itemId && read.key.locationId === key.locationId;
    return isRead ? read : levelKeyOf(key, this.tools.sha256);
  }

  /** The level of a key; one that was never posted to is empty. The posting must have asked for it. */
  level(levelKey: LevelKey): Level {
    return this.#state.level(levelKey) ?? emptyLevel(levelKey, this.recordedAtMs);
  }

  /** Whether anything, an entry or a count, was ever posted to a key. */
  hasLevel(levelKey: LevelKey): boolean {
    return this.#state.level(levelKey) !== undefined;
  }

  /** The levels of one item, location and bucket, whatever their other dimensions. A count must have asked for them. */
  levelsAt(at: ItemLocation, bucket: StockBucket): Level[] {
    return this.#state.levelsAt(at, bucket);
  }

  /** Whether its item and location have other levels too, in whatever bucket. A count must have asked for them. */
  hasLevelsBeside(levelKey: LevelKey): boolean {
    return this.#state.hasLevelsBeside(levelKey);
  }

  /** Σ of a level's deltas effective after a moment, count corrections left out. The posting must have asked for it. */
  deltasAfter(level: Level, asOfMs: number): number {
    return this.#state.deltasAfter(level, asOfMs);
  }

  /** What a level was at since a moment before now. The posting must have asked for it. */
  pastSince(level: Level, sinceMs: number): LevelPast {
    return this.#state.pastSince(level, sinceMs);
  }

  /** An item of which everything is read. The posting must have asked for it. */
  wholeItem(name: ItemName): Item | undefined {
    const id = name.by === 'ID' ? name.id : findItem(this.catalogue, name)?.id;
    return id === undefined ? undefined : this.#state.wholeItem(id);
  }

  /** All levels and inventory records of an item. The posting must have asked for them. */
  everythingOf({ id }: Item): { levels: readonly Level[]; records: readonly InventoryRecord[] } {
    return this.#state.everythingOf(id);
  }

  /** Stock that an item or location holds, a few rows of it. The posting must have asked for it. */
  holdingsOf({ id }: Item | Location): readonly Holding[] {
    return this.#state.holdingsOf(id);
  }

  /** The time at which a statement takes effect: the earlier of their clock and ours. */
  effectiveAt(occurredAtMs: number | null, receivedAtMs = this.recordedAtMs): number {
    return Math.min(occurredAtMs ?? this.recordedAtMs, receivedAtMs, this.recordedAtMs);
  }

  /**
   * Whether a leg is already contained in the level's last accepted count. Only one that states its own time can be:
   * what comes without a clock happens now, after every count that has been recorded.
   */
  isAbsorbed(level: Level, occurredAtMs: number | null, receivedAtMs?: number): boolean {
    if (occurredAtMs === null || level.countedAsOfMs === null) return false;
    return this.effectiveAt(occurredAtMs, receivedAtMs) <= level.countedAsOfMs;
  }

  /** Appends a movement. Throws QuantityOverflowError where a level would leave the exact range; see `attempt`. */
  post(draft: MovementDraft): Posted {
    const effectiveAtMs = this.effectiveAt(draft.occurredAtMs, draft.receivedAtMs);
    const entries: LedgerEntry[] = [];
    const absorbedLegs: AbsorbedLeg[] = [];
    const changes: StockChange[] = [];
    for (const leg of draft.legs) {
      const { key, levelId, delta } = leg;
      if (!Number.isSafeInteger(delta)) throw new Error(`Bug: a leg's delta is ${delta}.`);
      const level = this.level(leg);
      if (draft.reason !== 'COUNT' && this.isAbsorbed(level, draft.occurredAtMs, draft.receivedAtMs)) {
        absorbedLegs.push({ levelId, delta });
        continue;
      }
      if (effectiveAtMs < lastEffectOf(level)) {
        this.#state.append('lateEntries', { sequence: this.sequence + 1, leg: entries.length });
      }
      const { quantity: quantityAfter, version: levelVersion } = this.#advance(
        level,
        delta,
        draft.reason,
        effectiveAtMs,
      );
      entries.push({ levelId, itemId: key.itemId, delta, quantityAfter, levelVersion });
      changes.push({ key, levelId, delta, quantityAfter });
    }
    const counts = (draft.counts ?? []).map((count) => this.#count(count));
    if (draft.legs.length + counts.length === 0) throw new Error(`Bug: movement ${draft.externalId} is empty.`);
    const movement = this.#append(draft, effectiveAtMs, entries, absorbedLegs, counts);
    return { movement, changes };
  }

  /** Stores a message with the movements that it has caused: those after `sequenceBefore`. */
  storeMessage(message: MessageDraft, status: InboundMessageStatus, sequenceBefore: number): void {
    const last = this.sequence;
    const sequences = last > sequenceBefore ? { first: sequenceBefore + 1, last } : null;
    this.#state.append('inboundMessages', { ...message, status, sequences });
  }

  /** Keeps a refused row with its message. */
  rejectRow(messageId: string, row: RowRefusal): void {
    this.#state.append('rejectedRows', { messageId, connectionId: this.origin.id, ...row });
  }

  quarantine(row: QuarantinedRow): void {
    const { origin, tools } = this;
    const { externalId } = row.names;
    const comesAfterItsId = externalId !== null && this.#state.outcome(origin.id, externalId) !== undefined;
    const known = { connectionId: origin.id, rowHash: tools.sha256(row.row), comesAfterItsId };
    this.#state.append('quarantinedRows', { ...row, ...known });
  }

  /** Whether a row still waits. The posting must have asked for it. */
  isWaiting(place: RowPlace): boolean {
    return this.#state.isWaiting(place);
  }

  updateQuarantine(update: QuarantineUpdate): void {
    this.#state.updateQuarantine(update);
  }

  audit(draft: AuditDraft): void {
    this.#state.append('auditEntries', { ...draft, id: this.tools.newId(), atMs: this.recordedAtMs });
  }

  setMessageStatus(messageId: string, status: InboundMessageStatus): void {
    this.#state.append('messageStatuses', { messageId, status });
  }

  /** An order as it is now. The posting must have asked for it. */
  order(orderNo: string): AdjustmentOrder | undefined {
    if (!this.#orderNumbers.has(orderNo)) throw notAskedFor(`order ${orderNo}`);
    return this.#state.order(orderNo);
  }

  /**
   * An order that needs no read, since this batch created it, or the batch before on which this one is planned. The
   * levels of its legs are known with it.
   */
  orderCreatedInBatch(orderNo: string): AdjustmentOrder | undefined {
    return this.#state.order(orderNo);
  }

  /** Takes the next number of an adjustment order. */
  takeOrderNumber(): number {
    return this.#state.takeOrderNumber();
  }

  /** Takes the next integer id for vendor forms. */
  takeVendorId(): number {
    return this.#state.takeVendorId();
  }

  storeOrder(order: AdjustmentOrder): void {
    this.#state.putOrder(order, 'newOrders');
  }

  changeOrder(order: AdjustmentOrder): void {
    this.#state.putOrder(order, 'changedOrders');
  }

  /** A reservation as it is now. The posting must have asked for it. */
  reservation(id: string): Reservation | undefined {
    if (!this.#reservationIds.has(id)) throw notAskedFor(`reservation ${id}`);
    return this.#state.reservation(id);
  }

  /** The open reservations that have a reference, oldest first. The posting must have asked for them. */
  reservationsBy(reference: string): Reservation[] {
    if (!this.#references.has(reference)) throw notAskedFor(`reservations of ${reference}`);
    return this.#state.reservationsBy(reference);
  }

  /** The reservations that wait for units of an item at a location, oldest first. What can be sold must be asked for. */
  backOrdersAt(at: ItemLocation): Reservation[] {
    return this.#state.backOrdersAt(at);
  }

  /** The open reservations of an item. Everything of it must be asked for. */
  reservationsOf({ id }: Item): Reservation[] {
    return this.#state.reservationsOf(id);
  }

  /** Where an item has levels or inventory records. What can be sold of it must be asked for everywhere. */
  locationsOf({ id }: Item): ReadonlySet<string> {
    return this.#state.locationsOf(id);
  }

  saveReservation(reservation: Reservation): void {
    this.#state.putReservation(reservation);
  }

  /** A record as it is now. The posting must have asked for it. */
  inventoryRecord(at: ItemLocation): InventoryRecord | undefined {
    return this.#state.inventoryRecord(at);
  }

  saveInventoryRecord(record: InventoryRecord): void {
    this.#state.putInventoryRecord(record);
  }

  /** Gives a location the integer by which vendor forms know it, where it has none yet. */
  numberLocation(locationId: string): void {
    const location = this.catalogue.locationById(locationId);
    if (!location || location.vendorId !== null) return;
    this.catalogue.changeLocation({ ...location, vendorId: this.#state.takeVendorId() });
  }

  #advance(level: Level, delta: number, reason: MovementReason, effectiveAtMs: number): Level {
    const next: Level = {
      id: level.id,
      key: level.key,
      quantity: addQuantities(level.quantity, delta),
      version: level.version + 1,
      updatedAtMs: this.recordedAtMs,
      lastEffectiveAtMs: Math.max(effectiveAtMs, lastEffectOf(level)),
      hasBaseline: level.hasBaseline || reason === 'OPENING',
      countedAsOfMs: level.countedAsOfMs,
      lastCount: level.lastCount,
    };
    this.#state.putLevel(next);
    return next;
  }

  #count(draft: CountDraft): CountRecord {
    const { accepted, levelId, status, quantity, previousQuantity, asOfMs, sourceSequence, code } = draft;
    const level = this.level(draft);
    if (accepted) {
      this.#state.putLevel({
        id: level.id,
        key: level.key,
        quantity: level.quantity,
        version: level.version,
        updatedAtMs: level.updatedAtMs,
        lastEffectiveAtMs: level.lastEffectiveAtMs,
        hasBaseline: true,
        countedAsOfMs: accepted.explicit ? accepted.effectiveAtMs : level.countedAsOfMs,
        lastCount: accepted,
      });
    }
    return { levelId, status, quantity, previousQuantity, asOfMs, sourceSequence, code };
  }

  #append(
    draft: MovementDraft,
    effectiveAtMs: number,
    entries: LedgerEntry[],
    absorbedLegs: AbsorbedLeg[],
    counts: CountRecord[],
  ): Movement {
    const { head } = this.#state;
    const body = {
      sequence: head.sequence + 1,
      reason: draft.reason,
      reference: draft.reference ?? null,
      note: draft.note ?? null,
      correlationId: draft.correlationId ?? null,
      origin: this.origin,
      externalId: draft.externalId,
      occurredAtMs: draft.occurredAtMs ?? effectiveAtMs,
      effectiveAtMs,
      recordedAtMs: this.recordedAtMs,
      evidenceHash: draft.evidenceHash,
      inboundMessageId: draft.inboundMessageId ?? null,
      entries,
      absorbedLegs,
      counts,
    };
    const movement = Object.assign(body, { hash: movementHash(head.hash, body, this.tools.sha256) });
    this.#state.addMovement(movement);
    return movement;
  }
}

/** The latest moment at which an entry of the level took effect, or one after it where that is not kept. */
function lastEffectOf({ version, lastEffectiveAtMs, updatedAtMs }: Level): number {
  return version === 0 ? -Infinity : (lastEffectiveAtMs ?? updatedAtMs);
}

function emptyLevel({ levelId: id, key }: LevelKey, nowMs: number): Level {
  return {
    id,
    key,
    quantity: 0,
    version: 0,
    updatedAtMs: nowMs,
    lastEffectiveAtMs: null,
    hasBaseline: false,
    countedAsOfMs: null,
    lastCount: null,
  };
}
