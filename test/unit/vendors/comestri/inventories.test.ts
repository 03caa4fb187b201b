import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { LaneFullError, LedgerUnavailableError } from '../../../../src/application/ports/poster';
import { ReadsUnavailableError } from '../../../../src/application/ports/reads';
import type { Connection } from '../../../../src/application/ports/connections';
import { registerComestri } from '../../../../src/vendors/comestri/route';
import { adjustOf, CONNECTION, faultsOf, keyOf, NOON } from '../../../support/domain/test-ledger';
import { makeLedgerHarness, type LedgerHarness } from '../shared/ledger-harness';
import { fixture } from '../shared/webhook-harness';
import { comestriConnection, inventory, TOKEN } from './comestri-samples';

const harnesses: LedgerHarness[] = [];

afterEach(async () => {
  await Promise.all(harnesses.splice(0).map((harness) => harness.close()));
});

function harnessOf(connection: Connection = comestriConnection(), failWith?: Error): LedgerHarness {
  const failure = failWith ? { failWith } : {};
  const harness = makeLedgerHarness(registerComestri, { connections: [connection], token: TOKEN, ...failure });
  harnesses.push(harness);
  const { ledger } = harness;
  ledger.addItem('OIL-1', '', [{ scheme: 'PRODUCT_ID', value: '1' }]);
  ledger.addLocation('MOTUL');
  return harness;
}

const PATH = '/api/v2/inventories';
const authorization = `Bearer ${TOKEN}`;

function post({ app }: LedgerHarness, body: unknown, headers: Record<string, string> = { authorization }) {
  const payload = Buffer.isBuffer(body) || typeof body === 'string' ? Buffer.from(body) : JSON.stringify(body);
  return app.inject({
    method: 'POST',
    url: PATH,
    payload,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

const get = ({ app }: LedgerHarness, path = '', headers: Record<string, string> = { authorization }) =>
  app.inject({ method: 'GET', url: `${PATH}${path}`, headers });

interface Problem {
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly { readonly detail: string; readonly pointer: string }[];
}

async function faultsIn(harness: LedgerHarness, body: unknown): Promise<Problem['errors']> {
  const response = await post(harness, body);
  expect(response.statusCode).toBe(422);
  expect(response.headers['content-type']).toBe('application/problem+json');
  return response.json<Problem>().errors;
}

const pointersIn = async (harness: LedgerHarness, body: unknown): Promise<string[]> =>
  (await faultsIn(harness, body)).map(({ pointer }) => pointer);

async function shownBy(harness: LedgerHarness, changes: Record<string, unknown>): Promise<Record<string, unknown>> {
  const response = await post(harness, inventory(changes));
  expect([200, 201]).toContain(response.statusCode);
  return response.json<Record<string, unknown>>();
}

const CREATE = fixture('comestri', 'create-inventory.request.json');
const FULL = fixture('comestri', 'full-inventory.request.json');

describe('an inventory that is stated', () => {
  test('is made, byte for byte as the page shows one', async () => {
    const response = await post(harnessOf(), CREATE);
    expect(response.statusCode).toBe(201);
    expect(response.headers['content-type']).toBe('application/json');
    expect(response.headers['location']).toBe('/api/v2/inventories/1');
    expect(response.rawPayload).toEqual(fixture('comestri', 'create-inventory.reply.json'));
  });

  test('with every parameter is answered byte for byte, and again as an update', async () => {
    const harness = harnessOf();
    const reply = fixture('comestri', 'full-inventory.reply.json');
    const first = await post(harness, FULL);
    expect([first.statusCode, first.rawPayload]).toEqual([201, reply]);
    const second = await post(harness, FULL);
    expect([second.statusCode, second.rawPayload]).toEqual([200, reply]);
    expect(second.headers['location']).toBeUndefined();
    expect((await get(harness, '/1')).rawPayload).toEqual(reply);
  });

  test('is a count of available stock, with the request as its evidence', async () => {
    const harness = harnessOf();
    const { ledger } = harness;
    await post(harness, FULL);
    expect(ledger.quantity('OIL-1', 'MOTUL')).toBe(5);
    expect(ledger.movements).toHaveLength(1);
    const [message] = ledger.messages;
    expect(message).toMatchObject({
      connectionId: CONNECTION.id,
      format: 'comestri',
      bodySha256: createHash('sha256').update(FULL).digest('hex'),
      body: FULL.toString(),
      verdict: 'bearer token',
      status: 'APPLIED',
    });
    expect(ledger.movements[0]).toMatchObject({
      reason: 'COUNT',
      occurredAtMs: Date.parse('2025-11-22T11:59:00Z'),
      inboundMessageId: message?.id,
      counts: [{ status: 'APPLIED', quantity: 5 }],
    });
    expect([...ledger.inventoryRecords.values()]).toMatchObject([{ unitCost: '12.50', dispatchTimeUnit: 'HOUR' }]);
    expect(faultsOf(ledger)).toEqual([]);
  });

  test('is changed in what is sent: null clears, what is left out stays', async () => {
    const harness = harnessOf();
    await post(harness, FULL);
    const before = (await get(harness, '/1')).json<Record<string, unknown>>();
    expect(await shownBy(harness, { qty: 6 })).toEqual({ ...before, qty: 6 });
    const cleared = await shownBy(harness, {
      sku: null,
      available_qty: null,
      stock_availability: null,
      out_of_stock_threshold: null,
      dispatch_time: null,
      dispatch_time_unit: null,
      lead_time: null,
      lead_time_unit: null,
      stock_arrival_date: null,
      back_order_handling: null,
      back_order_allocation: null,
      source_system_stock_timestamp: null,
      unit_cost: null,
      style: null,
    });
    expect(cleared).toEqual({
      id: 1,
      qty: 5,
      available_qty: null,
      stock_availability: null,
      out_of_stock_threshold: null,
      dispatch_time: null,
      dispatch_time_unit: 'day',
      unit_cost: null,
      style: 'static',
      sku: null,
      lead_time: null,
      lead_time_unit: 'days',
      stock_arrival_date: null,
      back_order_handling: null,
      back_order_allocation: null,
      source_system_stock_timestamp: null,
      support_shipping: true,
      inventory_source: { id: 2, name: 'MOTUL' },
    });
  });

  test('shows the stock as it is now, and units in which the form has no word as days', async () => {
    const harness = harnessOf();
    const { ledger } = harness;
    await post(harness, CREATE);
    const damaged = keyOf('OIL-1', 'MOTUL', { condition: 'DAMAGED' });
    const rows = [
      { key: keyOf('OIL-1', 'MOTUL'), delta: 3 },
      { key: keyOf('OIL-1', 'MOTUL', { lot: 'L1' }), delta: 4 },
      { key: keyOf('OIL-1', 'MOTUL', { bucket: 'COMMITTED' }), delta: 50 },
      { key: damaged, delta: 60 },
    ];
    ledger.adjust(adjustOf('later', { rows }));
    for (const [key, record] of ledger.inventoryRecords) {
      ledger.inventoryRecords.set(key, { ...record, dispatchTime: 2, dispatchTimeUnit: 'WEEK' });
    }
    expect((await get(harness, '/1')).json()).toMatchObject({ qty: 12, dispatch_time: 14, dispatch_time_unit: 'day' });
  });

  test('keeps a unit cost digit for digit', async () => {
    const harness = harnessOf();
    const raw = (cost: string) =>
      `{"inventory":{"inventory_source":"MOTUL","product_id":1,"qty":5,"unit_cost":${cost}}}`;
    for (const [sent, shown] of [
      ['0.1', '0.1'],
      ['999999999999999.9999999999', '999999999999999.9999999999'],
      ['12.500', '12.500'],
      ['1e2', '100'],
    ] as const) {
      expect((await post(harness, raw(sent))).payload).toContain(`"unit_cost":${shown},`);
    }
  });

  test('names its product by a code, and its source by code or name; what is not a parameter is ignored', async () => {
    const harness = harnessOf();
    const { ledger } = harness;
    const location = ledger.addLocation('W-7');
    ledger.locations.set(location.id, { ...location, name: 'Warehouse seven' });
    const named = {
      product_id: null,
      product_code: 'OIL-1',
      inventory_source: 'Warehouse seven',
      support_shipping: false,
    };
    expect(await shownBy(harness, named)).toMatchObject({
      support_shipping: true,
      inventory_source: { name: 'Warehouse seven' },
    });
    expect(await shownBy(harness, { ...named, inventory_source: 'W-7' })).toMatchObject({ id: 1 });
  });

  test('of an unknown product makes it where the connection says so', async () => {
    const harness = harnessOf(comestriConnection({ unknownItems: 'create' }));
    expect((await post(harness, inventory({ product_id: 77 }))).statusCode).toBe(201);
    expect(harness.ledger.quantity('77', 'MOTUL')).toBe(5);
    expect(await pointersIn(harness, inventory({ product_id: 77, qty: -1 }))).toEqual(['/inventory/qty']);
    expect(await pointersIn(harness, inventory({ product_id: 78, qty: -1 }))).toEqual(['/inventory/qty']);
  });

  test('gives each inventory a number of its own', async () => {
    const harness = harnessOf();
    harness.ledger.addItem('OIL-2', '', [{ scheme: 'PRODUCT_ID', value: '2' }]);
    expect((await shownBy(harness, {}))['id']).toBe(1);
    expect(await shownBy(harness, { product_id: 2 })).toMatchObject({ id: 3, inventory_source: { id: 2 } });
  });
});

describe('time', () => {
  const at = (time: string, qty: number) => inventory({ qty, source_system_stock_timestamp: `2025-11-22T${time}` });

  test('what is older than the last count is answered as an update without effect', async () => {
    const harness = harnessOf();
    const first = await post(harness, at('11:00:00Z', 5));
    const stale = await post(harness, at('10:59:59Z', 9));
    expect([stale.statusCode, stale.rawPayload]).toEqual([200, first.rawPayload]);
    expect(harness.ledger.quantity('OIL-1', 'MOTUL')).toBe(5);
    expect(harness.ledger.movements.at(-1)?.counts).toMatchObject([{ status: 'STALE_IGNORED', quantity: 9 }]);
  });

  test('what is older than a count that came otherwise makes the inventory, and leaves the stock as it is', async () => {
    const harness = harnessOf();
    await post(harness, at('11:00:00Z', 5));
    harness.ledger.inventoryRecords.clear();
    const response = await post(harness, at('10:00:00Z', 9));
    expect(response.statusCode).toBe(201);
    expect(response.json()).toMatchObject({ qty: 5 });
  });

  test('the same moment with another quantity, and a moment ahead of our clock, are faults', async () => {
    const harness = harnessOf();
    await post(harness, at('11:00:00Z', 5));
    const pointer = '/inventory/source_system_stock_timestamp';
    expect(await pointersIn(harness, at('11:00:00Z', 6))).toEqual([pointer]);
    expect(await faultsIn(harness, at('12:05:01Z', 6))).toEqual([
      {
        detail:
          'source_system_stock_timestamp lies more than 5 minutes ahead of this server\'s clock; correct it; received "2025-11-22T12:05:01Z".',
        pointer,
      },
    ]);
  });

  test('stock that is kept under finer keys is not counted over', async () => {
    const harness = harnessOf();
    const rows = [{ key: keyOf('OIL-1', 'MOTUL', { lot: 'L1' }), delta: 4 }];
    harness.ledger.adjust(adjustOf('lot', { rows }));
    const [fault] = await faultsIn(harness, CREATE);
    expect(fault?.pointer).toBe('/inventory/qty');
    expect(fault?.detail).toContain('lot "L1"');
  });
});

describe('faults', () => {
  test('are all named in one answer, the unknown names among them', async () => {
    const response = await post(
      harnessOf(),
      inventory({
        inventory_source: 'NOWHERE',
        product_id: 99,
        sku: 7,
        qty: -5,
        available_qty: '7',
        stock_availability: 'maybe',
        out_of_stock_threshold: 1.5,
        dispatch_time: -1,
        dispatch_time_unit: 'days',
        lead_time: 2_147_483_648,
        lead_time_unit: 'hour',
        stock_arrival_date: '2016-05-30',
        back_order_handling: 'never',
        back_order_allocation: true,
        source_system_stock_timestamp: 1464585206,
        unit_cost: '1.50',
        style: 'dynamic ',
      }),
    );
    expect(response.statusCode).toBe(422);
    const { requestId, ...problem } = response.json<Problem & { requestId: string }>();
    expect(requestId).toBe(response.headers['x-request-id']);
    expect(problem).toEqual(JSON.parse(fixture('comestri', 'every-fault.reply.json').toString()));
  });

  test.each<[string, unknown, string[]]>([
    ['no object', [], ['/inventory']],
    ['nothing in it', {}, ['/inventory']],
    ['an inventory that is none', { inventory: [inventory()] }, ['/inventory']],
    [
      'nothing but an inventory',
      { inventory: {} },
      ['/inventory/inventory_source', '/inventory/qty', '/inventory/product_id'],
    ],
    ['no product', inventory({ product_id: null }), ['/inventory/product_id']],
    ['two names of a product', inventory({ product_code: 'OIL-1' }), ['/inventory/product_code']],
    [
      'two names, one of them wrong',
      inventory({ product_code: 7 }),
      ['/inventory/product_code', '/inventory/product_code'],
    ],
    ['a product_id that is none', inventory({ product_id: '1' }), ['/inventory/product_id']],
    ['a product_id of 0', inventory({ product_id: 0 }), ['/inventory/product_id']],
    ['a blank product_code', inventory({ product_id: null, product_code: ' ' }), ['/inventory/product_code']],
    ['a qty that is null', inventory({ qty: null }), ['/inventory/qty']],
    ['a qty in digits', inventory({ qty: '5' }), ['/inventory/qty']],
    ['half a unit', inventory({ qty: 0.5 }), ['/inventory/qty']],
    ['a blank source', inventory({ inventory_source: '' }), ['/inventory/inventory_source']],
    ['a long source', inventory({ inventory_source: 'x'.repeat(256) }), ['/inventory/inventory_source']],
    ['an unknown source', inventory({ inventory_source: 'NOWHERE' }), ['/inventory/inventory_source']],
    ['an unknown product', inventory({ product_id: 2 }), ['/inventory/product_id']],
    ['an unknown code', inventory({ product_id: null, product_code: 'x' }), ['/inventory/product_code']],
    [
      'an unknown product at an unknown source',
      inventory({ product_id: 2, inventory_source: 'NOWHERE' }),
      ['/inventory/product_id', '/inventory/inventory_source'],
    ],
  ])('%s: %j is at %j', async (_what, body, pointers) => {
    const harness = harnessOf();
    expect(await pointersIn(harness, body)).toEqual(pointers);
    expect(harness.ledger.movements).toEqual([]);
  });

  test('an integer may be written with a fraction or an exponent, as JSON has one kind of number', async () => {
    const body = '{"inventory":{"inventory_source":"MOTUL","product_id":1.0,"qty":0.5e1}}';
    expect((await post(harnessOf(), body)).json()).toMatchObject({ qty: 5 });
  });

  test('a product with several specifications has to be named otherwise', async () => {
    const harness = harnessOf();
    harness.ledger.addItem('OIL-3', 'red');
    const faults = await faultsIn(harness, inventory({ product_id: null, product_code: 'OIL-3' }));
    expect(faults).toEqual([
      {
        detail:
          'product_code is of a product with several specifications; name the one by its product_id; received "OIL-3".',
        pointer: '/inventory/product_code',
      },
    ]);
  });

  test.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['no JSON', '{"inventory":'],
    ['the same key twice', '{"inventory":{},"inventory":{}}'],
    ['a key that is forbidden', '{"__proto__":{}}'],
    ['a number out of range', '{"inventory":{"qty":9007199254740992}}'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
    ['a NUL', '{"inventory":{"sku":"\\u0000"}}'],
    ['nesting without an end', '['.repeat(5000)],
  ])('%s is answered with a 400', async (_what, body) => {
    const response = await post(harnessOf(), body);
    expect(response.statusCode).toBe(400);
    expect(response.headers['content-type']).toBe('application/problem+json');
  });

  test('a body that is too large, and a method that is not offered, are told so', async () => {
    const harness = harnessOf();
    expect((await post(harness, Buffer.alloc(1024 * 1024 + 1, 0x20))).statusCode).toBe(413);
    const put = await harness.app.inject({ method: 'PUT', url: PATH, headers: { authorization } });
    expect(put.statusCode).toBe(405);
  });
});

describe('the list', () => {
  async function listed(count: number): Promise<LedgerHarness> {
    const harness = harnessOf();
    for (let id = 2; id <= count; id++)
      harness.ledger.addItem(`OIL-${id}`, '', [{ scheme: 'PRODUCT_ID', value: String(id) }]);
    for (let id = 1; id <= count; id++) await post(harness, inventory({ product_id: id, qty: id }));
    return harness;
  }

  test('is empty byte for byte where there is nothing', async () => {
    const response = await get(harnessOf());
    expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'application/json']);
    expect(response.rawPayload).toEqual(fixture('comestri', 'empty-list.reply.json'));
  });

  test('has its pages byte for byte', async () => {
    const harness = await listed(3);
    expect((await get(harness, '?page=2&per_page=1')).rawPayload).toEqual(fixture('comestri', 'list.reply.json'));
  });

  test('goes through all inventories in the order of their ids, and ends', async () => {
    const harness = await listed(5);
    const page = async (query: string) => {
      const list = (await get(harness, query)).json<{ total_pages: number; entries: { qty: number }[] }>();
      return [list.total_pages, ...list.entries.map(({ qty }) => qty)];
    };
    expect(await page('?per_page=2')).toEqual([3, 1, 2]);
    expect(await page('?per_page=2&page=2')).toEqual([3, 3, 4]);
    expect(await page('?per_page=2&page=3')).toEqual([3, 5]);
    expect(await page('?per_page=2&page=4')).toEqual([3]);
    expect(await page('?per_page=200&unknown=1')).toEqual([1, 1, 2, 3, 4, 5]);
  });

  test.each([
    '?page=0',
    '?page=-1',
    '?page=x',
    '?page=',
    '?page=1.5',
    '?page=1000001',
    '?page=1&page=2',
    '?page=99999999999',
  ])('refuses %s', async (query) => {
    const response = await get(harnessOf(), query);
    expect(response.statusCode).toBe(422);
    expect(response.json<Problem>().errors.map(({ pointer }) => pointer)).toEqual(['/page']);
  });

  test('names both of its parameters where both are wrong', async () => {
    const response = await get(harnessOf(), '?page=0&per_page=201');
    expect(response.json<Problem>().errors).toEqual([
      { detail: 'page has to be a whole number from 1 to 1000000; received "0".', pointer: '/page' },
      { detail: 'per_page has to be a whole number from 1 to 200; received "201".', pointer: '/per_page' },
    ]);
  });
});

describe('one inventory', () => {
  test.each(['2', '0', '01', 'x', '-1', '1.0', '9007199254740993', '99999999999999999999'])(
    '%s is not there',
    async (id) => {
      const harness = harnessOf();
      await post(harness, CREATE);
      const response = await get(harness, `/${id}`);
      expect(response.statusCode).toBe(404);
      expect(response.headers['content-type']).toBe('application/problem+json');
    },
  );
});

describe('who calls', () => {
  test.each<[string, Record<string, string>]>([
    ['nobody', {}],
    ['an older header with another token', { authorization: 'Token token=another,email=a@b.example' }],
    ['an older header without a token', { authorization: 'Token email=a@b.example' }],
    ['an older header with a token of another name', { authorization: `Token mytoken=${TOKEN}` }],
    ['a token that is of no connection', { authorization: 'Bearer another' }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
    ['no token', { authorization: 'Bearer ' }],
    ['two tokens', { authorization: `Bearer ${TOKEN} ${TOKEN}` }],
  ])('%s gets a 401 with its challenge, whatever is asked', async (_who, headers) => {
    const harness = harnessOf();
    for (const response of [
      await post(harness, '{', headers),
      await get(harness, '?page=0', headers),
      await get(harness, '/1', headers),
    ]) {
      expect(response.statusCode).toBe(401);
      expect(response.headers['www-authenticate']).toBe('Bearer realm="comestri"');
      expect(response.headers['content-type']).toBe('application/problem+json');
    }
  });

  test('the scheme is read in any case', async () => {
    expect((await get(harnessOf(), '', { authorization: `bearer  ${TOKEN}` })).statusCode).toBe(200);
  });

  test('a connection that may read only gets a 403 for a statement, and its list', async () => {
    const harness = harnessOf(comestriConnection({ readOnly: true }));
    expect((await post(harness, CREATE)).statusCode).toBe(403);
    expect((await get(harness)).statusCode).toBe(200);
    expect(harness.ledger.movements).toEqual([]);
  });

  test.each([
    [{ unknownItems: 'quarantine' }, 'setting unknownItems takes createOnReceipt, create, fail only'],
    [{ readOnly: 'yes' }, 'setting readOnly takes true, false only'],
    [{ readonly: true }, 'there is no setting'],
  ])('settings that cannot be used, %j, are answered with a 500 that says nothing of them', async (settings, fault) => {
    const harness = harnessOf(comestriConnection(settings));
    const response = await post(harness, CREATE);
    expect(response.statusCode).toBe(500);
    expect(response.payload).not.toContain('setting');
    expect(harness.logged()).toContain(fault);
  });
});

describe('a request that could not be taken in', () => {
  test.each<[string, Error, string]>([
    ['a full lane', new LaneFullError(), '1'],
    ['a database that cannot be reached', new LedgerUnavailableError(), '2'],
    ['reads that are not available', new ReadsUnavailableError(undefined), '2'],
  ])('because of %s is to be sent again', async (_reason, error, seconds) => {
    const response = await post(harnessOf(comestriConnection(), error), CREATE);
    expect([response.statusCode, response.headers['retry-after']]).toEqual([503, seconds]);
    expect(response.headers['content-type']).toBe('application/problem+json');
  });

  test('because of a fault of ours is told where to look it up, and nothing else', async () => {
    const response = await post(harnessOf(comestriConnection(), new Error('what went wrong')), CREATE);
    expect(response.statusCode).toBe(500);
    expect(response.payload).not.toContain('what went wrong');
  });
});

test('no body makes the route fail', async () => {
  const harness = harnessOf();
  const anything = fc.jsonValue({ maxDepth: 3 });
  const mostly = <T>(value: fc.Arbitrary<T>) => fc.oneof({ weight: 5, arbitrary: value }, anything);
  const parameters = fc.record(
    {
      inventory_source: mostly(fc.constantFrom('MOTUL', 'NOWHERE')),
      product_id: mostly(fc.constantFrom(1, 2, null)),
      product_code: mostly(fc.constantFrom('OIL-1', null)),
      sku: mostly(fc.string()),
      qty: mostly(fc.nat()),
      available_qty: mostly(fc.integer()),
      dispatch_time: mostly(fc.nat()),
      dispatch_time_unit: mostly(fc.constantFrom('day', 'hour', null)),
      lead_time_unit: mostly(fc.constantFrom('months', 'weeks', null)),
      source_system_stock_timestamp: mostly(
        fc.date({ min: new Date(0), max: new Date(NOON), noInvalidDate: true }).map((date) => date.toISOString()),
      ),
      unit_cost: mostly(fc.double({ noNaN: true, noDefaultInfinity: true })),
      style: mostly(fc.constantFrom('dynamic', 'static', null)),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        parameters.map((value) => JSON.stringify({ inventory: value })),
        fc.json(),
        fc.string(),
      ),
      async (body) => {
        expect([200, 201, 400, 422]).toContain((await post(harness, body)).statusCode);
      },
    ),
    { numRuns: 400 },
  );
  expect(harness.logged()).not.toContain('request failed');
  expect(faultsOf(harness.ledger)).toEqual([]);
});

test.each([
  `Token token=${TOKEN},email=a@b.example`,
  `Token token="${TOKEN}", email="a@b.example"`,
  `token email=a@b.example,token=${TOKEN}`,
  `Token token=${TOKEN}`,
])('the older header %#, with an address beside the token, lets in as the bearer token does', async (older) => {
  const harness = harnessOf();
  const response = await harness.app.inject({ url: '/api/v2/inventories', headers: { authorization: older } });
  expect(response.statusCode).toBe(200);
  expect(harness.logged()).not.toContain(TOKEN);
});
