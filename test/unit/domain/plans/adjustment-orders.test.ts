import type { AdjustmentOrderInput } from '../../../../src/application/commands/adjustment-orders';
import {
  ADJUSTMENT_ORDER_STATUSES,
  NEXT_STATUSES,
  orderNumber,
  type AdjustmentOrderLine,
  type AdjustmentOrderSide,
} from '../../../../src/domain/adjustment-order';
import type { MessageDraft } from '../../../../src/domain/ledger/inbound-message';
import type { UserError } from '../../../../src/domain/errors';
import type { AdjustmentOrderResult } from '../../../../src/domain/plans/adjustment-order-create';
import { MAX_QUANTITY, MAX_ROW_QUANTITY } from '../../../../src/domain/ledger/quantity';
import { DEFAULT_DIMENSIONS, type StockDimensions } from '../../../../src/domain/ledger/stock-key';
import { CALLER, countIn, judgedAt, knownLedger, lineOf, orderOf, TestGateway } from '../../../support/domain/gateway';
import {
  at,
  byIdentifier,
  bySku,
  CONNECTION,
  factOf,
  faultsOf,
  idOf,
  NOON,
  TENANT,
  type TestLedger,
} from '../../../support/domain/test-ledger';

const TYPES = ['UNPACK', 'OWNER_TRANSFER', 'BARCODE_CHANGE'] as const;

let gateway: TestGateway;
let ledger: TestLedger;

beforeEach(async () => {
  gateway = new TestGateway(knownLedger());
  ({ ledger } = gateway);
  await gateway.set([
    countIn({ packaging: 'BOX' }, 5),
    countIn({ packaging: 'BOX', owner: 'nj' }, 5),
    countIn({ packaging: 'BOX', barcode: 'A' }, 5),
  ]);
});

afterEach(() => {
  expect(faultsOf(ledger)).toEqual([]);
});

const create = (more: Partial<AdjustmentOrderInput> = {}): Promise<AdjustmentOrderResult> =>
  gateway.orders.create(CALLER, orderOf(more));

const reverse = (orderNo: string, more = {}): Promise<AdjustmentOrderResult> =>
  gateway.orders.reverse(CALLER, { orderNo, idempotencyKey: `reverse ${orderNo}`, note: null, dryRun: false, ...more });

/** More units than one row of a command may have. */
const fill = (dimensions: Partial<StockDimensions>, delta: number): void => {
  gateway.deliver(factOf('fill', { item: bySku('TEA'), dimensions: { ...DEFAULT_DIMENSIONS, ...dimensions }, delta }));
};

const tea = (dimensions: Partial<StockDimensions> = {}): number => ledger.quantity('TEA', 'MAIN', dimensions);

const places = ({ userErrors }: { userErrors: readonly UserError[] }): string[] =>
  userErrors.map(({ code, field }) => [code, ...field].join(' '));

/** Every rule that the order breaks, as code and field path. */
const faults = async (more: Partial<AdjustmentOrderInput>): Promise<string[]> => places(await create(more));

const TRANSFER = { type: 'OWNER_TRANSFER', turnOutOwner: 'nj', turnInOwner: 'bj', lines: [lineOf()] } as const;
const RELABEL = { type: 'BARCODE_CHANGE', lines: [lineOf({ barcode: 'A' }, { barcode: 'B' })] } as const;

const unpacked = (out: Partial<AdjustmentOrderSide>, into: Partial<AdjustmentOrderSide> = {}): AdjustmentOrderLine =>
  lineOf({ standardPartsQuantity: 10, ...out }, { packaging: 'SINGLE', quantity: 10, ...into });

describe('an order', () => {
  it('to unpack takes packages out and puts what they hold in, as one movement', async () => {
    const lines = [unpacked({ quantity: 2 }, { quantity: 20, item: bySku('SALT') })];
    const result = await create({ lines, note: 'for the shop', productCode: 'OSF611005741' });
    expect(result).toMatchObject({
      orderNo: 'WT000000000001',
      changes: [
        { delta: -2, quantityAfter: 3, key: { packaging: 'BOX' } },
        { delta: 20, quantityAfter: 20, key: { packaging: 'SINGLE' } },
      ],
      userErrors: [],
      replayed: false,
      ledgerSequence: 2,
    });
    expect([tea({ packaging: 'BOX' }), ledger.quantity('SALT', 'MAIN')]).toEqual([3, 20]);
    expect(gateway.last).toMatchObject({
      reason: 'UNPACK',
      reference: 'WT000000000001',
      correlationId: 'WT000000000001',
      note: 'for the shop',
      entries: [{ delta: -2 }, { delta: 20 }],
    });
    expect(ledger.orders.get('WT000000000001')).toMatchObject({
      type: 'UNPACK',
      status: 'COMPLETED',
      productCode: 'OSF611005741',
      sellerOrderNo: null,
      sequence: 2,
      createdAtMs: NOON,
      reverses: null,
      reversedBy: null,
      lines: [{ out: { quantity: 2, standardPartsQuantity: 10 }, in: { quantity: 20 } }],
    });
  });

  it('to transfer moves stock from one owner to the other', async () => {
    expect(await create({ ...TRANSFER, lines: [lineOf({ quantity: 4 })] })).toMatchObject({ userErrors: [] });
    expect([tea({ packaging: 'BOX', owner: 'nj' }), tea({ packaging: 'BOX', owner: 'bj' })]).toEqual([1, 4]);
    expect(gateway.last.reason).toBe('OWNER_TRANSFER');
  });

  it('to change the barcode moves stock from one value to the other', async () => {
    expect(await create(RELABEL)).toMatchObject({ userErrors: [] });
    expect([tea({ packaging: 'BOX', barcode: 'A' }), tea({ packaging: 'BOX', barcode: 'B' })]).toEqual([4, 1]);
    expect(gateway.last.reason).toBe('BARCODE_CHANGE');
  });

  it('of several lines posts whole, and its number counts on', async () => {
    const lines = [unpacked({ quantity: 2 }, { quantity: 20 }), unpacked({ barcode: 'A' })];
    expect((await create({ lines })).changes).toHaveLength(4);
    expect((await create()).orderNo).toBe('WT000000000002');
    expect(ledger.movements).toHaveLength(3);
  });

  it('finds its items by an identifier as well', async () => {
    const item = byIdentifier('CODE', 'TEA', { whenUnknown: 'REFUSE' });
    expect(await create({ lines: [unpacked({ item })] })).toMatchObject({ userErrors: [] });
  });

  it('has a number of WT and twelve digits', () => {
    expect([orderNumber(7), orderNumber(123_456_789_012)]).toEqual(['WT000000000007', 'WT123456789012']);
  });

  it('stores the call that it came in, also where it is refused', async () => {
    const message: MessageDraft = {
      id: idOf(0xb001),
      connectionId: CONNECTION.id,
      format: 'winit-order',
      receivedAtMs: NOON,
      bodySha256: 'ab'.repeat(32),
      body: '{}',
      verdict: 'sign',
    };
    const refused = { ...message, id: idOf(0xb002) };
    await create({ message: refused, lines: [unpacked({ quantity: 6 }, { quantity: 60 })] });
    expect(ledger.messages).toEqual([{ ...refused, status: 'REJECTED', sequences: null }]);
    const detail = 'lines.0.out.quantity: Line 0 asks for 6 units, and there are 5.';
    expect(ledger.rejected).toMatchObject([
      { messageId: refused.id, index: 0, code: 'INSUFFICIENT_STOCK', detail, row: '' },
    ]);
    await create({ message });
    expect(ledger.messages.slice(1)).toEqual([{ ...message, status: 'APPLIED', sequences: { first: 2, last: 2 } }]);
    expect(gateway.last).toMatchObject({ inboundMessageId: message.id, evidenceHash: message.bodySha256 });
  });
});

describe('the owners of an order', () => {
  it.each([
    [null, null, ['OWNERS_REQUIRED turnOutOwner', 'OWNERS_REQUIRED turnInOwner']],
    ['nj', '', ['OWNERS_REQUIRED turnInOwner']],
    [' ', 'bj', ['OWNERS_REQUIRED turnOutOwner']],
    ['nj', 'nj', ['OWNERS_MUST_DIFFER turnInOwner']],
    ['nj', 'bj', []],
  ])('of a transfer are both needed, and differ: %p → %p', async (turnOutOwner, turnInOwner, expected) => {
    for (const organisations of [false, true]) {
      expect(await faults({ ...TRANSFER, turnOutOwner, turnInOwner, organisations })).toEqual(expected);
    }
  });

  it.each([
    [null, null, ['OWNERS_REQUIRED turnOutOwner', 'OWNERS_REQUIRED turnInOwner']],
    ['nj', null, ['OWNERS_REQUIRED turnInOwner']],
    ['nj', 'bj', ['OWNERS_MUST_MATCH turnInOwner']],
    ['nj', 'nj', []],
  ])('of another order are both needed, and the same, with organisations on: %p → %p', async (out, into, expected) => {
    const owners = { turnOutOwner: out, turnInOwner: into, organisations: true };
    expect(await faults(owners)).toEqual(expected);
    await gateway.set([countIn({ packaging: 'BOX', owner: 'nj', barcode: 'A' }, 5)]);
    expect(await faults({ ...RELABEL, ...owners })).toEqual(expected);
  });

  it('are part of the stock key with organisations on', async () => {
    await create({ turnOutOwner: 'nj', turnInOwner: 'nj', organisations: true });
    expect([tea({ packaging: 'BOX' }), tea({ packaging: 'BOX', owner: 'nj' }), tea({ owner: 'nj' })]).toEqual([
      5, 4, 10,
    ]);
  });

  it('of another order are ignored with organisations off, and stay readable', async () => {
    const { orderNo } = await create({ turnOutOwner: 'nj', turnInOwner: 'bj' });
    expect([tea({ packaging: 'BOX' }), tea()]).toEqual([4, 10]);
    expect(ledger.orders.get(orderNo ?? '')).toMatchObject({ turnOutOwner: 'nj', turnInOwner: 'bj' });
  });
});

describe('the packaging of an order', () => {
  it.each([
    ['SINGLE', 'SINGLE', ['PACKAGING_MISMATCH lines 0 out packaging']],
    ['BOX', 'BOX', ['PACKAGING_MISMATCH lines 0 in packaging']],
    ['SINGLE', 'SUITE', ['PACKAGING_MISMATCH lines 0 out packaging', 'PACKAGING_MISMATCH lines 0 in packaging']],
    ['BOX', 'SINGLE', []],
  ] as const)('goes from a package to SINGLE when unpacked: %s → %s', async (out, into, expected) => {
    expect(await faults({ lines: [unpacked({ packaging: out }, { packaging: into })] })).toEqual(expected);
  });

  it('may be a SUITE to unpack', async () => {
    await gateway.set([countIn({ packaging: 'SUITE' }, 1)]);
    expect(await faults({ lines: [unpacked({ packaging: 'SUITE' })] })).toEqual([]);
  });

  it('is the same on all lines of an order to unpack', async () => {
    expect(await faults({ lines: [unpacked({}), unpacked({ packaging: 'SUITE' }), unpacked({})] })).toEqual([
      'PACKAGING_MISMATCH lines 1 out packaging',
    ]);
  });

  it.each([TRANSFER, RELABEL])('stays in any other order', async (order) => {
    const lines = order.lines.map(({ out, in: into }) => ({ out, in: { ...into, packaging: 'SINGLE' as const } }));
    expect(await faults({ ...order, lines })).toEqual(['PACKAGING_MISMATCH lines 0 in packaging']);
  });
});

describe('the barcode of an order', () => {
  it('stays when unpacked or transferred', async () => {
    const changed = { barcode: 'Z' };
    expect(await faults({ lines: [unpacked({}, changed)] })).toEqual(['BARCODE_MISMATCH lines 0 in barcode']);
    expect(await faults({ ...TRANSFER, lines: [lineOf({}, changed)] })).toEqual([
      'BARCODE_MISMATCH lines 0 in barcode',
    ]);
  });

  it('has to change where the order is about it', async () => {
    expect(await faults({ ...RELABEL, lines: [lineOf({ barcode: 'A' })] })).toEqual([
      'NOTHING_CHANGES lines 0 in barcode',
    ]);
  });
});

describe('the two sides of a transfer or of a change of barcode', () => {
  const salt = { item: bySku('SALT') };
  const red = { item: bySku('TEA', 'red') };

  it.each<[string, Partial<AdjustmentOrderSide>, string]>([
    ['item', salt, 'SKU_MISMATCH lines 0 in sku'],
    ['specification', red, 'SKU_MISMATCH lines 0 in specification'],
    ['quantity', { quantity: 2 }, 'QUANTITY_MISMATCH lines 0 in quantity'],
    ['standardPartsQuantity', { standardPartsQuantity: 2 }, 'QUANTITY_MISMATCH lines 0 in standardPartsQuantity'],
  ])('have the same %s', async (_what, into, expected) => {
    ledger.addItem('TEA', 'red');
    const relabelled = { ...RELABEL, lines: [lineOf({ barcode: 'A' }, { barcode: 'B', ...into })] };
    expect(await faults({ ...TRANSFER, lines: [lineOf({}, into)] })).toEqual([expected]);
    expect(await faults(relabelled)).toEqual([expected]);
  });
});

describe('the quantities of an order', () => {
  it.each([0, -1, 0.5, 2 ** 53, Number.NaN])('are whole and above zero: %p', async (quantity) => {
    const bad = ['out', 'in'].map((side) => `INVALID_QUANTITY lines 0 ${side} quantity`);
    const parts = ['out', 'in'].map((side) => `INVALID_QUANTITY lines 0 ${side} standardPartsQuantity`);
    expect(await faults({ lines: [unpacked({ quantity }, { quantity })] })).toEqual(bad);
    expect(await faults({ lines: [unpacked({ standardPartsQuantity: quantity })] })).toEqual(parts);
  });

  it('to unpack go by the standardPartsQuantity of what goes out, before what the item says', async () => {
    teaHolds(12);
    expect(await faults({ lines: [unpacked({ quantity: 2 }, { quantity: 20, standardPartsQuantity: 7 })] })).toEqual(
      [],
    );
    expect(await faults({ lines: [unpacked({ quantity: 2 }, { quantity: 24 })] })).toEqual([
      'QUANTITY_MISMATCH lines 0 in quantity',
    ]);
  });

  it('to unpack go by what the item says where the line says nothing', async () => {
    teaHolds(12);
    const line = (quantity: number) => unpacked({ standardPartsQuantity: null }, { quantity });
    expect(await faults({ lines: [line(12)] })).toEqual([]);
    expect(await faults({ lines: [line(10)] })).toEqual(['QUANTITY_MISMATCH lines 0 in quantity']);
  });

  it('to unpack cannot be told where neither says how many units a package holds', async () => {
    expect(await faults({ lines: [unpacked({ standardPartsQuantity: null }, { standardPartsQuantity: 10 })] })).toEqual(
      ['UNPACK_FACTOR_REQUIRED lines 0 out standardPartsQuantity'],
    );
  });

  it('to unpack do not fit where their product is beyond the exact range', async () => {
    const most = MAX_ROW_QUANTITY;
    const lines = [unpacked({ quantity: most, standardPartsQuantity: 10_000 }, { quantity: most })];
    expect(await faults({ lines })).toEqual(['QUANTITY_MISMATCH lines 0 in quantity']);
  });

  it('beyond what a level can hold refuse the order: INVALID_QUANTITY', async () => {
    fill({}, MAX_QUANTITY - 9);
    expect(await faults({})).toEqual(['INVALID_QUANTITY lines']);
    expect([tea({ packaging: 'BOX' }), ledger.head.nextOrderNumber]).toEqual([5, 1]);
  });

  function teaHolds(unitsPerPackage: number): void {
    for (const item of ledger.items.values()) {
      if (item.sku === 'TEA') ledger.items.set(item.id, { ...item, unitsPerPackage });
    }
  }
});

describe('the names of an order', () => {
  const named = (sku: string, specification = '') => ({
    item: bySku(sku, specification),
  });

  it.each(TYPES)('have to be known, for %s', async (type) => {
    const owners = { turnOutOwner: 'nj', turnInOwner: 'bj' };
    const unknown = await faults({ type, ...owners, lines: [unpacked(named('NONE'))], location: at('NOWHERE') });
    expect(unknown).toEqual(
      expect.arrayContaining([
        'LOCATION_NOT_FOUND location',
        'ITEM_NOT_FOUND lines 0 out sku',
        'ITEM_NOT_FOUND lines 0 in sku',
      ]),
    );
  });

  it('name a specification where the sku has some', async () => {
    ledger.addItem('CUP', 'red');
    expect(await faults({ ...TRANSFER, lines: [lineOf(named('CUP'))] })).toEqual([
      'SPECIFICATION_REQUIRED lines 0 out specification',
      'SPECIFICATION_REQUIRED lines 0 in specification',
    ]);
    expect(await faults({ ...TRANSFER, lines: [lineOf(named('CUP', 'blue'))] })).toEqual([
      'ITEM_NOT_FOUND lines 0 out sku',
      'ITEM_NOT_FOUND lines 0 in sku',
    ]);
  });
});

describe('an order with several faults', () => {
  it('is refused with all of them at once', async () => {
    const lines = [
      unpacked({ packaging: 'SINGLE', quantity: 0 }, { packaging: 'BOX', barcode: 'B' }),
      unpacked({ item: bySku('NONE') }, { quantity: 11 }),
    ];
    expect(await faults({ lines, location: at('NOWHERE'), organisations: true, turnOutOwner: 'nj' })).toEqual([
      'OWNERS_REQUIRED turnInOwner',
      'INVALID_QUANTITY lines 0 out quantity',
      'PACKAGING_MISMATCH lines 0 out packaging',
      'PACKAGING_MISMATCH lines 0 in packaging',
      'BARCODE_MISMATCH lines 0 in barcode',
      'PACKAGING_MISMATCH lines 1 out packaging',
      'LOCATION_NOT_FOUND location',
      'ITEM_NOT_FOUND lines 1 out sku',
      'ITEM_NOT_FOUND lines 1 in sku',
    ]);
    expect(ledger.movements).toHaveLength(1);
  });

  it('names those of its texts beside those of its rules', async () => {
    const long = 'x'.repeat(256);
    const item = bySku('', long);
    const input = {
      idempotencyKey: ' ',
      businessKey: { kind: 'sellerOrderNo', value: '' },
      productCode: long,
      location: at(''),
      turnOutOwner: long,
      turnInOwner: '\ud83d',
      note: 'a\0',
      lines: [unpacked({ item, barcode: long, quantity: 0 }, { packaging: 'BOX' })],
    } as const;
    const result = await create(input);
    expect(places(result)).toEqual([
      ...['idempotencyKey', 'sellerOrderNo', 'productCode', 'location', 'turnOutOwner', 'turnInOwner', 'note'].map(
        (name) => `INVALID_INPUT ${name}`,
      ),
      ...['out', 'in'].flatMap((side) =>
        ['sku', 'specification', 'barcode'].map((name) => `INVALID_INPUT lines 0 ${side} ${name}`),
      ),
      'INVALID_QUANTITY lines 0 out quantity',
      'PACKAGING_MISMATCH lines 0 in packaging',
    ]);
    expect(result).toMatchObject({ orderNo: null, changes: [], replayed: false, ledgerSequence: null });
  });

  it.each([
    ['no lines', [], ['INVALID_INPUT lines']],
    ['301 lines', Array.from({ length: 301 }, () => unpacked({})), ['BATCH_TOO_LARGE lines']],
  ])('such as %s is refused', async (_what, lines, expected) => {
    expect(await faults({ lines })).toEqual(expected);
  });
});

describe('an order for which there is not enough stock', () => {
  it('is refused, saying which line, what is there and what was asked', async () => {
    const lines = [
      unpacked({ quantity: 2 }, { quantity: 20 }),
      unpacked({ barcode: 'A', quantity: 6 }, { quantity: 60 }),
    ];
    const { userErrors } = await create({ lines });
    expect(userErrors).toMatchObject([
      { code: 'INSUFFICIENT_STOCK', field: ['lines', '1', 'out', 'quantity'], current: 5, requested: 6 },
    ]);
    expect(userErrors[0]?.message).toContain('Line 1 asks for 6 units, and there are 5.');
    expect([ledger.movements.length, ledger.head.nextOrderNumber, ledger.orders.size]).toEqual([1, 1, 0]);
  });

  it('is refused by the lines that ask for more than the ones before leave', async () => {
    const boxes = (quantity: number) => unpacked({ quantity }, { quantity: quantity * 10 });
    const { userErrors } = await create({ lines: [boxes(4), boxes(2), boxes(1)] });
    expect(userErrors).toMatchObject([{ field: ['lines', '1', 'out', 'quantity'], current: 1, requested: 2 }]);
    expect(await faults({ lines: [boxes(4), boxes(1)] })).toEqual([]);
  });

  it('is not served by what the order itself brings in', async () => {
    const lines = [lineOf({ barcode: 'A' }, { barcode: 'B' }), lineOf({ barcode: 'B' }, { barcode: 'C' })];
    expect(await faults({ ...RELABEL, lines })).toEqual(['INSUFFICIENT_STOCK lines 1 out quantity']);
  });

  it('counts the stock of its very key only', async () => {
    expect(await faults({ lines: [unpacked({ barcode: 'Z' })] })).toEqual(['INSUFFICIENT_STOCK lines 0 out quantity']);
    expect(await faults({ location: at('SHOP') })).toEqual(['INSUFFICIENT_STOCK lines 0 out quantity']);
  });
});

describe('a sellerOrderNo', () => {
  const numbered = (value: string, more: Partial<AdjustmentOrderInput> = {}) =>
    create({ businessKey: { kind: 'sellerOrderNo', value }, ...more });

  it('used again with the same order gives the first one, replayed', async () => {
    const first = await numbered('S-1');
    expect(await numbered('S-1')).toEqual({ ...first, replayed: true });
    expect(await numbered('S-1', { idempotencyKey: null })).toEqual({ ...first, replayed: true });
    expect([ledger.orders.size, tea({ packaging: 'BOX' })]).toEqual([1, 4]);
    expect(ledger.orders.get('WT000000000001')).toMatchObject({ sellerOrderNo: 'S-1' });
    expect(ledger.movements[1]).toMatchObject({ externalId: 'S-1' });
  });

  it('used again with another order is refused', async () => {
    await numbered('S-1');
    const other = await numbered('S-1', { note: 'another' });
    expect(places(other)).toEqual(['SELLER_ORDER_NO_REUSED sellerOrderNo']);
    expect(ledger.orders.size).toBe(1);
  });

  it('is used up by success only: refused for want of stock, the same order passes once there is some', async () => {
    const more = { idempotencyKey: null, lines: [unpacked({ quantity: 6 }, { quantity: 60 })] };
    expect(places(await numbered('S-1', more))).toEqual(['INSUFFICIENT_STOCK lines 0 out quantity']);
    await gateway.set([countIn({ packaging: 'BOX' }, 6)]);
    expect(await numbered('S-1', more)).toMatchObject({ orderNo: 'WT000000000001', replayed: false });
  });

  it('that was refused may be used by another order', async () => {
    await numbered('S-1', { lines: [unpacked({ quantity: 6 }, { quantity: 60 })] });
    expect(await numbered('S-1')).toMatchObject({ userErrors: [], replayed: false });
  });

  it('belongs to its client', async () => {
    await numbered('S-1');
    const other = { tenantId: TENANT, origin: { kind: 'API_CLIENT', id: idOf(99) } } as const;
    const order = orderOf({ businessKey: { kind: 'sellerOrderNo', value: 'S-1' }, note: 'another' });
    expect(await gateway.orders.create(other, order)).toMatchObject({ orderNo: 'WT000000000002', userErrors: [] });
  });

  it('used 64 times at once has one effect and 64 equal answers', async () => {
    const order = orderOf({ businessKey: { kind: 'sellerOrderNo', value: 'S-1' }, idempotencyKey: null });
    const calls = Array.from({ length: 64 }, () => () => gateway.orders.create(CALLER, order));
    const [first, ...others] = await gateway.atOnce(...calls);
    for (const other of others) expect(other).toEqual({ ...first, replayed: true });
    expect(ledger.orders.size).toBe(1);
  });

  it('binds the idempotencyKey that it comes with to its first answer', async () => {
    const first = await numbered('S-1');
    expect(await numbered('S-1', { idempotencyKey: 'late' })).toEqual({ ...first, replayed: true });
    expect(places(await create({ idempotencyKey: 'late', note: 'another' }))).toEqual([
      'IDEMPOTENCY_KEY_REUSED idempotencyKey',
    ]);
  });

  it('refused as used up is remembered under the idempotencyKey that it came with', async () => {
    await numbered('S-1');
    const refused = await numbered('S-1', { idempotencyKey: 'late', note: 'another' });
    expect(await numbered('S-1', { idempotencyKey: 'late', note: 'another' })).toEqual(judgedAt(NOON, refused));
    expect(places(await create({ idempotencyKey: 'late' }))).toEqual(['IDEMPOTENCY_KEY_REUSED idempotencyKey']);
  });
});

describe('the sign of a request without a sellerOrderNo', () => {
  const caller = { tenantId: TENANT, origin: CONNECTION };
  const signed = (value: string, more: Partial<AdjustmentOrderInput> = {}) =>
    gateway.orders.create(caller, orderOf({ idempotencyKey: null, businessKey: { kind: 'sign', value }, ...more }));

  it('is its key: the same request again gives the first order', async () => {
    const first = await signed('AB');
    expect(await signed('AB')).toEqual({ ...first, replayed: true });
    expect(await signed('CD')).toMatchObject({ orderNo: 'WT000000000002', replayed: false });
    expect(ledger.orders.get('WT000000000001')).toMatchObject({ sellerOrderNo: null });
  });

  it('is no sellerOrderNo', async () => {
    await signed('AB');
    const named = await signed('', { businessKey: { kind: 'sellerOrderNo', value: 'AB' } });
    expect(named).toMatchObject({ orderNo: 'WT000000000002', replayed: false });
  });

  it('is used up by success only', async () => {
    const lines = [unpacked({ quantity: 6 }, { quantity: 60 })];
    await signed('AB', { lines });
    await gateway.set([countIn({ packaging: 'BOX' }, 6)]);
    expect(await signed('AB', { lines })).toMatchObject({ orderNo: 'WT000000000001' });
  });
});

describe('an idempotencyKey of an order', () => {
  it('used again gives the first answer, refusals too, though there is stock by now', async () => {
    const first = await create({ idempotencyKey: 'a' });
    expect(await create({ idempotencyKey: 'a' })).toEqual({ ...first, replayed: true });
    const more = { idempotencyKey: 'b', lines: [unpacked({ quantity: 6 }, { quantity: 60 })] };
    const refused = await create(more);
    await gateway.set([countIn({ packaging: 'BOX' }, 6)]);
    expect(await create(more)).toEqual(judgedAt(NOON, refused));
  });

  it.each<[string, Partial<AdjustmentOrderInput>]>([
    ['type', RELABEL],
    ['sellerOrderNo', { businessKey: { kind: 'sellerOrderNo', value: 'S-1' } }],
    ['note', { note: 'other' }],
    ['owner', { turnOutOwner: 'other' }],
    ['location', { location: at('SHOP') }],
  ])('used again with another %s is refused', async (_what, change) => {
    await create({ idempotencyKey: 'a' });
    expect(await faults({ idempotencyKey: 'a', ...change })).toEqual(['IDEMPOTENCY_KEY_REUSED idempotencyKey']);
  });

  it('means the same whether organisations are on by now or not', async () => {
    const first = await create({ idempotencyKey: 'a', turnOutOwner: 'nj', turnInOwner: 'nj' });
    const again = await create({ idempotencyKey: 'a', turnOutOwner: 'nj', turnInOwner: 'nj', organisations: true });
    expect(again).toEqual({ ...first, replayed: true });
  });
});

describe('a dry run', () => {
  it('of an order answers with its changes, writes nothing and uses no number up', async () => {
    const more = { idempotencyKey: 'a', businessKey: { kind: 'sellerOrderNo', value: 'S-1' } } as const;
    const { head } = ledger;
    const dry = await create({ ...more, dryRun: true });
    expect(dry).toMatchObject({ orderNo: null, userErrors: [], replayed: false, ledgerSequence: 1 });
    expect([ledger.head, ledger.outcomes.size, ledger.orders.size]).toEqual([head, 1, 0]);
    const real = await create(more);
    expect(real).toMatchObject({ orderNo: 'WT000000000001', replayed: false });
    expect(dry.changes).toEqual(real.changes);
  });

  it('of an order that is refused is not remembered', async () => {
    const more = { idempotencyKey: 'a', lines: [unpacked({ quantity: 6 }, { quantity: 60 })] };
    expect((await create({ ...more, dryRun: true })).userErrors).toHaveLength(1);
    await gateway.set([countIn({ packaging: 'BOX' }, 6)]);
    expect(await create(more)).toMatchObject({ userErrors: [], replayed: false });
  });

  it('of a reversal answers with its changes and leaves the order as it was', async () => {
    const { orderNo } = await create();
    const dry = await reverse(orderNo ?? '', { dryRun: true });
    expect(dry).toMatchObject({ orderNo: null, ledgerSequence: 2 });
    expect(ledger.orders.get(orderNo ?? '')).toMatchObject({ status: 'COMPLETED', reversedBy: null });
    expect((await reverse(orderNo ?? '')).changes).toEqual(dry.changes);
  });
});

describe('a reversal', () => {
  it('posts the opposite legs under an order of its own, and links both', async () => {
    await create({ ...TRANSFER, lines: [lineOf({ quantity: 2 }), lineOf({ quantity: 3 })], note: 'first' });
    const result = await reverse('WT000000000001', { note: 'back' });
    expect(result).toMatchObject({ orderNo: 'WT000000000001', userErrors: [], ledgerSequence: 3 });
    expect(result.changes.map(({ delta }) => delta)).toEqual([-2, 2, -3, 3]);
    expect([tea({ packaging: 'BOX', owner: 'nj' }), tea({ packaging: 'BOX', owner: 'bj' })]).toEqual([5, 0]);
    expect(gateway.last).toMatchObject({ reason: 'REVERSAL', reference: 'WT000000000002', note: 'back' });
    expect(ledger.orders.get('WT000000000001')).toMatchObject({ status: 'REVERSED', reversedBy: 'WT000000000002' });
    expect(ledger.orders.get('WT000000000002')).toMatchObject({
      type: 'OWNER_TRANSFER',
      status: 'COMPLETED',
      reverses: 'WT000000000001',
      reversedBy: null,
      turnOutOwner: 'bj',
      turnInOwner: 'nj',
      sequence: 3,
    });
  });

  it('leaves the entries of the order as they are', async () => {
    await create();
    const before = JSON.stringify(ledger.movements[1]);
    await reverse('WT000000000001');
    expect(JSON.stringify(ledger.movements[1])).toBe(before);
  });

  it('happens once: again it is replayed, by another call it is refused', async () => {
    await create();
    const first = await reverse('WT000000000001');
    expect(await reverse('WT000000000001')).toEqual({ ...first, replayed: true });
    const again = await reverse('WT000000000001', { idempotencyKey: 'again' });
    expect(places(again)).toEqual(['ALREADY_REVERSED orderNo']);
    expect(again.userErrors[0]?.message).toContain('WT000000000002');
    expect(ledger.orders.size).toBe(2);
  });

  it('asked for by several at once happens once', async () => {
    await create();
    const calls = Array.from({ length: 8 }, (_, n) => () => reverse('WT000000000001', { idempotencyKey: `r ${n}` }));
    const results = await gateway.atOnce(...calls);
    expect(results.map(places)).toEqual([[], ...Array<string[]>(7).fill(['ALREADY_REVERSED orderNo'])]);
    expect(tea({ packaging: 'BOX' })).toBe(5);
  });

  it('is refused when what came in has gone, and passes under another key once it is back', async () => {
    await create();
    await gateway.set([countIn({}, 9)]);
    const refused = await reverse('WT000000000001');
    expect(refused.userErrors).toMatchObject([
      { code: 'INSUFFICIENT_STOCK', field: ['orderNo'], current: 9, requested: 10 },
    ]);
    await gateway.set([countIn({}, 10)]);
    expect(await reverse('WT000000000001')).toEqual(judgedAt(NOON, refused));
    expect(await reverse('WT000000000001', { idempotencyKey: 'again' })).toMatchObject({ userErrors: [] });
  });

  it('that would take a level beyond the exact range is refused', async () => {
    await create();
    fill({ packaging: 'BOX' }, MAX_QUANTITY - tea({ packaging: 'BOX' }));
    expect(places(await reverse('WT000000000001'))).toEqual(['INVALID_QUANTITY orderNo']);
    expect(ledger.orders.get('WT000000000001')?.status).toBe('COMPLETED');
  });

  it('of no order is refused, and remembered', async () => {
    const refused = await reverse('WT000000000001');
    expect(places(refused)).toEqual(['NOT_FOUND orderNo']);
    await create();
    expect(await reverse('WT000000000001')).toEqual(judgedAt(NOON, refused));
  });

  it('may be reversed itself, as any order', async () => {
    await create();
    await reverse('WT000000000001');
    expect(await reverse('WT000000000002')).toMatchObject({ userErrors: [] });
    expect([tea({ packaging: 'BOX' }), tea()]).toEqual([4, 10]);
    expect(ledger.orders.get('WT000000000001')).toMatchObject({ status: 'REVERSED', reversedBy: 'WT000000000002' });
    expect(ledger.orders.get('WT000000000003')).toMatchObject({ reverses: 'WT000000000002' });
  });

  it('with texts that cannot be stored is refused, naming all of them', async () => {
    const result = await reverse(' ', { idempotencyKey: '', note: 'x'.repeat(256) });
    expect(places(result)).toEqual(['idempotencyKey', 'orderNo', 'note'].map((name) => `INVALID_INPUT ${name}`));
    expect(result.ledgerSequence).toBeNull();
  });

  it('used with the key of another is refused', async () => {
    await create();
    await create();
    await reverse('WT000000000001', { idempotencyKey: 'a' });
    expect(places(await reverse('WT000000000002', { idempotencyKey: 'a' }))).toEqual([
      'IDEMPOTENCY_KEY_REUSED idempotencyKey',
    ]);
  });
});

describe('the status of an order', () => {
  it('is a table: only what is COMPLETED can be reversed', () => {
    const next = ADJUSTMENT_ORDER_STATUSES.map((status) => [status, NEXT_STATUSES[status]]);
    expect(next).toEqual([
      ['COMPLETED', ['REVERSED']],
      ['REVERSED', []],
    ]);
  });
});
