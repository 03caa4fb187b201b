import type { UserError } from './errors';
import { isQuantity, MAX_QUANTITY } from './ledger/quantity';

/** Longest text taken where no other bound is said, in UTF-16 units. */
export const MAX_TEXT_LENGTH = 255;
/** Most rows that one command or message may have. */
export const MAX_ROWS = 300;

/** What keeps a text from being stored as it is: too long, NUL, or half of a surrogate pair. Null where nothing does. */
export function textFault(value: string, maxLength = MAX_TEXT_LENGTH): string | null {
  if (value.length > maxLength) return `has ${value.length} characters; at most ${maxLength} are taken`;
  if (value.includes('\0')) return 'contains a NUL character';
  if (/\p{Surrogate}/u.test(value)) return 'contains half of a surrogate pair';
  return null;
}

/** Checks a text of the input; null and undefined are fine. */
export function checkText(value: string | null | undefined, field: readonly string[], required = false): UserError[] {
  const name = field.at(-1) ?? 'value';
  const fault = required && value?.trim() === '' ? 'must not be empty' : textFault(value ?? '');
  return fault === null ? [] : [{ code: 'INVALID_INPUT', message: `${name} ${fault}.`, field }];
}

/** Checks a quantity of the input against the exact range. */
export function checkQuantity(value: number, field: readonly string[]): UserError[] {
  if (isQuantity(value)) return [];
  const message = `${field.at(-1) ?? 'quantity'} must be a whole number within ±${MAX_QUANTITY}.`;
  return [{ code: 'INVALID_QUANTITY', message, field }];
}

/** Checks the number of rows of a command. */
export function checkRowCount(count: number, field: readonly string[]): UserError[] {
  if (count === 0) return [{ code: 'INVALID_INPUT', message: 'Give at least one row.', field }];
  if (count <= MAX_ROWS) return [];
  return [{ code: 'BATCH_TOO_LARGE', message: `${count} rows; at most ${MAX_ROWS} are taken at once.`, field }];
}
