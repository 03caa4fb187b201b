import type { UserError } from '../errors';
import type { MovementReason } from '../ledger/movement';
import type { Planned } from '../ledger/posting';
import type { NamedKey, PostingReads } from '../ledger/posting-reads';
import { resolveKey } from './named-key';
import { transferFault } from './signs';
import type { Level } from '../ledger/ledger-state';
import type { Command, CommandResult } from '../command';
import { evidenceOf, idempotencyId, planOnce, type Decision } from './command';
import type { LegDraft, StockChange, UnitOfWork } from '../ledger/unit-of-work';

/** A relative change that someone asks for: all rows or none. */
export interface StockAdjust extends Command {
  readonly idempotencyKey: string;
  readonly reason: MovementReason;
  readonly rows: readonly StockAdjustRow[];
  readonly reference: string | null;
  readonly note: string | null;
  /** Their clock, epoch milliseconds; null: now. */
  readonly occurredAtMs: number | null;
}

export interface StockAdjustRow {
  readonly key: NamedKey;
  readonly delta: number;
}

export interface StockAdjustResult extends CommandResult {
  /** Null on a dry run and where refused. */
  readonly movementSequence: number | null;
  readonly changes: readonly StockChange[];
}

export function stockAdjustReads(command: StockAdjust): PostingReads {
  const { occurredAtMs, rows } = command;
  const keys = rows.map((row) => row.key);
  const dated = occurredAtMs === null ? [] : keys.map((key) => ({ key, occurredAtMs }));
  return { outcomes: [idempotencyId(command.idempotencyKey)], keys, dated };
}

/** Plans a stockAdjust: a command, so it fails closed. */
export function planStockAdjust(work: UnitOfWork, command: StockAdjust): Planned<StockAdjustResult> {
  return planOnce(work, command, ['rows'], refused, decide);
}

function decide(work: UnitOfWork, command: StockAdjust): Decision<StockAdjustResult> {
  const legs: LegDraft[] = [];
  const userErrors = command.rows.flatMap((row, index) => {
    const options = { itemField: () => 'sku', limits: command.limits };
    const levelKey = resolveKey(work, row.key, ['rows', String(index)], options);
    if ('errors' in levelKey) return levelKey.errors;
    legs.push({ key: levelKey.key, levelId: levelKey.levelId, delta: row.delta });
    return [];
  });
  if (userErrors.length === 0)
    userErrors.push(...unevenTransfer(work, command, legs), ...shortages(work, command, legs));
  if (userErrors.length > 0) return { refusal: refused(work, userErrors) };
  const { movement, changes } = work.post({
    reason: command.reason,
    reference: command.reference,
    note: command.note,
    externalId: command.idempotencyKey,
    occurredAtMs: command.occurredAtMs,
    ...evidenceOf(command),
    legs,
  });
  const { sequence } = movement;
  const movementSequence = command.dryRun ? null : sequence;
  return { done: { movementSequence, changes, userErrors: [], replayed: false, ledgerSequence: sequence }, sequence };
}

function unevenTransfer(work: UnitOfWork, { reason }: StockAdjust, legs: readonly LegDraft[]): UserError[] {
  if (reason !== 'TRANSFER') return [];
  const message = transferFault(legs, (itemId) => work.catalogue.itemById(itemId)?.sku ?? itemId);
  return message === null ? [] : [{ code: 'INVALID_QUANTITY', message, field: ['rows'] }];
}

/** Rows that would take a level below zero. A leg that a count already contains has no effect, so it needs no stock. */
function shortages(work: UnitOfWork, command: StockAdjust, legs: readonly LegDraft[]): UserError[] {
  const firstRowOf = new Map<string, number>();
  return legs.flatMap((leg, index): UserError[] => {
    const level = work.level(leg);
    const { delta } = leg;
    const field = ['rows', String(index)];
    const first = firstRowOf.get(level.id);
    if (first !== undefined) {
      const message = `Row ${index} means the same stock key as row ${first}; add their deltas into one row.`;
      return [{ code: 'DUPLICATE_ROW', message, field }];
    }
    firstRowOf.set(level.id, index);
    if (work.isAbsorbed(level, command.occurredAtMs)) return [];
    const requested = -delta;
    if (delta < 0 && level.quantity + delta < 0) {
      const message = `There are ${level.quantity} units, and ${requested} are asked for.`;
      return [{ code: 'INSUFFICIENT_STOCK', message, field: [...field, 'delta'], current: level.quantity, requested }];
    }
    return pastFaults(work, command, leg, level, field);
  });
}

/** What keeps a row from having happened when its command says: every level since then already rests on what was there. */
function pastFaults(
  work: UnitOfWork,
  { occurredAtMs, reason, limits }: StockAdjust,
  { delta, key }: LegDraft,
  level: Level,
  field: readonly string[],
): UserError[] {
  if (occurredAtMs === null || occurredAtMs >= work.recordedAtMs) return [];
  const { lowest, lowestAtMs, itemMovedAtMs } = work.pastSince(level, occurredAtMs);
  const code = 'NEGATIVE_IN_THE_PAST';
  if (delta < 0 && lowest + delta < 0) {
    const message = `At ${instantText(lowestAtMs)} there were ${lowest} units, and ${-delta} are asked for since ${instantText(occurredAtMs)}.`;
    return [{ code, message, field: [...field, 'delta'], current: lowest, requested: -delta }];
  }
  // Where the item first moved may be a place that a limited key must not know of.
  if (limits) return [];
  // An opening is what was there before the first movement.
  if (reason === 'OPENING' || itemMovedAtMs === null || occurredAtMs >= itemMovedAtMs) return [];
  const sku = work.catalogue.itemById(key.itemId)?.sku;
  const message = `Sku "${sku}" first moved at ${instantText(itemMovedAtMs)}; occurredAt ${instantText(occurredAtMs)} is earlier. Give a later moment, or the reason OPENING.`;
  return [{ code, message, field: ['occurredAt'] }];
}

const instantText = (ms: number): string => new Date(ms).toISOString();

function refused(work: UnitOfWork, userErrors: readonly UserError[]): StockAdjustResult {
  return { movementSequence: null, changes: [], userErrors, replayed: false, ledgerSequence: work.sequence };
}
