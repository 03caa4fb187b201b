import type { InventoryRecordInput } from '../../../../src/application/commands/save-inventory-record';
import type { MessageDraft } from '../../../../src/domain/ledger/inbound-message';
import type { UserError } from '../../../../src/domain/errors';
import type { InventoryRecordResult } from '../../../../src/domain/plans/inventory-record-save';
import { MAX_QUANTITY, MAX_ROW_QUANTITY } from '../../../../src/domain/ledger/quantity';
import {
  CALLER,
  countIn,
  countOf,
  judgedAt,
  knownLedger,
  recordOf,
  TestGateway,
} from '../../../support/domain/gateway';
import {
  at,
  bySku,
  CONNECTION,
  factOf,
  faultsOf,
  idOf,
  MINUTE,
  NOON,
  TENANT,
  type TestLedger,
} from '../../../support/domain/test-ledger';

const HOUR = 60 * MINUTE;

let gateway: TestGateway;
let ledger: TestLedger;

beforeEach(() => {
  gateway = new TestGateway(knownLedger());
  ({ ledger } = gateway);
});

afterEach(() => {
  expect(faultsOf(ledger)).toEqual([]);
});

const save = (more: Partial<InventoryRecordInput> = {}, caller = CALLER): Promise<InventoryRecordResult> =>
  gateway.saveRecord(caller, recordOf(more));

const places = ({ userErrors }: { userErrors: readonly UserError[] }): string[] =>
  userErrors.map(({ code, field }) => [code, ...field].join(' '));

const recordsOf = () => [...ledger.inventoryRecords.values()];

const TERMS = {
  sourceSku: 'T-1',
  stockAvailability: 'IN_STOCK',
  outOfStockThreshold: 2,
  dispatchTime: 1,
  dispatchTimeUnit: 'DAY',
  leadTime: 48,
  leadTimeUnit: 'HOUR',
  stockArrivalDateMs: NOON + HOUR,
  backOrderHandling: 'BACK_ORDERABLE',
  backOrderAllocation: 10,
  reportedAvailable: 7,
  sourceTimestampMs: NOON - HOUR,
  unitCost: '12.3400000001',
  style: 'STATIC',
  supportShipping: false,
} as const;

describe('an inventory record', () => {
  it('is made with what is said, and the rest as usual', async () => {
    const result = await save({ terms: { outOfStockThreshold: 3 } });
    expect(result).toMatchObject({
      created: true,
      countStatus: null,
      userErrors: [],
      replayed: false,
      ledgerSequence: 0,
    });
    expect(recordsOf()).toEqual([result.record]);
    expect(result.record).toMatchObject({
      outOfStockThreshold: 3,
      style: 'DYNAMIC',
      supportShipping: true,
      backOrderHandling: null,
      sourceSku: null,
      updatedAtMs: NOON,
    });
    expect(ledger.movements).toEqual([]);
  });

  it('keeps all that a shop needs, to the last digit', async () => {
    expect((await save({ terms: TERMS })).record).toMatchObject(TERMS);
  });

  it('keeps what is left out, and clears what is null', async () => {
    await save({ terms: TERMS });
    gateway.nowMs = NOON + MINUTE;
    const { record, created } = await save({ terms: { leadTime: null, dispatchTime: undefined, unitCost: '0' } });
    expect(created).toBe(false);
    expect(record).toMatchObject({ ...TERMS, leadTime: null, unitCost: '0', updatedAtMs: NOON + MINUTE });
  });

  it('is one for each item and location, each with a number for vendor forms that stays', async () => {
    const first = await save();
    const second = await save({ item: bySku('SALT') });
    await save({ location: at('SHOP') });
    const again = await save();
    const numbers = recordsOf().map(({ vendorId }) => vendorId);
    expect([new Set(numbers).size, recordsOf().length]).toEqual([3, 3]);
    expect(again.record?.vendorId).toBe(first.record?.vendorId);
    expect(second.record?.vendorId).not.toBe(first.record?.vendorId);
    const main = [...ledger.locations.values()].find(({ code }) => code === 'MAIN');
    expect(numbers).not.toContain(main?.vendorId);
    expect(main?.vendorId).not.toBeNull();
  });

  it('sets AVAILABLE to its quantity, as a count', async () => {
    gateway.deliver(factOf('in', { delta: 10, occurredAtMs: NOON - HOUR }));
    const result = await save({ quantity: 7 });
    expect(result).toMatchObject({ countStatus: 'APPLIED', ledgerSequence: 2 });
    expect(gateway.last).toMatchObject({ reason: 'COUNT', entries: [{ delta: -3 }], counts: [{ quantity: 7 }] });
    expect(await save({ quantity: 7 })).toMatchObject({ countStatus: 'UNCHANGED' });
    expect(ledger.movements).toHaveLength(3);
  });

  it('dates its count by the source, and adds what has happened since', async () => {
    gateway.deliver(factOf('out', { delta: -2, occurredAtMs: NOON - MINUTE }));
    await save({ quantity: 7, asOfMs: NOON - HOUR });
    expect(ledger.quantity('TEA', 'MAIN')).toBe(5);
    gateway.deliver(factOf('late', { delta: -1, occurredAtMs: NOON - HOUR }));
    expect(ledger.quantity('TEA', 'MAIN')).toBe(5);
  });

  it('that states an older count changes nothing, and the verdict is kept', async () => {
    await save({ terms: TERMS, quantity: 7, asOfMs: NOON - MINUTE });
    const stale = await save({ terms: { leadTime: 1 }, quantity: 9, asOfMs: NOON - HOUR });
    expect(stale).toMatchObject({ countStatus: 'STALE_IGNORED', created: false, userErrors: [], record: TERMS });
    expect(recordsOf()).toMatchObject([TERMS]);
    expect(gateway.last).toMatchObject({ entries: [], counts: [{ status: 'STALE_IGNORED', quantity: 9 }] });
  });

  it('that states an older count is made all the same where there is none: nothing newer is known of its terms', async () => {
    await gateway.count(countOf(7, { asOfMs: NOON - MINUTE }));
    const result = await save({ terms: TERMS, quantity: 9, asOfMs: NOON - HOUR });
    expect(result).toMatchObject({ countStatus: 'STALE_IGNORED', created: true, record: TERMS });
    expect(ledger.quantity('TEA', 'MAIN')).toBe(7);
  });

  it('that states an older count is refused where that was asked for', async () => {
    await save({ quantity: 7, asOfMs: NOON - MINUTE });
    const result = await save({ terms: { leadTime: 1 }, quantity: 9, asOfMs: NOON - HOUR, staleIsError: true });
    expect(places(result)).toEqual(['STALE asOf']);
    expect(result).toMatchObject({ record: null, created: false, countStatus: null });
    expect(recordsOf()).toMatchObject([{ leadTime: null }]);
  });

  it('that repeats a count saves its terms', async () => {
    await save({ quantity: 7, asOfMs: NOON - MINUTE });
    const result = await save({ terms: { leadTime: 1 }, quantity: 7, asOfMs: NOON - MINUTE });
    expect(result).toMatchObject({ countStatus: 'DUPLICATE', record: { leadTime: 1 } });
  });

  it('stores the call that it came in', async () => {
    const message: MessageDraft = {
      id: idOf(0xb001),
      connectionId: CONNECTION.id,
      format: 'comestri',
      receivedAtMs: NOON,
      bodySha256: 'ab'.repeat(32),
      body: '{}',
      verdict: 'token',
    };
    const call = { idempotencyKey: null, externalId: message.id, message };
    const caller = { tenantId: TENANT, origin: CONNECTION };
    await save({ ...call, quantity: 7 }, caller);
    await save({ ...call, message: { ...message, id: idOf(0xb002) } }, caller);
    expect(ledger.messages).toEqual([
      { ...message, status: 'APPLIED', sequences: { first: 1, last: 1 } },
      { ...message, id: idOf(0xb002), status: 'APPLIED', sequences: null },
    ]);
    expect(gateway.last).toMatchObject({
      inboundMessageId: message.id,
      evidenceHash: message.bodySha256,
      externalId: message.id,
    });
    expect(ledger.outcomes.size).toBe(0);
  });
});

describe('an inventory record is refused', () => {
  it('with every name that is unknown', async () => {
    expect(places(await save({ item: bySku('NONE'), location: at('NOWHERE') }))).toEqual([
      'ITEM_NOT_FOUND sku',
      'LOCATION_NOT_FOUND location',
    ]);
    ledger.addItem('CUP', 'red');
    expect(places(await save({ item: bySku('CUP') }))).toEqual(['SPECIFICATION_REQUIRED specification']);
    expect(recordsOf()).toEqual([]);
  });

  it('where its quantity would be added to a finer one', async () => {
    await gateway.count(countIn({ lot: 'L' }, 3));
    const result = await save({ quantity: 7, terms: TERMS });
    expect(places(result)).toEqual(['KEY_TOO_COARSE quantity']);
    expect(result.userErrors[0]?.message).toContain('lot "L" (3 units)');
    expect([recordsOf(), ledger.head.nextVendorId]).toEqual([[], 1]);
    expect(await save({ terms: TERMS })).toMatchObject({ userErrors: [] });
  });

  it('where its count is dated ahead, contradicts another, or leaves the exact range', async () => {
    expect(places(await save({ quantity: 7, asOfMs: NOON + 5 * MINUTE + 1 }))).toEqual(['AS_OF_IN_FUTURE asOf']);
    await save({ quantity: 7, asOfMs: NOON - MINUTE });
    expect(places(await save({ quantity: 8, asOfMs: NOON - MINUTE }))).toEqual(['AS_OF_CONFLICT asOf']);
    gateway.deliver(factOf('in', { delta: MAX_QUANTITY - 7, occurredAtMs: NOON }));
    expect(places(await save({ quantity: MAX_ROW_QUANTITY, asOfMs: NOON - 1 }))).toEqual(['INVALID_QUANTITY quantity']);
  });

  const long = 'x'.repeat(256);

  it.each<[string, Partial<InventoryRecordInput>, string[]]>([
    [
      'texts that cannot be stored',
      { idempotencyKey: '', item: bySku('', long), location: at(' '), terms: { sourceSku: 'a\0' } },
      ['idempotencyKey', 'sku', 'specification', 'location', 'sourceSku'].map((name) => `INVALID_INPUT ${name}`),
    ],
    [
      'numbers that are none',
      {
        quantity: -1,
        terms: {
          reportedAvailable: 0.5,
          outOfStockThreshold: -1,
          dispatchTime: 2 ** 31,
          leadTime: 0.5,
          backOrderAllocation: Number.NaN,
        },
      },
      [
        'INVALID_QUANTITY quantity',
        'INVALID_QUANTITY reportedAvailable',
        ...['outOfStockThreshold', 'dispatchTime', 'leadTime', 'backOrderAllocation'].map(
          (name) => `INVALID_INPUT ${name}`,
        ),
      ],
    ],
    [
      'moments that are none',
      { asOfMs: 8.64e15, terms: { stockArrivalDateMs: Number.NaN, sourceTimestampMs: -8.64e15 } },
      ['asOf', 'stockArrivalDate', 'sourceTimestamp'].map((name) => `INVALID_INPUT ${name}`),
    ],
    ...['-1', '1.', '.5', '1e3', '1,5', '1'.repeat(16), `0.${'1'.repeat(11)}`].map(
      (unitCost): [string, Partial<InventoryRecordInput>, string[]] => [
        `the cost ${unitCost}`,
        { terms: { unitCost } },
        ['INVALID_INPUT unitCost'],
      ],
    ),
  ])('with %s, all of them named', async (_what, more, expected) => {
    const result = await save(more);
    expect(places(result)).toEqual(expected);
    expect(result).toMatchObject({ record: null, ledgerSequence: null });
  });
});

describe('the idempotencyKey of an inventory record', () => {
  it('used again with the same input gives the first outcome, replayed', async () => {
    const first = await save({ idempotencyKey: 'a', externalId: 'a', terms: TERMS, quantity: 7 });
    await save({ terms: { leadTime: 1 }, quantity: 8 });
    const again = await save({ idempotencyKey: 'a', externalId: 'b', terms: TERMS, quantity: 7 });
    expect(again).toEqual({ ...first, replayed: true });
    expect(recordsOf()).toMatchObject([{ leadTime: 1 }]);
  });

  it('used again with other input is refused; a refusal is remembered as well', async () => {
    const refused = await save({ idempotencyKey: 'a', item: bySku('NONE') });
    ledger.addItem('NONE');
    expect(await save({ idempotencyKey: 'a', item: bySku('NONE') })).toEqual(judgedAt(NOON, refused));
    expect(places(await save({ idempotencyKey: 'a' }))).toEqual(['IDEMPOTENCY_KEY_REUSED idempotencyKey']);
  });

  it('is not used up by a dry run, which answers as the real one and writes nothing', async () => {
    const more = { idempotencyKey: 'a', terms: TERMS, quantity: 7 };
    const { head } = ledger;
    const dry = await save({ ...more, dryRun: true });
    expect([ledger.head, ledger.outcomes.size, recordsOf(), ledger.levels.size]).toEqual([head, 0, [], 0]);
    const real = await save(more);
    expect(dry).toEqual({ ...real, ledgerSequence: 0 });
    await save({ ...more, idempotencyKey: 'b', quantity: 9, asOfMs: NOON - HOUR, dryRun: true });
    expect([ledger.movements.length, ledger.outcomes.size]).toEqual([1, 1]);
  });
});
