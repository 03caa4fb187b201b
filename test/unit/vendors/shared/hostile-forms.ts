import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import type { Connection } from '../../../../src/application/ports/connections';
import { registerWinitOrders } from '../../../../src/vendors/winit-orders/route';
import { adjustOf, bySku, keyOf } from '../../../support/domain/test-ledger';
import { signed as signedGoods } from '../jerry/jerry-samples';
import { signed } from '../standard/standard-samples';
import { NOON_IN_SHANGHAI, orderConnection, signedCall } from '../winit-orders/samples';
import { addNames, DOORS, openDoor, type Door } from './doors';
import type { LedgerHarness } from './ledger-harness';

/** Of the item and the location, in every message. */
export const NAME = 'Café 7';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const PUSH_BYTES = 8 * 1024 * 1024;
const CALL_BYTES = 1024 * 1024;
const TRILLION = 10 ** 12;

/** Members that are changed together to one value, each as a path such as `0.upc`. */
type Paths = readonly string[];

/** How a member says when something happened. */
export type Clock = 'UTC' | 'OFFSET' | 'EPOCH';

/** What the generators have to know of a door's messages. */
interface Members {
  /** Names, which are cleaned, with their greatest length. */
  readonly names: Readonly<Record<string, number>>;
  /** Texts that are kept as they are, with their greatest length. */
  readonly texts?: Readonly<Record<string, number>>;
  /** Whole numbers: what is set, from where to where, and whether digits in a text are expected. */
  readonly numbers: readonly { readonly at: Paths; readonly min: number; readonly max: number; readonly text?: true }[];
  readonly times?: Readonly<Record<string, Clock>>;
  /** Where the rows are, how many a message can have, and what tells one from another. */
  readonly rows?: { readonly at: string; readonly most: number; readonly differ?: (row: Json, n: number) => Json };
  readonly bytes: number;
  /** Members that have to be the same as another for a message to be valid. */
  readonly alike?: Readonly<Record<string, Paths>>;
  /** Members of a change that make another value of it a valid message. */
  readonly prepare?: (part: Json) => void;
}

/** A door, and how its valid message is made hostile. */
export interface HostileForm extends Members {
  readonly name: string;
  readonly door: Door;
  /** A copy of the part of the `n`th message that its members are in. */
  readonly part: (n: number) => Json;
  /** The request around such a part as its sender would prove it. `value` is what the text says. */
  readonly request: (text: string, n: number, value?: Json) => InjectOptions;
}

const row = (member: string, value: (n: number) => Json) => (given: Json, n: number) => ({
  ...(given as Record<string, Json>),
  [member]: value(n),
});

const stockKey = { location: 255, owner: 255, pool: 255, channel: 255, barcode: 255, lot: 255 };
const under = (path: string, members: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(members).map(([name, most]) => [`${path}.${name}`, most]));

const OUT = 'merchandiseList.0.transferOutInfo';
const INTO = 'merchandiseList.0.transferInInfo';
const SIDE = { merchandiseCode: 255, specification: 255, barcodeValue: 255 };
const TERM = 2 ** 31 - 1;

const MEMBERS: Readonly<Record<string, Members>> = {
  Jerry: {
    names: under('0', { upc: 255, businessNo: 255, lotNumber: 255 }),
    texts: under('0', { seq: 255, reason: Infinity }),
    numbers: [
      { at: ['0.qty'], min: 1, max: TRILLION },
      { at: ['0.stockChangeId'], min: 1, max: Number.MAX_SAFE_INTEGER },
    ],
    times: { '0.time': 'UTC' },
    rows: { at: '', most: 5_000, differ: row('stockChangeId', (n) => n + 100) },
    bytes: PUSH_BYTES,
    prepare: (part) => {
      set(part, ['0.flag', '0.changeType'], ['2', '202']);
    },
  },
  'Winit events': {
    names: under('0', {
      customerCode: 255,
      merchandiseCode: 255,
      merchandiseSerno: 255,
      specification: 255,
      orderNo: 255,
      warehouseCode: 255,
      mainwarehouseCode: 255,
    }),
    texts: under('0', { uuid: 222, originalMerchandiseSerno: 255 }),
    numbers: [{ at: ['0.qty'], min: -TRILLION, max: TRILLION }],
    times: { '0.docDate': 'EPOCH' },
    rows: { at: '', most: 5_000, differ: row('uuid', String) },
    bytes: PUSH_BYTES,
  },
  'Winit orders': {
    names: {
      sellerOrderNo: 50,
      warehouseCode: 50,
      turnOutCode: 30,
      turnInCode: 30,
      ...under(OUT, SIDE),
      ...under(INTO, SIDE),
    },
    texts: { winitProductCode: 50 },
    numbers: [{ at: [`${OUT}.quantity`, `${INTO}.quantity`], min: 1, max: TRILLION, text: true }],
    rows: { at: 'merchandiseList', most: 300 },
    alike: { [`${OUT}.barcodeValue`]: [`${INTO}.barcodeValue`], [`${INTO}.barcodeValue`]: [`${OUT}.barcodeValue`] },
    bytes: CALL_BYTES,
    prepare: (part) => {
      set(part, [`${OUT}.standPartsQty`, `${INTO}.standPartsQty`, `${INTO}.quantity`], [1, 1, '1']);
    },
  },
  'Standard facts': {
    names: under('data.rows.0', {
      ...stockKey,
      reference: 255,
      'item.scheme': 255,
      'item.value': 255,
      'item.specification': 255,
    }),
    texts: under('data.rows.0', { id: 255, event: 255, note: 255 }),
    numbers: [{ at: ['data.rows.0.delta'], min: -TRILLION, max: TRILLION }],
    times: { 'data.rows.0.occurredAt': 'OFFSET' },
    rows: { at: 'data.rows', most: 5_000, differ: row('id', (n) => `id ${n}`) },
    bytes: PUSH_BYTES,
  },
  'Standard counts': {
    names: under('data.rows.0', { ...stockKey, 'item.sku': 255, 'item.specification': 255 }),
    numbers: [
      { at: ['data.rows.0.quantity'], min: 0, max: TRILLION },
      { at: ['data.rows.0.sourceSequence'], min: 0, max: Number.MAX_SAFE_INTEGER },
    ],
    times: { 'data.rows.0.asOf': 'OFFSET' },
    rows: { at: 'data.rows', most: 5_000, differ: row('lot', (n) => `lot ${n}`) },
    bytes: PUSH_BYTES,
  },
  'Increff products': {
    names: { locationCode: 255, 'products.0.channelSkuCode': 255 },
    numbers: [{ at: ['products.0.quantity'], min: -TRILLION, max: TRILLION }],
    rows: { at: 'products', most: 300, differ: row('channelSkuCode', (n) => `code ${n}`) },
    bytes: CALL_BYTES,
  },
  'Increff client skus': {
    names: { '0.clientSkuId': 255 },
    numbers: [
      { at: ['0.quantity'], min: -TRILLION, max: TRILLION },
      { at: ['0.clientId'], min: 0, max: Number.MAX_SAFE_INTEGER },
      { at: ['0.inventoryPoolId'], min: 0, max: Number.MAX_SAFE_INTEGER },
      { at: ['0.fulfillmentLocationId'], min: 0, max: Number.MAX_SAFE_INTEGER },
    ],
    rows: { at: '', most: 300, differ: row('clientSkuId', (n) => `code ${n}`) },
    bytes: CALL_BYTES,
  },
  Comestri: {
    names: under('inventory', { inventory_source: 255, product_code: 255, sku: 255 }),
    numbers: [
      { at: ['inventory.qty'], min: 0, max: TRILLION },
      { at: ['inventory.available_qty'], min: -TRILLION, max: TRILLION },
      ...['out_of_stock_threshold', 'back_order_allocation'].map((name) => ({
        at: [`inventory.${name}`],
        min: 0,
        max: TERM,
      })),
    ],
    times: { 'inventory.stock_arrival_date': 'OFFSET', 'inventory.source_system_stock_timestamp': 'OFFSET' },
    bytes: CALL_BYTES,
  },
};

/** The member at a path, and the object or list that it is in. */
function memberAt(part: Json, path: string): [holder: Record<string, Json>, name: string] {
  const names = path.split('.');
  const last = names.pop() ?? '';
  return [
    names.reduce<Json>((value, name) => (value as Record<string, Json>)[name] ?? null, part) as Record<string, Json>,
    last,
  ];
}

export function valueAt(part: Json, path: string): Json {
  const [holder, name] = memberAt(part, path);
  return holder[name] ?? null;
}

export function set(part: Json, paths: Paths, values: readonly Json[]): void {
  paths.forEach((path, at) => {
    const [holder, name] = memberAt(part, path);
    holder[name] = values[at] ?? null;
  });
}

/** The part of a message with other values at some paths. */
export function changed(form: HostileForm, n: number, paths: Paths, value: Json): Json {
  const part = form.part(n);
  set(
    part,
    paths,
    paths.map(() => value),
  );
  return part;
}

/** The first row of the `n`th message. */
export function rowOf({ rows, part }: HostileForm, n = 1): Json {
  const whole = part(n);
  return ((rows?.at ? valueAt(whole, rows.at) : whole) as Json[])[0] ?? null;
}

/** A part of a message with these rows. */
export function withRows({ rows, part }: HostileForm, list: readonly Json[]): Json {
  if (!rows?.at) return [...list];
  const whole = part(1);
  set(whole, [rows.at], [[...list]]);
  return whole;
}

/** Rows that a message can have beside each other. */
export function differentRows(form: HostileForm, count: number): Json[] {
  const first = rowOf(form);
  return Array.from({ length: count }, (_, n) => form.rows?.differ?.(first, n) ?? first);
}

const JERRY_GOODS = /"goods":(.*),"sign":"[^"]*"}$/s;

/** The text of the part that is changed: Jerry's goods, the data of a Winit call, else the whole body. */
function partText(name: string, payload: string): string {
  if (name === 'Jerry') return JERRY_GOODS.exec(payload)?.[1] ?? '';
  if (name === 'Winit orders') return JSON.stringify((JSON.parse(payload) as { data: Json }).data);
  return payload;
}

function around(name: string, valid: InjectOptions, text: string, n: number, value: Json | undefined): InjectOptions {
  const request = { ...valid, headers: { 'content-type': 'application/json', ...valid.headers } };
  if (name === 'Jerry') return { ...request, payload: signedGoods(text) };
  if (name.startsWith('Standard'))
    return { ...request, payload: text, headers: { ...request.headers, ...signed(text, { id: `m-${n}` }) } };
  if (name !== 'Winit orders') return { ...request, payload: text };
  const data = value ?? (JSON.parse(text) as Json);
  return { ...request, payload: JSON.stringify(signedCall(data)).replace(JSON.stringify(data), () => text) };
}

export const HOSTILE_FORMS: readonly HostileForm[] = Object.entries(DOORS).map(([name, door]) => {
  const members = MEMBERS[name];
  if (!members) throw new Error(`Nothing is known of the members of ${name}.`);
  return {
    ...members,
    name,
    door,
    part: (n) => {
      const part = JSON.parse(partText(name, door.request(NAME, n).payload as string)) as Json;
      members.prepare?.(part);
      return part;
    },
    request: (text, n, value) => around(name, door.request(NAME, n), text, n, value),
  };
});

/** The envelope around an order, for a connection that takes timestamps of any age: what is refused is no moment. */
export const ORDER_ENVELOPE: HostileForm = {
  ...{ name: 'Winit orders', names: {}, numbers: [], bytes: CALL_BYTES, times: { timestamp: 'UTC' } },
  door: {
    register: registerWinitOrders,
    connection: () => orderConnection({ timestampToleranceSeconds: null }),
    request: (name, n) => (DOORS['Winit orders'] as Door).request(name, n),
  },
  part: () => ({ timestamp: NOON_IN_SHANGHAI }),
  request: (text, n) => {
    const order = HOSTILE_FORMS.find(({ name }) => name === 'Winit orders')?.part(n);
    const payload = JSON.stringify(signedCall(order, JSON.parse(text) as Record<string, Json>));
    return { method: 'POST', url: '/openapi/service', payload, headers: { 'content-type': 'application/json' } };
  },
};

/** A server with a form's door that takes its valid messages, with all that they name, and stock for an order. */
export function openForm({ name, door }: HostileForm, merchant = NAME): LedgerHarness {
  const connection = (): Connection => {
    const own = door.connection(merchant);
    return name === 'Winit events' ? { ...own, settings: { ...own.settings, customerCode: merchant } } : own;
  };
  const harness = openDoor({ ...door, connection }, merchant);
  addNames(harness, name, NAME);
  if (name === 'Winit orders') addStock(harness, { sku: NAME, specification: NAME, location: NAME, barcode: NAME });
  return harness;
}

interface BoxedStock {
  readonly sku: string;
  readonly specification: string;
  readonly location: string;
  readonly barcode: string;
}

/** As many boxes as a row can have. */
export function addStock({ ledger }: LedgerHarness, { sku, specification, location, barcode }: BoxedStock): void {
  const key = { ...keyOf('', location, { packaging: 'BOX', barcode }), item: bySku(sku, specification) };
  ledger.adjust(adjustOf(`stock ${ledger.head.sequence}`, { rows: [{ key, delta: TRILLION }] }));
}

/** Whether the answer is a refusal in the vendor's own form, and short. */
export function isRefusal(
  { statusCode, payload }: LightMyRequestResponse,
  { url }: InjectOptions,
  longest = 10_000,
): boolean {
  if (Buffer.byteLength(payload) >= longest) return false;
  if (typeof url === 'string' && url.startsWith('/webhooks/winit')) return payload === 'fail';
  if (statusCode === 200 && url === '/openapi/service') return (JSON.parse(payload) as { code: string }).code !== '0';
  return statusCode >= 400 && statusCode < 500;
}
