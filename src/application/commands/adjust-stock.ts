import type { UserError } from '../../domain/errors';
import type { MovementReason } from '../../domain/ledger/movement';
import type { NamedKey } from '../../domain/ledger/posting-reads';
import { signFault } from '../../domain/plans/signs';
import {
  planStockAdjust,
  stockAdjustReads,
  type StockAdjust,
  type StockAdjustResult,
} from '../../domain/plans/stock-adjust';
import { tidyName } from '../../domain/text';
import { checkKey, checkName, checkRowCount, checkRowQuantity, checkText, tidyKey } from '../../domain/validation';
import type { Principal } from '../ports/access';
import { callerOfPrincipal } from '../ports/caller';
import { commandFingerprint } from './fingerprint';
import type { Poster } from '../ports/poster';

/** A stockAdjust as asked for; the fingerprint is computed here. */
export type StockAdjustInput = Omit<StockAdjust, 'fingerprint' | 'limits'>;

export type AdjustStock = (principal: Principal, input: StockAdjustInput) => Promise<StockAdjustResult>;

/** Changes stock by deltas, all rows or none. Refusals are values: see `userErrors`. */
export function createAdjustStock(deps: { poster: Poster }): AdjustStock {
  return async (principal, given) => {
    const input = tidied(given);
    const userErrors = faults(input);
    if (userErrors.length > 0) {
      return { movementSequence: null, changes: [], userErrors, replayed: false, ledgerSequence: null };
    }
    const { limits, ...caller } = callerOfPrincipal(principal);
    const allowed = { ...input, ...(limits && { limits }) };
    const command = { ...allowed, fingerprint: commandFingerprint('stockAdjust', allowed) };
    return deps.poster.post({
      ...caller,
      reads: stockAdjustReads(command),
      plan: (work) => planStockAdjust(work, command),
    });
  };
}

function tidied(input: StockAdjustInput): StockAdjustInput {
  const reference = input.reference === null ? null : tidyName(input.reference);
  return { ...input, reference, rows: input.rows.map(({ key, delta }) => ({ delta, key: tidyKey(key) })) };
}

function faults(input: StockAdjustInput): UserError[] {
  return [
    ...checkText(input.idempotencyKey, ['idempotencyKey'], true),
    ...checkName(input.reference, ['reference']),
    ...checkText(input.note, ['note']),
    ...checkReason(input.reason),
    ...checkRowCount(input.rows.length, ['rows']),
    ...input.rows.flatMap(({ key, delta }, index) => {
      const field = ['rows', String(index)];
      return [
        ...checkKey(key, field),
        ...checkRowQuantity(delta, field, 'delta'),
        ...checkNotZero(delta, field),
        ...checkSign(input.reason, key, delta, field),
      ];
    }),
  ];
}

/** Reasons that only the commands of these names may give. */
const OTHER_COMMANDS: ReadonlySet<MovementReason> = new Set([
  'COUNT',
  'REVERSAL',
  'UNPACK',
  'OWNER_TRANSFER',
  'BARCODE_CHANGE',
  'MERGE',
]);

function checkReason(reason: MovementReason): UserError[] {
  if (!OTHER_COMMANDS.has(reason)) return [];
  const message = `${reason} is not for adjustments: counts and adjustment orders have commands of their own.`;
  return [{ code: 'INVALID_INPUT', message, field: ['reason'] }];
}

function checkSign(reason: MovementReason, key: NamedKey, delta: number, field: readonly string[]): UserError[] {
  const message = delta === 0 ? null : signFault(reason, key.dimensions.bucket, delta);
  return message === null ? [] : [{ code: 'INVALID_QUANTITY', message, field: [...field, 'delta'] }];
}

function checkNotZero(delta: number, field: readonly string[]): UserError[] {
  if (delta !== 0) return [];
  return [{ code: 'NOTHING_CHANGES', message: 'A delta of 0 changes nothing.', field: [...field, 'delta'] }];
}
