import type { Command, CommandResult } from '../command';
import type { Item, ItemName } from '../catalogue/catalogue';
import { isFormerName } from '../catalogue/catalogue-map';
import { itemText, itemUnknown } from '../catalogue/name-texts';
import type { UserError, UserErrorCode } from '../errors';
import type { InventoryRecord } from '../inventory-record';
import type { Level } from '../ledger/ledger-state';
import type { Planned } from '../ledger/posting';
import type { PostingReads } from '../ledger/posting-reads';
import type { LegDraft, StockChange, UnitOfWork } from '../ledger/unit-of-work';
import { itemLocationKey } from '../ledger/asked-reads';
import type { Allocation, Reservation, ReservationLine } from '../reservation';
import { evidenceOf, idempotencyId, planOnce, type Decision } from './command';
import { joinLines } from './sale-stock';

/** Most levels of an item that can be merged: what one command may read. */
export const MAX_ITEM_LEVELS = 10_000;
/** Most levels with stock that one merge moves. */
const MAX_MERGED_LEVELS = 1_000;

/** Most open reservations of an item that one merge takes over. */
export const MAX_OF_ITEM = 1_000;

/** Two items that are one thing: all names and all stock of `from` become those of `into`. */
export interface ItemMerge extends Command {
  readonly idempotencyKey: string;
  readonly from: ItemName;
  readonly into: ItemName;
}

export interface ItemMergeResult extends CommandResult {
  /** The item that is left, as it was before; null where refused. */
  readonly item: Item | null;
  /** Null on a dry run, where refused, and where no stock had to move. */
  readonly movementSequence: number | null;
  readonly changes: readonly StockChange[];
}

export function itemMergeReads({ idempotencyKey, from, into }: ItemMerge): PostingReads {
  return { outcomes: [idempotencyId(idempotencyKey)], keys: [], wholeItems: [from, into] };
}

/** Plans a merge: a movement of reason MERGE, and the names with it. */
export function planItemMerge(work: UnitOfWork, command: ItemMerge): Planned<ItemMergeResult> {
  return planOnce(work, command, ['from'], refused, decide);
}

function decide(work: UnitOfWork, command: ItemMerge): Decision<ItemMergeResult> {
  const [from, into] = [work.wholeItem(command.from), work.wholeItem(command.into)];
  if (!from || !into) {
    const faults = [
      ...(from ? [] : [faultOf('ITEM_NOT_FOUND', itemUnknown(command.from), 'from')]),
      ...(into ? [] : [faultOf('ITEM_NOT_FOUND', itemUnknown(command.into), 'into')]),
    ];
    return { refusal: refused(work, faults) };
  }
  const [given, taking] = [work.everythingOf(from), work.everythingOf(into)];
  const stocked = given.levels.filter(({ quantity }) => quantity !== 0);
  const levelCount = Math.max(given.levels.length, taking.levels.length);
  const fault =
    stateFault(work, command, from, into) ?? sizeFault(levelCount, stocked.length) ?? packageFault(from, into, stocked);
  if (fault) return { refusal: refused(work, [fault]) };
  const reservations = work.reservationsOf(from);
  if (reservations.length > MAX_OF_ITEM) return { refusal: refused(work, [tooManyReservations(from)]) };
  const moved = move(work, command, stocked, into);
  for (const reservation of reservations) work.saveReservation(ofItem(work, reservation, from, into));
  giveRecords(work, given.records, into, taking.records);
  const { unitsPerPackage } = into;
  if (unitsPerPackage === null && from.unitsPerPackage !== null) {
    work.catalogue.replaceItem({ ...into, unitsPerPackage: from.unitsPerPackage });
  }
  work.catalogue.mergeItem({ ...from, archivedAtMs: work.recordedAtMs, mergedIntoId: into.id }, into.id);
  const sequence = moved?.movement.sequence ?? null;
  const done: ItemMergeResult = {
    ...{ item: into, movementSequence: command.dryRun ? null : sequence, changes: moved?.changes ?? [] },
    ...{ userErrors: [], replayed: false, ledgerSequence: work.sequence },
  };
  return { done, sequence };
}

const faultOf = (code: UserErrorCode, message: string, field: string): UserError => ({ code, message, field: [field] });

function stateFault({ catalogue }: UnitOfWork, command: ItemMerge, from: Item, into: Item): UserError | undefined {
  if (from.id === into.id)
    return faultOf('NOTHING_CHANGES', `Both names mean the item with sku "${into.sku}".`, 'into');
  if (from.mergedIntoId !== null) {
    return faultOf('NOTHING_CHANGES', `The item with sku "${from.sku}" was merged into another one before.`, 'from');
  }
  if (command.from.by !== 'ID' && isFormerName(catalogue, command.from)) {
    // All stock of the other item would move, of which who knows the old name may know nothing.
    const message = `The ${itemText(command.from)} is a former name of what has the ${itemText({ by: 'SKU', ...from })} now; give that one to merge it.`;
    return faultOf('INVALID_INPUT', message, 'from');
  }
  if (into.archivedAtMs === null) return undefined;
  return faultOf('INVALID_INPUT', `The item with sku "${into.sku}" is archived; make it active first.`, 'into');
}

function sizeFault(levels: number, stocked: number): UserError | undefined {
  if (levels <= MAX_ITEM_LEVELS && stocked <= MAX_MERGED_LEVELS) return undefined;
  const message = `Stock would move at ${stocked} stock keys; a merge moves ${MAX_MERGED_LEVELS} at most, of items with up to ${MAX_ITEM_LEVELS} each. Move the stock first.`;
  return faultOf('BATCH_TOO_LARGE', message, 'from');
}

/** Packages are counted as such, so those of both items have to hold the same. */
function packageFault(from: Item, into: Item, stocked: readonly Level[]): UserError | undefined {
  const [holds, other] = [from.unitsPerPackage, into.unitsPerPackage];
  if (holds === null || other === null || holds === other) return undefined;
  if (stocked.every(({ key }) => key.packaging === 'SINGLE')) return undefined;
  const message = `A package of "${from.sku}" holds ${holds} units, and one of "${into.sku}" ${other}; unpack those in stock first, or correct unitsPerPackage.`;
  return faultOf('QUANTITY_MISMATCH', message, 'from');
}

/** Moves all stock in one movement, each level to that of the same place and dimensions. */
function move(work: UnitOfWork, command: ItemMerge, stocked: readonly Level[], into: Item) {
  if (stocked.length === 0) return undefined;
  const legs = stocked.flatMap(({ id: levelId, key, quantity }): LegDraft[] => [
    { key, levelId, delta: -quantity },
    { ...work.levelKey({ ...key, itemId: into.id }), delta: quantity },
  ]);
  return work.post({
    reason: 'MERGE',
    externalId: command.idempotencyKey,
    occurredAtMs: null,
    ...evidenceOf(command),
    legs,
  });
}

function tooManyReservations({ sku }: Item): UserError {
  const message = `More than ${MAX_OF_ITEM} reservations of "${sku}" are open; a merge takes over ${MAX_OF_ITEM} at most. Wait until some have ended.`;
  return faultOf('BATCH_TOO_LARGE', message, 'from');
}

/** A reservation whose lines of one item are of another: the units that they hold have moved there. */
function ofItem(work: UnitOfWork, reservation: Reservation, from: Item, into: Item): Reservation {
  const lines = new Map<string, ReservationLine>();
  for (const line of reservation.lines) {
    const moved = line.itemId === from.id ? rekeyed(work, line, into) : line;
    const same = lines.get(itemLocationKey(moved));
    lines.set(itemLocationKey(moved), same ? joinLines(same, moved) : moved);
  }
  return { ...reservation, lines: [...lines.values()] };
}

function rekeyed(work: UnitOfWork, line: ReservationLine, { id: itemId }: Item): ReservationLine {
  const allocations = line.allocations.map((allocation): Allocation => {
    const { key, levelId } = work.levelKey({ ...allocation.key, itemId });
    const { levelId: reservedLevelId } = work.levelKey({ ...key, bucket: 'RESERVED' });
    return { ...allocation, key, levelId, reservedLevelId };
  });
  return { ...line, itemId, allocations };
}

/** The terms of sale at the locations where the item that is left has none of its own. */
function giveRecords(
  work: UnitOfWork,
  given: readonly InventoryRecord[],
  into: Item,
  taking: readonly InventoryRecord[],
): void {
  const own = new Set(taking.map(({ locationId }) => locationId));
  for (const record of given) {
    if (own.has(record.locationId)) continue;
    work.saveInventoryRecord({
      ...record,
      itemId: into.id,
      vendorId: work.takeVendorId(),
      updatedAtMs: work.recordedAtMs,
    });
  }
}

function refused(work: UnitOfWork, userErrors: readonly UserError[]): ItemMergeResult {
  return {
    ...{ item: null, movementSequence: null, changes: [], userErrors },
    ...{ replayed: false, ledgerSequence: work.sequence },
  };
}
