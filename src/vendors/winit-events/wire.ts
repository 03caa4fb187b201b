/** The words and fields of Winit's EVENT_IMS_SKUINVENTORYUPDATE_V1, spelt as theirs are; README.md has what becomes of each. */
import { MAX_ROW_QUANTITY } from '../../domain/ledger/quantity';
import { name, optional, required, text, wholeNumber, word } from '../shared/fields';
import type { FieldTable, RowOf } from '../shared/fields';
import { epochTime } from './time';

export const DOC_TYPES = [
  'INBOUND',
  'INBOUND_RETURN',
  'INBOUND_DOMESTIC',
  'INBOUND_OVERSEAS',
  'INBOUND_ALLOCATION',
  'OUTBOUND',
  'OUTBOUND_TAKE_THEIR',
  'OUTBOUND_DESTRUCTION',
  'OUTBOUND_ALLOCATION',
  'INVENTORY_FROZEN',
  'INVENTORY_UNFROZEN',
  'INVENTORY_ADJUSTMENT',
  'INV_TYPE_ADJ',
  'ABNORMAL_PICKING',
  'ABNORMAL_PICKING_SECOND',
  'ABNORMAL_PACKING',
  'ABNORMAL_STOCKTAKING',
  'ABNORMAL_MOVEDOWN',
  'RETURN_INVENTORY',
  'TRANSFER_WHAREHOUSE',
] as const;
export type DocType = (typeof DOC_TYPES)[number];

export const OPERATION_TYPES = [
  'INSPECTION',
  'SHELVES',
  'SHELVES_SUPPLY',
  'SUBMIT_ORDER',
  'CANCEL_ORDER',
  'SHIPMENTS',
  'INVENTORY_PROFIT',
  'INVENTORY_LOSS',
  'FROZEN',
  'UNFROZEN',
  'LOST_CONFIRMING',
  'LOST',
  'RESHELVES',
  'ALLOCATION_INBOUND',
  'RETURN_INVENTORY',
  'INBOUND_LOST',
  'TRANSFER_WHAREHOUSE_IN',
  'TRANSFER_WHAREHOUSE_OUT',
  'TRANSFORM',
  'ADJUST',
  'CANCEL',
] as const;
export type OperationType = (typeof OPERATION_TYPES)[number];

const INVENTORY_TYPES = [
  'USABLE',
  'INSTOCK',
  'OUTFROZEN',
  'LOSEFROZEN',
  'ONORDER',
  'PROHIBITFROZEN',
  'MANAULFROZEN',
] as const;
export type InventoryType = (typeof INVENTORY_TYPES)[number];

const MERCHANDISE_GRADES = ['GOOD', 'DEFECTIVE'] as const;
export type MerchandiseGrade = (typeof MERCHANDISE_GRADES)[number];

const SERVICE_TYPES = ['2B', '2C'] as const;

/** Longest uuid (the page says 30): with the row's hash behind it, an external id has 255 characters at most. */
const MAX_UUID_LENGTH = 222;

/** One row. What decides the stock key, the amount, the time or the identity has to be there; the rest may be missing. */
export const INVENTORY_UPDATE = {
  customerCode: required(name, 'Whose stock it is.'),
  docDate: required(epochTime, 'When it happened: milliseconds or seconds since 1970.'),
  docType: required(word(DOC_TYPES), 'The kind of document that the row belongs to.'),
  orderNo: optional(name, 'The number of that document.'),
  merchandiseCode: required(name, 'The item.'),
  specification: optional(name, "The item's specification."),
  merchandiseSerno: required(name, 'Another name of the item.'),
  originalMerchandiseSerno: optional(text(), 'Kept in the note.'),
  merchandiseGrade: required(word(MERCHANDISE_GRADES), 'The condition.'),
  warehouseCode: required(name, 'The location.'),
  // The page's table has the first spelling, its example the second.
  mainWarehouseCode: optional(name, 'The parent of the location.'),
  mainwarehouseCode: optional(name, 'Another spelling of mainWarehouseCode.'),
  operationType: required(word(OPERATION_TYPES), 'What was done under the document.'),
  serviceType: required(word(SERVICE_TYPES), 'The channel.'),
  inventoryType: required(word(INVENTORY_TYPES), 'In which state the units are.'),
  qty: required(wholeNumber(-MAX_ROW_QUANTITY, MAX_ROW_QUANTITY), 'Units in (positive) or out (negative).'),
  uuid: required(text(MAX_UUID_LENGTH), 'The identity of the event: rows that share it are legs of one movement.'),
} satisfies FieldTable;

export type InventoryUpdate = RowOf<typeof INVENTORY_UPDATE>;
