import { timeOfCount, type CountPolicy, type CountRow } from '../../domain/plans/count';
import type { UserError } from '../../domain/errors';
import { planStockSet, stockSetReads, type StockSet, type StockSetResult } from '../../domain/plans/stock-set';
import { tidyName } from '../../domain/text';
import {
  checkCount,
  checkInstant,
  checkLag,
  checkKey,
  checkName,
  checkQuantity,
  checkRowCount,
  MAX_PUSH_ROWS,
  MAX_ROWS,
  checkText,
  tidyKey,
} from '../../domain/validation';
import type { Caller } from '../ports/caller';
import { commandFingerprint } from './fingerprint';
import type { Poster } from '../ports/poster';

/** A stockSet as asked for. `changeFromQuantity` undefined: not given; null: any quantity. */
export interface StockSetInput extends Omit<StockSet, 'fingerprint' | 'rows' | 'limits'> {
  readonly rows: readonly Row[];
}

type Row = Omit<CountRow, 'faults' | 'changeFromQuantity'> & { readonly changeFromQuantity: number | null | undefined };

export type SetStock = (caller: Caller, input: StockSetInput) => Promise<StockSetResult>;

/** Sets stock to absolute quantities. Refusals are values: see `results` and `userErrors`. */
export function createSetStock(deps: { poster: Poster; nowMs: () => number }): SetStock {
  return async ({ limits, ...caller }, given) => {
    const input = { ...tidied(given), ...(limits && { limits }) };
    const userErrors = envelopeFaults(input);
    if (userErrors.length > 0) return { results: [], userErrors, replayed: false, ledgerSequence: null };
    const receivedAtMs = input.message?.receivedAtMs ?? deps.nowMs();
    const command: StockSet = {
      ...input,
      fingerprint: commandFingerprint('stockSet', { ...input, rows: input.rows.map(contentOf) }),
      rows: input.rows.map((row, index) => countOf(row, index, input.policy, receivedAtMs)),
    };
    return deps.poster.post({
      ...caller,
      reads: stockSetReads(command),
      carries: { rows: input.rows.length, characters: command.message?.body.length ?? 0 },
      plan: (work) => planStockSet(work, command),
    });
  };
}

/** A row as its plan takes it. Written out, as there are hundreds. */
function countOf(row: Row, index: number, policy: CountPolicy, receivedAtMs: number): CountRow {
  const { asOfMs, isAsOfReceipt = false } = timeOfCount(row, policy, receivedAtMs);
  return {
    key: row.key,
    tellsApart: row.tellsApart,
    stated: row.stated,
    quantity: row.quantity,
    changeFromQuantity: row.changeFromQuantity ?? null,
    asOfMs,
    isAsOfReceipt,
    sourceSequence: row.sourceSequence,
    faults: rowFaults(row, index),
  };
}

/** What a row asks for. A default that is stated and one that is left out are the same. */
function contentOf(row: Row): object {
  const { asOfMs, changeFromQuantity, key, quantity, sourceSequence } = row;
  return { asOfMs, changeFromQuantity, key, quantity, sourceSequence };
}

function tidied(input: StockSetInput): StockSetInput {
  const reference = input.reference === null ? null : tidyName(input.reference);
  return { ...input, reference, rows: input.rows.map(withTidyKey) };
}

function withTidyKey(row: Row): Row {
  const key = tidyKey(row.key);
  return key === row.key ? row : { ...row, key };
}

function envelopeFaults(input: StockSetInput): UserError[] {
  return [
    ...checkText(input.idempotencyKey, ['idempotencyKey'], true),
    ...checkName(input.reference, ['reference']),
    ...checkText(input.note, ['note']),
    // What a warehouse pushes is a message, whose format has its own limit.
    ...checkRowCount(input.rows.length, ['rows'], input.message ? MAX_PUSH_ROWS : MAX_ROWS),
    ...checkLag(input.policy.lagSeconds ?? null, ['lagSeconds']),
  ];
}

function rowFaults(row: Row, index: number): UserError[] {
  const field = ['rows', String(index)];
  const errors = [
    ...checkKey(row.key, field),
    ...checkInstant(row.asOfMs, field, 'asOf'),
    ...checkCount(row.quantity, field, 'quantity'),
    ...checkQuantity(row.changeFromQuantity, field, 'changeFromQuantity'),
    ...checkQuantity(row.sourceSequence, field, 'sourceSequence'),
  ];
  if (row.changeFromQuantity === undefined && row.asOfMs === null) {
    const message =
      'Say what is there now (changeFromQuantity; null for whatever it is), or when it was counted (asOf).';
    errors.push({ code: 'INVALID_INPUT', message, field: [...field, 'changeFromQuantity'] });
  }
  return errors;
}
