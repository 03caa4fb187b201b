import type { CountRow } from '../../domain/plans/count';
import type { UserError } from '../../domain/errors';
import { TRACKABLE_DIMENSIONS, type TrackableDimension } from '../../domain/ledger/stock-key';
import { planStockSet, stockSetReads, type StockSet, type StockSetResult } from '../../domain/plans/stock-set';
import { checkQuantity, checkRowCount, checkText } from '../../domain/validation';
import { checkKey } from './adjust-stock';
import type { Caller } from '../ports/caller';
import { commandFingerprint } from './fingerprint';
import type { Poster } from '../ports/poster';

/** A stockSet as asked for. `changeFromQuantity` undefined: not said; null: whatever is there. */
export interface StockSetInput extends Omit<StockSet, 'fingerprint' | 'rows'> {
  readonly rows: readonly (Omit<CountRow, 'faults' | 'changeFromQuantity'> & {
    readonly changeFromQuantity: number | null | undefined;
  })[];
}

export type SetStock = (caller: Caller, input: StockSetInput) => Promise<StockSetResult>;

/** A client that names every dimension tells every key apart. */
export const TELLS_ALL_APART: ReadonlySet<TrackableDimension> = new Set(TRACKABLE_DIMENSIONS);

/** Sets stock to absolute quantities. Refusals are values: see `results` and `userErrors`. */
export function createSetStock(deps: { poster: Poster }): SetStock {
  return async (caller, input) => {
    const userErrors = envelopeFaults(input);
    if (userErrors.length > 0) return { results: [], userErrors, replayed: false, ledgerSequence: null };
    // What an origin tells apart is a setting of it, not a part of what it says.
    const content = { ...input, policy: { staleIsError: input.policy.staleIsError } };
    const command: StockSet = {
      ...input,
      fingerprint: commandFingerprint('stockSet', content),
      rows: input.rows.map((row, index) => ({
        ...row,
        changeFromQuantity: row.changeFromQuantity ?? null,
        faults: rowFaults(row, index),
      })),
    };
    return deps.poster.post({
      ...caller,
      reads: stockSetReads(command),
      plan: (work) => planStockSet(work, command),
    });
  };
}

function envelopeFaults(input: StockSetInput): UserError[] {
  return [
    ...checkText(input.idempotencyKey, ['idempotencyKey'], true),
    ...checkText(input.reference, ['reference']),
    ...checkText(input.note, ['note']),
    ...checkRowCount(input.rows.length, ['rows']),
  ];
}

function rowFaults(row: StockSetInput['rows'][number], index: number): UserError[] {
  const field = ['rows', String(index)];
  const { item } = row.key;
  const errors = [
    ...checkKey(row.key, field),
    ...(item.by === 'IDENTIFIER' ? checkText(item.value, [...field, 'sku'], true) : []),
    ...checkMoment(row.asOfMs, [...field, 'asOf']),
    ...checkCount(row.quantity, [...field, 'quantity']),
    ...(row.changeFromQuantity == null ? [] : checkQuantity(row.changeFromQuantity, [...field, 'changeFromQuantity'])),
    ...(row.sourceSequence === null ? [] : checkQuantity(row.sourceSequence, [...field, 'sourceSequence'])),
  ];
  if (row.changeFromQuantity === undefined && row.asOfMs === null) {
    const message =
      'Say what is there now (changeFromQuantity; null for whatever it is), or when it was counted (asOf).';
    errors.push({ code: 'INVALID_INPUT', message, field: [...field, 'changeFromQuantity'] });
  }
  return errors;
}

/** The years that every part of the gateway can write with four digits. */
const EARLIEST_MS = Date.parse('0001-01-01T00:00:00Z');
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** Checks a moment of the input, epoch milliseconds; null and undefined are fine. */
export function checkMoment(ms: number | null | undefined, field: readonly string[]): UserError[] {
  if (ms == null || (Number.isInteger(ms) && ms >= EARLIEST_MS && ms <= LATEST_MS)) return [];
  const message = `${field.at(-1) ?? 'The moment'} must lie within the years 1 to 9999.`;
  return [{ code: 'INVALID_INPUT', message, field }];
}

/** A count is a whole number of units, and never below zero. */
export function checkCount(quantity: number, field: readonly string[]): UserError[] {
  const errors = checkQuantity(quantity, field);
  if (errors.length > 0 || quantity >= 0) return errors;
  return [{ code: 'INVALID_QUANTITY', message: 'A counted quantity cannot be below zero.', field }];
}
