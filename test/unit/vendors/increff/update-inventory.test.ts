import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Connection } from '../../../../src/application/ports/connections';
import { LaneFullError, LedgerUnavailableError } from '../../../../src/application/ports/poster';
import { ReadsUnavailableError } from '../../../../src/application/ports/reads';
import { registerIncreff } from '../../../../src/vendors/increff/route';
import { CONNECTION, faultsOf, idOf, NOON } from '../../../support/domain/test-ledger';
import { fixture } from '../shared/webhook-harness';
import { makeLedgerHarness, type LedgerHarness, type LedgerHarnessOptions } from '../shared/ledger-harness';
import { CREDENTIALS, increffConnection, PASSWORD, USER_NAME } from './increff-samples';

const harnesses: LedgerHarness[] = [];

afterEach(async () => {
  await Promise.all(harnesses.splice(0).map((harness) => harness.close()));
});

type Failure = Pick<LedgerHarnessOptions, 'failWith' | 'failReadsWith'>;

function harnessWith(connections: readonly Connection[], failure: Failure = {}): LedgerHarness {
  const harness = makeLedgerHarness(registerIncreff, { connections, handle: USER_NAME, ...failure });
  harnesses.push(harness);
  const { ledger } = harness;
  for (const code of ['wd003', '1000901', '1000902']) ledger.addLocation(code);
  for (const sku of ['ITEM302', 'SKU1', 'SKU2']) ledger.addItem(sku);
  return harness;
}

const harnessOf = (settings: Readonly<Record<string, unknown>> = {}, failure: Failure = {}): LedgerHarness =>
  harnessWith([increffConnection(settings)], failure);

function put({ app }: LedgerHarness, body: unknown, headers: Record<string, string> = CREDENTIALS) {
  const payload = Buffer.isBuffer(body) || typeof body === 'string' ? Buffer.from(body) : JSON.stringify(body);
  return app.inject({
    method: 'PUT',
    url: '/usp/inventories/absolute',
    payload,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

const PRODUCTS = fixture('increff', 'products.request.json');
const CLIENT_SKUS = fixture('increff', 'client-skus.request.json');

const products = (...rows: unknown[]) => ({ locationCode: 'wd003', products: rows });
const product = (channelSkuCode: string, quantity = 1) => ({ channelSkuCode, quantity });
const clientSku = (clientSkuId: string, more: Record<string, unknown> = {}) => ({
  clientId: 10000900,
  clientSkuId,
  quantity: 1,
  fulfillmentLocationId: 1000901,
  ...more,
});

interface BadData {
  readonly code: string;
  readonly message: string;
  readonly description: string;
}

describe('a call that is right', () => {
  test.each([
    ['object', PRODUCTS, 'products'],
    ['older', CLIENT_SKUS, 'client-skus'],
    ['own push', fixture('increff', 'inventories.request.json'), 'inventories'],
  ])('in the %s form is answered byte for byte', async (_form, body, name) => {
    const response = await put(harnessOf(), body);
    expect(response.rawPayload).toEqual(fixture('increff', `${name}.reply.json`));
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('application/json');
  });

  test.each(['PUT', 'POST'] as const)('by %s, with digits for numbers, means the same', async (method) => {
    const harness = harnessOf();
    for (const [quantity, expected] of [
      ['7', 7],
      ['+8', 8],
      ['0', 0],
    ] as const) {
      const rows = [{ channelSkuCode: 'ITEM302', quantity }];
      for (const payload of [
        JSON.stringify({ locationCode: 'wd003', inventories: rows }),
        JSON.stringify(products(...rows)),
      ]) {
        const response = await harness.app.inject({
          method,
          url: '/usp/inventories/absolute',
          payload,
          headers: CREDENTIALS,
        });
        expect([response.statusCode, response.payload]).toEqual([200, expect.stringContaining('["ITEM302"]')]);
        expect(harness.ledger.quantity('ITEM302', 'wd003')).toBe(expected);
      }
    }
    const older = [
      {
        clientId: '10000900',
        clientSkuId: 'SKU1',
        quantity: '4',
        fulfillmentLocationId: '1000901',
        inventoryPoolId: '0',
      },
    ];
    await harness.app.inject({
      method,
      url: '/usp/inventories/absolute',
      payload: JSON.stringify(older),
      headers: CREDENTIALS,
    });
    expect(harness.ledger.quantity('SKU1', '1000901')).toBe(4);
  });

  test('states how much there is, and is the evidence of that', async () => {
    const harness = harnessOf();
    await put(harness, PRODUCTS);
    const { ledger } = harness;
    expect(ledger.quantity('ITEM302', 'wd003')).toBe(40);
    const [movement] = ledger.movements;
    expect(movement).toMatchObject({ reason: 'COUNT', origin: CONNECTION, note: null, reference: null });
    expect(movement?.counts).toMatchObject([{ status: 'APPLIED', quantity: 40, asOfMs: null, sourceSequence: null }]);
    const bodySha256 = createHash('sha256').update(PRODUCTS).digest('hex');
    expect(movement).toMatchObject({ evidenceHash: bodySha256, inboundMessageId: idOf(0xb000) });
    expect(ledger.messages).toEqual([
      {
        id: idOf(0xb000),
        connectionId: CONNECTION.id,
        format: 'increff',
        receivedAtMs: NOON,
        status: 'APPLIED',
        bodySha256,
        body: PRODUCTS.toString(),
        verdict: 'authPassword',
        sequences: { first: 1, last: 1 },
      },
    ]);
    expect(harness.logged()).not.toContain(PASSWORD);
  });

  test('counts again each time it comes, the later over the earlier', async () => {
    const harness = harnessOf();
    await put(harness, products(product('ITEM302', 40)));
    await put(harness, products(product('ITEM302', 3)));
    await put(harness, products(product('ITEM302', 3)));
    expect(harness.ledger.quantity('ITEM302', 'wd003')).toBe(3);
    expect(harness.ledger.movements.map(({ counts }) => counts[0]?.status)).toEqual([
      'APPLIED',
      'APPLIED',
      'UNCHANGED',
    ]);
    expect(faultsOf(harness.ledger)).toEqual([]);
  });

  test('may spell the code as the table does or as the example does', async () => {
    const harness = harnessOf();
    const body = products(
      { channelskuCode: 'ITEM302', quantity: 1 },
      { channelskuCode: null, channelSkuCode: 'SKU1', quantity: 1 },
      { channelskuCode: 'SKU2', channelSkuCode: 'SKU2', quantity: 1 },
    );
    expect((await put(harness, body)).payload).toBe(
      '{"failureProducts":[],"successProducts":["ITEM302","SKU1","SKU2"]}',
    );
  });

  test('finds an item by its identifier before its sku', async () => {
    const harness = harnessOf();
    harness.ledger.addItem('TEA', '', [
      { scheme: 'CHANNEL_SKU', value: 'SKU1' },
      { scheme: 'CLIENT_SKU', value: 'T-1' },
    ]);
    await put(harness, products(product('SKU1', 5)));
    await put(harness, [clientSku('T-1', { quantity: 6 })]);
    expect(harness.ledger.quantity('TEA', 'wd003')).toBe(5);
    expect(harness.ledger.quantity('TEA', '1000901')).toBe(6);
    expect(harness.ledger.quantity('SKU1', 'wd003')).toBe(0);
  });

  test('may have no rows, or 300', async () => {
    const harness = harnessOf();
    expect((await put(harness, products())).payload).toBe('{"failureProducts":[],"successProducts":[]}');
    expect((await put(harness, [])).payload).toBe('{"failureSkus":[],"successSkus":[]}');
    const rows = Array.from({ length: 300 }, (_, index) => product(`UNKNOWN-${index}`));
    const lists = (await put(harness, products(...rows))).json<{ failureProducts: string[] }>();
    expect(lists.failureProducts).toHaveLength(300);
  });

  test.each(['text/plain', 'nonsense'])('may be said to be %s', async (contentType) => {
    const response = await put(harnessOf(), PRODUCTS, { ...CREDENTIALS, 'content-type': contentType });
    expect(response.statusCode).toBe(200);
  });

  test('may hold more than the form has', async () => {
    const body = { ...products({ ...product('ITEM302'), colour: 'red' }), sentBy: ['a', { b: 1.5 }] };
    expect((await put(harnessOf(), body)).statusCode).toBe(200);
  });
});

describe('pools and locations', () => {
  test('keep their stock apart', async () => {
    const harness = harnessOf();
    const body = [
      clientSku('SKU1', { quantity: 1 }),
      clientSku('SKU1', { quantity: 2, inventoryPoolId: 7 }),
      clientSku('SKU1', { quantity: 3, fulfillmentLocationId: 1000902 }),
    ];
    expect((await put(harness, body)).rawPayload).toEqual(fixture('increff', 'client-skus.reply.json'));
    expect(harness.ledger.quantity('SKU1', '1000901')).toBe(1);
    expect(harness.ledger.quantity('SKU1', '1000901', { pool: '7' })).toBe(2);
    expect(harness.ledger.quantity('SKU1', '1000902')).toBe(3);
  });

  test.each([0, null, undefined])('of inventoryPoolId %p are common', async (inventoryPoolId) => {
    const harness = harnessOf();
    await put(harness, [clientSku('SKU1', { inventoryPoolId, quantity: 9 })]);
    expect(harness.ledger.quantity('SKU1', '1000901')).toBe(9);
  });

  test('are those of the settings', async () => {
    const harness = harnessOf({ fulfillmentLocations: { '5': 'wd003' }, tracks: [] });
    await put(harness, [clientSku('SKU1', { fulfillmentLocationId: 5, inventoryPoolId: 7, quantity: 4 })]);
    expect(harness.ledger.quantity('SKU1', 'wd003')).toBe(4);
    expect(harness.ledger.movements[0]?.note).toBe('pool 7');
  });

  test('that a connection does not tell apart fail both', async () => {
    const harness = harnessOf({ tracks: [] });
    const body = [clientSku('SKU1'), clientSku('SKU1', { inventoryPoolId: 7 }), clientSku('SKU2')];
    expect((await put(harness, body)).payload).toBe('{"failureSkus":["SKU1"],"successSkus":["SKU2"]}');
    expect(harness.ledger.quantity('SKU1', '1000901')).toBe(0);
  });

  test('are not lumped together with those that hold stock under finer keys', async () => {
    const harness = harnessOf({ tracks: [] });
    const fine = harnessWith([increffConnection()]);
    await put(fine, [clientSku('SKU1', { inventoryPoolId: 7, quantity: 4 })]);
    for (const level of fine.ledger.levels.values()) harness.ledger.levels.set(level.id, level);
    expect((await put(harness, [clientSku('SKU1')])).payload).toBe('{"failureSkus":["SKU1"],"successSkus":[]}');
  });
});

describe('a code fails and the others count', () => {
  test('where nobody knows it', async () => {
    const harness = harnessOf();
    const response = await put(harness, products(product('NEW', 5), product('ITEM302', 2)));
    expect(response.payload).toBe('{"failureProducts":["NEW"],"successProducts":["ITEM302"]}');
    expect(harness.ledger.quantity('ITEM302', 'wd003')).toBe(2);
    expect([...harness.ledger.items.values()].map(({ sku }) => sku)).not.toContain('NEW');
  });

  test('but not where the connection makes items', async () => {
    const harness = harnessOf({ unknownItems: 'create' });
    const response = await put(harness, products(product('NEW', 5)));
    expect(response.payload).toBe('{"failureProducts":[],"successProducts":["NEW"]}');
    expect(harness.ledger.quantity('NEW', 'wd003')).toBe(5);
  });

  test('where its quantity is negative', async () => {
    const harness = harnessOf();
    const response = await put(harness, products(product('ITEM302', -1), product('SKU1', 0)));
    expect(response.payload).toBe('{"failureProducts":["ITEM302"],"successProducts":["SKU1"]}');
  });

  test('where two rows mean one stock key, by one name or by two', async () => {
    const harness = harnessOf();
    harness.ledger.addItem('TEA', '', [{ scheme: 'CHANNEL_SKU', value: 'T-1' }]);
    const body = products(
      product('ITEM302', 1),
      product('TEA', 2),
      product('ITEM302', 1),
      product('T-1', 2),
      product('SKU1', 3),
    );
    expect((await put(harness, body)).payload).toBe(
      '{"failureProducts":["ITEM302","TEA","T-1"],"successProducts":["SKU1"]}',
    );
    expect(harness.ledger.quantities()).toEqual({ 'SKU1//wd003////GOOD/SINGLE///AVAILABLE': 3 });
  });

  test('where one of two rows of a stock key is negative', async () => {
    const harness = harnessOf();
    const body = products(product('ITEM302', -1), product('ITEM302', 5), product('SKU1', 2));
    expect((await put(harness, body)).payload).toBe('{"failureProducts":["ITEM302"],"successProducts":["SKU1"]}');
    expect(harness.ledger.quantity('ITEM302', 'wd003')).toBe(0);
  });

  test('where it counts in one pool and fails in another', async () => {
    const harness = harnessOf();
    const body = [clientSku('SKU1', { quantity: 2 }), clientSku('SKU1', { quantity: -2, inventoryPoolId: 1 })];
    expect((await put(harness, body)).payload).toBe('{"failureSkus":["SKU1"],"successSkus":[]}');
    expect(harness.ledger.quantity('SKU1', '1000901')).toBe(2);
  });

  test('and the answer is 200, with the call kept, even where all of them do', async () => {
    const harness = harnessOf();
    const response = await put(harness, products(product('ITEM302', -1), product('ITEM302', 4)));
    expect(response.statusCode).toBe(200);
    expect(response.rawPayload).toEqual(fixture('increff', 'products-failed.reply.json'));
    expect(harness.ledger.messages).toMatchObject([{ format: 'increff', sequences: null }]);
  });
});

describe('a call that is wrong', () => {
  test.each<[string, string, unknown, number]>([
    ['no code', 'code-missing', products({ quantity: 40 }), 400],
    ['a code that is null', 'code-missing', products({ quantity: 40, channelSkuCode: null }), 400],
    ['an unknown location', 'location-unknown', { ...products(product('ITEM302')), locationCode: 'WD003' }, 400],
    ['an unknown location and no rows', 'location-unknown', { locationCode: 'WD003', products: [] }, 400],
    ['301 rows', 'too-many', products(...Array.from({ length: 301 }, () => product('ITEM302'))), 400],
    ['no JSON', 'not-json', '{"locationCode":wd003}', 400],
    ['more than a mebibyte', 'too-large', Buffer.alloc(1024 * 1024 + 1, 0x20), 413],
  ])('with %s is answered byte for byte and nothing of it counts', async (_what, reply, body, status) => {
    const harness = harnessOf();
    const response = await put(harness, body);
    expect(response.payload).toBe(fixture('increff', `${reply}.reply.json`).toString());
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toBe('application/json');
    expect(harness.ledger.movements).toEqual([]);
    // Of a body that is too large nothing is read, so nothing is kept.
    const kept = status === 413 ? [] : [{ format: 'increff', status: 'REJECTED' }];
    expect(harness.ledger.messages).toMatchObject(kept);
    expect(harness.ledger.rejected).toHaveLength(kept.length);
  });

  const wholeNumber = (min: number) => `has to be a whole number from ${min} to 9007199254740991`;

  test.each<[unknown, string]>([
    ['', '[body: is not JSON: nothing but white space at byte 0 (line 1, column 1)]'],
    ['7', '[body: has to be an object or an array; received 7]'],
    ['{"products":[],"products":[]}', '[body: is not JSON: duplicate key at byte 15 (line 1, column 16)]'],
    [{}, '[locationCode: may not be null, products: may not be null]'],
    [
      { locationCode: 7, products: {} },
      '[locationCode: has to be a text; received 7, products: has to be a list; received {}]',
    ],
    [products(null), '[products[0]: may not be null]'],
    [products(7, product('ITEM302')), '[products[0]: has to be an object; received 7]'],
    [products({}), '[channelSkuCode: may not be null, quantity: may not be null]'],
    [{ ...products(product('A')), inventories: [] }, '[inventories: cannot be beside products]'],
    [{ locationCode: 'wd003', inventories: [{}] }, '[channelSkuCode: may not be null, quantity: may not be null]'],
    [{ inventories: 1 }, '[locationCode: may not be null, inventories: has to be a list; received 1]'],
    [
      products({}, product('SKU1'), { channelSkuCode: ' ', quantity: 1 }),
      '[products[0].channelSkuCode: may not be null, products[0].quantity: may not be null, products[2].channelSkuCode: may not be empty]',
    ],
    [
      products({ channelskuCode: 'A', channelSkuCode: 'B', quantity: 1 }),
      '[channelSkuCode: differs from channelskuCode; received "B"]',
    ],
    [
      products({ channelSkuCode: 'A', quantity: '4O' }),
      '[quantity: has to be a whole number from -1000000000000 to 1000000000000; received "4O"]',
    ],
    [
      products({ channelSkuCode: 'A', quantity: 1.5 }),
      '[quantity: has to be a whole number from -1000000000000 to 1000000000000; received 1.5]',
    ],
    [
      products(product('A'.repeat(256))),
      '[channelSkuCode: has 256 characters; at most 255 are taken; received "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA…]',
    ],
    [
      [{}],
      '[clientId: may not be null, clientSkuId: may not be null, quantity: may not be null, fulfillmentLocationId: may not be null]',
    ],
    [
      [clientSku('SKU1', { inventoryPoolId: -1, clientId: 'x' })],
      `[clientId: ${wholeNumber(0)}; received "x", inventoryPoolId: ${wholeNumber(0)}; received -1]`,
    ],
    [
      [clientSku('SKU1'), clientSku('SKU2', { clientId: 2 })],
      '[[1].clientId: is not the client of this connection; received 2]',
    ],
    [
      [
        clientSku('SKU1'),
        clientSku('SKU2', { fulfillmentLocationId: 5 }),
        clientSku('SKU1', { fulfillmentLocationId: 5 }),
      ],
      '[[1].fulfillmentLocationId: is not the code of a location; received "5"]',
    ],
    [
      [clientSku('SKU1', { fulfillmentLocationId: 5 })],
      '[fulfillmentLocationId: is not the code of a location; received "5"]',
    ],
  ])('such as %j is told every fault', async (body, description) => {
    const harness = harnessOf({ clientId: 10000900 });
    const response = await put(harness, body);
    expect(response.json<BadData>()).toEqual({ code: 'BAD_DATA', message: 'Input validation failed', description });
    expect(response.statusCode).toBe(400);
    expect(harness.ledger.movements).toEqual([]);
  });
});

describe('credentials', () => {
  test.each<[string, Record<string, string>]>([
    ['none', {}],
    ['an unknown user', { ...CREDENTIALS, authusername: 'wms-8' }],
    ['another password', { ...CREDENTIALS, authpassword: 'correct hors' }],
    ['a longer password', { ...CREDENTIALS, authpassword: `${PASSWORD}${PASSWORD}` }],
    ['an empty password', { ...CREDENTIALS, authpassword: '' }],
  ])('that are %s are refused before the body is looked at', async (_what, headers) => {
    const harness = harnessOf();
    for (const body of [PRODUCTS, 'no JSON']) {
      const response = await put(harness, body, headers);
      expect(response.statusCode).toBe(401);
      expect(response.headers['www-authenticate']).toBe('ApiHeaders realm="increff"');
      expect(response.headers['content-type']).toBe('application/json');
      expect(response.rawPayload).toEqual(fixture('increff', 'unauthorized.reply.json'));
    }
    expect(harness.ledger.messages).toEqual([]);
  });

  test('include the domain where the connection has one', async () => {
    const harness = harnessOf({ authDomainName: 'shop' });
    expect((await put(harness, PRODUCTS)).statusCode).toBe(401);
    expect((await put(harness, PRODUCTS, { ...CREDENTIALS, authdomainname: 'other' })).statusCode).toBe(401);
    expect((await put(harness, PRODUCTS, { ...CREDENTIALS, authdomainname: 'shop' })).statusCode).toBe(200);
    expect(harness.ledger.messages).toMatchObject([{ verdict: 'authPassword, authDomainName' }]);
    expect((await put(harnessOf(), PRODUCTS, { ...CREDENTIALS, authdomainname: 'any' })).statusCode).toBe(200);
  });

  const other = (settings = {}, authPassword = PASSWORD) =>
    increffConnection(settings, { tenantId: idOf(1), id: idOf(2), secrets: { authPassword } });

  test('decide between tenants that share a user name', async () => {
    const harness = harnessWith([other({ nonsense: 1 }, 'another'), increffConnection()]);
    expect((await put(harness, PRODUCTS)).statusCode).toBe(200);
    expect(harness.ledger.messages).toMatchObject([{ connectionId: CONNECTION.id }]);
  });

  test('that two tenants share are told apart by the domain, or not at all', async () => {
    const both = harnessWith([other({ authDomainName: 'b' }), increffConnection({ authDomainName: 'a' })]);
    expect((await put(both, PRODUCTS, { ...CREDENTIALS, authdomainname: 'a' })).statusCode).toBe(200);
    expect((await put(harnessWith([other(), increffConnection()]), PRODUCTS)).statusCode).toBe(401);
  });

  test('of a connection without a password let nobody in', async () => {
    const harness = harnessWith([
      increffConnection({}, { secrets: { authPassword: '' } }),
      increffConnection({}, { secrets: {} }),
    ]);
    expect((await put(harness, PRODUCTS, { authusername: USER_NAME })).statusCode).toBe(401);
    expect((await put(harness, PRODUCTS, { authusername: USER_NAME, authpassword: '' })).statusCode).toBe(401);
  });
});

describe('a call that could not be taken in', () => {
  test.each([
    [{ failWith: new LaneFullError() }, '1'],
    [{ failWith: new LedgerUnavailableError() }, '2'],
    [{ failReadsWith: new ReadsUnavailableError('gone') }, '2'],
  ])('because of %s is to be sent again', async (failure, seconds) => {
    const response = await put(harnessOf({}, failure), PRODUCTS);
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe(seconds);
    expect(response.rawPayload).toEqual(fixture('increff', 'busy.reply.json'));
  });

  test('because of a fault of ours is told nothing of it; the log is', async () => {
    const harness = harnessOf({}, { failWith: new Error('what went wrong') });
    const response = await put(harness, PRODUCTS);
    expect(response.statusCode).toBe(500);
    expect(response.headers['content-type']).toBe('application/json');
    expect(response.rawPayload).toEqual(fixture('increff', 'fault.reply.json'));
    expect(harness.logged()).toContain('what went wrong');
  });

  test('because of settings that cannot be used is told nothing of them; the log is', async () => {
    const harness = harnessOf({ tracks: 'pool' });
    expect((await put(harness, PRODUCTS)).rawPayload).toEqual(fixture('increff', 'fault.reply.json'));
    expect(harness.logged()).toContain('setting tracks has to be a list');
  });
});

test('a call to another method says which there is', async () => {
  const response = await harnessOf().app.inject({ method: 'PATCH', url: '/usp/inventories/absolute' });
  expect([response.statusCode, response.headers['allow']]).toEqual([405, 'PUT, POST']);
});

test('no body makes the route fail, and each is answered in its form', async () => {
  const harness = harnessOf({ unknownItems: 'create' });
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.double(), fc.constant(null), fc.constant('SKU1'));
  const row = fc.dictionary(
    fc.constantFrom(
      'channelSkuCode',
      'channelskuCode',
      'quantity',
      'clientId',
      'clientSkuId',
      'inventoryPoolId',
      'fulfillmentLocationId',
    ),
    fc.oneof(scalar, fc.constant(1000901)),
  );
  const rows = fc.array(fc.oneof(row, fc.jsonValue()), { maxLength: 5 });
  const body = fc.oneof(
    fc.json(),
    fc.string(),
    rows.map((list) => JSON.stringify(list)),
    rows.map((list) => JSON.stringify(products(...list))),
  );
  await fc.assert(
    fc.asyncProperty(body, async (text) => {
      const response = await put(harness, text);
      expect([200, 400]).toContain(response.statusCode);
      const keys = Object.keys(response.json<object>()).join();
      expect(['code,message,description', 'failureProducts,successProducts', 'failureSkus,successSkus']).toContain(
        keys,
      );
    }),
    { numRuns: 300 },
  );
  expect(faultsOf(harness.ledger)).toEqual([]);
  expect(harness.ledger.movements.every(({ origin }) => origin.id === CONNECTION.id)).toBe(true);
});
