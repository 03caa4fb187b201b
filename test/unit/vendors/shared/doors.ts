import type { FastifyInstance, InjectOptions } from 'fastify';
import type { Connection } from '../../../../src/application/ports/connections';
import { registerComestri } from '../../../../src/vendors/comestri/route';
import { registerIncreff } from '../../../../src/vendors/increff/route';
import { registerJerry } from '../../../../src/vendors/jerry/route';
import { registerStandard } from '../../../../src/vendors/standard/route';
import { registerWinitEvents } from '../../../../src/vendors/winit-events/route';
import { registerWinitOrders } from '../../../../src/vendors/winit-orders/route';
import { CONNECTION, TENANT } from '../../../support/domain/test-ledger';
import { comestriConnection, inventory, TOKEN } from '../comestri/comestri-samples';
import { CREDENTIALS, increffConnection, USER_NAME } from '../increff/increff-samples';
import { CHANGE, jerryConnection, signed as signedGoods } from '../jerry/jerry-samples';
import { makeLedgerHarness, type LedgerDeps, type LedgerHarness, type LedgerHarnessOptions } from './ledger-harness';
import { signed, standardConnection } from '../standard/standard-samples';
import { UPDATE, winitConnection } from '../winit-events/winit-samples';
import { APP_KEY, orderConnection, signedCall, unpackData } from '../winit-orders/samples';

/** A way by which a name comes in. */
export interface Door {
  readonly register: (app: FastifyInstance, deps: LedgerDeps) => void;
  /** The connection of the merchant with this name, where the format names one. */
  readonly connection: (merchant: string) => Connection;
  /** One message that has the name in every field that names something of the ledger. `n` makes it another message. */
  readonly request: (name: string, n: number) => InjectOptions;
}

const HOME = { tenantId: TENANT, id: CONNECTION.id };
const json = (value: unknown): string => JSON.stringify(value);

function standard(type: string, row: object, n: number): InjectOptions {
  const body = json({ type, data: { rows: [row] } });
  return { method: 'POST', url: `/webhooks/standard/${TOKEN}`, payload: body, headers: signed(body, { id: `m-${n}` }) };
}

const dimensionsOf = (name: string) => ({ owner: name, pool: name, channel: name, barcode: name, lot: name });

/** Every door of the vendors' formats through which names come in. */
export const DOORS: Readonly<Record<string, Door>> = {
  Jerry: {
    register: registerJerry,
    connection: () => jerryConnection({ unknownItems: 'create' }, { ...HOME, locationCode: ' Café 7 ' }),
    request: (name, n) => {
      const change = { ...CHANGE, stockChangeId: n + 1, upc: name, lotNumber: name, businessNo: name };
      return { method: 'POST', url: `/webhooks/jerry/${TOKEN}`, payload: signedGoods(json([change])) };
    },
  },
  'Winit events': {
    register: registerWinitEvents,
    connection: (merchant) => winitConnection({ customerCode: ` ${merchant} ` }, HOME),
    request: (name, n) => {
      const names = { customerCode: name, merchandiseCode: name, merchandiseSerno: name, orderNo: name };
      const row = {
        ...UPDATE,
        ...names,
        specification: name,
        warehouseCode: name,
        mainwarehouseCode: name,
        uuid: `${n}`,
      };
      return { method: 'POST', url: `/webhooks/winit/${TOKEN}`, payload: json([row]) };
    },
  },
  'Winit orders': {
    register: registerWinitOrders,
    connection: () => orderConnection(),
    request: (name, n) => {
      const side = { merchandiseCode: name, specification: name, barcodeValue: name };
      const order = { sellerOrderNo: `liao ${n}`, warehouseCode: name };
      const data = unpackData({ ...order, turnOutCode: name, turnInCode: name }, side, side);
      return { method: 'POST', url: '/openapi/service', payload: json(signedCall(data)) };
    },
  },
  'Standard facts': {
    register: registerStandard,
    connection: () => standardConnection(),
    request: (name, n) => {
      const item = { scheme: name, value: name, specification: name };
      const names = { location: name, reference: name, ...dimensionsOf(name) };
      return standard('stock.facts', { id: `row ${n}`, item, ...names, delta: 1, reason: 'GAIN' }, n);
    },
  },
  'Standard counts': {
    register: registerStandard,
    connection: () => standardConnection(),
    request: (name, n) => {
      const row = { item: { sku: name, specification: name }, location: name, ...dimensionsOf(name), quantity: n };
      return standard('stock.counts', { ...row, asOf: '2025-11-22T11:59:00Z', sourceSequence: n }, n);
    },
  },
  'Increff products': {
    register: registerIncreff,
    connection: () => increffConnection({ unknownItems: 'create', unknownLocations: 'create' }),
    request: (name, n) => {
      const payload = json({ locationCode: name, products: [{ channelSkuCode: name, quantity: n }] });
      return { method: 'PUT', url: '/usp/inventories/absolute', payload, headers: CREDENTIALS };
    },
  },
  'Increff client skus': {
    register: registerIncreff,
    connection: () => increffConnection({ unknownItems: 'create', fulfillmentLocations: { 7: ' Café 7 ' } }),
    request: (name, n) => {
      const payload = json([{ clientId: 1, clientSkuId: name, quantity: n, fulfillmentLocationId: 7 }]);
      return { method: 'PUT', url: '/usp/inventories/absolute', payload, headers: CREDENTIALS };
    },
  },
  Comestri: {
    register: registerComestri,
    connection: () => comestriConnection({ unknownItems: 'create', unknownLocations: 'create' }),
    request: (name, n) => {
      const call = inventory({ inventory_source: name, product_id: null, product_code: name, sku: name, qty: n });
      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
      return { method: 'POST', url: '/api/v2/inventories', payload: json(call), headers };
    },
  },
};

/** Adds what a message with this name through the door needs to be taken, besides what the door creates. */
export function addNames({ ledger }: LedgerHarness, doorName: string, name: string): void {
  ledger.addLocation(name);
  // A barcode that is not of digits creates no item.
  if (doorName === 'Jerry') ledger.addItem(name, '', [{ scheme: 'UPC', value: name }]);
  // Counts and orders by sku name what is registered.
  if (doorName === 'Standard counts' || doorName === 'Winit orders') ledger.addItem(name, name);
}

/** A server with this door only. */
export function openDoor(
  door: Pick<Door, 'register' | 'connection'>,
  merchant = 'Café 7',
  more: Pick<LedgerHarnessOptions, 'connectionRates' | 'noteRefusal'> = {},
): LedgerHarness {
  const connection = door.connection(merchant);
  const handle = connection.kind === 'winit' ? APP_KEY : USER_NAME;
  return makeLedgerHarness(door.register, { connections: [connection], handle, token: TOKEN, ...more });
}
