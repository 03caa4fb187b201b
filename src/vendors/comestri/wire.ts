/** The words and parameters of Comestri's "create inventory"; README.md has what becomes of each. */
import { MAX_QUANTITY, MAX_ROW_QUANTITY } from '../../domain/ledger/quantity';
import { integer, name, notBlank, nullable, required, word, type FieldTable, type RowOf } from '../shared/fields';
import { plainDecimal } from './decimal';
import { instant } from './time';

const STOCK_AVAILABILITIES = ['out_of_stock', 'in_stock'] as const;
export type WireStockAvailability = (typeof STOCK_AVAILABILITIES)[number];

/** Singular here, and plural for the lead time: as on the page. */
const DISPATCH_TIME_UNITS = ['day', 'hour'] as const;
export type WireDispatchTimeUnit = (typeof DISPATCH_TIME_UNITS)[number];

const LEAD_TIME_UNITS = ['months', 'weeks', 'days', 'hours'] as const;
export type WireLeadTimeUnit = (typeof LEAD_TIME_UNITS)[number];

const BACK_ORDER_HANDLINGS = ['pre_orderable', 'back_orderable'] as const;
export type WireBackOrderHandling = (typeof BACK_ORDER_HANDLINGS)[number];

const STYLES = ['dynamic', 'static', 'perpetual'] as const;
export type WireStyle = (typeof STYLES)[number];

const wholeTerm = integer(0, 2 ** 31 - 1, 'an integer');

/** What is stored of an inventory beside its quantity, and shown in replies as well. */
export const TERMS = {
  sku: nullable(name, "The item's sku at this source."),
  available_qty: nullable(
    integer(-MAX_ROW_QUANTITY, MAX_ROW_QUANTITY, 'an integer'),
    'What the source says is available; may exceed qty.',
  ),
  stock_availability: nullable(word(STOCK_AVAILABILITIES)),
  out_of_stock_threshold: nullable(wholeTerm, 'Units that are not sold.'),
  dispatch_time: nullable(wholeTerm),
  dispatch_time_unit: nullable(word(DISPATCH_TIME_UNITS)),
  lead_time: nullable(wholeTerm),
  lead_time_unit: nullable(word(LEAD_TIME_UNITS)),
  stock_arrival_date: nullable(instant),
  back_order_handling: nullable(word(BACK_ORDER_HANDLINGS)),
  back_order_allocation: nullable(wholeTerm, 'Units that may be sold before they are there.'),
  source_system_stock_timestamp: nullable(instant, 'When qty was counted; null or left out: now.'),
  unit_cost: nullable(plainDecimal, 'Exact: at most 15 digits before and 10 behind the point.'),
  style: nullable(word(STYLES)),
} satisfies FieldTable;

/** What names the inventory and states its quantity. */
const STATEMENT = {
  inventory_source: required(name, 'Name or code of a location.'),
  product_code: nullable(notBlank(name, 'must not be blank'), 'The item. Exactly one of this and product_id.'),
  product_id: nullable(integer(1, MAX_QUANTITY, 'an integer'), 'The item. Exactly one of this and product_code.'),
  qty: required(integer(0, MAX_ROW_QUANTITY, 'an integer'), 'How many there are: a count of available stock.'),
} satisfies FieldTable;

const { inventory_source, product_code, product_id, qty } = STATEMENT;
const { sku, ...otherTerms } = TERMS;

/** Every parameter under `inventory`, by the page's validations and in its order. */
export const INVENTORY = {
  inventory_source,
  product_code,
  product_id,
  sku,
  qty,
  ...otherTerms,
} satisfies FieldTable;

/** What was sent: undefined where a parameter was left out. */
export type Inventory = RowOf<typeof INVENTORY>;
