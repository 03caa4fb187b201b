/** Forms of Winit's orders, whose faults are codes of the catalogue. */
import { cleanName, textFault } from '../../domain/text';
import { isRowQuantity } from '../../domain/ledger/quantity';
import { exactInteger, isJsonArray, isJsonObject, type JsonArray, type JsonObject } from '../../json/strict-json';
import { blankIsAbsent, readMembers, type FieldTable, type Form, type RowOf, type Schema } from '../shared/fields';
import type { OrderFault, OrderFaultCode } from './codes';

/** What is wrong with a value; the path of the field goes with it. */
type ValueFault = Omit<OrderFault, 'field'>;

type OrderForm<Value> = Form<Value, ValueFault>;
export type OrderFieldTable = FieldTable<ValueFault>;

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
): RowOf<Table> | undefined {
  const { row, faults: found } = readMembers(table, object);
  faults.push(...found.map(({ name, fault }) => ({ field: `${path}${name}`, ...fault })));
  return row;
}

export const { required, optional } = blankIsAbsent<ValueFault>({ code: 'FIELD_REQUIRED' });

const fault = (code: OrderFaultCode): { fault: ValueFault } => ({ fault: { code } });

export function text(limit: number): OrderForm<string> {
  return {
    read(value) {
      if (typeof value !== 'string') return fault('FIELD_NOT_TEXT');
      if (value.length > limit) return { fault: { code: 'FIELD_TOO_LONG', details: { limit } } };
      return textFault(value, limit) === null ? { value } : fault('FIELD_NOT_TEXT');
    },
    schema: { type: 'string', maxLength: limit },
  };
}

/** A name, cleaned as at every door: see `cleanName`. */
export function name(limit: number): OrderForm<string> {
  const { read, schema } = text(limit);
  return {
    read(value) {
      const reading = read(value);
      if ('fault' in reading) return reading;
      const clean = cleanName(reading.value, limit);
      if ('name' in clean) return { value: clean.name };
      const { unseen } = clean;
      return unseen === undefined ? fault('FIELD_NOT_TEXT') : { fault: { code: 'FIELD_UNSEEN', details: { unseen } } };
    },
    schema,
  };
}

export function word<T extends string>(words: readonly T[]): OrderForm<T> {
  return {
    read(value) {
      const known = words.find((candidate) => candidate === value);
      if (known !== undefined) return { value: known };
      return { fault: { code: 'FIELD_NOT_ALLOWED', details: { allowed: words.join(', ') } } };
    },
    schema: { type: 'string', enum: words },
  };
}

/** Digits in a string, as the page has it. That it is above zero is a rule of orders and checked with the others. */
export const quantityDigits: OrderForm<number> = {
  read(value) {
    const isUsable = typeof value === 'string' && /^\d{1,16}$/.test(value) && isRowQuantity(Number(value));
    return isUsable ? { value: Number(value) } : fault('FIELD_NOT_DIGITS');
  },
  schema: { type: 'string', pattern: '^\\d{1,16}$' },
};

export const integer: OrderForm<number> = {
  read(value) {
    const number = exactInteger(value);
    return number === undefined ? fault('FIELD_NOT_INTEGER') : { value: number };
  },
  schema: { type: 'integer' },
};

/** A list whose elements are read one by one, each with its own path. */
export const list = (items: Schema, more: Schema): OrderForm<JsonArray> => ({
  read: (value) => (isJsonArray(value) ? { value } : fault('FIELD_NOT_LIST')),
  schema: { type: 'array', items, ...more },
});

/** An object that is read by itself, with its own path. */
export const object = (schema: Schema): OrderForm<JsonObject> => ({
  read: (value) => (isJsonObject(value) ? { value } : fault('FIELD_NOT_OBJECT')),
  schema,
});
