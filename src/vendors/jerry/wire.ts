/** The words and fields of Jerry's "Stock Synchronization (Webhook)"; README.md has what becomes of each. */
import { parseWallClock } from '../../domain/instant';
import { MAX_QUANTITY } from '../../domain/ledger/quantity';
import type { JsonValue } from '../json/strict-json';
import {
  code,
  optional,
  required,
  serial,
  text,
  wholeNumber,
  wordInAnyCase,
  type FieldReading,
  type FieldTable,
  type RowOf,
} from '../shared/fields';

/** The members of the message whose values are never stored. A user name is no secret, and says whose message it is. */
export const SECRET_MEMBERS: ReadonlySet<string> = new Set(['apiPassword', 'sign']);

/** 1 out, 2 in: the only thing that gives a change its direction. */
export const FLAGS = ['1', '2'] as const;
export type Flag = (typeof FLAGS)[number];

/** The union of the page's two tables, which name different codes. */
export const CHANGE_TYPES = ['101', '102', '200', '201', '202', '0'] as const;
export type ChangeType = (typeof CHANGE_TYPES)[number];

/** In lower case; they come in any. */
const ITEM_PROPERTIES = ['good', 'damaged'] as const;
export type ItemProperties = (typeof ITEM_PROPERTIES)[number];

/** One element of `goods`. */
export const STOCK_CHANGE = {
  time: required(utcSecond),
  // Not 0: an unset id would make every change the same one.
  stockChangeId: required(wholeNumber(1, MAX_QUANTITY)),
  upc: required(text()),
  qty: required(wholeNumber(1, MAX_QUANTITY)),
  flag: required(code(FLAGS)),
  changeType: required(code(CHANGE_TYPES)),
  businessNo: optional(text()),
  // A comment: however long it is, the change counts.
  reason: optional(text(Number.POSITIVE_INFINITY)),
  lotNumber: optional(text()),
  seq: optional(serial),
  itemProperties: optional(wordInAnyCase(ITEM_PROPERTIES)),
} satisfies FieldTable;

export type StockChange = RowOf<typeof STOCK_CHANGE>;

/** Reads `yyyy-MM-dd HH:mm:ss` in UTC as epoch milliseconds. */
function utcSecond(value: JsonValue): FieldReading<number> {
  const fault = 'has to be a time of the form yyyy-MM-dd HH:mm:ss that exists in UTC';
  const epochMs = typeof value === 'string' ? parseWallClock(value) : undefined;
  return epochMs !== undefined && epochMs >= 0 ? { value: epochMs } : { fault };
}
