/** The words and fields of Increff's "Update Inventory"; README.md has what becomes of each. */
import { MAX_QUANTITY, MAX_ROW_QUANTITY } from '../../domain/ledger/quantity';
import { MAX_ROWS } from '../../domain/validation';
import { isJsonArray, type JsonArray, type JsonObject } from '../../json/strict-json';
import { received } from '../shared/received';
import {
  name,
  nameAsSent,
  notBlank,
  nullIsAbsent,
  objectSchema,
  readMembers,
  type FieldTable,
  type Form,
  type RowOf,
  wholeNumber,
} from '../shared/fields';

/** One thing that is wrong with a call, in the vendor's way of saying it: `channelSkuCode: may not be null`. */
export interface Fault {
  readonly field: string;
  readonly message: string;
}

export const MAY_NOT_BE_NULL = 'may not be null';

/** What a row of either form says, before it is known what it means. */
export interface WireRow {
  /** The code as sent: what the answer's lists hold. */
  readonly code: string;
  /** May be negative: then the code fails. */
  readonly quantity: number;
  /** 0 is the common pool. Null in the form that has none. */
  readonly inventoryPoolId: number | null;
  /** Null where the location is not the row's but the call's. */
  readonly fulfillmentLocationId: number | null;
  /** Null in the form that has none. */
  readonly clientId: number | null;
}

const { required, optional } = nullIsAbsent(MAY_NOT_BE_NULL);

/** The page has numbers; some senders write digits. */
const identity = wholeNumber(0, MAX_QUANTITY);
const quantity = required(
  wholeNumber(-MAX_ROW_QUANTITY, MAX_ROW_QUANTITY),
  'The absolute quantity available for sale. A negative one fails its code.',
);
/** As sent, since the answer's lists repeat it; the command cleans it as every name. */
const someText = notBlank(nameAsSent, 'may not be empty');

const PRODUCT_CODE = {
  channelskuCode: optional(someText, 'Another spelling of channelSkuCode.'),
  channelSkuCode: optional(someText, 'The item.'),
} satisfies FieldTable;
const QUANTITY = { quantity } satisfies FieldTable;

/** An element of `products`, where the body is an object. One of the two spellings of the code has to be there. */
export const PRODUCT = { ...PRODUCT_CODE, ...QUANTITY } satisfies FieldTable;

/** An element of the older form, where the body is an array. */
export const CLIENT_SKU = {
  clientId: required(identity),
  clientSkuId: required(someText, 'The item.'),
  inventoryPoolId: optional(identity, '0 and none are the common pool.'),
  quantity,
  fulfillmentLocationId: required(
    identity,
    'The location: its digits are the code, or the setting `fulfillmentLocations` has the code.',
  ),
} satisfies FieldTable;

const list: Form<JsonArray> = {
  read: (value) => (isJsonArray(value) ? { value } : { fault: 'has to be a list' }),
  schema: {
    type: 'array',
    maxItems: MAX_ROWS,
    items: objectSchema(PRODUCT, {
      anyOf: [
        { required: ['channelSkuCode'], properties: { channelSkuCode: { type: 'string' } } },
        { required: ['channelskuCode'], properties: { channelskuCode: { type: 'string' } } },
      ],
    }),
  },
};

/** The newer form of the body. */
export const PRODUCTS_BODY = {
  locationCode: required(notBlank(name, 'may not be empty'), 'The code of a location that is known.'),
  products: required(list),
} satisfies FieldTable;

/** The form in which Increff itself states stock to a client of its own. */
export const INVENTORIES_BODY = {
  locationCode: PRODUCTS_BODY.locationCode,
  inventories: required(list),
} satisfies FieldTable;

/** Reads an object; what is wrong with it is added to `faults`. */
export function read<Table extends FieldTable>(
  table: Table,
  source: JsonObject,
  faults: Fault[],
): Partial<RowOf<Table>> {
  const { values, faults: found } = readMembers(table, source);
  faults.push(...found.map(({ name, fault, value }) => ({ field: name, message: `${fault}${received(value)}` })));
  return values;
}

export function readProduct(row: JsonObject, faults: Fault[]): WireRow {
  const code = productCode(row, faults);
  const { quantity: units = 0 } = read(QUANTITY, row, faults);
  return { code, quantity: units, inventoryPoolId: null, fulfillmentLocationId: null, clientId: null };
}

export function readClientSku(row: JsonObject, faults: Fault[]): WireRow {
  const {
    clientId,
    clientSkuId,
    inventoryPoolId,
    quantity: units,
    fulfillmentLocationId,
  } = read(CLIENT_SKU, row, faults);
  return {
    clientId: clientId ?? null,
    code: clientSkuId ?? '',
    inventoryPoolId: inventoryPoolId ?? 0,
    quantity: units ?? 0,
    fulfillmentLocationId: fulfillmentLocationId ?? null,
  };
}

/** The page's table has the one spelling, its example the other. */
function productCode(row: JsonObject, faults: Fault[]): string {
  const { channelskuCode: byTable = null, channelSkuCode: byExample } = read(PRODUCT_CODE, row, faults);
  const field = 'channelSkuCode';
  if (byTable === null) {
    if (byExample === null) faults.push({ field, message: MAY_NOT_BE_NULL });
    return byExample ?? '';
  }
  const differs = byExample !== undefined && byExample !== null && byExample !== byTable;
  if (differs) faults.push({ field, message: `differs from channelskuCode${received(byExample)}` });
  return byTable;
}
