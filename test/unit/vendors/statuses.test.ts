import type { FastifyInstance, InjectOptions } from 'fastify';
import { pino } from 'pino';
import { createApp } from '../../../src/app';
import type { Connection } from '../../../src/application/ports/connections';
import { httpProblems, type HttpProblem } from '../../../src/http/problem';
import type { Services } from '../../../src/services';
import { registerComestri } from '../../../src/vendors/comestri/route';
import { registerIncreff } from '../../../src/vendors/increff/route';
import { registerJerry } from '../../../src/vendors/jerry/route';
import { registerStandard } from '../../../src/vendors/standard/route';
import { registerWinitEvents } from '../../../src/vendors/winit-events/route';
import { registerWinitOrders } from '../../../src/vendors/winit-orders/route';
import { CONNECTION, TENANT } from '../../support/domain/test-ledger';
import { comestriConnection, inventory } from './comestri/comestri-samples';
import { CREDENTIALS, increffConnection, USER_NAME } from './increff/increff-samples';
import { CHANGE, jerryConnection, signed as signedGoods } from './jerry/jerry-samples';
import { makeLedgerHarness, type LedgerDeps } from './shared/ledger-harness';
import { TOKEN } from './shared/webhook-harness';
import { signed, standardConnection } from './standard/standard-samples';
import { UPDATE, winitConnection } from './winit-events/winit-samples';
import { APP_KEY, orderConnection, signedCall, unpackData } from './winit-orders/samples';

type Register = (app: FastifyInstance, deps: LedgerDeps) => void;

interface Operation {
  readonly register: Register;
  readonly connection: Connection;
  /** One that is answered with success. */
  readonly request: InjectOptions;
  /** By the status that each is answered with. */
  readonly others: Readonly<Record<number, readonly Partial<InjectOptions>[]>>;
  /** What it takes to see a status that no single request shows. */
  readonly registered?: Readonly<Record<number, Register>>;
}

const HOME = { tenantId: TENANT, id: CONNECTION.id };
const json = (value: unknown): string => JSON.stringify(value);

const standardBody = (type: string, row: object): string => json({ type, data: { rows: [row] } });
const standardRequest = (body: string): InjectOptions => ({ payload: body, headers: signed(body) });
const FACT = standardBody('stock.facts', { id: 'r-1', item: { sku: 'TEA' }, location: 'X', delta: 1, reason: 'GAIN' });
const countOf = (quantity: number): string =>
  standardBody('stock.counts', { item: { sku: 'TEA' }, location: 'X', quantity, asOf: '2025-11-22T11:59:00Z' });

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

const comestri = { register: registerComestri, connection: comestriConnection() };
const winitEvents = { register: registerWinitEvents, connection: winitConnection({}, HOME) };

const OPERATIONS: Readonly<Record<string, Operation>> = {
  'POST /webhooks/jerry/{token}': {
    register: registerJerry,
    connection: jerryConnection({}, HOME),
    request: { payload: signedGoods(json([CHANGE])) },
    others: { 400: [{ payload: '[' }], 401: [{ url: '/webhooks/jerry/other' }, { payload: '{}' }] },
  },
  'POST /webhooks/winit/{token}': {
    ...winitEvents,
    request: { payload: json([UPDATE]) },
    others: { 401: [{ url: '/webhooks/winit/other' }], 500: [{ payload: '[' }] },
  },
  'GET /webhooks/winit/{token}': {
    ...winitEvents,
    request: {},
    others: { 401: [{ url: '/webhooks/winit/other' }] },
  },
  'POST /openapi/service': {
    register: registerWinitOrders,
    connection: orderConnection(),
    request: { payload: json(signedCall(unpackData())) },
    others: { 400: [{ payload: '[' }] },
    registered: {
      429: (app, deps) => {
        const refuse = () => ({ allowed: false, retryAfterSeconds: 1 });
        registerWinitOrders(app, { ...deps, limiter: { take: refuse } });
      },
    },
  },
  'PUT /usp/inventories/absolute': {
    register: registerIncreff,
    connection: increffConnection(),
    request: { payload: json({ locationCode: 'X', products: [] }), headers: CREDENTIALS },
    others: { 400: [{ payload: '[' }, { payload: json({ locationCode: 'Y', products: [] }) }], 401: [{ headers: {} }] },
  },
  'POST /usp/inventories/absolute': {
    register: registerIncreff,
    connection: increffConnection(),
    request: { payload: json({ locationCode: 'X', products: [] }), headers: CREDENTIALS },
    others: { 400: [{ payload: '[' }, { payload: json({ locationCode: 'Y', products: [] }) }], 401: [{ headers: {} }] },
  },
  'POST /api/v2/inventories': {
    ...comestri,
    request: { payload: json(inventory({ inventory_source: 'X', product_id: 1 })), headers: bearer(TOKEN) },
    others: { 400: [{ payload: '[' }], 401: [{ headers: {} }, { headers: bearer('other') }], 422: [{ payload: '{}' }] },
    registered: {
      403: (app, deps) => {
        const connection = comestriConnection({ readOnly: true });
        const connections = { ...deps.connections, byToken: () => Promise.resolve(connection) };
        registerComestri(app, { ...deps, connections });
      },
    },
  },
  'GET /api/v2/inventories': {
    ...comestri,
    request: { headers: bearer(TOKEN) },
    others: { 401: [{ headers: {} }], 422: [{ url: '/api/v2/inventories?page=0' }] },
  },
  'GET /api/v2/inventories/{id}': {
    ...comestri,
    request: { url: '/api/v2/inventories/1', headers: bearer(TOKEN) },
    others: { 401: [{ headers: {} }], 404: [{ url: '/api/v2/inventories/2' }, { url: '/api/v2/inventories/x' }] },
  },
  'POST /webhooks/standard/{token}': {
    register: registerStandard,
    connection: standardConnection(),
    request: standardRequest(FACT),
    others: { 400: [standardRequest('[')], 401: [{ headers: {} }], 409: [standardRequest(countOf(2))] },
  },
};

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: object }>>>>;
}

/** The statuses that the OpenAPI document has, by the operation. */
let documented: ReadonlyMap<string, readonly string[]>;

beforeAll(async () => {
  // Nothing here is asked of the database.
  const server = createApp({} as Services, { logger: pino({ level: 'silent' }), host: '127.0.0.1', port: 0 });
  const { paths } = (await server.app.inject('/openapi.json')).json<Document>();
  await server.close();
  documented = new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { responses }]): [string, string[]] => [
        `${method.toUpperCase()} ${path}`,
        Object.keys(responses),
      ]),
    ),
  );
});

async function statusesOf(name: string, operation: Operation, register: Register, requests: Partial<InjectOptions>[]) {
  const [method, path = ''] = name.split(' ');
  const { connection } = operation;
  const handle = connection.kind === 'winit' ? APP_KEY : USER_NAME;
  const harness = makeLedgerHarness(register, { connections: [connection], handle, token: TOKEN });
  const { ledger, app } = harness;
  for (const code of ['X', 'US0001']) ledger.addLocation(code);
  ledger.addItem('TEA', '', [{ scheme: 'PRODUCT_ID', value: '1' }]);
  const url = path.replace('{token}', TOKEN);
  const statuses: number[] = [];
  for (const request of requests) {
    const options = { method, url, ...operation.request, ...request } as InjectOptions;
    statuses.push((await app.inject(options)).statusCode);
  }
  await harness.close();
  return statuses;
}

/** Routes whose directory of connections fails. */
const failing =
  (register: Register, error: Error): Register =>
  (app, deps) => {
    const fail = () => Promise.reject(error);
    register(app, { ...deps, connections: { byToken: fail, byHandle: fail, byId: fail } });
  };

/** Routes of a server that refuses every request, as it does when it stops. */
const refusing =
  (register: Register, problem: HttpProblem): Register =>
  (app, deps) => {
    app.addHook('onRequest', (_request, _reply, done) => {
      done(problem);
    });
    register(app, deps);
  };

/** Every status that the operation can be brought to answer. */
async function answered(name: string, operation: Operation): Promise<Set<number>> {
  const { register, request, others, registered = {} } = operation;
  const seen = (routes: Register, ...requests: Partial<InjectOptions>[]) =>
    statusesOf(name, operation, routes, requests);
  const coded = { headers: { ...(request.headers as object), 'content-encoding': 'br' } };
  expect(await seen(register, coded)).toEqual([415]);
  expect(await seen(failing(register, new Error('A bug')), {})).toEqual([500]);
  expect(await seen(refusing(register, httpProblems.unavailable(1)), {})).toEqual([503]);
  expect(await seen(refusing(register, httpProblems.tooManyRequests(1)), {})).toEqual([429]);
  const statuses = [415, 429, 500, 503];
  if (request.payload !== undefined) {
    expect(await seen(register, { payload: 'x'.repeat(2 ** 23 + 1) })).toEqual([413]);
    expect(await seen(register, { payload: 'x', headers: { ...coded.headers, 'content-encoding': 'gzip' } })).toEqual([
      400,
    ]);
    statuses.push(400, 413);
  }
  for (const [status, requests] of Object.entries(others)) {
    const before = status === '409' ? [standardRequest(countOf(1))] : [];
    const answers = (await seen(register, ...before, ...requests)).slice(before.length);
    expect(answers).toEqual(requests.map(() => Number(status)));
    statuses.push(Number(status));
  }
  for (const [status, routes] of Object.entries(registered)) {
    expect(await seen(routes, {})).toEqual([Number(status)]);
    statuses.push(Number(status));
  }
  return new Set(statuses);
}

/** Success comes from the tests of each format; one request shows that those above fail for their own reason. */
async function successes(name: string, operation: Operation): Promise<number[]> {
  const create = { ...operation, request: OPERATIONS['POST /api/v2/inventories']?.request ?? {} };
  if (name !== 'GET /api/v2/inventories/{id}') return statusesOf(name, operation, operation.register, [{}, {}]);
  const post = { method: 'POST', url: '/api/v2/inventories' } as const;
  return (await statusesOf(name, create, operation.register, [post, { ...operation.request, method: 'GET' }])).slice(1);
}

test('covers every operation of a vendor', () => {
  const names = [...documented.keys()].filter(
    (name) => !/ \/(graphql|livez|readyz|ledger\/export|\.well-known\/.*)$/.test(name),
  );
  expect(Object.keys(OPERATIONS).sort()).toEqual(names.sort());
});

test.each(Object.entries(OPERATIONS))('%s documents the statuses that it answers, and no other', async (name, op) => {
  const statuses = new Set([...(await answered(name, op)), ...(await successes(name, op))]);
  expect([...statuses].map(String).sort()).toEqual([...(documented.get(name) ?? [])].sort());
});
