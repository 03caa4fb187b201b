/** The words and fields of Jerry's "Stock Synchronization (Webhook)"; README.md has what becomes of each. */
import { MAX_QUANTITY, MAX_ROW_QUANTITY } from '../../domain/ledger/quantity';
import {
  code,
  name,
  optional,
  required,
  serial,
  text,
  wholeNumber,
  wordInAnyCase,
  type FieldTable,
  type RowOf,
} from '../shared/fields';
import { utcSecond } from './time';

/** The members of the message whose values are never stored. A user name is no secret, and says whose message it is. */
export const SECRET_MEMBERS: ReadonlySet<string> = new Set(['apiPassword', 'sign']);

/** 1 out, 2 in: the only thing that gives a change its direction. */
export const FLAGS = ['1', '2'] as const;
export type Flag = (typeof FLAGS)[number];

/** The union of the page's two tables, which name different codes. */
const CHANGE_TYPES = ['101', '102', '200', '201', '202', '0'] as const;
export type ChangeType = (typeof CHANGE_TYPES)[number];

/** In lower case; they come in any. */
const ITEM_PROPERTIES = ['good', 'damaged'] as const;
export type ItemProperties = (typeof ITEM_PROPERTIES)[number];

/** One element of `goods`. */
export const STOCK_CHANGE = {
  time: required(utcSecond, 'When it happened: `yyyy-MM-dd HH:mm:ss`, UTC.'),
  // Not 0: an unset id would give every change the same identity.
  stockChangeId: required(
    wholeNumber(1, MAX_QUANTITY),
    'The identity of the change: received again it is a duplicate.',
  ),
  upc: required(name, 'The item. Leading zeros are kept.'),
  qty: required(wholeNumber(1, MAX_ROW_QUANTITY), 'The amount, without a sign.'),
  flag: required(code(FLAGS), '1 out, 2 in.'),
  changeType: required(code(CHANGE_TYPES), 'Why stock changed.'),
  businessNo: optional(name, 'The order or other document that the change belongs to.'),
  // A comment: however long it is, the change counts.
  reason: optional(text(Number.POSITIVE_INFINITY), 'A comment.'),
  lotNumber: optional(name, 'The lot.'),
  seq: optional(serial, 'A serial, kept in the note.'),
  itemProperties: optional(wordInAnyCase(ITEM_PROPERTIES), 'Good or Damaged, in any case; left out: Good.'),
} satisfies FieldTable;

export type StockChange = RowOf<typeof STOCK_CHANGE>;
