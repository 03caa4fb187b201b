import type { UserError } from '../errors';
import type { MovementReason } from '../ledger/movement';
import type { Planned } from '../ledger/posting';
import type { NamedKey, PostingReads } from '../ledger/posting-reads';
import { resolveKey } from './named-key';
import { transferFault } from './signs';
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
  return { outcomes: [idempotencyId(command.idempotencyKey)], keys: command.rows.map((row) => row.key) };
}

/** Plans a stockAdjust: a command, so it fails closed. */
export function planStockAdjust(work: UnitOfWork, command: StockAdjust): Planned<StockAdjustResult> {
  return planOnce(work, command, ['rows'], refused, decide);
}

function decide(work: UnitOfWork, command: StockAdjust): Decision<StockAdjustResult> {
  const legs: LegDraft[] = [];
  const userErrors = command.rows.flatMap((row, index) => {
    const levelKey = resolveKey(work, row.key, ['rows', String(index)], { itemField: () => 'sku' });
    if ('errors' in levelKey) return levelKey.errors;
    legs.push({ ...levelKey, delta: row.delta });
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
    if (delta >= 0 || level.quantity + delta >= 0 || work.isAbsorbed(level, command.occurredAtMs)) return [];
    const requested = -delta;
    const message = `There are ${level.quantity} units, and ${requested} are asked for.`;
    return [{ code: 'INSUFFICIENT_STOCK', message, field: [...field, 'delta'], current: level.quantity, requested }];
  });
}

function refused(work: UnitOfWork, userErrors: readonly UserError[]): StockAdjustResult {
  return { movementSequence: null, changes: [], userErrors, replayed: false, ledgerSequence: work.sequence };
}
