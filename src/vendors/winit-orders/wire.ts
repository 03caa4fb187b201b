/** The words and fields of Winit's wh.inventoryAdjustment.createOrder.v2; README.md has what becomes of each. */
import type { AdjustmentOrderType } from '../../domain/adjustment-order';
import { PACKAGINGS, type Packaging } from '../../domain/ledger/stock-key';
import { orderFields, type OrderField } from './fields';

const { integer, quantityDigits, list, object, optional, required, text, word } = orderFields;

export const CREATE_ORDER_ACTION = 'wh.inventoryAdjustment.createOrder.v2';

/** What the envelope has to say besides, each the only one that is known. */
export const ENVELOPE_WORDS = { format: 'json', signMethod: 'md5', version: '1.0' } as const;

/** The members of the envelope whose values are never stored: who has them could send the call again. */
export const SECRET_MEMBERS: ReadonlySet<string> = new Set(['sign', 'client_sign']);

/** The beginnings of Winit's product codes that make an order one of a type. */
export const PRODUCT_PREFIXES = {
  OSF61: 'UNPACK',
  OSF64: 'OWNER_TRANSFER',
  OSF65: 'BARCODE_CHANGE',
} as const satisfies Record<string, AdjustmentOrderType>;

/** Their SKU types are our packagings, word for word. */
export const SKU_TYPES: readonly Packaging[] = PACKAGINGS;

/** What `data` holds. */
export const ORDER_DATA = {
  winitProductCode: required(text(50)),
  sellerOrderNo: optional(text(50)),
  warehouseCode: required(text(50)),
  turnInCode: optional(text(30)),
  turnOutCode: optional(text(30)),
  merchandiseList: required(list),
} satisfies Readonly<Record<string, OrderField<unknown>>>;

/** One element of `merchandiseList`. */
export const MERCHANDISE = {
  transferOutInfo: required(object),
  transferInInfo: required(object),
} satisfies Readonly<Record<string, OrderField<unknown>>>;

/** One side of it. */
export const TRANSFER_INFO = {
  merchandiseCode: required(text(255)),
  specification: optional(text(255)),
  quantity: required(quantityDigits),
  skuType: required(word(SKU_TYPES)),
  standPartsQty: optional(integer),
  barcodeValue: optional(text(255)),
} satisfies Readonly<Record<string, OrderField<unknown>>>;
