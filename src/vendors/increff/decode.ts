import { tidyName } from '../../domain/text';
import { dimensionsOf, keepTracked, type StatedDimensions } from '../../domain/ledger/stock-key';
import {
  isJsonArray,
  isJsonObject,
  StrictJsonError,
  type JsonArray,
  type JsonObject,
  type ParsedJson,
} from '../../json/strict-json';
import { MAX_ROWS } from '../../domain/validation';
import { received } from '../shared/received';
import type { IncreffSettings } from './settings';
import {
  INVENTORIES_BODY,
  MAY_NOT_BE_NULL,
  PRODUCTS_BODY,
  read,
  readClientSku,
  readProduct,
  type Fault,
  type WireRow,
} from './wire';

/**
 * The forms of the call: an object with `products`, the same with `inventories` as Increff itself sends it, and the oldest
 * one, an array. Each is answered in its own.
 */
export type CallForm = 'PRODUCTS' | 'INVENTORIES' | 'CLIENT_SKUS';

/** One statement of a call: so many units of a code at a location. */
export interface CountedCode {
  /** Where it is in the call. */
  readonly index: number;
  /** The row exactly as received. */
  readonly text: string;
  /** As sent. */
  readonly code: string;
  readonly quantity: number;
  readonly locationCode: string;
  /** As sent, tracked or not. */
  readonly stated: StatedDimensions;
  /** Contradicted by a row that cannot count, of the same code, pool and location: it fails with that one. */
  readonly contradicted: boolean;
}

export interface InventoryCall {
  readonly form: CallForm;
  readonly rows: readonly CountedCode[];
  /** The codes of the locations that the call names, each with the field that does so first. */
  readonly locations: ReadonlyMap<string, string>;
}

type Read<T> = T | { readonly faults: readonly Fault[] };

/** Decodes a call; or says all that is wrong with it, and then nothing of it counts. */
export function decodeCall(parsed: ParsedJson | StrictJsonError, settings: IncreffSettings): Read<InventoryCall> {
  if (parsed instanceof StrictJsonError) {
    return { faults: [{ field: 'body', message: `is not JSON: ${parsed.message}` }] };
  }
  if (isJsonArray(parsed.value)) return decodeClientSkus(parsed, parsed.value, settings);
  if (isJsonObject(parsed.value)) return decodeProducts(parsed, parsed.value, settings);
  const message = `has to be an object or an array${received(parsed.value)}`;
  return { faults: [{ field: 'body', message }] };
}

function decodeProducts(parsed: ParsedJson, body: JsonObject, settings: IncreffSettings): Read<InventoryCall> {
  const faults: Fault[] = [];
  const isOwn = body['inventories'] !== undefined;
  if (isOwn && body['products'] !== undefined)
    faults.push({ field: 'inventories', message: 'cannot be beside products' });
  const { locationCode = '', list = EMPTY } = isOwn ? ownList(body, faults) : productList(body, faults);
  const rows = readRows(list, isOwn ? 'inventories' : 'products', readProduct, faults);
  if (faults.length > 0) return { faults };
  const counted = rows.map((row, index) => countedCode(row, locationCode, at(parsed, list, index)));
  const locations = new Map([[locationCode, 'locationCode']]);
  return { form: isOwn ? 'INVENTORIES' : 'PRODUCTS', rows: markContradicted(counted, settings), locations };
}

function productList(body: JsonObject, faults: Fault[]): { locationCode?: string; list?: JsonArray } {
  const { locationCode, products } = read(PRODUCTS_BODY, body, faults);
  return { ...(locationCode !== undefined && { locationCode }), ...(products && { list: products }) };
}

function ownList(body: JsonObject, faults: Fault[]): { locationCode?: string; list?: JsonArray } {
  const { locationCode, inventories } = read(INVENTORIES_BODY, body, faults);
  return { ...(locationCode !== undefined && { locationCode }), ...(inventories && { list: inventories }) };
}

function decodeClientSkus(parsed: ParsedJson, body: JsonArray, settings: IncreffSettings): Read<InventoryCall> {
  const faults: Fault[] = [];
  const readOwn = (row: JsonObject, found: Fault[]): WireRow => ownRow(readClientSku(row, found), settings, found);
  const rows = readRows(body, '', readOwn, faults);
  if (faults.length > 0) return { faults };
  const locations = new Map<string, string>();
  const counted = rows.map((row, index) => {
    const digits = String(row.fulfillmentLocationId);
    const code = settings.fulfillmentLocations.get(digits) ?? digits;
    if (!locations.has(code)) locations.set(code, `${rowPrefix('', index, rows.length)}fulfillmentLocationId`);
    return countedCode(row, code, at(parsed, body, index));
  });
  return { form: 'CLIENT_SKUS', rows: markContradicted(counted, settings), locations };
}

function ownRow(row: WireRow, { clientId }: IncreffSettings, faults: Fault[]): WireRow {
  const isForeign = clientId !== null && row.clientId !== null && row.clientId !== clientId;
  if (isForeign) {
    faults.push({ field: 'clientId', message: `is not the client of this connection${received(row.clientId)}` });
  }
  return row;
}

function readRows(
  elements: JsonArray,
  name: string,
  read: (row: JsonObject, faults: Fault[]) => WireRow,
  faults: Fault[],
): readonly WireRow[] {
  if (elements.length > MAX_ROWS) {
    const message = `has ${elements.length} rows; at most ${MAX_ROWS} are taken`;
    faults.push({ field: name === '' ? 'body' : name, message });
    return [];
  }
  return elements.flatMap((element, index) => {
    if (!isJsonObject(element)) {
      const message = element === null ? MAY_NOT_BE_NULL : `has to be an object${received(element)}`;
      faults.push({ field: `${name}[${index}]`, message });
      return [];
    }
    const found: Fault[] = [];
    const row = read(element, found);
    const prefix = rowPrefix(name, index, elements.length);
    faults.push(...found.map(({ field, message }) => ({ field: prefix + field, message })));
    return [row];
  });
}

/** Where it can be no other row, a fault names the field alone, as the vendor's own answers do. */
function rowPrefix(name: string, index: number, count: number): string {
  return count === 1 ? '' : `${name}[${index}].`;
}

const EMPTY: JsonArray = [];

/** Where a row is in the call. A call with a row that cannot be read is refused, so the rows are those of the list. */
const at = (parsed: ParsedJson, rows: JsonArray, index: number): Pick<CountedCode, 'index' | 'text'> => ({
  index,
  text: parsed.elementText(rows, index) ?? '',
});

function countedCode(
  { code, quantity, inventoryPoolId }: WireRow,
  locationCode: string,
  place: Pick<CountedCode, 'index' | 'text'>,
): CountedCode {
  const stated = inventoryPoolId === null ? {} : { pool: inventoryPoolId === 0 ? '' : String(inventoryPoolId) };
  return { ...place, code, quantity, locationCode, stated, contradicted: false };
}

/**
 * Two rows of one stock key fail both. The ledger sees to that where both could count; a negative quantity is none, and must
 * not let the row beside it pass as the only one.
 */
function markContradicted(rows: readonly CountedCode[], { tracked }: IncreffSettings): readonly CountedCode[] {
  const keyOf = ({ code, locationCode, stated }: CountedCode): string =>
    JSON.stringify([tidyName(code), locationCode, keepTracked(dimensionsOf(stated), tracked).pool]);
  const negative = new Set(rows.filter(({ quantity }) => quantity < 0).map(keyOf));
  return rows.map((row) => ({ ...row, contradicted: row.quantity >= 0 && negative.has(keyOf(row)) }));
}
