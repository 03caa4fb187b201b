import type { FastifyInstance, InjectOptions } from 'fastify';
import type { Connection } from '../../../src/application/ports/connections';
import { registerComestri } from '../../../src/vendors/comestri/route';
import { registerIncreff } from '../../../src/vendors/increff/route';
import { registerJerry } from '../../../src/vendors/jerry/route';
import { registerStandard } from '../../../src/vendors/standard/route';
import { registerWinitEvents } from '../../../src/vendors/winit-events/route';
import { registerWinitOrders } from '../../../src/vendors/winit-orders/route';
import { CONNECTION, TENANT } from '../../support/domain/test-ledger';
import { codePointOf, spellingsOf } from '../../support/dirty-names';
import { comestriConnection, inventory, TOKEN } from './comestri/comestri-samples';
import { CREDENTIALS, increffConnection, USER_NAME } from './increff/increff-samples';
import { CHANGE, jerryConnection, signed as signedGoods } from './jerry/jerry-samples';
import { makeLedgerHarness, type LedgerDeps, type LedgerHarness } from './shared/ledger-harness';
import { signed, standardConnection } from './standard/standard-samples';
import { UPDATE, winitConnection } from './winit-events/winit-samples';
import { APP_KEY, orderConnection, signedCall, unpackData } from './winit-orders/samples';

/** A way by which a name comes in. */
interface Door {
  readonly register: (app: FastifyInstance, deps: LedgerDeps) => void;
  readonly connection: Connection;
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

const DOORS: Readonly<Record<string, Door>> = {
  Jerry: {
    register: registerJerry,
    connection: jerryConnection({}, { ...HOME, locationCode: ' Café 7 ' }),
    request: (name, n) => {
      const change = { ...CHANGE, stockChangeId: n + 1, upc: name, lotNumber: name, businessNo: name };
      return { method: 'POST', url: `/webhooks/jerry/${TOKEN}`, payload: signedGoods(json([change])) };
    },
  },
  'Winit events': {
    register: registerWinitEvents,
    connection: winitConnection({ customerCode: ' Café 7 ' }, HOME),
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
    connection: orderConnection(),
    request: (name, n) => {
      const side = { merchandiseCode: name, specification: name, barcodeValue: name };
      const order = { sellerOrderNo: `liao ${n}`, warehouseCode: name };
      const data = unpackData({ ...order, turnOutCode: name, turnInCode: name }, side, side);
      return { method: 'POST', url: '/openapi/service', payload: json(signedCall(data)) };
    },
  },
  'Standard facts': {
    register: registerStandard,
    connection: standardConnection(),
    request: (name, n) => {
      const item = { scheme: name, value: name, specification: name };
      const names = { location: name, reference: name, ...dimensionsOf(name) };
      return standard('stock.facts', { id: `row ${n}`, item, ...names, delta: 1, reason: 'GAIN' }, n);
    },
  },
  'Standard counts': {
    register: registerStandard,
    connection: standardConnection(),
    request: (name, n) => {
      const row = { item: { sku: name, specification: name }, location: name, ...dimensionsOf(name), quantity: n };
      return standard('stock.counts', { ...row, asOf: '2025-11-22T11:59:00Z', sourceSequence: n }, n);
    },
  },
  'Increff products': {
    register: registerIncreff,
    connection: increffConnection({ unknownItems: 'create' }),
    request: (name, n) => {
      const payload = json({ locationCode: name, products: [{ channelSkuCode: name, quantity: n }] });
      return { method: 'PUT', url: '/usp/inventories/absolute', payload, headers: CREDENTIALS };
    },
  },
  'Increff client skus': {
    register: registerIncreff,
    connection: increffConnection({ unknownItems: 'create', fulfillmentLocations: { 7: ' Café 7 ' } }),
    request: (name, n) => {
      const payload = json([{ clientId: 1, clientSkuId: name, quantity: n, fulfillmentLocationId: 7 }]);
      return { method: 'PUT', url: '/usp/inventories/absolute', payload, headers: CREDENTIALS };
    },
  },
  Comestri: {
    register: registerComestri,
    connection: comestriConnection({ unknownItems: 'create' }),
    request: (name, n) => {
      const call = inventory({ inventory_source: name, product_id: null, product_code: name, sku: name, qty: n });
      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
      return { method: 'POST', url: '/api/v2/inventories', payload: json(call), headers };
    },
  },
};

let harness: LedgerHarness;

function open({ register, connection }: Door): void {
  const handle = connection.kind === 'winit' ? APP_KEY : USER_NAME;
  harness = makeLedgerHarness(register, { connections: [connection], handle, token: TOKEN });
}

afterEach(() => harness.close());

const levelsOf = () => [...harness.ledger.levels.values()].map(({ key }) => key);
const skusOf = () => [...harness.ledger.items.values()].map(({ sku }) => sku);
const quarantined = () => [...harness.ledger.quarantined.values()];
const codesOf = () => [...harness.ledger.locations.values()].map(({ code }) => code);

describe.each(Object.entries(DOORS))('%s', (doorName, door) => {
  beforeEach(() => {
    open(door);
    harness.ledger.addLocation('Café 7');
    // Counts and orders by sku name what is registered.
    if (doorName === 'Standard counts') harness.ledger.addItem('Café 7', 'Café 7');
    if (doorName === 'Winit orders') harness.ledger.addItem('Café 7', 'Café 7');
  });

  it('takes every spelling of a name for the same item, location and stock key', async () => {
    const answers: [status: number, body: string][] = [];
    for (const [n, name] of spellingsOf('Café 7').entries()) {
      const { statusCode, body } = await harness.app.inject(door.request(name, n));
      answers.push([statusCode, body]);
    }
    expect(answers.map(([status]) => status).filter((status) => status !== 200 && status !== 201)).toEqual([]);
    expect(skusOf()).toEqual(['Café 7']);
    expect(codesOf()).toEqual(['Café 7']);
    expect(quarantined()).toEqual([]);
    if (doorName === 'Winit orders') {
      // INSUFFICIENT_STOCK: the order keeps all rules, and has found its item and location.
      expect(answers.filter(([, body]) => !body.includes('"code":"2001"'))).toEqual([]);
    } else {
      expect(levelsOf()).toHaveLength(1);
      expect(Object.values(levelsOf()[0] ?? {}).filter((part) => /^\s|\s$/u.test(String(part)))).toEqual([]);
    }
  });

  it.each(['\u200b', '\u202e', '\u0007', '\ufeff', '\u00ad'])(
    'refuses a name with the unseen character %j and names it',
    async (character) => {
      const { body } = await harness.app.inject(door.request(`Caf${character}é 7`, 1));
      const told = body + JSON.stringify(quarantined());
      expect(told).toContain(codePointOf(character));
      expect(skusOf().filter((sku) => sku !== 'Café 7')).toEqual([]);
      expect(codesOf()).toEqual(['Café 7']);
      expect(levelsOf()).toEqual([]);
    },
  );
});
