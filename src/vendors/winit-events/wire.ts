/** The words and fields of Winit's EVENT_IMS_SKUINVENTORYUPDATE_V1, spelt as theirs are; README.md has what becomes of each. */
import { MAX_QUANTITY } from '../../domain/ledger/quantity';
import { exactInteger, type JsonValue } from '../json/strict-json';
import { optional, required, text, wholeNumber, word } from '../shared/fields';
import type { FieldReading, FieldTable, RowOf } from '../shared/fields';

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

export const INVENTORY_TYPES = [
  'USABLE',
  'INSTOCK',
  'OUTFROZEN',
  'LOSEFROZEN',
  'ONORDER',
  'PROHIBITFROZEN',
  'MANAULFROZEN',
] as const;
export type InventoryType = (typeof INVENTORY_TYPES)[number];

export const MERCHANDISE_GRADES = ['GOOD', 'DEFECTIVE'] as const;
export type MerchandiseGrade = (typeof MERCHANDISE_GRADES)[number];

export const SERVICE_TYPES = ['2B', '2C'] as const;

/** Longest uuid (the page says 30): with the row's hash behind it, an external id has 255 characters at most. */
const MAX_UUID_LENGTH = 222;

/** One row. What decides the stock key, the amount, the time or the identity has to be there; the rest may be missing. */
export const INVENTORY_UPDATE = {
  customerCode: required(text()),
  docDate: required(epochTime),
  docType: required(word(DOC_TYPES)),
  orderNo: optional(text()),
  merchandiseCode: required(text()),
  specification: optional(text()),
  merchandiseSerno: required(text()),
  originalMerchandiseSerno: optional(text()),
  merchandiseGrade: required(word(MERCHANDISE_GRADES)),
  warehouseCode: required(text()),
  // The page's table has the first spelling, its example the second.
  mainWarehouseCode: optional(text()),
  mainwarehouseCode: optional(text()),
  operationType: required(word(OPERATION_TYPES)),
  serviceType: required(word(SERVICE_TYPES)),
  inventoryType: required(word(INVENTORY_TYPES)),
  qty: required(wholeNumber(-MAX_QUANTITY, MAX_QUANTITY)),
  uuid: required(text(MAX_UUID_LENGTH)),
} satisfies FieldTable;

export type InventoryUpdate = RowOf<typeof INVENTORY_UPDATE>;

/** Reads seconds (10 digits) or milliseconds (13 digits) since 1970 as milliseconds; so many digits begin in September 2001. */
function epochTime(value: JsonValue): FieldReading<number> {
  const digits = exactInteger(value)?.toString() ?? value;
  if (typeof digits === 'string' && /^[1-9]\d{12}$/.test(digits)) return { value: Number(digits) };
  if (typeof digits === 'string' && /^[1-9]\d{9}$/.test(digits)) return { value: Number(digits) * 1000 };
  return { fault: 'has to be a time in seconds (10 digits) or milliseconds (13 digits) since 1970' };
}
