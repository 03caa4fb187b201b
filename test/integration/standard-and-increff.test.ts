import { createRejectCall } from '../../src/application/commands/reject-call';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { pino } from 'pino';
import { uuidv7 } from 'uuidv7';
import type { Connection, ConnectionDirectory } from '../../src/application/ports/connections';
import { createReceiveDelivery } from '../../src/application/commands/receive-delivery';
import { createSetStock } from '../../src/application/commands/set-stock';
import { createHttpServer, type HttpServer } from '../../src/http/server';
import { createReadPool, createReads, sharedPool } from '../../src/persistence/readers';
import { registerIncreff } from '../../src/vendors/increff/route';
import { registerStandard } from '../../src/vendors/standard/route';
import { CREDENTIALS, increffConnection } from '../unit/vendors/increff/increff-samples';
import { signed, standardConnection } from '../unit/vendors/standard/standard-samples';
import { fixture } from '../unit/vendors/shared/webhook-harness';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { expectIntactLedgers } from '../support/invariants';
import { LedgerHarness } from '../support/ledger';

jest.setTimeout(30_000);

let database: TestDatabase;
let ledgers: LedgerHarness;
let server: HttpServer;
let app: FastifyInstance;
let tenantId: string;
let tenantNumber = 0;
let closeReads: () => Promise<void>;

/** The connections of the current test's tenant. */
const directory: ConnectionDirectory = {
  byToken: (kind) => Promise.resolve(kind === 'standard' ? connection(standardConnection()) : undefined),
  byHandle: () => Promise.resolve([connection(increffConnection({ unknownItems: 'create' }))]),
  byId: () => Promise.resolve(undefined),
};

const connection = (sample: Connection): Connection => ({ ...sample, tenantId });

beforeAll(async () => {
  database = await createTestDatabase();
  ledgers = new LedgerHarness(database);
  const poster = ledgers.openPoster();
  const readPool = createReadPool(database.gatewayUrl, { applicationName: 'test reads', max: 4, log: () => undefined });
  closeReads = () => readPool.end();
  server = createHttpServer({
    logger: pino({ level: 'silent' }),
    host: '127.0.0.1',
    port: 0,
    readiness: () => Promise.resolve(undefined),
  });
  ({ app } = server);
  const deps = {
    connections: directory,
    reads: createReads(sharedPool(readPool).ofStatements),
    receive: createReceiveDelivery({ poster, newId: uuidv7 }),
    reject: createRejectCall({ poster, newId: uuidv7 }),
    setStock: createSetStock({ poster, nowMs: Date.now }),
    noteRefusal: () => undefined,
    newId: uuidv7,
    nowMs: () => Date.now(),
  };
  registerIncreff(app, deps);
  registerStandard(app, deps);
});

beforeEach(async () => {
  tenantNumber += 1;
  [tenantId = ''] = await ledgers.tenants(`tenant-${tenantNumber}`);
});

afterAll(async () => {
  await server.close();
  await closeReads();
  await expectIntactLedgers(ledgers.pool);
  await ledgers.close();
  await database.drop();
});

const item = { scheme: 'CLIENT_SKU', value: 'SKU1' };
const fact = (id: string, location: string, delta: number, occurredAt = new Date().toISOString()) => ({
  id,
  item,
  location,
  delta,
  reason: delta > 0 ? 'GAIN' : 'LOSS',
  occurredAt,
});

function standard(id: string, type: string, rows: readonly unknown[]): InjectOptions {
  const body = JSON.stringify({ type, data: { rows } });
  const headers = { 'content-type': 'application/json', ...signed(body, { id, atMs: Date.now() }) };
  return { method: 'POST', url: '/webhooks/standard/token', payload: body, headers };
}

function increff(body: string | Buffer): InjectOptions {
  const headers = { 'content-type': 'application/json', ...CREDENTIALS };
  return { method: 'PUT', url: '/usp/inventories/absolute', payload: body, headers };
}

async function answers(requests: readonly InjectOptions[]): Promise<{ status: number; body: string }[]> {
  const responses = await Promise.all(requests.map((request) => app.inject(request)));
  return responses.map(({ statusCode, payload }) => ({ status: statusCode, body: payload }));
}

const ask = async (request: InjectOptions): Promise<{ status: number; body: string }> =>
  (await answers([request]))[0] ?? { status: 0, body: '' };

test('the documented calls count stock at locations that earlier facts created', async () => {
  await ask(standard('m-1', 'stock.facts', [fact('a', 'wd003', 1), fact('b', '1000901', 1)]));
  for (const name of ['products', 'client-skus']) {
    const body = fixture('increff', `${name}.reply.json`).toString();
    expect(await ask(increff(fixture('increff', `${name}.request.json`)))).toEqual({ status: 200, body });
  }
  expect(await ledgers.quantities(tenantId)).toEqual({
    'ITEM302 wd003 AVAILABLE': 40,
    'SKU1 1000901 AVAILABLE': 10,
    'SKU1 wd003 AVAILABLE': 1,
  });
  expect(await ledgers.count('inbound_message', tenantId)).toBe(3);
});

test('64 messages of the same counts at once have one effect and equal answers', async () => {
  const asOf = new Date().toISOString();
  const rows = [
    { item, location: 'WH-1', quantity: 7, asOf },
    { item, location: 'WH-2', quantity: -7, asOf },
  ];
  const all = await answers(Array.from({ length: 64 }, () => standard('m-1', 'stock.counts', rows)));
  const bodies = all.map(({ body }) => JSON.parse(body) as { replayed: boolean });
  expect(bodies.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect(new Set(bodies.map((body) => JSON.stringify({ ...body, replayed: null }))).size).toBe(1);
  expect(await ledgers.quantities(tenantId)).toEqual({ 'SKU1 WH-1 AVAILABLE': 7 });
  expect(await ledgers.count('movement', tenantId)).toBe(1);
});

test('64 messages of the same facts at once post them once', async () => {
  const rows = [fact('a', 'WH-1', 3), fact('b', 'WH-1', -5)];
  const all = await answers(Array.from({ length: 64 }, (_, index) => standard(`m-${index}`, 'stock.facts', rows)));
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
  expect(all.filter(({ body }) => body.includes('POSTED'))).toHaveLength(1);
  expect(await ledgers.quantities(tenantId)).toEqual({ 'SKU1 WH-1 AVAILABLE': -2 });
  expect(await ledgers.count('movement', tenantId)).toBe(2);
});

test('counts that race with facts end as if earlier facts came first and later ones after', async () => {
  const startMs = Date.now() - 60_000;
  const moment = (second: number): string => new Date(startMs + second * 1000).toISOString();
  const facts = Array.from({ length: 30 }, (_, second) =>
    standard(`f-${second}`, 'stock.facts', [fact(`f-${second}`, 'WH-1', 2 ** (second % 5), moment(second))]),
  );
  const counts = [5, 20, 11].map((second) =>
    standard(`c-${second}`, 'stock.counts', [{ item, location: 'WH-1', quantity: 100 * second, asOf: moment(second) }]),
  );
  const all = await answers([...facts.slice(0, 15), ...counts, ...facts.slice(15)].toReversed());
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
  const after = Array.from({ length: 30 }, (_, second) => (second > 20 ? 2 ** (second % 5) : 0));
  const expected = 2000 + after.reduce((sum, delta) => sum + delta, 0);
  expect(await ledgers.quantities(tenantId)).toEqual({ 'SKU1 WH-1 AVAILABLE': expected });
});

test('calls that race each other end with the quantity of one of them', async () => {
  await ask(standard('m-1', 'stock.facts', [fact('a', 'wd003', 1)]));
  const call = (quantity: number): InjectOptions =>
    increff(JSON.stringify({ locationCode: 'wd003', products: [{ channelSkuCode: 'SKU1', quantity }] }));
  const all = await answers(Array.from({ length: 32 }, (_, index) => call(index)));
  expect(new Set(all.map(({ body }) => body))).toEqual(new Set(['{"failureProducts":[],"successProducts":["SKU1"]}']));
  const quantity = (await ledgers.quantities(tenantId))['SKU1 wd003 AVAILABLE'] ?? -1;
  expect(quantity).toBeGreaterThanOrEqual(0);
  expect(quantity).toBeLessThan(32);
  expect(await ledgers.count('inbound_message', tenantId)).toBe(33);
});
