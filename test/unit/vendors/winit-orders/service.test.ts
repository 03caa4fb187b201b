import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Connection } from '../../../../src/application/ports/connections';
import { LaneFullError, LedgerUnavailableError } from '../../../../src/application/ports/poster';
import type { StockDimensions } from '../../../../src/domain/ledger/stock-key';
import { createRateLimiter, type RateLimiter } from '../../../../src/http/rate-limiter';
import { ORDER_CODES, type OrderFaultCode } from '../../../../src/vendors/winit-orders/codes';
import { registerWinitOrders, winitRateLimiter } from '../../../../src/vendors/winit-orders/route';
import { adjustOf, faultsOf, idOf, keyOf, NOON } from '../../../support/domain/test-ledger';
import { nextAddress } from '../../../support/addresses';
import { makeLedgerHarness, type LedgerHarness } from '../shared/ledger-harness';
import { fixture } from '../shared/webhook-harness';
import {
  APP_KEY,
  CLIENT_ID,
  example,
  EXAMPLES,
  NOON_IN_SHANGHAI,
  orderConnection,
  signedCall,
  TOKEN,
  unpackData,
} from './samples';

const harnesses: LedgerHarness[] = [];

afterEach(async () => {
  await Promise.all(harnesses.splice(0).map((harness) => harness.close()));
});

function harnessWith(connections: readonly Connection[], failWith?: Error, limiter?: RateLimiter): LedgerHarness {
  const failure = failWith ? { failWith } : {};
  const harness = makeLedgerHarness(
    (app, deps) => {
      registerWinitOrders(app, limiter ? { ...deps, limiter } : deps);
    },
    { connections, handle: APP_KEY, ...failure },
  );
  harnesses.push(harness);
  harness.ledger.addLocation('US0001');
  for (const sku of ['liaowl1002', 'liaowl1003']) harness.ledger.addItem(sku);
  return harness;
}

const harnessOf = (settings: Readonly<Record<string, unknown>> = {}, failWith?: Error): LedgerHarness =>
  harnessWith([orderConnection(settings)], failWith);

let openings = 0;

function stock({ ledger }: LedgerHarness, units: number, dimensions: Partial<StockDimensions> = {}): void {
  openings += 1;
  const key = keyOf('liaowl1002', 'US0001', { packaging: 'BOX', barcode: 'T00001', ...dimensions });
  ledger.adjust(adjustOf(`opening ${openings}`, { rows: [{ key, delta: units }] }));
}

/** A harness with a box to unpack. */
function stocked(settings: Readonly<Record<string, unknown>> = {}, failWith?: Error): LedgerHarness {
  const harness = harnessOf(settings, failWith);
  stock(harness, 1);
  return harness;
}

function post({ app }: LedgerHarness, body: unknown) {
  const payload = Buffer.isBuffer(body) || typeof body === 'string' ? Buffer.from(body) : JSON.stringify(body);
  return app.inject({
    method: 'POST',
    url: '/openapi/service',
    remoteAddress: nextAddress(),
    payload,
    headers: { 'content-type': 'application/json' },
  });
}

interface Answer {
  readonly code: string;
  readonly msg: string;
  readonly data: unknown;
}

const answerOf = async (harness: LedgerHarness, body: unknown): Promise<Answer> =>
  (await post(harness, body)).json<Answer>();

/** The codes and fields that a refusal names, in its English message. */
async function refusalOf(harness: LedgerHarness, data: unknown): Promise<string[]> {
  const answer = await answerOf(harness, signedCall(data, { language: 'en_US' }));
  expect(answer.data).toBe('');
  expect(answer.code).not.toBe('0');
  return answer.msg.split(' | ').map((sentence) => sentence.split(': ')[0] ?? '');
}

const codeOf = (name: OrderFaultCode): string => ORDER_CODES[name].code;

describe("the examples of the vendor's page", () => {
  test.each(EXAMPLES)(
    '%s succeeds byte for byte, signed as published, where replays of old calls are allowed',
    async (name) => {
      const harness = stocked({ timestampToleranceSeconds: null });
      stock(harness, 1, { owner: 'nj' });
      const response = await post(harness, example(name));
      expect(response.statusCode).toBe(200);
      expect(response.headers['content-type']).toBe('application/json');
      expect(response.rawPayload).toEqual(fixture('winit-orders', 'success.reply.json'));
      expect(faultsOf(harness.ledger)).toEqual([]);
    },
  );

  test.each(EXAMPLES)('%s is refused years later: its clock is off', async (name) => {
    const answer = await answerOf(stocked(), example(name));
    expect(answer).toEqual({
      code: codeOf('TIMESTAMP_OUT_OF_RANGE'),
      msg: 'timestamp: 与服务器时间（Asia/Shanghai）相差超过 300 秒，请校准时钟后重新签名；收到 "2020-05-18 20:09:05"',
      data: '',
    });
  });

  test('all three succeed one after the other with order numbers of their own, and move what they say', async () => {
    const harness = harnessOf();
    stock(harness, 2);
    stock(harness, 1, { owner: 'nj' });
    const numbers: string[] = [];
    for (const name of EXAMPLES) {
      const { data } = JSON.parse(example(name).toString()) as { data: object };
      const answer = await answerOf(harness, signedCall({ ...data, sellerOrderNo: name }, {}, { client: true }));
      numbers.push((answer.data as { orderNo: string }).orderNo);
    }
    expect(numbers).toEqual(['WT000000000001', 'WT000000000002', 'WT000000000003']);
    const box = { packaging: 'BOX', barcode: 'T00001' } as const;
    const { ledger } = harness;
    expect(ledger.quantity('liaowl1002', 'US0001', box)).toBe(0);
    expect(ledger.quantity('liaowl1003', 'US0001', { barcode: 'T00001' })).toBe(10);
    expect(ledger.quantity('liaowl1002', 'US0001', { ...box, owner: 'bj' })).toBe(1);
    expect(ledger.quantity('liaowl1002', 'US0001', { ...box, barcode: 'T00002' })).toBe(1);
    expect(faultsOf(ledger)).toEqual([]);
  });
});

describe('an order that is right', () => {
  test('is answered in English where the call asks for it', async () => {
    const response = await post(stocked(), signedCall(unpackData(), { language: 'en_US' }));
    expect(response.rawPayload).toEqual(fixture('winit-orders', 'success-english.reply.json'));
  });

  test('is stored with the call as its evidence, without the signatures', async () => {
    const harness = stocked();
    const call = signedCall(unpackData(), {}, { client: true });
    await post(harness, call);
    const body = JSON.stringify(call);
    const [message] = harness.ledger.messages;
    expect(message).toMatchObject({
      format: 'winit',
      receivedAtMs: NOON,
      bodySha256: createHash('sha256').update(body).digest('hex'),
      verdict: 'sign, client_sign',
      status: 'APPLIED',
    });
    expect(JSON.parse(message?.body ?? '')).toEqual({ ...call, sign: '[redacted]', client_sign: '[redacted]' });
    expect(harness.ledger.movements.at(-1)).toMatchObject({ reason: 'UNPACK', externalId: 'liao1028' });
    expect([...harness.ledger.orders.values()]).toMatchObject([
      { sellerOrderNo: 'liao1028', productCode: 'OSF611005741', turnOutOwner: 'nj', turnInOwner: 'bj' },
    ]);
  });

  test('under the same sellerOrderNo has the same orderNo, once, whatever its language, time and order of members', async () => {
    const harness = stocked();
    const data = unpackData();
    const first = await answerOf(harness, signedCall(data));
    const turned = Object.fromEntries(Object.entries(data).reverse());
    const changes = { language: 'en_US', timestamp: '2025-11-22 20:01:00' };
    const second = await answerOf(harness, signedCall({ ...turned, more: null }, changes));
    expect(second).toEqual({ ...first, msg: 'Operation succeeded' });
    expect(harness.ledger.orders.size).toBe(1);
  });

  test('without a sellerOrderNo is known by its signature', async () => {
    const harness = stocked();
    stock(harness, 1);
    const call = signedCall(unpackData({ sellerOrderNo: '' }));
    const first = await answerOf(harness, call);
    expect(await answerOf(harness, { ...call, sign: String(call['sign']).toLowerCase() })).toEqual(first);
    const later = await answerOf(
      harness,
      signedCall(unpackData({ sellerOrderNo: null }), { timestamp: '2025-11-22 20:00:01' }),
    );
    expect([first.data, later.data]).toEqual([{ orderNo: 'WT000000000001' }, { orderNo: 'WT000000000002' }]);
  });

  test('that was refused for want of stock succeeds under the same sellerOrderNo once there is some', async () => {
    const harness = harnessOf();
    const call = signedCall(unpackData());
    expect(await answerOf(harness, call)).toEqual({
      code: codeOf('INSUFFICIENT_STOCK'),
      msg: 'merchandiseList[0].transferOutInfo.quantity: 库存不足：现有 0，需要 1；请减少数量或等待到货；收到 "1"',
      data: '',
    });
    stock(harness, 1);
    expect((await answerOf(harness, call)).data).toEqual({ orderNo: 'WT000000000001' });
  });

  test('may name a specification, leave out barcodes and take the factor from the item', async () => {
    const harness = harnessOf();
    const { ledger } = harness;
    const item = ledger.addItem('crate', 'red');
    ledger.items.set(item.id, { ...item, unitsPerPackage: 3 });
    const key = {
      ...keyOf('crate', 'US0001', { packaging: 'SUITE' }),
      item: { by: 'SKU', sku: 'crate', specification: 'red' },
    } as const;
    ledger.adjust(adjustOf('crates', { rows: [{ key, delta: 2 }] }));
    const plain = { standPartsQty: null, barcodeValue: null };
    const out = { ...plain, merchandiseCode: 'crate', specification: 'red', skuType: 'SUITE', quantity: '2' };
    const answer = await answerOf(harness, signedCall(unpackData({}, out, { ...plain, quantity: '6' })));
    expect(answer.code).toBe('0');
    expect(ledger.quantity('liaowl1003', 'US0001')).toBe(6);
  });
});

describe('an order that is wrong', () => {
  test('with a sellerOrderNo that another order has used is told so', async () => {
    const harness = stocked();
    stock(harness, 5);
    await post(harness, signedCall(unpackData()));
    const other = unpackData({}, { quantity: '2' }, { quantity: '20' });
    const answer = await answerOf(harness, signedCall(other, { language: 'en_US' }));
    expect(answer).toEqual({
      code: codeOf('SELLER_ORDER_NO_REUSED'),
      msg: 'sellerOrderNo: was used before by another order; give each order a number of its own; received "liao1028"',
      data: '',
    });
  });

  test.each<[OrderFaultCode, string, unknown]>([
    ['FIELD_REQUIRED', 'data', undefined],
    ['FIELD_NOT_OBJECT', 'data', '{}'],
    ['FIELD_REQUIRED', 'winitProductCode', unpackData({ winitProductCode: ' ' })],
    ['FIELD_NOT_TEXT', 'winitProductCode', unpackData({ winitProductCode: 61 })],
    ['FIELD_TOO_LONG', 'winitProductCode', unpackData({ winitProductCode: `OSF61${'0'.repeat(46)}` })],
    ['PRODUCT_UNKNOWN', 'winitProductCode', unpackData({ winitProductCode: 'OSF621005741' })],
    ['FIELD_TOO_LONG', 'sellerOrderNo', unpackData({ sellerOrderNo: 'x'.repeat(51) })],
    ['FIELD_NOT_TEXT', 'sellerOrderNo', unpackData({ sellerOrderNo: 1028 })],
    ['FIELD_REQUIRED', 'warehouseCode', unpackData({ warehouseCode: null })],
    ['FIELD_TOO_LONG', 'warehouseCode', unpackData({ warehouseCode: 'x'.repeat(51) })],
    ['LOCATION_NOT_FOUND', 'warehouseCode', unpackData({ warehouseCode: 'US0002' })],
    ['FIELD_TOO_LONG', 'turnInCode', unpackData({ turnInCode: 'x'.repeat(31) })],
    ['FIELD_TOO_LONG', 'turnOutCode', unpackData({ turnOutCode: 'x'.repeat(31) })],
    ['FIELD_REQUIRED', 'merchandiseList', unpackData({ merchandiseList: undefined })],
    ['FIELD_REQUIRED', 'merchandiseList', unpackData({ merchandiseList: [] })],
    ['FIELD_NOT_LIST', 'merchandiseList', unpackData({ merchandiseList: {} })],
    ['FIELD_NOT_OBJECT', 'merchandiseList[0]', unpackData({ merchandiseList: [null] })],
  ])('is refused with %s at %s', async (code, field, data) => {
    const answer = await answerOf(stocked(), signedCall(data, { language: 'en_US' }));
    expect([answer.code, answer.msg.split(': ')[0], answer.data]).toEqual([codeOf(code), field, '']);
  });

  test.each<[OrderFaultCode, string, Record<string, unknown>, Record<string, unknown>]>([
    ['FIELD_REQUIRED', 'transferOutInfo.merchandiseCode', { merchandiseCode: '' }, {}],
    ['ITEM_NOT_FOUND', 'transferOutInfo.merchandiseCode', { merchandiseCode: 'liaowl1001' }, {}],
    ['ITEM_NOT_FOUND', 'transferInInfo.merchandiseCode', {}, { specification: 'red' }],
    ['FIELD_TOO_LONG', 'transferInInfo.specification', {}, { specification: 'x'.repeat(256) }],
    ['FIELD_NOT_DIGITS', 'transferOutInfo.quantity', { quantity: 1 }, {}],
    ['FIELD_NOT_DIGITS', 'transferOutInfo.quantity', { quantity: '1.5' }, {}],
    ['FIELD_NOT_DIGITS', 'transferOutInfo.quantity', { quantity: '-1' }, {}],
    ['FIELD_NOT_DIGITS', 'transferOutInfo.quantity', { quantity: '9007199254740992' }, {}],
    ['INVALID_QUANTITY', 'transferOutInfo.quantity', { quantity: '0' }, { quantity: '0' }],
    ['QUANTITY_MISMATCH', 'transferInInfo.quantity', {}, { quantity: '9' }],
    ['FIELD_NOT_ALLOWED', 'transferOutInfo.skuType', { skuType: 'CRATE' }, {}],
    ['PACKAGING_MISMATCH', 'transferInInfo.skuType', {}, { skuType: 'BOX' }],
    ['FIELD_NOT_INTEGER', 'transferOutInfo.standPartsQty', { standPartsQty: '10' }, {}],
    ['FIELD_NOT_INTEGER', 'transferInInfo.standPartsQty', {}, { standPartsQty: 1.5 }],
    ['INVALID_QUANTITY', 'transferInInfo.standPartsQty', {}, { standPartsQty: 0 }],
    ['UNPACK_FACTOR_REQUIRED', 'transferOutInfo.standPartsQty', { standPartsQty: null }, {}],
    ['BARCODE_MISMATCH', 'transferInInfo.barcodeValue', {}, { barcodeValue: 'T00002' }],
  ])('is refused with %s at merchandiseList[0].%s', async (code, field, out, into) => {
    const answer = await answerOf(stocked(), signedCall(unpackData({}, out, into), { language: 'en_US' }));
    expect([answer.code, answer.msg.split(': ')[0]]).toEqual([codeOf(code), `merchandiseList[0].${field}`]);
  });

  test('names a specification where the merchandise has several', async () => {
    const harness = stocked();
    harness.ledger.addItem('crate', 'red');
    const fields = await refusalOf(harness, unpackData({}, { merchandiseCode: 'crate' }));
    expect(fields).toEqual(['merchandiseList[0].transferOutInfo.specification']);
  });

  test('is told all its faults at once: what fields are, and the rules that the rest of it breaks', async () => {
    const line = (out: object, into: object) => {
      const { merchandiseList } = unpackData({}, out, into) as { merchandiseList: object[] };
      return merchandiseList[0];
    };
    const data = unpackData({
      warehouseCode: '',
      merchandiseList: [
        line({ quantity: 'many', skuType: 'CRATE' }, {}),
        'no line',
        line({ skuType: 'SINGLE' }, { skuType: 'BOX', barcodeValue: 'T9', quantity: '0' }),
        { transferOutInfo: null, transferInInfo: [] },
      ],
    });
    expect(await refusalOf(stocked({ inventoryOrganisations: true }), data)).toEqual([
      'warehouseCode',
      'merchandiseList[0].transferOutInfo.quantity',
      'merchandiseList[0].transferOutInfo.skuType',
      'merchandiseList[1]',
      'merchandiseList[3].transferOutInfo',
      'merchandiseList[3].transferInInfo',
      'merchandiseList[2].transferInInfo.quantity',
      'merchandiseList[2].transferOutInfo.skuType',
      'merchandiseList[2].transferInInfo.skuType',
      'merchandiseList[2].transferInInfo.barcodeValue',
    ]);
  });

  test('is told what the catalogue lacks together with the rules that it breaks', async () => {
    const data = unpackData(
      { warehouseCode: 'nowhere' },
      { merchandiseCode: 'a' },
      { merchandiseCode: 'b', skuType: 'BOX' },
    );
    expect((await refusalOf(stocked(), data)).sort()).toEqual([
      'merchandiseList[0].transferInInfo.merchandiseCode',
      'merchandiseList[0].transferInInfo.skuType',
      'merchandiseList[0].transferOutInfo.merchandiseCode',
      'warehouseCode',
    ]);
  });

  test('with more than 300 lines, or hundreds of faults, gets an answer of bounded length', async () => {
    const harness = stocked();
    const lines = (count: number) => unpackData({ merchandiseList: Array<object>(count).fill({}) });
    const many = await answerOf(harness, signedCall(lines(301), { language: 'en_US' }));
    expect(many.code).toBe(codeOf('BATCH_TOO_LARGE'));
    const faulty = await answerOf(harness, signedCall(lines(300)));
    expect(faulty.msg.endsWith('另有 500 处错误')).toBe(true);
    const english = await answerOf(harness, signedCall(lines(300), { language: 'en_US' }));
    expect(english.msg.endsWith(' | and 500 more')).toBe(true);
  });
});

describe('inventory organisations', () => {
  const transfer = (changes: object = {}) =>
    unpackData({ winitProductCode: 'OSF641006365', ...changes }, {}, TRANSFERRED);
  const TRANSFERRED = { merchandiseCode: 'liaowl1002', skuType: 'BOX', quantity: '1' };

  test('a transfer needs two that differ', async () => {
    const harness = stocked();
    expect(await refusalOf(harness, transfer({ turnInCode: '', turnOutCode: null }))).toEqual([
      'turnOutCode',
      'turnInCode',
    ]);
    expect(await refusalOf(harness, transfer({ turnInCode: 'nj' }))).toEqual(['turnInCode']);
  });

  test('where they are on, other orders need two that are the same, and stock is kept by them', async () => {
    const harness = harnessOf({ inventoryOrganisations: true });
    stock(harness, 1, { owner: 'nj' });
    expect(await refusalOf(harness, unpackData())).toEqual(['turnInCode']);
    expect(await refusalOf(harness, unpackData({ turnInCode: null }))).toEqual(['turnInCode']);
    expect((await answerOf(harness, signedCall(unpackData({ turnInCode: 'nj' })))).code).toBe('0');
    expect(harness.ledger.quantity('liaowl1003', 'US0001', { owner: 'nj', barcode: 'T00001' })).toBe(10);
  });

  test('a change of barcode value has to change it, and it alone', async () => {
    const change = (into: object) => unpackData({ winitProductCode: 'OSF651006365' }, {}, { ...TRANSFERRED, ...into });
    const harness = stocked();
    const answer = await answerOf(harness, signedCall(change({}), { language: 'en_US' }));
    expect(answer.code).toBe(codeOf('NOTHING_CHANGES'));
    const other = { merchandiseCode: 'liaowl1003', barcodeValue: 'T00002', quantity: '2', skuType: 'SUITE' };
    expect(await refusalOf(harness, change(other))).toEqual([
      'merchandiseList[0].transferInInfo.merchandiseCode',
      'merchandiseList[0].transferInInfo.skuType',
      'merchandiseList[0].transferInInfo.quantity',
    ]);
  });

  test('a dimension that the connection does not track is refused where an order would keep stock by it', async () => {
    const harness = stocked({ tracks: ['channel'] });
    expect(await refusalOf(harness, transfer())).toEqual([
      'turnOutCode',
      'turnInCode',
      'merchandiseList[0].transferOutInfo.skuType',
      'merchandiseList[0].transferOutInfo.barcodeValue',
      'merchandiseList[0].transferInInfo.skuType',
      'merchandiseList[0].transferInInfo.barcodeValue',
    ]);
  });
});

describe('a call that is not known', () => {
  const english = { language: 'en_US' };

  test.each<[OrderFaultCode, Record<string, unknown>]>([
    ['SIGN_INVALID', signedCall(unpackData(), { app_key: 'somebody' })],
    ['SIGN_INVALID', signedCall(unpackData(), { app_key: null })],
    ['SIGN_INVALID', { ...signedCall(unpackData()), sign: '00000000000000000000000000000000' }],
    ['SIGN_INVALID', { ...signedCall(unpackData()), sign: 'short' }],
    ['SIGN_INVALID', { ...signedCall(unpackData()), sign: null }],
    ['SIGN_INVALID', { ...signedCall(unpackData()), data: unpackData({ sellerOrderNo: 'changed' }) }],
    ['SIGN_INVALID', { ...signedCall(unpackData()), timestamp: '2025-11-22 20:00:01' }],
    ['SIGN_INVALID', signedCall(unpackData(), {}, { token: '' })],
    ['SIGN_METHOD_UNSUPPORTED', signedCall(unpackData(), { sign_method: 'hmac' })],
    ['SIGN_METHOD_UNSUPPORTED', signedCall(unpackData(), { sign_method: undefined })],
    ['CLIENT_SIGN_INVALID', { ...signedCall(unpackData(), {}, { client: true }), client_sign: '0'.repeat(32) }],
    ['CLIENT_SIGN_INVALID', { ...signedCall(unpackData(), {}, { client: true }), client_id: 'another' }],
    ['CLIENT_SIGN_INVALID', { ...signedCall(unpackData()), client_id: CLIENT_ID }],
    ['TIMESTAMP_INVALID', signedCall(unpackData(), { timestamp: 1763812800 })],
    ['TIMESTAMP_INVALID', signedCall(unpackData(), { timestamp: undefined })],
    ['TIMESTAMP_OUT_OF_RANGE', signedCall(unpackData(), { timestamp: '2025-11-22 20:05:01' })],
    ['TIMESTAMP_OUT_OF_RANGE', signedCall(unpackData(), { timestamp: '2025-11-22 12:00:00' })],
    ['ACTION_UNKNOWN', signedCall(unpackData(), { action: 'wh.outbound.createOrder' })],
    ['ACTION_UNKNOWN', signedCall(unpackData(), { action: undefined })],
    ['ACTION_RETIRED', signedCall(unpackData(), { action: 'wh.inventoryAdjustment.createOrder' })],
    ['ACTION_RETIRED', signedCall(unpackData(), { action: 'wh.inventoryAdjustment.createOrder.v1' })],
    ['FORMAT_UNSUPPORTED', signedCall(unpackData(), { format: 'xml' })],
    ['VERSION_UNSUPPORTED', signedCall(unpackData(), { version: '2.0' })],
  ])('is refused with %s, and nothing is stored', async (code, call) => {
    const harness = stocked();
    const { length } = harness.ledger.movements;
    const response = await post(harness, { ...call, ...english });
    expect(response.statusCode).toBe(200);
    expect(response.json<Answer>()).toMatchObject({ code: codeOf(code), data: '' });
    expect(harness.ledger.movements).toHaveLength(length);
    expect(harness.logged()).toContain('winit call refused');
    expect(harness.logged()).not.toContain(TOKEN);
  });

  test('is refused before its data is looked at', async () => {
    const answer = await answerOf(stocked(), { ...signedCall('no object'), sign: '' });
    expect(answer.code).toBe(codeOf('SIGN_INVALID'));
  });

  test('is told all that its envelope asks for and is not offered', async () => {
    const call = signedCall(null, { action: 'x', format: 'xml', version: '9', ...english });
    const { code, msg } = await answerOf(stocked(), call);
    expect(code).toBe(codeOf('ACTION_UNKNOWN'));
    expect(msg).toBe(
      'action: is not supported; there is wh.inventoryAdjustment.createOrder.v2; received "x" | ' +
        'format: only json is supported; received "xml" | version: only 1.0 is supported; received "9"',
    );
  });

  test('without a client is refused where the connection asks for one', async () => {
    const harness = stocked({ requireClientSign: true });
    expect((await answerOf(harness, signedCall(unpackData()))).code).toBe(codeOf('CLIENT_SIGN_REQUIRED'));
    expect((await answerOf(harness, signedCall(unpackData(), {}, { client: true }))).code).toBe('0');
  });

  test('with a client is refused where the connection has none', async () => {
    const harness = harnessWith([orderConnection({}, { secrets: { token: TOKEN } })]);
    const answer = await answerOf(harness, signedCall(unpackData(), {}, { client: true }));
    expect(answer.code).toBe(codeOf('CLIENT_SIGN_INVALID'));
  });

  test('of a connection without a token is refused, however it is signed', async () => {
    const harness = harnessWith([orderConnection({}, { secrets: {} })]);
    expect((await answerOf(harness, signedCall(unpackData(), {}, { token: '' }))).code).toBe(codeOf('SIGN_INVALID'));
  });

  test('under an app_key that tenants share is told apart by the token; one that they share lets nobody in', async () => {
    const other = orderConnection({}, { id: idOf(0xe1), tenantId: idOf(0xe2), secrets: { token: 'another' } });
    const shared = harnessWith([other, orderConnection()]);
    stock(shared, 1);
    expect((await answerOf(shared, signedCall(unpackData()))).code).toBe('0');
    const same = harnessWith([orderConnection({}, { id: idOf(0xe1) }), orderConnection()]);
    expect((await answerOf(same, signedCall(unpackData()))).code).toBe(codeOf('SIGN_INVALID'));
  });

  test('in no language that there is, is answered in Chinese', async () => {
    const { msg } = await answerOf(stocked(), signedCall(unpackData(), { language: 'fr_FR', app_key: 'x' }));
    expect(msg).toBe('sign: app_key 或签名错误，请检查 app_key、token 与签名算法（data 需按键排序、去除空值）');
  });
});

describe('a body that cannot be read', () => {
  test.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['no JSON', '{"action":'],
    ['no object', '[]'],
    ['the same key twice', '{"app_key":"a","app_key":"b"}'],
    ['a key that is forbidden', '{"__proto__":{}}'],
    ['a number out of range', '{"n":9007199254740993}'],
    ['a NUL', '{"a":"\\u0000"}'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
    ['nesting without an end', '['.repeat(5000)],
  ])('%s is answered with a 400 in their form', async (_what, body) => {
    const response = await post(stocked(), body);
    expect(response.statusCode).toBe(400);
    expect(response.headers['content-type']).toBe('application/json');
    expect(response.json<Answer>()).toMatchObject({ code: codeOf('BODY_INVALID'), data: '' });
  });

  test('that is too large is answered in their form', async () => {
    const response = await post(stocked(), Buffer.alloc(1024 * 1024 + 1, 0x20));
    expect(response.statusCode).toBe(413);
    expect(response.json<Answer>()).toMatchObject({ code: codeOf('BODY_TOO_LARGE'), data: '' });
  });

  test('by another method is told which there is', async () => {
    const response = await stocked().app.inject({ method: 'GET', url: '/openapi/service' });
    expect([response.statusCode, response.headers['allow']]).toEqual([405, 'POST']);
  });
});

describe('a call that could not be taken in', () => {
  test.each([
    ['a full lane', new LaneFullError(), '1'],
    ['a database that cannot be reached', new LedgerUnavailableError(), '2'],
  ])('because of %s is to be sent again', async (_reason, error, seconds) => {
    const response = await post(harnessOf({}, error), signedCall(unpackData(), { language: 'en_US' }));
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe(seconds);
    expect(response.json()).toEqual({
      code: codeOf('BUSY'),
      msg: `the call was not taken in; send it again in ${seconds} s`,
      data: '',
    });
  });

  test('because of a fault of ours is told where to look it up, and nothing else', async () => {
    const harness = harnessOf({}, new Error('what went wrong'));
    const response = await post(harness, signedCall(unpackData(), { language: 'en_US' }));
    expect(response.statusCode).toBe(500);
    const { msg, code } = response.json<Answer>();
    expect(code).toBe(codeOf('INTERNAL'));
    expect(msg).toContain(String(response.headers['x-request-id']));
    expect(msg).not.toContain('what went wrong');
    expect(harness.logged()).toContain('what went wrong');
  });

  test('because of settings that cannot be used is told nothing of them; the log is', async () => {
    const harness = harnessOf({ timeZone: 'Asia/Nowhere' });
    const response = await post(harness, signedCall(unpackData()));
    expect([response.statusCode, response.json<Answer>().code]).toEqual([500, codeOf('INTERNAL')]);
    expect(harness.logged()).toContain('is no time zone');
  });

  test('because there were too many is told when to come back; calls of others do not count', async () => {
    const limiter = createRateLimiter({ limit: 2, windowMs: 60_000, maxKeys: 1, now: () => 0 });
    const harness = harnessWith([orderConnection()], undefined, limiter);
    const unsigned = { ...signedCall(unpackData()), sign: 'x' };
    const call = signedCall(unpackData(), { action: 'x', language: 'en_US' });
    const statuses: number[] = [];
    for (const body of [unsigned, unsigned, unsigned, call, call])
      statuses.push((await post(harness, body)).statusCode);
    expect(statuses).toEqual([200, 200, 200, 200, 200]);
    const response = await post(harness, call);
    expect([response.statusCode, response.headers['retry-after']]).toEqual([429, '30']);
    expect(response.json()).toEqual({
      code: codeOf('TOO_MANY_CALLS'),
      msg: 'more than 1000 calls a minute; try again in 30 s',
      data: '',
    });
  });

  test('1,000 calls a minute are allowed, and as many to another connection', () => {
    const limiter = winitRateLimiter(() => 0);
    const taken = (key: string) =>
      Array.from({ length: 1_001 }, () => limiter.take(key).allowed).filter(Boolean).length;
    expect([taken('one'), taken('another')]).toEqual([1_000, 1_000]);
  });
});

describe('whatever comes', () => {
  const anything = fc.jsonValue({ maxDepth: 4 });
  const call = (data: unknown, changes: Record<string, unknown> = {}) =>
    signedCall(data, { timestamp: NOON_IN_SHANGHAI, ...changes });

  test('a body that is not signed is answered in their form, and never as a fault of ours', async () => {
    const harness = stocked();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json(),
          fc.string(),
          anything.map((value) => JSON.stringify({ app_key: APP_KEY, sign_method: 'md5', data: value })),
        ),
        async (body) => {
          const response = await post(harness, body);
          expect([200, 400]).toContain(response.statusCode);
          expect(response.json<Answer>()).toMatchObject({ data: '' });
        },
      ),
      { numRuns: 200 },
    );
  });

  test('data that is signed is answered in their form, and never as a fault of ours', async () => {
    const harness = stocked();
    const side = fc.record(
      {
        merchandiseCode: fc.oneof(fc.constant('liaowl1002'), anything),
        specification: anything,
        quantity: fc.oneof(fc.nat(3).map(String), anything),
        skuType: fc.oneof(fc.constantFrom('BOX', 'SUITE', 'SINGLE'), anything),
        standPartsQty: fc.oneof(fc.nat(3), anything),
        barcodeValue: anything,
      },
      { requiredKeys: [] },
    );
    const data = fc.record(
      {
        winitProductCode: fc.oneof(fc.constantFrom('OSF61', 'OSF64', 'OSF65'), anything),
        sellerOrderNo: anything,
        warehouseCode: fc.oneof(fc.constant('US0001'), anything),
        turnInCode: anything,
        turnOutCode: anything,
        merchandiseList: fc.oneof(fc.array(fc.record({ transferOutInfo: side, transferInInfo: side })), anything),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(data, async (value) => {
        // As it goes over the wire: no undefined, no −0.
        const response = await post(harness, call(JSON.parse(JSON.stringify(value))));
        expect([200, 400]).toContain(response.statusCode);
      }),
      { numRuns: 300 },
    );
    expect(harness.logged()).not.toContain('request failed');
    expect(faultsOf(harness.ledger)).toEqual([]);
  });
});
