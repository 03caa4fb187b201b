/**
 * Plants canaries wherever a secret can enter, through every door and in every form, and looks for them in all that is
 * logged, answered and stored. What is looked at comes from the database's catalogue, so a new table is covered.
 */
import { randomBytes } from 'node:crypto';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { Client } from 'pg';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { uuidv7 } from 'uuidv7';
import { createApp } from '../../src/app';
import { SECRET_SCOPES } from '../../src/application/ports/access';
import type { ConnectionKind } from '../../src/application/ports/connections';
import { HTTP_LIMITS } from '../../src/http/limits';
import { isJsonObject, parseStrictJson } from '../../src/json/strict-json';
import { createPool } from '../../src/persistence/database/pool';
import { openServices, type Services } from '../../src/services';
import { jerryDigest } from '../../src/vendors/jerry/signature';
import { signedText, winitSign } from '../../src/vendors/winit-orders/signature';
import { createTestDatabase, ownerRows, type TestDatabase } from '../support/database';
import { expectIntactLedgers } from '../support/invariants';
import { CLI, killLeftOver, run } from '../support/processes';
import { randomFrom, tracesOf, WRITTEN } from '../support/written-secrets';

jest.setTimeout(300_000);

const SEED = Number(process.env['SECRETS_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
const random = randomFrom(SEED);
const WAYS = Object.keys(WRITTEN);
/** How many ways of writing a canary are taken for each door, drawn by the seed. */
const WAYS_EACH = 6;

const KEY = randomBytes(32);
const secret = (): string => randomBytes(18).toString('base64url');

interface Made {
  readonly token: string;
  readonly secrets: Readonly<Record<string, string>>;
}

let database: TestDatabase;
let services: Services;
let app: FastifyInstance;
let tenantId: string;
const connections: Partial<Record<ConnectionKind, Made>> = {};
let ours: string;
let theirs: string;
/** What the logs and answers were. */
let log = '';
let answers = '';
/** Everything that nobody may find. */
const canaries = new Map<string, string>();

beforeAll(async () => {
  database = await createTestDatabase();
  const logger = pino({ level: 'trace' }, { write: (line: string) => (log += line) });
  services = await openServices({ url: database.gatewayUrl, ownerUrl: database.url }, [KEY], logger);
  tenantId = await services.tenants.ensure('acme');
  const other = await services.tenants.ensure('other');
  const client = { clientName: 'canary', scopes: SECRET_SCOPES };
  ours = (await services.apiKeys.create({ tenantId, ...client })).key;
  theirs = (await services.apiKeys.create({ tenantId: other, ...client })).key;
  canaries.set('our API key', ours.slice(-43)).set("another tenant's API key", theirs.slice(-43));
  canaries.set('the master key', KEY.toString('base64'));
  await connect('jerry', { userName: 'DUMMY DUCK', apiPassword: `pa"ss\\${secret()}`, key: secret() }, {}, 'JERRY-1');
  await connect(
    'winit',
    {
      token: randomBytes(16).toString('hex').toUpperCase(),
      clientId: 'demo-client',
      clientSecret: randomBytes(32).toString('base64'),
    },
    { customerCode: '1000019', unknownLocations: 'create', timestampToleranceSeconds: null },
  );
  await connect('increff', { authPassword: secret() }, { unknownItems: 'create', unknownLocations: 'create' });
  await connect('comestri', {}, { unknownItems: 'create', unknownLocations: 'create' });
  const webhookSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
  await connect(
    'standard',
    { secret: webhookSecret(), previousSecret: webhookSecret() },
    { unknownLocations: 'create' },
  );
  ({ app } = createApp(services, { logger, host: '127.0.0.1', port: 0 }));
  await app.ready();
});

afterEach(killLeftOver);

afterAll(async () => {
  await app.close();
  const owner = createPool(database.url, { applicationName: 'test', max: 1, log: () => undefined });
  await expectIntactLedgers(owner);
  await owner.end();
  await services.close();
  await database.drop();
});

async function connect(
  kind: ConnectionKind,
  secrets: Record<string, string>,
  settings: object,
  locationCode: string | null = null,
): Promise<void> {
  const draft = {
    tenantId,
    kind,
    name: kind,
    locationCode,
    settings: { ...settings },
    secrets,
    handle: `handle-${kind}`,
  };
  const { token } = await services.connections.create(draft);
  connections[kind] = { token, secrets };
  canaries.set(`the token of ${kind}`, token);
  for (const [name, value] of Object.entries(secrets)) {
    if (name !== 'userName' && name !== 'clientId') canaries.set(`${kind} ${name}`, value);
  }
}

const of = (kind: ConnectionKind): Made => connections[kind] as Made;
const PLACE = 'CANARY-PLACE';
/** A JSON text with what was written, in each place. */
const filled = (value: unknown, written: string): string => JSON.stringify(value).replaceAll(PLACE, () => written);

/** What a message looks like: `fields` has the canary in fields, others in a key, a field of another type, or bad JSON. */
const SHAPES = ['fields', 'key', 'wrong type', 'bad JSON', 'many'] as const;
type Shape = (typeof SHAPES)[number];

function rowsOf(shape: Shape, row: object, wrong: object): object[] {
  const keyed = { [`x${PLACE}`]: { [PLACE]: PLACE, [`${PLACE} `]: 1 } };
  const rows = {
    fields: row,
    key: { ...row, ...keyed },
    'wrong type': { ...row, ...wrong },
    'bad JSON': row,
    many: row,
  };
  return shape === 'many' ? [row, { ...row, ...wrong }, { ...row, ...keyed }] : [rows[shape]];
}

const broken = (shape: Shape, json: string): string => (shape === 'bad JSON' ? `${json.slice(0, -1)},"x"` : json);

/** Every door, with the message that it takes. */
const DOORS: Readonly<
  Record<string, { kind: ConnectionKind; request: (shape: Shape, written: string, n: number) => InjectOptions }>
> = {
  jerry: {
    kind: 'jerry',
    request: (shape, written, n) => {
      const change = {
        time: '2025-09-01 10:25:40',
        stockChangeId: n,
        upc: `upc-${PLACE}`,
        qty: '2',
        reason: PLACE,
        changeType: '200',
        businessNo: PLACE,
        flag: '2',
        lotNumber: PLACE,
        seq: PLACE,
      };
      const goods = filled(
        rowsOf(shape, change, { qty: PLACE, flag: PLACE, upc: [PLACE] }).map((row, index) => ({
          ...row,
          stockChangeId: 10 * n + index,
        })),
        written,
      );
      const { userName = '', apiPassword = '', key = '' } = of('jerry').secrets;
      const sign = jerryDigest({ userName, apiPassword, key }, goods, 'hex');
      const payload = broken(
        shape,
        `{"userName":"DUMMY DUCK","apiPassword":${JSON.stringify(apiPassword)},"goods":${goods},"${filled(PLACE, written).slice(1, -1)}":1,"sign":"${sign}"}`,
      );
      return { method: 'POST', url: `/webhooks/jerry/${of('jerry').token}`, payload };
    },
  },
  'winit events': {
    kind: 'winit',
    request: (shape, written, n) => {
      const row = {
        customerCode: '1000019',
        docDate: 1622625054158,
        docType: PLACE,
        inventoryType: 'USABLE',
        merchandiseCode: PLACE,
        merchandiseGrade: 'GOOD',
        merchandiseSerno: PLACE,
        operationType: PLACE,
        orderNo: PLACE,
        qty: 1,
        serviceType: PLACE,
        uuid: `${n} ${PLACE}`,
        warehouseCode: PLACE,
      };
      const payload = broken(shape, filled(rowsOf(shape, row, { customerCode: PLACE, qty: PLACE }), written));
      return { method: 'POST', url: `/webhooks/winit/${of('winit').token}`, payload };
    },
  },
  'winit orders': {
    kind: 'winit',
    request: (shape, written, n) => {
      const side = {
        merchandiseCode: PLACE,
        specification: PLACE,
        skuType: 'SINGLE',
        quantity: '1',
        barcodeValue: PLACE,
      };
      const line = {
        transferOutInfo: side,
        transferInInfo: { ...side, ...(shape === 'wrong type' ? { skuType: PLACE, quantity: PLACE } : {}) },
      };
      const data = {
        sellerOrderNo: `${n} ${PLACE}`,
        winitProductCode: shape === 'wrong type' ? PLACE : 'OSF651006365',
        warehouseCode: PLACE,
        turnOutCode: PLACE,
        merchandiseList: [line],
        [PLACE]: 1,
      };
      const envelope = {
        action: shape === 'key' ? PLACE : 'wh.inventoryAdjustment.createOrder.v2',
        app_key: 'handle-winit',
        data,
        format: 'json',
        language: 'en_US',
        platform: PLACE,
        sign_method: 'md5',
        timestamp: '2025-11-22 20:00:00',
        version: shape === 'many' ? PLACE : '1.0',
      };
      const json = filled(envelope, written);
      const { value } = parseStrictJson(Buffer.from(json));
      const sign = isJsonObject(value) ? winitSign(signedText(value), of('winit').secrets['token'] ?? '') : '';
      return {
        method: 'POST',
        url: '/openapi/service',
        payload: broken(shape, `${json.slice(0, -1)},"sign":"${sign}"}`),
      };
    },
  },
  increff: {
    kind: 'increff',
    request: (shape, written) => {
      const body = {
        locationCode: PLACE,
        products: rowsOf(
          shape,
          { channelSkuCode: PLACE, quantity: 3 },
          { quantity: PLACE, channelskuCode: `other ${PLACE}` },
        ),
      };
      const headers = {
        authusername: 'handle-increff',
        authpassword: of('increff').secrets['authPassword'] ?? '',
        'content-type': 'application/json',
      };
      return {
        method: 'PUT',
        url: '/usp/inventories/absolute',
        payload: broken(shape, filled(body, written)),
        headers,
      };
    },
  },
  comestri: {
    kind: 'comestri',
    request: (shape, written) => {
      const inventory = { inventory_source: PLACE, product_id: null, product_code: PLACE, sku: PLACE, qty: 4 };
      const [row] = rowsOf(shape, inventory, { qty: PLACE, style: PLACE, stock_arrival_date: PLACE });
      const headers = { authorization: `Bearer ${of('comestri').token}`, 'content-type': 'application/json' };
      return {
        method: 'POST',
        url: '/api/v2/inventories',
        payload: broken(shape, filled({ inventory: row }, written)),
        headers,
      };
    },
  },
  'standard facts': {
    kind: 'standard',
    request: (shape, written, n) => {
      const row = {
        id: `${n} ${PLACE}`,
        event: `${n} ${PLACE}`,
        item: { scheme: PLACE, value: PLACE },
        location: PLACE,
        owner: PLACE,
        lot: PLACE,
        reference: PLACE,
        note: PLACE,
        delta: 1,
        reason: 'GAIN',
      };
      const rows = rowsOf(shape, row, { delta: PLACE, reason: PLACE, item: PLACE, occurredAt: PLACE });
      return standard(shape, filled({ type: 'stock.facts', data: { rows } }, written));
    },
  },
  'standard counts': {
    kind: 'standard',
    request: (shape, written) => {
      const row = {
        item: { scheme: PLACE, value: PLACE },
        location: PLACE,
        owner: PLACE,
        lot: PLACE,
        quantity: 1,
        asOf: '2025-11-22T11:59:00Z',
      };
      const rows = rowsOf(shape, row, { quantity: PLACE, asOf: PLACE });
      return standard(shape, filled({ type: shape === 'key' ? PLACE : 'stock.counts', data: { rows } }, written));
    },
  },
};

function standard(shape: Shape, json: string, id = uuidv7()): InjectOptions {
  const payload = broken(shape, json);
  const { token, secrets } = of('standard');
  const at = new Date();
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secrets['secret'] ?? '').sign(id, at, payload),
  };
  return { method: 'POST', url: `/webhooks/standard/${token}`, payload, headers };
}

/** Each comes from an address of its own, since few wrong credentials are taken of one. */
let sent = 0;

async function send(options: InjectOptions): Promise<number> {
  const { statusCode, headers, payload } = await app.inject({
    ...options,
    remoteAddress: `10.1.${(sent >> 8) & 255}.${sent & 255}`,
  });
  sent += 1;
  answers += `${JSON.stringify(headers)}\n${payload}\n`;
  return statusCode;
}

/** All rows of all tables, each as JSON; bytes in hex. */
async function everythingStored(): Promise<string> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(tables.length).toBeGreaterThan(15);
    let stored = '';
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM ${name} t`);
      stored += `${name}\n${rows.map(({ row }) => row).join('\n')}\n`;
    }
    return stored;
  } finally {
    await client.end();
  }
}

/** A text as whoever looks for secrets in it would also read it. */
function readings(text: string): string[] {
  const unescaped = text
    .replace(/\\+u([\da-f]{4})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replace(/\\+([/"\\])/g, '$1');
  const decoded = unescaped.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  const twice = decoded.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  const joined = twice.replace(/\\[nrt]|[\s\u00a0]/g, '');
  return [text, unescaped, decoded, twice, joined].map((reading) => reading.toLowerCase());
}

/** Which canaries a text has, with what stands around each. */
function found(where: string, text: string): string[] {
  const all = readings(text);
  return [...canaries].flatMap(([name, canary]) =>
    tracesOf(canary).flatMap((trace) =>
      all.flatMap((reading) => {
        const at = reading.indexOf(trace);
        return at < 0 ? [] : [`${where} has ${name}: ${reading.slice(Math.max(0, at - 120), at + trace.length + 20)}`];
      }),
    ),
  );
}

async function expectNoCanary(): Promise<void> {
  const stored = await everythingStored();
  const leaks = [...found('the log', log), ...found('an answer', answers), ...found('the database', stored)];
  expect(leaks.slice(0, 5)).toEqual([]);
}

let count = 0;

describe(`with the seed ${SEED}`, () => {
  test('the search finds what is there', async () => {
    canaries.set('control', 'control-control');
    const secrets = { ...of('jerry').secrets };
    await send(
      DOORS['jerry']?.request(
        'fields',
        `control-control ${JSON.stringify(secrets['key']).slice(1, -1)}`,
        (count += 1),
      ) ?? {},
    );
    expect(found('the database', await everythingStored()).length).toBeGreaterThan(0);
    expect(await everythingStored()).toContain('control-control [redacted]');
    for (const way of WAYS) {
      expect(found('a text', `{"a":"${WRITTEN[way]?.('control-control', random) ?? ''}"}`)).not.toEqual([]);
    }
    canaries.delete('control');
  });

  test.each(Object.keys(DOORS))('no canary goes through the door of %s', async (name) => {
    const door = DOORS[name];
    if (!door) throw new Error('no such door');
    const { token, secrets } = of(door.kind);
    // The path token of a call that has none in its path is known as a hash only.
    const byPath = name === 'winit orders' || name === 'increff' ? [] : [token];
    const kept = Object.entries(secrets).flatMap(([key, value]) =>
      canaries.has(`${door.kind} ${key}`) ? [value] : [],
    );
    const statuses = new Set<number>();
    for (const canary of [...kept, ...byPath, ours, theirs]) {
      for (const shape of SHAPES) {
        for (let way = 0; way < WAYS_EACH; way += 1) {
          const write = WRITTEN[WAYS[Math.floor(random() * WAYS.length)] ?? 'raw'];
          statuses.add(await send(door.request(shape, write?.(canary, random) ?? '', (count += 1))));
        }
      }
    }
    expect([...statuses].filter((status) => status >= 500 && name !== 'winit events')).toEqual([]);
    expect(statuses.has(200) || statuses.has(201)).toBe(true);
    await expectNoCanary();
  });

  test('no canary goes through headers, paths, query strings or other error paths', async () => {
    const all = [...canaries.values(), ours, theirs];
    for (const canary of all) {
      const encoded = encodeURIComponent(canary);
      const json = { 'content-type': 'application/json' };
      for (const path of [
        'webhooks/jerry',
        'webhooks/winit',
        'webhooks/standard',
        'webhooks',
        'api/v2/inventories',
        'nowhere',
      ]) {
        await send({ method: 'POST', url: `/${path}/${encoded}?token=${encoded}`, payload: '{}', headers: json });
        await send({ method: 'GET', url: `/${path}/${encoded}/x?token=${encoded}` });
        await send({ method: 'DELETE', url: `/${path}/${encoded}` });
      }
      for (const [scheme, url] of [
        ['Bearer', '/graphql'],
        ['Bearer', '/api/v2/inventories'],
        ['Basic', '/graphql'],
        ['Token token=', '/api/v2/inventories'],
      ] as const) {
        const headers = {
          ...json,
          authorization: `${scheme} ${Buffer.from(canary).toString('base64')}`,
          'x-request-id': ours,
          cookie: `a=${encoded}`,
        };
        await send({ method: 'POST', url, payload: '{"query":"{ ledgerHead { sequence } }"}', headers });
        await send({
          method: 'POST',
          url,
          payload: '{}',
          headers: { ...headers, authorization: `${scheme} ${encoded}`, 'content-type': `text/${encoded}` },
        });
      }
      await send({
        method: 'PUT',
        url: '/usp/inventories/absolute',
        payload: '{}',
        headers: { ...json, authusername: encoded, authpassword: encoded },
      });
      await send({
        method: 'POST',
        url: '/openapi/service',
        payload: JSON.stringify({ app_key: canary, sign_method: canary, sign: canary, timestamp: canary }),
        headers: json,
      });
    }
    const { token, secrets } = of('comestri');
    expect(secrets).toEqual({});
    for (const canary of [token, ours]) {
      const url = `/api/v2/inventories?page=${'x'.repeat(80)}${encodeURIComponent(canary)}&per_page=${canary}`;
      await send({ method: 'GET', url, headers: { authorization: `Bearer ${token}` } });
      await send({
        method: 'GET',
        url: `/api/v2/inventories/${canary}`,
        headers: { authorization: `Bearer ${token}` },
      });
    }
    const idWithSecret = standard('fields', '{"type":"stock.facts","data":{"rows":[]}}', of('standard').token);
    expect(await send(idWithSecret)).toBe(400);
    for (const { request } of Object.values(DOORS)) {
      const tooLarge = request('fields', ours.repeat(Math.ceil(HTTP_LIMITS.pushBytes / ours.length)), (count += 1));
      expect(await send(tooLarge)).toBe(413);
    }
    await expectNoCanary();
  });

  test('no API key goes through GraphQL', async () => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${ours}` };
    const adjust =
      'mutation ($input: StockAdjustInput!) { stockAdjust(input: $input) { userErrors { code message } } }';
    const save =
      'mutation ($input: ItemSaveInput!) { itemSave(input: $input) { userErrors { code message } item { sku name } } }';
    for (const key of [ours, theirs]) {
      for (const write of Object.values(WRITTEN)) {
        const written = write(key, random);
        const row = { sku: PLACE, location: PLACE, delta: 1 };
        const input = { idempotencyKey: PLACE, reason: 'GAIN', note: PLACE, reference: PLACE, rows: [row] };
        const bodies = [
          { query: adjust, variables: { input } },
          { query: save, variables: { input: { sku: PLACE, name: PLACE } } },
          { query: adjust, variables: { input: { ...input, reason: PLACE, [PLACE]: 1 } } },
          { query: `{ item(sku: "${PLACE}") { sku } }` },
          { query: `{ items(filter: { search: "${PLACE}" }) { nodes { sku } } } # ${PLACE}` },
          { query: `{ node(id: "${PLACE}") { id } }`, operationName: PLACE },
          { query: `{ ${PLACE} }`, extensions: { [PLACE]: PLACE } },
        ];
        for (const body of bodies)
          expect(await send({ method: 'POST', url: '/graphql', payload: filled(body, written), headers })).toBeLessThan(
            500,
          );
        await send({
          method: 'POST',
          url: `/graphql?key=${encodeURIComponent(key)}`,
          payload: `${filled(bodies[0], written)}x`,
          headers,
        });
      }
    }
    await expectNoCanary();
  });

  test('no canary is in what a broken database leads to', async () => {
    await ownerRows(database, 'ALTER TABLE inbound_message ADD CONSTRAINT broken CHECK (false) NOT VALID');
    const before = log.length;
    for (const { kind, request } of Object.values(DOORS)) {
      const canary = Object.values(of(kind).secrets).at(-1) ?? of(kind).token;
      expect(
        await send(request('fields', WRITTEN['raw']?.(canary, random) ?? '', (count += 1))),
      ).toBeGreaterThanOrEqual(500);
    }
    expect(log.slice(before)).toContain('request failed');
    await ownerRows(database, 'ALTER TABLE inbound_message DROP CONSTRAINT broken');
    await expectNoCanary();
  });

  test('no canary is in what the command line prints', async () => {
    const [given, word] = [secret(), secret()];
    canaries.set('a secret given to the command line', given).set('a word given to the command line', word);
    const settings = {
      DATA_DIR: '/nonexistent',
      DATABASE_URL: database.url,
      STOCKBRIDGE_SECRET_KEY: KEY.toString('base64'),
    };
    const create = ['connections', 'create', '--tenant', 'acme', '--kind', 'jerry', '--location', 'JERRY-1'];
    const commands: readonly [args: readonly string[], stdin?: string | undefined, changes?: object][] = [
      [
        [...create, '--name', 'stdin', '--secret', 'userName=a', '--secret', 'apiPassword=-', '--secret', 'key=-'],
        `${given}\n${word}\n`,
      ],
      [
        [...create, '--name', 'short', '--secret', 'userName=a', '--secret', 'apiPassword=-', '--secret', 'key=-'],
        `${given}\n`,
      ],
      [
        [
          ...create,
          '--name',
          'args',
          '--secret',
          'userName=a',
          '--secret',
          `apiPassword=${given}`,
          '--secret',
          `key=${word}`,
        ],
      ],
      [[...create, '--name', 'args', '--secret', 'userName=a', '--secret', `apiPassword=${given}`]],
      [[...create, '--name', 'unknown', '--secret', `password=${given}`]],
      [[...create, '--name', 'twice', '--secret', `key=${given}`, '--secret', `key=${word}`]],
      [[...create, '--name', 'formless', '--secret', given]],
      [['connections', 'list', '--tenant', 'acme']],
      [['connections', 'list', '--tenant', 'acme', '--json']],
      [['keys', 'list', '--tenant', 'acme', '--json']],
      [['audit', '--tenant', 'acme', '--json']],
      [['secrets', 'status', '--json']],
      [['secrets', 'rotate'], undefined, { STOCKBRIDGE_SECRET_KEY: randomBytes(32).toString('base64') }],
      [['secrets', 'status'], undefined, { STOCKBRIDGE_SECRET_KEY: given }],
      [['tenants', 'list'], undefined, { DATABASE_URL: `postgres://user:${given}@127.0.0.1:1/none` }],
      [['tenants', 'list'], undefined, { DATABASE_URL: `mysql://user:${given}@127.0.0.1:1/none` }],
    ];
    let printed = '';
    for (const [args, stdin, changes] of commands) {
      const ended = await run(CLI, args, { ...settings, ...changes }, stdin);
      printed += `${ended.stdout}\n${ended.stderr}\n`;
    }
    expect(printed).toContain('Connection stdin (jerry) created');
    expect(found('the command line', printed).slice(0, 5)).toEqual([]);
    await expectNoCanary();
  });
});
