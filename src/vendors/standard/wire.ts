/** The words and fields of our own webhook's body; README.md has what becomes of each. */
import { parseInstant } from '../../domain/instant';
import type { MovementReason } from '../../domain/ledger/movement';
import { MAX_QUANTITY } from '../../domain/ledger/quantity';
import { PACKAGINGS, STOCK_BUCKETS, STOCK_CONDITIONS } from '../../domain/ledger/stock-key';
import { isJsonObject, type JsonValue } from '../json/strict-json';
import {
  optional,
  readRow,
  required,
  text,
  wholeNumber,
  word,
  type FieldReading,
  type FieldTable,
  type RowOf,
} from '../shared/fields';

/**
 * What a message can hold. Facts and counts do not come in one message: rows have no order among each other, and whether a fact
 * of the same moment were in a count already would be a guess.
 */
export const MESSAGE_TYPES = ['stock.facts', 'stock.counts'] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** Why stock can move as a fact. The other reasons are those of our own orders and counts, or one vendor's ambiguity. */
export const FACT_REASONS = [
  'OPENING',
  'RECEIPT',
  'RETURN',
  'SHIPMENT',
  'ALLOCATION',
  'DEALLOCATION',
  'TRANSFER',
  'HOLD',
  'RELEASE',
  'ADJUSTMENT',
  'LOSS',
  'GAIN',
  'UNKNOWN',
] as const satisfies readonly MovementReason[];

/** How a row names its item: by sku, or by an identifier. */
export type ItemName =
  | { readonly by: 'SKU'; readonly sku: string; readonly specification: string }
  | { readonly by: 'IDENTIFIER'; readonly scheme: string; readonly value: string; readonly specification: string };

const ITEM = {
  sku: optional(text()),
  specification: optional(text()),
  scheme: optional(text()),
  value: optional(text()),
} satisfies FieldTable;

/** What a fact and a count are both about. */
const STOCK_KEY = {
  item: required(itemName),
  location: optional(text()),
  owner: optional(text()),
  pool: optional(text()),
  channel: optional(text()),
  condition: optional(word(STOCK_CONDITIONS)),
  packaging: optional(word(PACKAGINGS)),
  barcode: optional(text()),
  lot: optional(text()),
  bucket: optional(word(STOCK_BUCKETS)),
} satisfies FieldTable;

export type StockKeyRow = RowOf<typeof STOCK_KEY>;

/** One row of `stock.facts`. */
export const STOCK_FACT = {
  ...STOCK_KEY,
  id: required(text()),
  event: optional(text()),
  delta: required(wholeNumber(-MAX_QUANTITY, MAX_QUANTITY)),
  reason: required(word(FACT_REASONS)),
  reference: optional(text()),
  note: optional(text()),
  occurredAt: optional(moment),
} satisfies FieldTable;

export type StockFact = RowOf<typeof STOCK_FACT>;

/** One row of `stock.counts`. */
export const STOCK_COUNT = {
  ...STOCK_KEY,
  quantity: required(wholeNumber(0, MAX_QUANTITY)),
  // Webhooks are sent again, and arrive out of order: a count without its moment could undo a later one.
  asOf: required(moment),
  sourceSequence: optional(wholeNumber(0, MAX_QUANTITY)),
} satisfies FieldTable;

function itemName(value: JsonValue): FieldReading<ItemName> {
  const fault = 'has to be an object with sku, or with scheme and value, and specification where the sku has any';
  const reading = isJsonObject(value) ? readRow(ITEM, value) : { faults: [] };
  if ('faults' in reading) return { fault };
  const { sku, scheme, value: identifier, specification: given } = reading.row;
  const specification = given ?? '';
  if (sku !== null) return (scheme ?? identifier) ? { fault } : { value: { by: 'SKU', sku, specification } };
  if (scheme === null || identifier === null) return { fault };
  return { value: { by: 'IDENTIFIER', scheme, value: identifier, specification } };
}

/** Reads a moment as RFC 3339 writes it, with its offset, as epoch milliseconds; what is finer than those is cut off. */
function moment(value: JsonValue): FieldReading<number> {
  const fault = 'has to be a moment from 1970 on, such as 2026-01-31T12:00:00Z or 2026-01-31T13:00:00.250+01:00';
  const epochMs = typeof value === 'string' ? parseInstant(value) : undefined;
  return epochMs !== undefined && epochMs >= 0 ? { value: epochMs } : { fault };
}
