import type { FastifyInstance, InjectOptions } from 'fastify';
import { pino } from 'pino';
import { uuidv7 } from 'uuidv7';
import { createReceiveDelivery } from '../../src/application/commands/receive-delivery';
import { createRejectCall } from '../../src/application/commands/reject-call';
import { createSetStock } from '../../src/application/commands/set-stock';
import type { Connection, ConnectionDirectory } from '../../src/application/ports/connections';
import { MAX_PUSH_ROWS } from '../../src/domain/validation';
import { HTTP_LIMITS } from '../../src/http/limits';
import { createHttpServer, type HttpServer } from '../../src/http/server';
import { registerJerry } from '../../src/vendors/jerry/route';
import { registerStandard } from '../../src/vendors/standard/route';
import { registerWinitEvents } from '../../src/vendors/winit-events/route';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { idOf } from '../support/domain/test-ledger';
import { expectIntactLedgers } from '../support/invariants';
import { LedgerHarness } from '../support/ledger';
import { CHANGE, jerryConnection, signed as signedGoods } from '../unit/vendors/jerry/jerry-samples';
import { signed, standardConnection } from '../unit/vendors/standard/standard-samples';
import { UPDATE, winitConnection } from '../unit/vendors/winit-events/winit-samples';

jest.setTimeout(120_000);

let database: TestDatabase;
let ledgers: LedgerHarness;
let server: HttpServer;
let app: FastifyInstance;
let tenantId: string;
let tenantNumber = 0;

const SAMPLES: Readonly<Record<string, Connection>> = {
  standard: standardConnection({ unknownLocations: 'create' }),
  jerry: jerryConnection({ unknownItems: 'create' }, { id: idOf(0xfff7) }),
  winit: winitConnection({ unknownLocations: 'create' }, { id: idOf(0xfff8) }),
};
const directory: ConnectionDirectory = {
  byToken: (kind) => Promise.resolve({ ...(SAMPLES[kind] as Connection), tenantId }),
  byHandle: () => Promise.resolve([]),
  byId: () => Promise.resolve(undefined),
};

beforeAll(async () => {
  database = await createTestDatabase();
  ledgers = new LedgerHarness(database);
  const poster = ledgers.openPoster();
  server = createHttpServer({
    logger: pino({ level: 'silent' }),
    host: '127.0.0.1',
    port: 0,
    readiness: () => Promise.resolve(undefined),
  });
  ({ app } = server);
  const deps = {
    connections: directory,
    receive: createReceiveDelivery({ poster, newId: uuidv7 }),
    reject: createRejectCall({ poster, newId: uuidv7 }),
    setStock: createSetStock({ poster, nowMs: Date.now }),
    noteRefusal: () => undefined,
    newId: uuidv7,
    nowMs: () => Date.now(),
  };
  registerStandard(app, deps);
  registerJerry(app, deps);
  registerWinitEvents(app, deps);
});

beforeEach(async () => {
  tenantNumber += 1;
  [tenantId = ''] = await ledgers.tenants(`tenant-${tenantNumber}`);
  await ledgers.pool.query(
    `INSERT INTO location (tenant_id, location_id, code, collision_key) VALUES ($1, gen_random_uuid(), 'JERRY-1', 'jerry-1')`,
    [tenantId],
  );
  await ledgers.pool.query('UPDATE ledger_head SET catalogue_revision = catalogue_revision + 1 WHERE tenant_id = $1', [
    tenantId,
  ]);
});

afterAll(async () => {
  await server.close();
  await expectIntactLedgers(ledgers.pool);
  await ledgers.close();
  await database.drop();
});

const rowsOf = (count: number, rowAt: (index: number) => object): string =>
  JSON.stringify(Array.from({ length: count }, (_, index) => rowAt(index)));

function standard(type: string, rows: string, padding = 0): InjectOptions {
  const body = `{"type":"${type}","data":{"rows":${rows}}}${' '.repeat(padding)}`;
  const headers = { 'content-type': 'application/json', ...signed(body, { id: uuidv7(), atMs: Date.now() }) };
  return { method: 'POST', url: '/webhooks/standard/token', payload: body, headers };
}

const item = { scheme: 'UPC', value: '99' };
const fact = (n: number) => ({
  id: `f ${n}`,
  item,
  location: `L${n % 100}`,
  lot: `${n}`,
  delta: 1,
  reason: 'RECEIPT',
  occurredAt: '2025-11-22T11:58:00Z',
});
const count = (n: number) => ({ item, location: 'L1', lot: `${n}`, quantity: n + 1, asOf: '2025-11-22T11:58:00Z' });

/** A push of so many rows in each format. */
const PUSHES: Readonly<Record<string, (rows: number) => InjectOptions>> = {
  'Standard facts': (rows) => standard('stock.facts', rowsOf(rows, fact)),
  'Standard counts': (rows) => standard('stock.counts', rowsOf(rows, count)),
  Jerry: (rows) => {
    const goods = rowsOf(rows, (n) => ({
      ...CHANGE,
      stockChangeId: n + 1,
      lotNumber: `${n}`,
      qty: '1',
      flag: '2',
      changeType: '0',
    }));
    return { method: 'POST', url: '/webhooks/jerry/token', payload: signedGoods(goods) };
  },
  Winit: (rows) => {
    const payload = rowsOf(rows, (n) => ({ ...UPDATE, uuid: `${n}`, warehouseCode: `W${n % 100}` }));
    return { method: 'POST', url: '/webhooks/winit/token', payload };
  },
};

describe.each(Object.entries(PUSHES))('%s', (_format, push) => {
  it(`takes ${MAX_PUSH_ROWS} rows in one transaction, and no more`, async () => {
    if (_format === 'Standard counts') await app.inject(standard('stock.facts', rowsOf(2, fact)));
    const before = await ledgers.count('inbound_message', tenantId);
    const tooMany = await app.inject(push(MAX_PUSH_ROWS + 1));
    expect(`${tooMany.statusCode} ${tooMany.payload}`).toMatch(/^400|fail/);
    const entries = await ledgers.count('ledger_entry', tenantId);
    const response = await app.inject(push(MAX_PUSH_ROWS));
    expect(response.statusCode).toBe(200);
    expect(response.payload).not.toMatch(/fail|REJECTED|QUARANTINED/);
    // A count of a lot in which there are units already changes it as well.
    expect((await ledgers.count('ledger_entry', tenantId)) - entries).toBeGreaterThanOrEqual(MAX_PUSH_ROWS - 2);
    const { rows } = await ledgers.pool.query<{ n: string }>(
      'SELECT count(DISTINCT recorded_at)::int AS n FROM movement WHERE tenant_id = $1 AND sequence > $2',
      [tenantId, entries],
    );
    expect(rows[0]?.n).toBe(1);
    expect(await ledgers.count('inbound_message', tenantId)).toBeGreaterThan(before);
  });
});

it('takes a body of 8 MiB, and not a byte more', async () => {
  const { payload } = standard('stock.facts', rowsOf(1, fact));
  const padding = HTTP_LIMITS.pushBytes - (payload as string).length;
  expect((await app.inject(standard('stock.facts', rowsOf(1, fact), padding))).statusCode).toBe(200);
  expect((await app.inject(standard('stock.facts', rowsOf(1, fact), padding + 1))).statusCode).toBe(413);
});

it('lets a lone message pass between large ones', async () => {
  await app.inject(standard('stock.facts', rowsOf(1, fact)));
  const done: string[] = [];
  const send = (name: string, request: InjectOptions) => app.inject(request).then(() => done.push(name));
  const jerry = PUSHES['Jerry'] as (rows: number) => InjectOptions;
  const winit = PUSHES['Winit'] as (rows: number) => InjectOptions;
  const large = [send('jerry', jerry(MAX_PUSH_ROWS)), send('winit', winit(MAX_PUSH_ROWS))];
  const lone = send(
    'lone',
    standard(
      'stock.facts',
      rowsOf(1, (n) => ({ ...fact(n), id: 'lone' })),
    ),
  );
  await Promise.all([...large, lone]);
  expect(done.indexOf('lone')).toBeLessThan(2);
});

it.each(['/webhooks/standard/token/', '/webhooks/jerry/token/', '/webhooks/winit/token/', '/webhooks/nothing/'])(
  'answers %s as without the slash',
  async (url) => {
    const [with_, without] = await Promise.all(
      [url, url.slice(0, -1)].map((each) => app.inject({ method: 'POST', url: each, payload: '{' })),
    );
    expect(with_?.statusCode).toBe(without?.statusCode);
    expect(with_?.statusCode).toBe(url.includes('nothing') ? 404 : without?.statusCode);
  },
);
