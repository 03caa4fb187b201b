/** The words and fields of our own webhook's body; README.md has what becomes of each. */
import type { MovementReason } from '../../domain/ledger/movement';
import { MAX_QUANTITY, MAX_ROW_QUANTITY } from '../../domain/ledger/quantity';
import { PACKAGINGS, STOCK_BUCKETS, STOCK_CONDITIONS } from '../../domain/ledger/stock-key';
import { isJsonObject } from '../../json/strict-json';
import {
  name,
  nullIsAbsent,
  optional,
  readMembers,
  required,
  text,
  wholeNumber,
  word,
  type FieldTable,
  type Form,
  type RowOf,
  type Schema,
} from '../shared/fields';
import { moment } from './time';

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
  sku: optional(name, 'The sku of an item that is registered.'),
  specification: optional(name, "The item's specification, where the sku or the scheme has any."),
  scheme: optional(name, 'What kind of identifier it is, such as UPC.'),
  value: optional(name, 'The identifier. Leading zeros are kept.'),
} satisfies FieldTable;

const itemName: Form<ItemName> = {
  read(value) {
    const fault = 'has to be an object with sku, or with scheme and value, and specification where the sku has any';
    if (!isJsonObject(value)) return { fault };
    const { row, faults } = readMembers(ITEM, value);
    if (!row) return { fault: faults.map((one) => `${one.name} ${one.fault}`).join(', ') };
    const { sku, scheme, value: identifier, specification: given } = row;
    const specification = given ?? '';
    if (sku !== null) return (scheme ?? identifier) ? { fault } : { value: { by: 'SKU', sku, specification } };
    if (scheme === null || identifier === null) return { fault };
    return { value: { by: 'IDENTIFIER', scheme, value: identifier, specification } };
  },
  schema: itemSchema(),
};

/** Either of the two ways to name an item. The members of the other one are absent. */
function itemSchema(): Schema {
  const { sku, scheme, value, specification } = ITEM;
  const absent = { anyOf: [{ type: 'null' }, { type: 'string', pattern: '^\\s*$' }] };
  const isThere = ({ schema }: { schema: Schema }) => ({ ...schema, type: 'string', pattern: '\\S' });
  const oneOf = [
    {
      required: ['sku'],
      properties: { sku: isThere(sku), specification: specification.schema, scheme: absent, value: absent },
    },
    {
      required: ['scheme', 'value'],
      properties: { scheme: isThere(scheme), value: isThere(value), specification: specification.schema, sku: absent },
    },
  ];
  return { oneOf: oneOf.map((schema) => ({ type: 'object', ...schema })) };
}

/** A blank dimension is not the same as one that is left out: a count with it means the stock without one. */
const { optional: stated } = nullIsAbsent('is missing');

/** What a fact and a count are both about. */
const STOCK_KEY = {
  item: required(itemName, 'An item, by its sku or by an identifier; with its specification where the sku has any.'),
  location: optional(name, 'The code of the location; left out: that of the connection.'),
  owner: stated(name, 'The inventory organisation.'),
  pool: stated(name, 'The pool.'),
  channel: stated(name, 'The channel, such as 2B or 2C.'),
  condition: optional(word(STOCK_CONDITIONS), 'Left out: GOOD.'),
  packaging: optional(word(PACKAGINGS), 'Left out: SINGLE.'),
  barcode: stated(name, 'The barcode value.'),
  lot: stated(name, 'The lot.'),
  bucket: optional(word(STOCK_BUCKETS), 'In which state the units are; left out: AVAILABLE.'),
} satisfies FieldTable;

export type StockKeyRow = RowOf<typeof STOCK_KEY>;

/** One row of `stock.facts`. */
export const STOCK_FACT = {
  ...STOCK_KEY,
  id: required(text(), 'The identity of this row: received again it is a duplicate, whatever message it comes in.'),
  event: optional(text(), 'What happened: rows of a message that share it are one movement. Left out: the id.'),
  delta: required(wholeNumber(-MAX_ROW_QUANTITY, MAX_ROW_QUANTITY), 'Units in (positive) or out (negative); not 0.'),
  reason: required(word(FACT_REASONS), 'Why stock moved.'),
  reference: optional(name, 'The order or other document that the change belongs to.'),
  note: optional(text(), 'A remark.'),
  occurredAt: optional(moment, 'When it happened. Left out: now.'),
} satisfies FieldTable;

export type StockFact = RowOf<typeof STOCK_FACT>;

/** One row of `stock.counts`. */
export const STOCK_COUNT = {
  ...STOCK_KEY,
  quantity: required(wholeNumber(0, MAX_ROW_QUANTITY), 'How many there were.'),
  // Webhooks are sent again, and arrive out of order: a count without its moment could undo a later one.
  asOf: required(moment, 'When there were that many. What the ledger knows to have happened since is added.'),
  sourceSequence: optional(
    wholeNumber(0, MAX_QUANTITY),
    "The sender's own order of its counts of this stock; where given, it orders them instead of asOf.",
  ),
} satisfies FieldTable;
