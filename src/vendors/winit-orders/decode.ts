import type { AdjustmentOrderInput } from '../../application/commands/adjustment-orders';
import type { AdjustmentOrderLine, AdjustmentOrderSide, AdjustmentOrderType } from '../../domain/adjustment-order';
import { orderFaults } from '../../domain/plans/adjustment-order-rules';
import type { UserError } from '../../domain/errors';
import { isJsonObject, type JsonArray, type JsonValue } from '../../json/strict-json';
import { MAX_ROWS } from '../../domain/validation';
import type { OrderFault } from './codes';
import type { RowOf } from '../shared/fields';
import { readFields } from './fields';
import type { WinitOrderSettings } from './settings';
import { MERCHANDISE, ORDER_DATA, PRODUCT_PREFIXES, TRANSFER_INFO } from './wire';

/** An order as decoded; the route adds the call as a message. */
export type DecodedOrder = Omit<AdjustmentOrderInput, 'message'>;

/**
 * Decodes `data`, or names everything that is wrong with it at once: what a field is, and the rules of orders that can be checked
 * on what could be read. What the catalogue and the stock say comes with the posting.
 *
 * @param sign the call's signature: the order's key where it has no sellerOrderNo
 */
export function decodeOrder(
  data: JsonValue | undefined,
  settings: WinitOrderSettings,
  sign: string,
): { readonly order: DecodedOrder } | { readonly faults: readonly OrderFault[] } {
  if (data === undefined || data === null) return { faults: [{ code: 'FIELD_REQUIRED', field: 'data' }] };
  if (!isJsonObject(data)) return { faults: [{ code: 'FIELD_NOT_OBJECT', field: 'data' }] };
  const faults: OrderFault[] = [];
  const header = readFields(ORDER_DATA, data, '', faults);
  const { merchandiseList } = data;
  const lines = Array.isArray(merchandiseList) ? readLines(merchandiseList as JsonArray, faults) : [];
  const readable = lines.filter((line) => line !== undefined);
  const type = productType(data['winitProductCode']);
  const productKnown = !!type || faults.some(({ field }) => field === 'winitProductCode');
  if (!productKnown) faults.push(unknownProduct());
  if (header && type && faults.length === 0) {
    const order = orderOf(header, type, readable, settings, sign);
    const kept = dimensionFaults(order, settings);
    return kept.length === 0 ? { order } : { faults: [...kept, ...brokenRules(order).map(faultOf)] };
  }
  return { faults: [...faults, ...ruleFaults(header, type, lines, settings, faults)] };
}

type Header = RowOf<typeof ORDER_DATA>;

/** By the beginning of Winit's product code; what follows is theirs. */
function productType(productCode: JsonValue | undefined): AdjustmentOrderType | undefined {
  if (typeof productCode !== 'string') return undefined;
  return Object.entries(PRODUCT_PREFIXES).find(([prefix]) => productCode.startsWith(prefix))?.[1];
}

const unknownProduct = (): OrderFault => ({
  code: 'PRODUCT_UNKNOWN',
  field: 'winitProductCode',
  details: { allowed: Object.keys(PRODUCT_PREFIXES).join(', ') },
});

/** Each line, undefined where it cannot be read. */
function readLines(list: JsonArray, faults: OrderFault[]): (AdjustmentOrderLine | undefined)[] {
  if (list.length === 0) faults.push({ code: 'FIELD_REQUIRED', field: 'merchandiseList' });
  if (list.length > MAX_ROWS) faults.push({ code: 'BATCH_TOO_LARGE', field: 'merchandiseList' });
  return list.slice(0, MAX_ROWS).map((element, index) => readLine(element, `merchandiseList[${index}]`, faults));
}

function readLine(element: JsonValue, path: string, faults: OrderFault[]): AdjustmentOrderLine | undefined {
  if (!isJsonObject(element)) {
    faults.push({ code: 'FIELD_NOT_OBJECT', field: path });
    return undefined;
  }
  readFields(MERCHANDISE, element, `${path}.`, faults);
  const side = (name: keyof typeof MERCHANDISE): AdjustmentOrderSide | undefined => {
    const info = element[name];
    const read = isJsonObject(info) ? readFields(TRANSFER_INFO, info, `${path}.${name}.`, faults) : undefined;
    return read && sideOf(read);
  };
  const out = side('transferOutInfo');
  const into = side('transferInInfo');
  return out && into && { out, in: into };
}

function sideOf(info: RowOf<typeof TRANSFER_INFO>): AdjustmentOrderSide {
  return {
    item: {
      by: 'IDENTIFIER',
      scheme: 'WINIT_MERCHANDISE',
      value: info.merchandiseCode,
      specification: info.specification ?? '',
      alsoKnownAs: [],
      whenUnknown: 'REFUSE',
    },
    packaging: info.skuType,
    barcode: info.barcodeValue ?? '',
    quantity: info.quantity,
    standardPartsQuantity: info.standPartsQty,
  };
}

function orderOf(
  header: Header,
  type: AdjustmentOrderType,
  lines: readonly AdjustmentOrderLine[],
  { organisations }: WinitOrderSettings,
  sign: string,
): DecodedOrder {
  const { sellerOrderNo } = header;
  return {
    idempotencyKey: null,
    businessKey:
      sellerOrderNo === null ? { kind: 'sign', value: sign } : { kind: 'sellerOrderNo', value: sellerOrderNo },
    type,
    productCode: header.winitProductCode,
    location: { by: 'CODE', code: header.warehouseCode, whenUnknown: 'REFUSE' },
    turnOutOwner: header.turnOutCode,
    turnInOwner: header.turnInCode,
    lines,
    note: null,
    dryRun: false,
    organisations,
  };
}

/**
 * Refuses an order that would keep stock by dimensions that the connection does not track. Its stock key would be finer than any
 * that the connection's other messages can name.
 */
function dimensionFaults(order: DecodedOrder, { tracked, organisations }: WinitOrderSettings): OrderFault[] {
  const fields: string[] = [];
  const keepsOwner = order.type === 'OWNER_TRANSFER' || organisations;
  if (keepsOwner && !tracked.has('owner')) {
    if (order.turnOutOwner !== null) fields.push('turnOutCode');
    if (order.turnInOwner !== null) fields.push('turnInCode');
  }
  order.lines.forEach((line, index) => {
    for (const side of ['out', 'in'] as const) {
      const path = `merchandiseList[${index}].${SIDES[side]}`;
      if (line[side].packaging !== 'SINGLE' && !tracked.has('packaging')) fields.push(`${path}.skuType`);
      if (line[side].barcode !== '' && !tracked.has('barcode')) fields.push(`${path}.barcodeValue`);
    }
  });
  return fields.map((field) => ({ code: 'DIMENSION_NOT_KEPT', field }));
}

/** The rules that what could be read breaks, in the fields that are not at fault already. */
function ruleFaults(
  header: Header | undefined,
  type: AdjustmentOrderType | undefined,
  lines: readonly (AdjustmentOrderLine | undefined)[],
  settings: WinitOrderSettings,
  known: readonly OrderFault[],
): OrderFault[] {
  if (!type) return [];
  const positions = lines.flatMap((line, index) => (line ? [index] : []));
  const readable = lines.filter((line) => line !== undefined);
  // A header that cannot be read has faults of its own; owners that are not known break no rule.
  const order = orderOf(header ?? NO_HEADER, type, readable, settings, '');
  const faulty = new Set(known.map(({ field }) => field));
  return brokenRules(order)
    .filter(({ field }) => header !== undefined || field[0] === 'lines')
    .map((error) => faultOf(atPosition(error, positions)))
    .filter(({ field }) => !faulty.has(field));
}

function brokenRules(order: DecodedOrder): UserError[] {
  const content = { ...order, fingerprint: '' };
  return orderFaults(content);
}

const NO_HEADER: Header = {
  winitProductCode: '',
  sellerOrderNo: null,
  warehouseCode: '',
  turnInCode: null,
  turnOutCode: null,
  merchandiseList: [],
};

/** A refusal of a line among those that could be read, as one of the line that was sent. */
function atPosition(error: UserError, positions: readonly number[]): UserError {
  const [first, index, ...rest] = error.field;
  if (first !== 'lines' || index === undefined) return error;
  return { ...error, field: [first, String(positions[Number(index)] ?? index), ...rest] };
}

const SIDES: Readonly<Record<string, string>> = { out: 'transferOutInfo', in: 'transferInInfo' };

/** Our names of an order's parts in theirs. */
const FIELD_NAMES: Readonly<Record<string, string>> = {
  sku: 'merchandiseCode',
  packaging: 'skuType',
  standardPartsQuantity: 'standPartsQty',
  barcode: 'barcodeValue',
  location: 'warehouseCode',
  turnOutOwner: 'turnOutCode',
  turnInOwner: 'turnInCode',
  productCode: 'winitProductCode',
  lines: 'merchandiseList',
};

/** A refusal of the domain in Winit's names: `lines.0.out.quantity` is `merchandiseList[0].transferOutInfo.quantity`. */
export function faultOf({ code, field, current, requested }: UserError): OrderFault {
  const [first = '', index, side, name] = field;
  const inLine = index === undefined ? '' : `[${index}]`;
  const atSide = side === undefined ? '' : `.${SIDES[side] ?? side}`;
  const atName = name === undefined ? '' : `.${FIELD_NAMES[name] ?? name}`;
  const path = `${FIELD_NAMES[first] ?? first}${inLine}${atSide}${atName}`;
  const details = {
    ...(current === undefined ? {} : { current }),
    ...(requested === undefined ? {} : { requested }),
  };
  return { code, details, ...(path === '' ? {} : { field: path }) };
}
