/** The same fault through every door: the verdict is the same, nothing changes, and its trace is kept. */
import type { InjectOptions } from 'fastify';
import type { Principal } from '../../../src/application/ports/access';
import type { Connection } from '../../../src/application/ports/connections';
import type { UserError } from '../../../src/domain/errors';
import { DEFAULT_DIMENSIONS, type StockDimensions } from '../../../src/domain/ledger/stock-key';
import { registerComestri } from '../../../src/vendors/comestri/route';
import { registerIncreff } from '../../../src/vendors/increff/route';
import { registerJerry } from '../../../src/vendors/jerry/route';
import { registerStandard } from '../../../src/vendors/standard/route';
import { registerWinitEvents } from '../../../src/vendors/winit-events/route';
import { registerWinitOrders } from '../../../src/vendors/winit-orders/route';
import { codePointOf } from '../../support/dirty-names';
import { CALLER, countOf, lineOf, orderOf, TestGateway } from '../../support/domain/gateway';
import { adjustOf, at, bySku, CLIENT, CONNECTION, TENANT, TestLedger } from '../../support/domain/test-ledger';
import { comestriConnection, inventory, TOKEN } from './comestri/comestri-samples';
import { CREDENTIALS, increffConnection, USER_NAME } from './increff/increff-samples';
import { CHANGE, jerryConnection, signed as signedGoods } from './jerry/jerry-samples';
import { makeLedgerHarness, type LedgerDeps } from './shared/ledger-harness';
import { signed, standardConnection } from './standard/standard-samples';
import { UPDATE, winitConnection } from './winit-events/winit-samples';
import { APP_KEY, orderConnection, signedCall, unpackData } from './winit-orders/samples';

const HOME = { tenantId: TENANT, id: CONNECTION.id };
/** What a new connection has. The samples of the tests have other settings. */
const ITEMS_AS_NEW = { unknownItems: 'createOnReceipt' };
const AS_NEW = { ...ITEMS_AS_NEW, unknownLocations: 'quarantine' };

/** What a message is about. A door uses what its format can say. */
interface Content {
  readonly item?: string;
  readonly specification?: string;
  readonly barcode?: string;
  readonly location?: string;
  /** Of a fact the change, of a count the total, of an order the units that it takes. */
  readonly quantity?: number;
  readonly reason?: 'RECEIPT' | 'SHIPMENT';
  readonly lot?: string;
}

/** A way in for stock. */
interface Door {
  readonly kind: 'fact' | 'count' | 'order' | 'command';
  /** The codes of the refusals that a message with this content gets. */
  readonly send: (content: Content, prepare: (ledger: TestLedger) => void) => Promise<Refusals>;
}

interface Refusals {
  readonly codes: readonly string[];
  /** What each refusal says. */
  readonly messages: readonly string[];
  /** What is kept of each refused row; undefined where the answer is remembered under the command's key. */
  readonly traces?: readonly { readonly row: string }[];
  /** The message as sent. */
  readonly sent?: string;
  readonly ledger: TestLedger;
}

const KEY_HOLDER: Principal = {
  ...{ tenantId: TENANT, clientId: CLIENT.id, clientName: 'integrator' },
  ...{
    keyId: '',
    scopes: new Set<never>(),
    inventoryOrganisations: false,
    limits: null,
    origins: null,
    addresses: null,
  },
};

const json = (value: unknown): string => JSON.stringify(value);

function standard(type: string, row: object): InjectOptions {
  const body = json({ type, data: { rows: [row] } });
  return { method: 'POST', url: `/webhooks/standard/${TOKEN}`, payload: body, headers: signed(body) };
}

/** A door of a vendor's format. */
function vendorDoor(
  kind: Door['kind'],
  register: (app: Parameters<typeof registerIncreff>[0], deps: LedgerDeps) => void,
  connection: Connection,
  request: (content: Content) => InjectOptions,
): Door {
  return {
    kind,
    async send(content, prepare) {
      const handle = connection.kind === 'winit' ? APP_KEY : USER_NAME;
      const harness = makeLedgerHarness(register, { connections: [connection], handle, token: TOKEN });
      const { app, ledger } = harness;
      prepare(ledger);
      const sent = request(content);
      await app.inject(sent);
      await harness.close();
      const traces = [...ledger.quarantined.values(), ...ledger.rejected];
      const told = { codes: traces.map(({ code }) => code), messages: traces.map(({ detail }) => detail) };
      return { ...told, traces, sent: sent.payload as string, ledger };
    },
  };
}

const standardItem = ({ item = 'TEA', specification, barcode }: Content): object =>
  barcode === undefined ? { sku: item, specification } : { scheme: 'EAN-13', value: barcode };

/** A door of our own commands. */
function commandDoor(
  kind: Door['kind'],
  send: (gateway: TestGateway, content: Content) => Promise<{ readonly userErrors: readonly UserError[] }>,
): Door {
  return {
    kind,
    async send(content, prepare) {
      const gateway = new TestGateway();
      prepare(gateway.ledger);
      const { userErrors } = await send(gateway, content);
      const told = { codes: userErrors.map(({ code }) => code), messages: userErrors.map(({ message }) => message) };
      return { ...told, ledger: gateway.ledger };
    },
  };
}

const keyOf = ({ item = 'TEA', specification = '', location = 'MAIN', lot = '' }: Content) => ({
  item: bySku(item, specification),
  location: at(location),
  dimensions: { ...DEFAULT_DIMENSIONS, lot },
});

const DOORS: Readonly<Record<string, Door>> = {
  Jerry: vendorDoor(
    'fact',
    registerJerry,
    jerryConnection(ITEMS_AS_NEW, { ...HOME, locationCode: 'MAIN' }),
    ({ item, barcode, quantity = 1, lot = null }) => {
      const direction = quantity < 0 ? { flag: '1', changeType: '101' } : { flag: '2', changeType: '200' };
      const change = {
        ...CHANGE,
        ...direction,
        upc: barcode ?? item ?? 'TEA',
        qty: Math.abs(quantity),
        lotNumber: lot,
      };
      return { method: 'POST', url: `/webhooks/jerry/${TOKEN}`, payload: signedGoods(json([change])) };
    },
  ),
  'Winit events': vendorDoor(
    'fact',
    registerWinitEvents,
    winitConnection(AS_NEW, HOME),
    ({ item = 'TEA', specification = '', location = 'MAIN', quantity = 1, reason }) => {
      const said = { merchandiseCode: item, specification, warehouseCode: location, mainwarehouseCode: null };
      const receipt = reason ?? (quantity > 0 ? 'RECEIPT' : 'SHIPMENT');
      const how =
        receipt === 'RECEIPT'
          ? { docType: 'INBOUND', operationType: 'SHELVES' }
          : { docType: 'OUTBOUND', operationType: 'SHIPMENTS' };
      const row = { ...UPDATE, ...said, ...how, merchandiseSerno: 'M1', qty: quantity };
      return { method: 'POST', url: `/webhooks/winit/${TOKEN}`, payload: json([row]) };
    },
  ),
  'Winit orders': vendorDoor(
    'order',
    registerWinitOrders,
    orderConnection(AS_NEW),
    ({ item = 'TEA', specification = '', location = 'MAIN', quantity = 1 }) => {
      const out = { merchandiseCode: item, specification, barcodeValue: '', quantity: String(quantity) };
      const into = { ...out, merchandiseCode: 'LOOSE', specification: '', quantity: String(quantity * 10) };
      return {
        method: 'POST',
        url: '/openapi/service',
        payload: json(signedCall(unpackData({ warehouseCode: location }, out, into))),
      };
    },
  ),
  'Standard facts': vendorDoor('fact', registerStandard, standardConnection(AS_NEW), (content) => {
    const { location = 'MAIN', quantity = 1, reason, lot } = content;
    const why = reason ?? (quantity > 0 ? 'RECEIPT' : 'SHIPMENT');
    return standard('stock.facts', {
      id: '1',
      item: standardItem(content),
      location,
      delta: quantity,
      reason: why,
      lot,
    });
  }),
  'Standard counts': vendorDoor('count', registerStandard, standardConnection(AS_NEW), (content) => {
    const { location = 'MAIN', quantity = 1, lot } = content;
    const asOf = '2025-11-22T11:59:00Z';
    return standard('stock.counts', { item: standardItem(content), location, quantity, lot, asOf });
  }),
  'Increff products': vendorDoor(
    'count',
    registerIncreff,
    increffConnection(ITEMS_AS_NEW),
    ({ item = 'TEA', location = 'MAIN', quantity = 1 }) => ({
      method: 'PUT',
      url: '/usp/inventories/absolute',
      payload: json({ locationCode: location, products: [{ channelSkuCode: item, quantity }] }),
      headers: CREDENTIALS,
    }),
  ),
  'Increff inventories': vendorDoor(
    'count',
    registerIncreff,
    increffConnection(ITEMS_AS_NEW),
    ({ item = 'TEA', location = 'MAIN', quantity = 1 }) => ({
      method: 'POST',
      url: '/usp/inventories/absolute',
      payload: json({ locationCode: location, inventories: [{ channelSkuCode: item, quantity }] }),
      headers: CREDENTIALS,
    }),
  ),
  'Increff client skus': vendorDoor(
    'count',
    registerIncreff,
    increffConnection({ ...ITEMS_AS_NEW, fulfillmentLocations: { 7: 'MAIN', 8: 'NOWHERE' } }),
    ({ item = 'TEA', location = 'MAIN', quantity = 1 }) => ({
      method: 'PUT',
      url: '/usp/inventories/absolute',
      payload: json([{ clientId: 1, clientSkuId: item, quantity, fulfillmentLocationId: location === 'MAIN' ? 7 : 8 }]),
      headers: CREDENTIALS,
    }),
  ),
  Comestri: vendorDoor(
    'count',
    registerComestri,
    comestriConnection(ITEMS_AS_NEW),
    ({ item = 'TEA', location = 'MAIN', quantity = 1 }) => ({
      method: 'POST',
      url: '/api/v2/inventories',
      payload: json(inventory({ inventory_source: location, product_id: null, product_code: item, qty: quantity })),
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    }),
  ),
  stockSet: commandDoor('count', (gateway, content) => {
    const told = content.lot === undefined ? { stated: {}, tellsApart: new Set<never>() } : {};
    return gateway.set([countOf(content.quantity ?? 1, { key: keyOf(content), ...told })]);
  }),
  stockAdjust: commandDoor('command', (gateway, content) => {
    const { quantity: delta = 1, reason = delta > 0 ? 'RECEIPT' : 'SHIPMENT' } = content;
    const rows = [{ key: keyOf(content), delta }];
    const more = { reference: null, note: null, occurredAtMs: null, dryRun: false };
    return gateway.adjustStock(KEY_HOLDER, { idempotencyKey: 'key', reason, rows, ...more });
  }),
  adjustmentOrderCreate: commandDoor(
    'order',
    (gateway, { item = 'TEA', specification = '', location = 'MAIN', quantity = 1 }) => {
      const out = { item: bySku(item, specification), standardPartsQuantity: 10, quantity };
      const into = { item: bySku('LOOSE'), packaging: 'SINGLE', quantity: quantity * 10 } as const;
      return gateway.orders.create(CALLER, orderOf({ location: at(location), lines: [lineOf(out, into)] }));
    },
  ),
};

const KNOWN = (ledger: TestLedger): void => {
  ledger.addItem('TEA', '', [{ scheme: 'UPC', value: 'TEA' }]);
  ledger.addItem('LOOSE');
  ledger.addLocation('MAIN');
};

interface Fault {
  readonly fault: string;
  readonly content: Content;
  readonly prepare?: (ledger: TestLedger) => unknown;
  readonly code: string;
  /** What each refusal says: it shows the value. */
  readonly says: string;
  /** The doors through which it can come. */
  readonly doors: readonly string[];
}

const namesOf = (...kinds: readonly Door['kind'][]): string[] =>
  Object.entries(DOORS).flatMap(([name, { kind }]) => (kinds.includes(kind) ? [name] : []));
const FACTS = namesOf('fact');
const COUNTS = namesOf('count');
const ALL = Object.keys(DOORS);
const except = (names: readonly string[], ...others: readonly string[]): string[] =>
  names.filter((name) => !others.includes(name));

/** Doors that may create an item, whose names are checked as new names are. Counts by sku and commands never do. */
const CREATING = ['Winit events', 'Increff products', 'Increff inventories', 'Increff client skus', 'Comestri'];

const stockIn = (ledger: TestLedger, dimensions: Partial<StockDimensions>): void => {
  const row = { key: { ...keyOf({}), dimensions: { ...DEFAULT_DIMENSIONS, ...dimensions } }, delta: 5 };
  const { userErrors } = ledger.adjust(adjustOf('stock', { reason: 'RECEIPT', rows: [row] }));
  expect(userErrors).toEqual([]);
};

const FAULTS: readonly Fault[] = [
  {
    fault: 'an item that nobody knows goes out',
    content: { item: '4006381333931', quantity: -1 },
    code: 'ITEM_NOT_FOUND',
    says: '"4006381333931"',
    doors: [...FACTS, 'stockAdjust'],
  },
  {
    fault: 'an item that nobody knows is counted as 0',
    content: { item: 'NEW', quantity: 0 },
    code: 'ITEM_NOT_FOUND',
    says: '"NEW"',
    doors: COUNTS,
  },
  {
    fault: 'an item that nobody knows is in an order',
    content: { item: 'NEW' },
    code: 'ITEM_NOT_FOUND',
    says: '"NEW"',
    doors: namesOf('order'),
  },
  {
    fault: 'a location that nobody knows',
    content: { location: 'NOWHERE' },
    code: 'LOCATION_NOT_FOUND',
    says: '"NOWHERE"',
    // Jerry's message names none.
    doors: except(ALL, 'Jerry'),
  },
  {
    fault: 'a new item that differs from another only in form',
    content: { item: 'tea' },
    code: 'LOOKALIKE',
    says: '"tea" differs only in form from "TEA"',
    doors: CREATING,
  },
  {
    fault: 'a new item whose code a spreadsheet has shortened',
    content: { item: '4.00638E+12' },
    code: 'INVALID_INPUT',
    says: '"4.00638E+12"',
    doors: CREATING,
  },
  {
    fault: 'a new item whose sku others have with specifications',
    content: { item: 'COAT' },
    prepare: (ledger) => ledger.addItem('COAT', 'red'),
    code: 'SPECIFICATION_REQUIRED',
    says: '"COAT" has specifications, such as "red"',
    doors: CREATING,
  },
  ...['\u200b', '\u202e', '\u0007', '\ufeff', '\u00ad'].flatMap((character) => {
    const codePoint = codePointOf(character);
    const fault = `a name with ${codePoint}, which nobody sees`;
    const content = { item: `TE${character}A` };
    return [
      { fault, content, code: 'ROW_INVALID', doors: FACTS, says: codePoint },
      { fault, content, code: 'FIELD_UNSEEN', doors: ['Winit orders'], says: codePoint },
      { fault, content, code: 'INVALID_INPUT', doors: except(ALL, ...FACTS, 'Winit orders'), says: codePoint },
    ];
  }),
  {
    fault: 'a barcode that is not of digits',
    content: { item: 'BC-1', barcode: 'BC-1' },
    code: 'INVALID_INPUT',
    says: '"BC-1"',
    doors: ['Jerry', 'Standard facts', 'Standard counts'],
  },
  {
    fault: 'a barcode whose forms two items have',
    content: { barcode: '036000291452' },
    prepare: (ledger) => {
      ledger.addItem('ONE', '', [{ scheme: 'GTIN-14', value: '00036000291452' }]);
      ledger.addItem('TWO', '', [{ scheme: 'EAN', value: '0036000291452' }]);
    },
    code: 'IDENTIFIER_AMBIGUOUS',
    says: '"036000291452" is the GTIN of several items, with the skus "ONE" and "TWO"',
    doors: ['Jerry', 'Standard facts', 'Standard counts'],
  },
  ...(['lot', 'pool', 'owner', 'channel', 'packaging', 'barcode'] as const).map((dimension) => ({
    fault: `a count that leaves out the ${dimension} in which stock is kept`,
    content: { quantity: 3 },
    prepare: (ledger: TestLedger) => {
      stockIn(ledger, { [dimension]: dimension === 'packaging' ? 'BOX' : 'X' });
    },
    code: 'KEY_TOO_COARSE',
    says: dimension === 'packaging' ? '"BOX"' : '"X"',
    // Increff's client skus name the client, which is the pool.
    doors: dimension === 'pool' ? except(COUNTS, 'Increff client skus') : COUNTS,
  })),
  {
    fault: 'a receipt that takes units away',
    content: { quantity: -2, reason: 'RECEIPT' },
    code: 'INVALID_QUANTITY',
    says: '-2 contradicts that',
    doors: ['Winit events', 'Standard facts', 'stockAdjust'],
  },
  {
    fault: 'a shipment that adds units',
    content: { quantity: 2, reason: 'SHIPMENT' },
    code: 'INVALID_QUANTITY',
    says: '2 contradicts that',
    doors: ['Winit events', 'Standard facts', 'stockAdjust'],
  },
];

const CASES = FAULTS.flatMap(({ doors, ...fault }) =>
  doors.map((name) => ({ ...fault, name, send: (DOORS[name] as Door).send })),
);

test.each(CASES)(
  '$fault: $name says $code, keeps the trace and changes nothing',
  async ({ content, prepare, send, code, says }) => {
    let before = '';
    const { codes, messages, traces, sent, ledger } = await send(content, (known) => {
      KNOWN(known);
      prepare?.(known);
      before = stateOf(known);
    });
    expect(codes).toEqual([code]);
    expect(stateOf(ledger)).toBe(before);
    for (const message of messages) {
      expect(message).toMatch(/\.$/);
      expect(message).toContain(says);
    }
    for (const { row } of traces ?? []) expect(sent).toContain(row);
  },
);

/** All stock and names. */
const stateOf = ({ items, locations, identifiers, levels, movements }: TestLedger): string =>
  json([...[items, locations, identifiers, levels].map((table) => [...table.entries()]), movements]);
