import { idempotencyId, planOnce, type CommandResult, type Decision } from './command';
import { judgeCount, resolveNames, type CountVerdict } from './count';
import type { UserError } from '../errors';
import {
  DEFAULT_TERMS,
  type InventoryRecord,
  type InventoryRecordSave,
  type InventoryTerms,
} from '../inventory-record';
import type { CountStatus } from '../ledger/movement';
import type { Planned } from '../ledger/posting';
import type { NamedKey, PostingReads } from '../ledger/posting-reads';
import { DEFAULT_DIMENSIONS, type TrackableDimension } from '../ledger/stock-key';
import type { UnitOfWork } from '../ledger/unit-of-work';

export interface InventoryRecordResult extends CommandResult {
  /** The record as it is now, or would be; null where refused. */
  readonly record: InventoryRecord | null;
  /** Whether the save made the record. */
  readonly created: boolean;
  /** What became of the count in it; null where it had none. */
  readonly countStatus: CountStatus | null;
}

/** A record speaks of an item at a location as a whole: it tells no dimension apart. */
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
  return planOnce(
    work,
    command,
    (userErrors) => refused(work, userErrors),
    () => decide(work, command),
  );
}

function decide(work: UnitOfWork, command: InventoryRecordSave): Decision<InventoryRecordResult> {
  const names = resolveNames(work, command.item, command.location, []);
  if ('errors' in names) return { refusal: refusedSave(work, names.errors) };
  const known = work.inventoryRecord(names.itemId, names.locationId);
  const verdict = countOf(work, command);
  if (verdict?.status === 'REJECTED') return { refusal: refusedSave(work, verdict.errors) };
  // Only a record that is there can be newer than what this save says.
  if (verdict?.status === 'STALE_IGNORED' && known) return passOver(work, command, known, verdict);
  return save(work, command, names, known, verdict);
}

function countOf(work: UnitOfWork, command: InventoryRecordSave): CountVerdict | undefined {
  const { quantity, asOfMs, staleIsError } = command;
  if (quantity === null) return undefined;
  const row = { key: keyOf(command), quantity, changeFromQuantity: null, asOfMs, sourceSequence: null, faults: [] };
  return judgeCount(work, row, { tellsApart: TELLS_APART, staleIsError }, []);
}

function save(
  work: UnitOfWork,
  command: InventoryRecordSave,
  names: { itemId: string; locationId: string },
  known: InventoryRecord | undefined,
  verdict: CountVerdict | undefined,
): Planned<InventoryRecordResult> {
  const before = work.sequence;
  const record: InventoryRecord = {
    ...DEFAULT_TERMS,
    ...known,
    ...withoutUndefined(command.terms),
    ...names,
    vendorId: known?.vendorId ?? work.takeVendorId(),
    updatedAtMs: work.recordedAtMs,
  };
  postCount(work, command, verdict);
  work.saveInventoryRecord(record);
  work.numberLocation(names.locationId);
  const result: InventoryRecordResult = {
    record,
    created: known === undefined,
    countStatus: verdict?.status ?? null,
    userErrors: [],
    replayed: false,
    ledgerSequence: command.dryRun ? before : work.sequence,
  };
  if (command.dryRun) return { keep: false, result };
  return keep(work, command, result, before);
}

/** A count older than the last accepted one: its verdict is kept as evidence, the record stays as it is. */
function passOver(
  work: UnitOfWork,
  command: InventoryRecordSave,
  record: InventoryRecord,
  verdict: CountVerdict,
): Planned<InventoryRecordResult> {
  const before = work.sequence;
  postCount(work, command, verdict);
  const result: InventoryRecordResult = {
    record,
    created: false,
    countStatus: verdict.status,
    userErrors: [],
    replayed: false,
    ledgerSequence: command.dryRun ? before : work.sequence,
  };
  return command.dryRun ? { keep: false, result } : keep(work, command, result, before);
}

function keep(
  work: UnitOfWork,
  command: InventoryRecordSave,
  result: InventoryRecordResult,
  before: number,
): Planned<InventoryRecordResult> {
  const { idempotencyKey, fingerprint, message } = command;
  if (message) {
    const sequences = work.sequence > before ? { first: before + 1, last: work.sequence } : null;
    work.storeMessage({ ...message, status: 'APPLIED', sequences });
  }
  if (idempotencyKey !== null) {
    const sequence = sequencesOf(work, before);
    work.recordOutcome({ externalId: idempotencyId(idempotencyKey), fingerprint, sequence, result: { ...result } });
  }
  return { keep: true, result };
}

const sequencesOf = (work: UnitOfWork, before: number): number | null =>
  work.sequence > before ? work.sequence : null;

function postCount(work: UnitOfWork, command: InventoryRecordSave, verdict: CountVerdict | undefined): void {
  if (!verdict?.draft) return;
  work.post({
    reason: 'COUNT',
    externalId: command.externalId,
    occurredAtMs: command.asOfMs,
    evidenceHash: command.message?.bodySha256 ?? command.fingerprint,
    inboundMessageId: command.message?.id ?? null,
    legs:
      verdict.status === 'APPLIED' ? [{ key: verdict.key, delta: verdict.quantity - verdict.previousQuantity }] : [],
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
  // What is wrong with the count as a whole is a matter of its quantity here.
  return refused(
    work,
    errors.map((error) => (error.field.length > 0 ? error : { ...error, field: ['quantity'] })),
  );
}
