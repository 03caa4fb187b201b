/** The words and fields of Winit's wh.inventoryAdjustment.createOrder.v2; README.md has what becomes of each. */
import type { AdjustmentOrderType } from '../../domain/adjustment-order';
import { PACKAGINGS, type Packaging } from '../../domain/ledger/stock-key';
import { MAX_ROWS } from '../../domain/validation';
import { objectSchema } from '../shared/fields';
import {
  integer,
  list,
  name,
  object,
  optional,
  quantityDigits,
  required,
  text,
  word,
  type OrderFieldTable,
} from './fields';

export const CREATE_ORDER_ACTION = 'wh.inventoryAdjustment.createOrder.v2';
/** The ways to name its first version. */
export const FIRST_VERSION_ACTIONS: ReadonlySet<unknown> = new Set([
  'wh.inventoryAdjustment.createOrder',
  'wh.inventoryAdjustment.createOrder.v1',
]);

/** What the envelope has to say besides, each the only one that is known. */
export const ENVELOPE_WORDS = { format: 'json', signMethod: 'md5', version: '1.0' } as const;

/** The members of the envelope whose values are never stored: who has them could send the call again. */
export const SECRET_MEMBERS: ReadonlySet<string> = new Set(['sign', 'client_sign']);

/** The type of an order, by the first characters of Winit's product code. */
export const PRODUCT_PREFIXES = {
  OSF61: 'UNPACK',
  OSF64: 'OWNER_TRANSFER',
  OSF65: 'BARCODE_CHANGE',
} as const satisfies Record<string, AdjustmentOrderType>;

/** Their SKU types are our packagings, word for word. */
const SKU_TYPES: readonly Packaging[] = PACKAGINGS;

/** One side of a line. */
export const TRANSFER_INFO = {
  merchandiseCode: required(name(255), 'The item.'),
  specification: optional(name(255), "The item's specification."),
  quantity: required(quantityDigits, 'Units of the SKU type, above zero.'),
  skuType: required(word(SKU_TYPES), 'In which packaging.'),
  standPartsQty: optional(integer, 'Single units in a package.'),
  barcodeValue: optional(name(255), 'The barcode value.'),
} satisfies OrderFieldTable;

/** One element of `merchandiseList`. */
export const MERCHANDISE = {
  transferOutInfo: required(object(objectSchema(TRANSFER_INFO)), 'What goes out.'),
  transferInInfo: required(object(objectSchema(TRANSFER_INFO)), 'What comes in.'),
} satisfies OrderFieldTable;

/** What `data` holds. */
export const ORDER_DATA = {
  winitProductCode: required(
    text(50),
    'Begins with the type of the order: OSF61 unpacking, OSF64 transfer of owner, OSF65 change of barcode value.',
  ),
  sellerOrderNo: optional(name(50), 'The same order again has the first orderNo.'),
  warehouseCode: required(name(50), 'The location.'),
  turnInCode: optional(name(30), 'The inventory organisation that gets the stock.'),
  turnOutCode: optional(name(30), 'The inventory organisation that gives the stock.'),
  merchandiseList: required(list(objectSchema(MERCHANDISE), { minItems: 1, maxItems: MAX_ROWS }), 'The lines.'),
} satisfies OrderFieldTable;
