import type { CommandResult } from '../command';
import { evidenceOf, idempotencyId, planOnce, storeCall, type Decision } from './command';
import { Siblings } from './alike-keys';
import { countLegs, judgeLevelCount, type CountVerdict } from './count';
import type { UserError } from '../errors';
import {
  DEFAULT_TERMS,
  type InventoryRecord,
  type InventoryRecordSave,
  type InventoryTerms,
} from '../inventory-record';
import type { LevelKey } from '../ledger/level-id';
import type { CountStatus } from '../ledger/movement';
import type { Planned } from '../ledger/posting';
import type { NamedKey, PostingReads } from '../ledger/posting-reads';
import { resolveKey } from './named-key';
import { DEFAULT_DIMENSIONS, type TrackableDimension } from '../ledger/stock-key';
import type { UnitOfWork } from '../ledger/unit-of-work';

export interface InventoryRecordResult extends CommandResult {
  /** The record as it is now, or would be; null where refused. */
  readonly record: InventoryRecord | null;
  /** Whether the save created the record. */
  readonly created: boolean;
  /** What became of the count in it; null where it had none. */
  readonly countStatus: CountStatus | null;
}

/** A record is about an item at a location as a whole: it distinguishes no dimension. */
const TELLS_APART: ReadonlySet<TrackableDimension> = new Set();

export function inventoryRecordReads(command: InventoryRecordSave): PostingReads {
  const { idempotencyKey, item, location, quantity, asOfMs } = command;
  const key = keyOf(command);
  return {
    outcomes: idempotencyKey === null ? [] : [idempotencyId(idempotencyKey)],
    keys: [key],
    counts: quantity === null ? [] : [{ key, asOfMs }],
    inventoryRecords: [{ item, location }],
  };
}

const keyOf = ({ item, location }: InventoryRecordSave): NamedKey => ({
  item,
  location,
  dimensions: DEFAULT_DIMENSIONS,
});

/** Plans the saving of an inventory record, with the count of its quantity where it states one. */
export function planInventoryRecord(work: UnitOfWork, command: InventoryRecordSave): Planned<InventoryRecordResult> {
  return planOnce(work, command, ['quantity'], refused, decide);
}

function decide(work: UnitOfWork, command: InventoryRecordSave): Decision<InventoryRecordResult> {
  const named = keyOf(command);
  const levelKey = resolveKey(work, named, [], { isReceipt: () => (command.quantity ?? 0) > 0 });
  if ('errors' in levelKey) return { refusal: refusedSave(work, levelKey.errors) };
  const known = work.inventoryRecord(levelKey.key);
  const verdict = countOf(work, command, named, levelKey);
  if (verdict?.status === 'REJECTED') return { refusal: refusedSave(work, verdict.errors) };
  // A count older than the last accepted one: its verdict is kept, and a record that exists stays as it is.
  if (verdict?.status === 'STALE_IGNORED' && known) return done(work, command, known, false, verdict);
  return save(work, command, levelKey, known, verdict);
}

function countOf(
  work: UnitOfWork,
  { quantity, asOfMs, isAsOfReceipt = false, staleIsError }: InventoryRecordSave,
  key: NamedKey,
  levelKey: LevelKey,
): CountVerdict | undefined {
  if (quantity === null) return undefined;
  const row = {
    ...{ key, quantity, asOfMs, isAsOfReceipt, tellsApart: TELLS_APART, stated: {} },
    ...{ changeFromQuantity: null, sourceSequence: null, faults: [] },
  };
  return judgeLevelCount(work, row, levelKey, { staleIsError }, new Siblings(work), []);
}

function save(
  work: UnitOfWork,
  command: InventoryRecordSave,
  { key: { itemId, locationId } }: LevelKey,
  known: InventoryRecord | undefined,
  verdict: CountVerdict | undefined,
): Decision<InventoryRecordResult> {
  const record: InventoryRecord = {
    ...DEFAULT_TERMS,
    ...known,
    ...withoutUndefined(command.terms),
    itemId,
    locationId,
    vendorId: known?.vendorId ?? work.takeVendorId(),
    updatedAtMs: work.recordedAtMs,
  };
  work.saveInventoryRecord(record);
  work.numberLocation(locationId);
  return done(work, command, record, known === undefined, verdict);
}

/** Posts the count, stores the call and answers with the record as it is now. */
function done(
  work: UnitOfWork,
  command: InventoryRecordSave,
  record: InventoryRecord,
  created: boolean,
  verdict: CountVerdict | undefined,
): Decision<InventoryRecordResult> {
  const before = work.sequence;
  postCount(work, command, verdict);
  if (command.message) storeCall(work, command.message, before, [], 1);
  const { sequence: ledgerSequence } = work;
  const countStatus = verdict?.status ?? null;
  return {
    done: { record, created, countStatus, userErrors: [], replayed: false, ledgerSequence },
    sequence: ledgerSequence > before ? ledgerSequence : null,
  };
}

function postCount(work: UnitOfWork, command: InventoryRecordSave, verdict: CountVerdict | undefined): void {
  if (!verdict?.draft) return;
  work.post({
    reason: 'COUNT',
    externalId: command.externalId,
    occurredAtMs: command.asOfMs,
    ...evidenceOf(command),
    legs: countLegs(verdict),
    counts: [verdict.draft],
  });
}

function withoutUndefined(terms: InventoryRecordSave['terms']): Partial<InventoryTerms> {
  return Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== undefined));
}

function refused(work: UnitOfWork, userErrors: readonly UserError[]): InventoryRecordResult {
  return {
    record: null,
    created: false,
    countStatus: null,
    userErrors,
    replayed: false,
    ledgerSequence: work.sequence,
  };
}

function refusedSave(work: UnitOfWork, errors: readonly UserError[]): InventoryRecordResult {
  // An error of the count as a whole is shown at `quantity`.
  return refused(
    work,
    errors.map((error) => (error.field.length > 0 ? error : { ...error, field: ['quantity'] })),
  );
}
