/** The words and parameters of Comestri's "create inventory"; README.md has what becomes of each. */
import { MAX_QUANTITY } from '../../domain/ledger/quantity';
import { exactInteger, type JsonValue } from '../json/strict-json';
import { required, text, word, type Field, type FieldForm, type FieldTable, type RowOf } from '../shared/fields';
import { plainDecimal } from './decimal';
import { instant } from './instant';

export const STOCK_AVAILABILITIES = ['out_of_stock', 'in_stock'] as const;
export type WireStockAvailability = (typeof STOCK_AVAILABILITIES)[number];

/** Singular here, and plural for the lead time: as on the page. */
export const DISPATCH_TIME_UNITS = ['day', 'hour'] as const;
export type WireDispatchTimeUnit = (typeof DISPATCH_TIME_UNITS)[number];

export const LEAD_TIME_UNITS = ['months', 'weeks', 'days', 'hours'] as const;
export type WireLeadTimeUnit = (typeof LEAD_TIME_UNITS)[number];

export const BACK_ORDER_HANDLINGS = ['pre_orderable', 'back_orderable'] as const;
export type WireBackOrderHandling = (typeof BACK_ORDER_HANDLINGS)[number];

export const STYLES = ['dynamic', 'static', 'perpetual'] as const;
export type WireStyle = (typeof STYLES)[number];

/** Largest of the whole numbers that are no quantities and no ids. */
export const MAX_WHOLE_TERM = 2 ** 31 - 1;

/** Every parameter under `inventory`, by the page's validations; those that the page allows to be nil may be null or left out. */
export const INVENTORY = {
  inventory_source: required(text()),
  product_code: nullable(notBlank(text())),
  product_id: nullable(integer(1, MAX_QUANTITY)),
  sku: nullable(text()),
  qty: required(integer(0, MAX_QUANTITY)),
  available_qty: nullable(integer(-MAX_QUANTITY, MAX_QUANTITY)),
  stock_availability: nullable(word(STOCK_AVAILABILITIES)),
  out_of_stock_threshold: nullable(integer(0, MAX_WHOLE_TERM)),
  dispatch_time: nullable(integer(0, MAX_WHOLE_TERM)),
  dispatch_time_unit: nullable(word(DISPATCH_TIME_UNITS)),
  lead_time: nullable(integer(0, MAX_WHOLE_TERM)),
  lead_time_unit: nullable(word(LEAD_TIME_UNITS)),
  stock_arrival_date: nullable(instant),
  back_order_handling: nullable(word(BACK_ORDER_HANDLINGS)),
  back_order_allocation: nullable(integer(0, MAX_WHOLE_TERM)),
  source_system_stock_timestamp: nullable(instant),
  unit_cost: nullable(plainDecimal),
  style: nullable(word(STYLES)),
} satisfies FieldTable;

/** What was sent: undefined where a parameter was left out. */
export type Inventory = RowOf<typeof INVENTORY>;

/** Null stays null, and what is left out undefined: the one clears, the other leaves alone. */
function nullable<T>(form: FieldForm<T>): Field<T | null | undefined> {
  return (value) => (value === undefined || value === null ? { value } : form(value));
}

/** A JSON number that is whole; digits in a text are none, as the page asks for an Integer. */
function integer(min: number, max: number): FieldForm<number> {
  return (value: JsonValue) => {
    const number = exactInteger(value);
    const usable = number !== undefined && number >= min && number <= max;
    return usable ? { value: number } : { fault: `has to be an integer from ${min} to ${max}` };
  };
}

function notBlank(form: FieldForm<string>): FieldForm<string> {
  return (value) => (typeof value === 'string' && value.trim() === '' ? { fault: 'must not be blank' } : form(value));
}
