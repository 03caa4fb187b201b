import { createRejectCall } from '../../src/application/commands/reject-call';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { pino } from 'pino';
import { uuidv7 } from 'uuidv7';
import { createAdjustmentOrders } from '../../src/application/commands/adjustment-orders';
import type { Connection, ConnectionDirectory } from '../../src/application/ports/connections';
import type { Reads } from '../../src/application/ports/reads';
import { createSaveInventoryRecord } from '../../src/application/commands/save-inventory-record';
import { locationSaveReads, planLocationSave } from '../../src/domain/plans/catalogue-save';
import type { StockDimensions } from '../../src/domain/ledger/stock-key';
import { createHttpServer, type HttpServer } from '../../src/http/server';
import { createReadPool, createReads, sharedPool } from '../../src/persistence/readers';
import { registerComestri } from '../../src/vendors/comestri/route';
import { registerWinitOrders } from '../../src/vendors/winit-orders/route';
import {
  adjusted,
  adjustOf,
  atOrNew,
  byIdentifier,
  delivered,
  deliveryOf,
  factOf,
  keyOf,
  postingOf,
  rowsOf,
} from '../support/domain/test-ledger';
import { comestriConnection, inventory, TOKEN as COMESTRI_TOKEN } from '../unit/vendors/comestri/comestri-samples';
import { fixture } from '../unit/vendors/shared/webhook-harness';
import { example, EXAMPLES, orderConnection, signedCall, unpackData } from '../unit/vendors/winit-orders/samples';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { expectIntactLedgers } from '../support/invariants';
import { LedgerHarness, type TestPoster } from '../support/ledger';

jest.setTimeout(30_000);

let database: TestDatabase;
let ledgers: LedgerHarness;
let poster: TestPoster;
let server: HttpServer;
let app: FastifyInstance;
let reads: Reads;
let tenantId: string;
let tenantNumber = 0;
let closeReads: () => Promise<void>;

const connection = (sample: Connection): Connection => ({ ...sample, tenantId });

/** The connections of the current test's tenant. */
const directory: ConnectionDirectory = {
  byToken: () => Promise.resolve(connection(comestriConnection())),
  byHandle: () => Promise.resolve([connection(orderConnection({ timestampToleranceSeconds: null }))]),
  byId: () => Promise.resolve(undefined),
};

beforeAll(async () => {
  database = await createTestDatabase();
  ledgers = new LedgerHarness(database);
  poster = ledgers.openPoster();
  const readPool = createReadPool(database.gatewayUrl, { applicationName: 'test reads', max: 4, log: () => undefined });
  closeReads = () => readPool.end();
  reads = createReads(sharedPool(readPool).ofStatements);
  server = createHttpServer({
    logger: pino({ level: 'silent' }),
    host: '127.0.0.1',
    port: 0,
    readiness: () => Promise.resolve(undefined),
  });
  ({ app } = server);
  const reject = createRejectCall({ poster, newId: uuidv7 });
  const noteRefusal = () => undefined;
  const common = { connections: directory, reads, reject, noteRefusal, newId: uuidv7, nowMs: () => Date.now() };
  registerWinitOrders(app, { ...common, orders: createAdjustmentOrders({ poster, reads }) });
  registerComestri(app, { ...common, save: createSaveInventoryRecord({ poster, nowMs: Date.now }) });
});

beforeEach(async () => {
  tenantNumber += 1;
  tenantId = await tenantWithStock(`tenant-${tenantNumber}`);
});

afterAll(async () => {
  await server.close();
  await closeReads();
  await expectIntactLedgers(ledgers.pool);
  await ledgers.close();
  await database.drop();
});

/** A tenant with the items and locations of the vendors' examples, and boxes to move. */
async function tenantWithStock(code: string): Promise<string> {
  const [id = ''] = await ledgers.tenants(code);
  const box = { packaging: 'BOX', barcode: 'T00001' } as const;
  const openings = [
    factOf('box', { ...merchandise('liaowl1002', box), delta: 2 }),
    factOf('box of nj', { ...merchandise('liaowl1002', { ...box, owner: 'nj' }), delta: 1 }),
    factOf('single', { ...merchandise('liaowl1003', {}), delta: 1 }),
    factOf('oil', { item: byIdentifier('PRODUCT_ID', '1'), location: atOrNew('MOTUL'), delta: 1 }),
  ];
  await poster.post({ ...delivered(deliveryOf(1, rowsOf(...openings))), tenantId: id });
  return id;
}

const merchandise = (sku: string, dimensions: Partial<StockDimensions>) => ({
  item: byIdentifier('WINIT_MERCHANDISE', sku),
  location: atOrNew('US0001'),
  dimensions: keyOf(sku, 'US0001', dimensions).dimensions,
});

const winit = (body: unknown): InjectOptions => ({
  method: 'POST',
  url: '/openapi/service',
  payload: Buffer.isBuffer(body) ? body : JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});

const authorization = `Bearer ${COMESTRI_TOKEN}`;

const comestri = (body: unknown): InjectOptions => ({
  method: 'POST',
  url: '/api/v2/inventories',
  payload: Buffer.isBuffer(body) ? body : JSON.stringify(body),
  headers: { 'content-type': 'application/json', authorization },
});

const shown = (path = ''): InjectOptions => ({
  method: 'GET',
  url: `/api/v2/inventories${path}`,
  headers: { authorization },
});

async function answers(requests: readonly InjectOptions[]): Promise<{ status: number; body: string }[]> {
  const responses = await Promise.all(requests.map((request) => app.inject(request)));
  return responses.map(({ statusCode, payload }) => ({ status: statusCode, body: payload }));
}

const ask = async (request: InjectOptions): Promise<{ status: number; body: string }> =>
  (await answers([request]))[0] ?? { status: 0, body: '' };

const sent = <T>(count: number, request: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => request(i));

async function moved(
  sku: string,
  location: string,
  dimensions: Partial<StockDimensions>,
  delta: number,
): Promise<void> {
  const command = adjustOf(uuidv7(), { rows: [{ key: keyOf(sku, location, dimensions), delta }] });
  await poster.post({ ...adjusted(command), tenantId });
}

describe('orders in the form of Winit', () => {
  test('the documented examples succeed, each with its own number, and move the stated units', async () => {
    const replies: string[] = [];
    for (const name of EXAMPLES) {
      const { data } = JSON.parse(example(name).toString()) as { data: object };
      replies.push((await ask(winit(signedCall({ ...data, sellerOrderNo: name })))).body);
    }
    expect(replies).toEqual(
      [1, 2, 3].map((number) => `{"code":"0","msg":"操作成功","data":{"orderNo":"WT00000000000${number}"}}`),
    );
    const { rows } = await ledgers.pool.query<{ type: string; seller: string }>(
      'SELECT type, seller_order_no AS seller FROM adjustment_order WHERE tenant_id = $1 ORDER BY order_no',
      [tenantId],
    );
    expect(rows).toEqual([
      { type: 'UNPACK', seller: 'osf61' },
      { type: 'OWNER_TRANSFER', seller: 'osf64' },
      { type: 'BARCODE_CHANGE', seller: 'osf65' },
    ]);
    expect(await ledgers.count('inbound_message', tenantId)).toBe(4);
  });

  test('an example as published is answered byte for byte', async () => {
    expect(await ask(winit(example('osf61')))).toEqual({
      status: 200,
      body: fixture('winit-orders', 'success.reply.json').toString(),
    });
  });

  test('64 of the same order at once have one effect and equal answers', async () => {
    const all = await answers(
      sent(64, (index) => winit(signedCall(unpackData(), { language: index % 2 ? 'zh_CN' : 'en_US' }))),
    );
    expect(new Set(all.map(({ body }) => body)).size).toBe(2);
    expect(all.every(({ body }) => body.includes('"orderNo":"WT000000000001"'))).toBe(true);
    expect(await ledgers.count('adjustment_order', tenantId)).toBe(1);
    expect(await ledgers.count('movement', tenantId)).toBe(5);
  });

  test('of 32 orders at once for 2 boxes, 2 succeed, and the others are told the available quantity', async () => {
    const all = await answers(sent(32, (index) => winit(signedCall(unpackData({ sellerOrderNo: `o-${index}` })))));
    const good = all.filter(({ body }) => body.includes('"code":"0"'));
    const short = all.filter(({ body }) =>
      body.includes('merchandiseList[0].transferOutInfo.quantity: 库存不足：现有 0，需要 1'),
    );
    expect([good.length, short.length]).toEqual([2, 30]);
    expect(await ledgers.count('adjustment_order', tenantId)).toBe(2);
  });

  test('an order refused for lack of stock succeeds under the same sellerOrderNo once there is stock', async () => {
    const call = winit(signedCall(unpackData({}, { quantity: '3' }, { quantity: '30' })));
    expect((await ask(call)).body).toContain('"code":"2001"');
    await moved('liaowl1002', 'US0001', { packaging: 'BOX', barcode: 'T00001' }, 1);
    expect((await ask(call)).body).toContain('"orderNo":"WT000000000001"');
    expect((await ask(call)).body).toContain('"orderNo":"WT000000000001"');
    const other = winit(signedCall(unpackData(), { language: 'en_US' }));
    expect((await ask(other)).body).toContain('"code":"2015"');
  });
});

describe('inventories in the form of Comestri', () => {
  test('a created inventory is shown and listed byte for byte as it was answered', async () => {
    const reply = fixture('comestri', 'full-inventory.reply.json').toString();
    expect(await ask(comestri(fixture('comestri', 'full-inventory.request.json')))).toEqual({
      status: 201,
      body: reply,
    });
    expect(await ask(comestri(fixture('comestri', 'full-inventory.request.json')))).toEqual({
      status: 200,
      body: reply,
    });
    expect(await ask(shown('/1'))).toEqual({ status: 200, body: reply });
    expect(await ask(shown())).toEqual({
      status: 200,
      body: `{"page":1,"per_page":20,"total_pages":1,"total_entries":1,"entries":[${reply}]}`,
    });
    expect((await ask(shown('/2'))).status).toBe(404);
  });

  test('64 equal calls at once create one inventory, and get equal answers', async () => {
    const statement = inventory({ source_system_stock_timestamp: new Date().toISOString(), unit_cost: 0.1 });
    const all = await answers(sent(64, () => comestri(statement)));
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(all.filter(({ status }) => status === 200)).toHaveLength(63);
    expect(new Set(all.map(({ body }) => body)).size).toBe(1);
    expect(await ledgers.count('inventory_record', tenantId)).toBe(1);
    const { rows } = await ledgers.pool.query<{ status: string; count: number }>(
      'SELECT status, count(*) AS count FROM stock_count WHERE tenant_id = $1 GROUP BY status ORDER BY status',
      [tenantId],
    );
    expect(rows).toEqual([
      { status: 'APPLIED', count: 1 },
      { status: 'DUPLICATE', count: 63 },
    ]);
  });

  test('a call with an older timestamp is an update without effect', async () => {
    const at = (second: number) => new Date(Date.now() - 60_000 + second * 1000).toISOString();
    const first = await ask(comestri(inventory({ source_system_stock_timestamp: at(30) })));
    const stale = await ask(comestri(inventory({ qty: 9, sku: 'later', source_system_stock_timestamp: at(10) })));
    expect([first.status, stale]).toEqual([201, { status: 200, body: first.body }]);
  });

  test('unknown names are reported with the other faults', async () => {
    const { status, body } = await ask(comestri(inventory({ inventory_source: 'NOWHERE', product_id: 2, qty: -1 })));
    const { errors } = JSON.parse(body) as { errors: { pointer: string }[] };
    expect([status, ...errors.map(({ pointer }) => pointer)]).toEqual([
      422,
      '/inventory/qty',
      '/inventory/product_id',
      '/inventory/inventory_source',
    ]);
  });

  test('the list is paged in the order of ids, and shows its own tenant only', async () => {
    const facts = sent(5, (index) =>
      factOf(`item ${index}`, { item: byIdentifier('PRODUCT_ID', String(index + 2)), location: atOrNew('MOTUL') }),
    );
    await poster.post({ ...delivered(deliveryOf(2, rowsOf(...facts))), tenantId });
    for (let id = 6; id >= 2; id--) await ask(comestri(inventory({ product_id: id, qty: id })));
    const page = async (query: string) => {
      const list = JSON.parse((await ask(shown(query))).body) as { total_entries: number; entries: { qty: number }[] };
      return [list.total_entries, ...list.entries.map(({ qty }) => qty)];
    };
    expect(await page('?per_page=2')).toEqual([5, 6, 5]);
    expect(await page('?per_page=2&page=3')).toEqual([5, 2]);
    expect(await page('?per_page=2&page=4')).toEqual([5]);
    tenantId = await tenantWithStock('another');
    expect(await page('')).toEqual([0]);
    expect((await ask(shown('/1'))).status).toBe(404);
  });
});

describe('lookups of the REST formats', () => {
  test('find a location by code, else by name when exactly one has it', async () => {
    const saved = (code: string, name: string | null) => {
      const command = { code, name };
      return poster.post({
        ...postingOf((work) => planLocationSave(work, command), { reads: locationSaveReads(command) }),
        tenantId,
      });
    };
    await saved('A', 'North');
    await saved('B', 'South');
    await saved('C', 'South');
    await saved('North', 'A');
    const codes = (asked: string) => reads.locationByCodeOrName(tenantId, asked).then((found) => found?.code);
    expect(await Promise.all(['A', 'B', 'North', 'South', 'US0001', 'nowhere', ''].map(codes))).toEqual([
      'A',
      'B',
      'North',
      undefined,
      'US0001',
      undefined,
      undefined,
    ]);
    await saved('North', null);
    await saved('North', 'Nord');
    expect(await codes('Nord')).toBe('North');
    expect(await reads.locationByCode(tenantId, 'Nord')).toBeUndefined();
    expect(await reads.locationByCode(tenantId, 'A')).toMatchObject({ code: 'A', name: 'North', vendorId: null });
    const other = await tenantWithStock('third');
    expect(await reads.locationByCodeOrName(other, 'A')).toBeUndefined();
  });

  test('find a record with its good, available stock, whatever its other dimensions', async () => {
    await ask(comestri(inventory()));
    await moved('1', 'MOTUL', { lot: 'L1' }, 4);
    await moved('1', 'MOTUL', { condition: 'DAMAGED' }, 60);
    await moved('1', 'MOTUL', { bucket: 'COMMITTED' }, 50);
    const view = await reads.inventoryRecordByVendorId(tenantId, 1);
    expect(view).toMatchObject({
      record: { vendorId: 1, style: 'DYNAMIC', unitCost: null, sourceTimestampMs: null },
      location: { code: 'MOTUL', vendorId: 2 },
      available: 9,
    });
    expect(Number.isSafeInteger(view?.record.updatedAtMs)).toBe(true);
    const itemId = view?.record.itemId ?? '';
    expect(await reads.itemsById(tenantId, [itemId])).toMatchObject([{ sku: '1' }]);
    expect(await reads.inventoryRecordView(tenantId, { itemId, locationId: view?.location.locationId ?? '' })).toEqual(
      view,
    );
    const unknown = { itemId: uuidv7(), locationId: uuidv7() };
    expect(await reads.inventoryRecordView(tenantId, unknown)).toBeUndefined();
  });
});
