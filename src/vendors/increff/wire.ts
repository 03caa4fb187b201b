/** The words and fields of Increff's "Update Inventory"; README.md has what becomes of each. */
import { MAX_QUANTITY } from '../../domain/ledger/quantity';
import { exactInteger, type JsonObject, type JsonValue } from '../json/strict-json';
import { text, type FieldForm } from '../shared/fields';

/** One thing that is wrong with a call, in the vendor's way of saying it: `channelSkuCode: may not be null`. */
export interface Fault {
  readonly field: string;
  readonly message: string;
}

export const MAY_NOT_BE_NULL = 'may not be null';

/** What a row of either form says, before it is known what it means. */
export interface WireRow {
  /** The code as sent: what the answer's lists hold. */
  readonly code: string;
  /** May be negative: then the code fails. */
  readonly quantity: number;
  /** 0 is the common pool. */
  readonly inventoryPoolId: number;
  /** Null where the location is not the row's but the call's. */
  readonly fulfillmentLocationId: number | null;
  /** Null in the form that has none. */
  readonly clientId: number | null;
}

const identity = wholeNumber(0);
const quantity = wholeNumber(-MAX_QUANTITY);

/** An element of `products`, where the body is an object. */
export function readProduct(row: JsonObject, faults: Fault[]): WireRow {
  return {
    code: productCode(row, faults),
    quantity: required(row, 'quantity', quantity, faults) ?? 0,
    inventoryPoolId: 0,
    fulfillmentLocationId: null,
    clientId: null,
  };
}

/** An element of the older form, where the body is an array. */
export function readClientSku(row: JsonObject, faults: Fault[]): WireRow {
  return {
    clientId: required(row, 'clientId', identity, faults),
    code: required(row, 'clientSkuId', someText, faults) ?? '',
    inventoryPoolId: optional(row, 'inventoryPoolId', identity, faults) ?? 0,
    quantity: required(row, 'quantity', quantity, faults) ?? 0,
    fulfillmentLocationId: required(row, 'fulfillmentLocationId', identity, faults),
  };
}

/** The page's table has the one spelling, its example the other. */
function productCode(row: JsonObject, faults: Fault[]): string {
  const byTable = optional(row, 'channelskuCode', someText, faults);
  const name = 'channelSkuCode';
  if (byTable === null) return required(row, name, someText, faults) ?? '';
  const byExample = optional(row, name, someText, faults);
  if (byExample !== null && byExample !== byTable) faults.push({ field: name, message: 'differs from channelskuCode' });
  return byTable;
}

/** Reads a member that has to be there; null where there is a fault, which is noted. */
export function required<T>(source: JsonObject, field: string, form: FieldForm<T>, faults: Fault[]): T | null {
  if (source[field] !== undefined && source[field] !== null) return optional(source, field, form, faults);
  faults.push({ field, message: MAY_NOT_BE_NULL });
  return null;
}

/** Reads a member; null where there is none, and where there is a fault, which is noted. */
function optional<T>(source: JsonObject, field: string, form: FieldForm<T>, faults: Fault[]): T | null {
  const value = source[field];
  if (value === undefined || value === null) return null;
  const reading = form(value);
  if ('value' in reading) return reading.value;
  faults.push({ field, message: reading.fault });
  return null;
}

/** An opaque text that is not blank. */
export const someText: FieldForm<string> = (value) =>
  typeof value === 'string' && value.trim() === '' ? { fault: 'may not be empty' } : text()(value);

/** A number, not digits: unlike the pushes, calls have their types as the page has them. */
function wholeNumber(min: number): FieldForm<number> {
  return (value: JsonValue) => {
    const number = exactInteger(value);
    const usable = number !== undefined && number >= min;
    return usable ? { value: number } : { fault: `has to be a whole number from ${min} to ${MAX_QUANTITY}` };
  };
}
