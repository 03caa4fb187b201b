import { exactInteger, isJsonObject, numberText, type JsonValue } from '../json/strict-json';
import { MAX_TEXT_LENGTH, textFault } from '../../domain/validation';

/** A value that can be used, or what is wrong with it as the rest of a sentence that its name begins. */
export type FieldReading<T> = { readonly value: T } | { readonly fault: string };

/** Reads one member of a row; undefined where the row has none. */
export type Field<T> = (value: JsonValue | undefined) => FieldReading<T>;

/** Reads a member that is there. */
export type FieldForm<T> = (value: JsonValue) => FieldReading<T>;

export type FieldTable = Readonly<Record<string, Field<unknown>>>;

/** What a row is once every field of its table could be read. */
export type RowOf<Table extends FieldTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Field<infer Value> ? Value : never;
};

/** Reads a row's known members by their table and leaves the others alone; or says all that is wrong with them at once. */
export function readRow<Table extends FieldTable>(
  table: Table,
  source: JsonValue,
): { readonly row: RowOf<Table> } | { readonly faults: readonly string[] } {
  if (!isJsonObject(source)) return { faults: ['the row is not an object'] };
  const row: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const [name, field] of Object.entries(table)) {
    const reading = field(source[name]);
    if ('fault' in reading) faults.push(`${name} ${reading.fault}`);
    else row[name] = reading.value;
  }
  return faults.length > 0 ? { faults } : { row: row as RowOf<Table> };
}

/** Left out, null and blank are one thing to the vendors, who use them by turns. */
function isAbsent(value: JsonValue | undefined): value is undefined | null | string {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

export function required<T>(form: FieldForm<T>): Field<T> {
  return (value) => (value === undefined || isAbsent(value) ? { fault: 'is missing' } : form(value));
}

/** Null where the member is absent. A member that is there but cannot be read is a fault all the same. */
export function optional<T>(form: FieldForm<T>): Field<T | null> {
  return (value) => (value === undefined || isAbsent(value) ? { value: null } : form(value));
}

/** An opaque text of bounded length, kept as it is: no trimming, leading zeros stay. A number is not one, as it has lost them. */
export function text(maxLength = MAX_TEXT_LENGTH): FieldForm<string> {
  return (value) => {
    if (typeof value !== 'string') return { fault: 'has to be a text' };
    const fault = textFault(value, maxLength);
    return fault === null ? { value } : { fault };
  };
}

/** A serial of which nothing is known but that it is a text or a number. */
export const serial: FieldForm<string> = (value) => {
  const written = numberText(value) ?? value;
  return typeof written === 'string' ? text()(written) : { fault: 'has to be a text or a number' };
};

/** One of the vendor's words, exactly as the vendor spells it. */
export function word<T extends string>(words: readonly T[]): FieldForm<T> {
  return (value) => {
    const known = words.find((candidate) => candidate === value);
    return known === undefined ? { fault: `has to be one of ${words.join(', ')}` } : { value: known };
  };
}

/** One of the vendor's words in any case; they are given in lower case. */
export function wordInAnyCase<T extends string>(words: readonly T[]): FieldForm<T> {
  return (value) => word(words)(typeof value === 'string' ? value.toLowerCase() : value);
}

/** One of the vendor's numeric codes, sent as a number or as digits. */
export function code<T extends string>(codes: readonly T[]): FieldForm<T> {
  return (value) => word(codes)(exactInteger(value)?.toString() ?? value);
}

/** A whole number, sent as a number or as digits; with a sign where the range has negative numbers. */
export function wholeNumber(min: number, max: number): FieldForm<number> {
  const digits = min < 0 ? /^[+-]?\d{1,16}$/ : /^\d{1,16}$/;
  return (value) => {
    // Adding 0 turns −0 into 0.
    const number = typeof value === 'string' && digits.test(value) ? Number(value) + 0 : exactInteger(value);
    const usable = number !== undefined && Number.isSafeInteger(number) && number >= min && number <= max;
    return usable ? { value: number } : { fault: `has to be a whole number from ${min} to ${max}` };
  };
}
