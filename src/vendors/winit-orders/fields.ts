import {
  exactInteger,
  isJsonArray,
  isJsonObject,
  type JsonArray,
  type JsonObject,
  type JsonValue,
} from '../json/strict-json';
import { textFault } from '../../domain/validation';
import type { OrderFault, OrderFaultCode } from './codes';

/** A value that can be used, or what is wrong with it. */
type OrderReading<T> =
  { readonly value: T } | { readonly code: OrderFaultCode; readonly details?: NonNullable<OrderFault['details']> };

/** Reads one member; undefined where there is none. */
export type OrderField<T> = (value: JsonValue | undefined) => OrderReading<T>;

export type OrderFieldTable = Readonly<Record<string, OrderField<unknown>>>;

/** What a table's fields have read. */
export type OrderFieldsOf<Table extends OrderFieldTable> = {
  readonly [Name in keyof Table]: Table[Name] extends OrderField<infer Value> ? Value : never;
};

/**
 * Reads the known members of an object by a table and leaves the others alone. What is wrong goes to `faults`, each under its path
 * in the sender's own names; undefined where anything is.
 *
 * @param path of the object, with the dot behind it; empty for `data` itself
 */
export function readFields<Table extends OrderFieldTable>(
  table: Table,
  object: JsonObject,
  path: string,
  faults: OrderFault[],
): OrderFieldsOf<Table> | undefined {
  const values: Record<string, unknown> = {};
  const before = faults.length;
  for (const [name, field] of Object.entries(table)) {
    const reading = field(object[name]);
    if ('code' in reading) faults.push({ field: `${path}${name}`, ...reading });
    else values[name] = reading.value;
  }
  return faults.length === before ? (values as OrderFieldsOf<Table>) : undefined;
}

/** Left out, null and blank are one thing. */
function isAbsent(value: JsonValue | undefined): value is undefined | null | string {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

type Form<T> = (value: JsonValue) => OrderReading<T>;

function required<T>(form: Form<T>): OrderField<T> {
  return (value) => (value === undefined || isAbsent(value) ? { code: 'FIELD_REQUIRED' } : form(value));
}

function optional<T>(form: Form<T>): OrderField<T | null> {
  return (value) => (value === undefined || isAbsent(value) ? { value: null } : form(value));
}

function text(limit: number): Form<string> {
  return (value) => {
    if (typeof value !== 'string') return { code: 'FIELD_NOT_TEXT' };
    if (value.length > limit) return { code: 'FIELD_TOO_LONG', details: { limit } };
    return textFault(value, limit) === null ? { value } : { code: 'FIELD_NOT_TEXT' };
  };
}

function word<T extends string>(words: readonly T[]): Form<T> {
  return (value) => {
    const known = words.find((candidate) => candidate === value);
    return known === undefined
      ? { code: 'FIELD_NOT_ALLOWED', details: { allowed: words.join(', ') } }
      : { value: known };
  };
}

/** Digits in a string, as the page has it. That it is above zero is a rule of orders and checked with the others. */
const quantityDigits: Form<number> = (value) => {
  const usable = typeof value === 'string' && /^\d{1,16}$/.test(value) && Number.isSafeInteger(Number(value));
  return usable ? { value: Number(value) } : { code: 'FIELD_NOT_DIGITS' };
};

const integer: Form<number> = (value) => {
  const number = exactInteger(value);
  return number === undefined ? { code: 'FIELD_NOT_INTEGER' } : { value: number };
};

const list: Form<JsonArray> = (value) => (isJsonArray(value) ? { value } : { code: 'FIELD_NOT_LIST' });

const object: Form<JsonObject> = (value) => (isJsonObject(value) ? { value } : { code: 'FIELD_NOT_OBJECT' });

export const orderFields = { required, optional, text, word, quantityDigits, integer, list, object };
