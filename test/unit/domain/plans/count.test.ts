import type { Caller } from '../../../../src/application/ports/caller';
import type { StockSetInput } from '../../../../src/application/commands/set-stock';
import { levelId } from '../../../../src/domain/ledger/level-id';
import { MAX_QUANTITY, MAX_ROW_QUANTITY } from '../../../../src/domain/ledger/quantity';
import {
  DEFAULT_DIMENSIONS,
  type StockDimensions,
  type TrackableDimension,
} from '../../../../src/domain/ledger/stock-key';
import { countIn, countOf, knownLedger, TestGateway } from '../../../support/domain/gateway';
import {
  adjustOf,
  atOrNew,
  CONNECTION,
  factOf,
  faultsOf,
  keyOf,
  MINUTE,
  NOON,
  SECOND,
  sha256,
  TENANT,
  type TestLedger,
} from '../../../support/domain/test-ledger';

const HOUR = 60 * MINUTE;
const WAREHOUSE: Caller = { tenantId: TENANT, origin: CONNECTION };

let gateway: TestGateway;
let ledger: TestLedger;

beforeEach(() => {
  gateway = new TestGateway(knownLedger());
  ({ ledger } = gateway);
});

afterEach(() => {
  expect(faultsOf(ledger)).toEqual([]);
});

const tea = (dimensions: Partial<StockDimensions> = {}): number => ledger.quantity('TEA', 'MAIN', dimensions);

const levelOf = (dimensions: Partial<StockDimensions> = {}) => {
  const idOfNamed = (named: Iterable<{ id: string }>): string => [...named][0]?.id ?? '';
  const itemId = idOfNamed([...ledger.items.values()].filter(({ sku }) => sku === 'TEA'));
  const locationId = idOfNamed([...ledger.locations.values()].filter(({ code }) => code === 'MAIN'));
  return ledger.levels.get(levelId({ ...DEFAULT_DIMENSIONS, ...dimensions, itemId, locationId }, sha256));
};

/** What a count states. */
const tellingApart = (...dimensions: TrackableDimension[]) => ({ tellsApart: new Set(dimensions) });

const refusingStale: Partial<StockSetInput> = {
  policy: { staleIsError: true },
  onRowError: 'REJECT_ROWS',
};

describe('a count', () => {
  it('posts the difference to what is there, as a movement dated when it was counted', async () => {
    gateway.deliver(factOf('in', { delta: 10, occurredAtMs: NOON - HOUR }));
    expect(await gateway.count(countOf(7, { asOfMs: NOON - MINUTE }))).toEqual({
      index: 0,
      status: 'APPLIED',
      previousQuantity: 10,
      quantity: 7,
      delta: -3,
      movementSequence: 2,
      error: null,
    });
    const count = { status: 'APPLIED', quantity: 7, previousQuantity: 10, asOfMs: NOON - MINUTE, code: null };
    expect(gateway.last).toMatchObject({
      reason: 'COUNT',
      occurredAtMs: NOON - MINUTE,
      effectiveAtMs: NOON - MINUTE,
      recordedAtMs: NOON,
      entries: [{ delta: -3, quantityAfter: 7, levelVersion: 2 }],
      counts: [count],
    });
  });

  it('of what is there anyway is UNCHANGED, and stored as a count all the same', async () => {
    gateway.deliver(factOf('in', { delta: 10, occurredAtMs: NOON - HOUR }));
    expect(await gateway.count(countOf(10, { asOfMs: NOON - MINUTE }))).toMatchObject({
      status: 'UNCHANGED',
      quantity: 10,
      delta: 0,
      movementSequence: 2,
    });
    expect(gateway.last).toMatchObject({ entries: [], counts: [{ status: 'UNCHANGED', quantity: 10 }] });
    expect(levelOf()).toMatchObject({ version: 1, hasBaseline: true, countedAsOfMs: NOON - MINUTE });
  });

  it('of a key that was never posted to makes its level, even at zero', async () => {
    expect(await gateway.count(countOf(0))).toMatchObject({ status: 'UNCHANGED', previousQuantity: 0, quantity: 0 });
    expect(levelOf()).toMatchObject({ quantity: 0, version: 0, hasBaseline: true });
    expect(await gateway.count(countIn({ bucket: 'BLOCKED' }, 4))).toMatchObject({ status: 'APPLIED', delta: 4 });
    expect([tea(), tea({ bucket: 'BLOCKED' })]).toEqual([0, 4]);
  });

  it('dated up to five minutes ahead counts, as of now', async () => {
    expect(await gateway.count(countOf(7, { asOfMs: NOON + 5 * MINUTE }))).toMatchObject({ status: 'APPLIED' });
    expect(gateway.last).toMatchObject({
      occurredAtMs: NOON + 5 * MINUTE,
      effectiveAtMs: NOON,
      counts: [{ asOfMs: NOON + 5 * MINUTE }],
    });
    expect(levelOf()).toMatchObject({ countedAsOfMs: NOON, lastCount: { effectiveAtMs: NOON, explicit: true } });
  });

  it('dated further ahead is refused: AS_OF_IN_FUTURE', async () => {
    const { status, error } = await gateway.count(countOf(7, { asOfMs: NOON + 5 * MINUTE + 1 }));
    expect(status).toBe('REJECTED');
    expect(error).toMatchObject({ code: 'AS_OF_IN_FUTURE', field: ['rows', '0', 'asOf'] });
    expect(error?.message).toContain('2025-11-22T12:00:00.000Z');
    expect(ledger.movements).toEqual([]);
  });
});

describe('a count that is too coarse', () => {
  const OTHER = { owner: 'ACME', pool: '9', channel: '2C', packaging: 'BOX', barcode: 'B-1', lot: 'L-1' } as const;
  const dimensions = Object.keys(OTHER) as (keyof typeof OTHER)[];

  it.each(dimensions)('as its origin cannot tell the %s apart is refused, naming the finer key', async (name) => {
    await gateway.count(countIn({ [name]: OTHER[name] }, 3));
    const others = dimensions.filter((other) => other !== name);
    const { status, error } = await gateway.count(countOf(7, tellingApart(...others)));
    expect(status).toBe('REJECTED');
    expect(error).toMatchObject({ code: 'KEY_TOO_COARSE', field: ['rows', '0'] });
    expect(error?.message).toContain(`${name} "${OTHER[name]}" (3 units)`);
    expect(tea()).toBe(0);
  });

  it.each(dimensions)('is none where its origin tells the %s apart', async (name) => {
    await gateway.count(countIn({ [name]: OTHER[name] }, 3));
    expect(await gateway.count(countOf(7, tellingApart(name)))).toMatchObject({ status: 'APPLIED' });
  });

  it('is judged within one condition, bucket, item and location', async () => {
    await gateway.set([
      countIn({ owner: 'ACME', condition: 'DAMAGED' }, 3),
      countIn({ owner: 'ACME', bucket: 'COMMITTED' }, 3),
      countOf(3, { key: keyOf('SALT', 'MAIN', { owner: 'ACME' }) }),
      countOf(3, { key: keyOf('TEA', 'SHOP', { owner: 'ACME' }) }),
    ]);
    expect(await gateway.count(countOf(7, tellingApart()))).toMatchObject({ status: 'APPLIED' });
  });

  it('may pass over finer keys that hold nothing, but over none below zero', async () => {
    await gateway.count(countIn({ owner: 'ACME' }, 0));
    expect(await gateway.count(countOf(7, tellingApart()))).toMatchObject({ status: 'APPLIED' });
    gateway.deliver(factOf('out', { delta: -2, dimensions: { ...DEFAULT_DIMENSIONS, lot: 'L' } }));
    expect((await gateway.count(countOf(8, tellingApart()))).error?.message).toContain('lot "L" (-2 units)');
  });

  it('is refused of a finer key as well, where it cannot tell a further dimension apart', async () => {
    await gateway.count(countIn({ owner: 'ACME', lot: 'L' }, 3));
    const coarse = countIn({ owner: 'ACME' }, 7, tellingApart('owner'));
    expect((await gateway.count(coarse)).error?.code).toBe('KEY_TOO_COARSE');
    const others = countIn({ owner: 'OTHERS' }, 7, tellingApart('owner'));
    expect(await gateway.count(others)).toMatchObject({ status: 'APPLIED' });
  });

  it('names five of the finer keys and says how many more there are', async () => {
    await gateway.set(['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((lot) => countIn({ lot }, 1)));
    const { error } = await gateway.count(countOf(7, tellingApart()));
    expect(error?.message.match(/lot "/g)).toHaveLength(5);
    expect(error?.message).toContain(' and 2 more,');
  });

  it('is judged before its place among the counts', async () => {
    await gateway.set([countOf(7, { asOfMs: NOON - MINUTE }), countIn({ lot: 'L' }, 1)]);
    const { error } = await gateway.count(countOf(7, { asOfMs: NOON - HOUR, ...tellingApart() }));
    expect(error?.code).toBe('KEY_TOO_COARSE');
  });
});

describe('among the counts of a key, one', () => {
  it('older than the last accepted one is ignored, whoever made that, and kept as evidence', async () => {
    await gateway.count(countOf(7, { asOfMs: NOON - MINUTE }), {}, WAREHOUSE);
    expect(await gateway.count(countOf(9, { asOfMs: NOON - MINUTE - 1 }))).toEqual({
      index: 0,
      status: 'STALE_IGNORED',
      previousQuantity: 7,
      quantity: null,
      delta: null,
      movementSequence: null,
      error: null,
    });
    expect(gateway.last).toMatchObject({
      sequence: 2,
      effectiveAtMs: NOON - MINUTE - 1,
      entries: [],
      counts: [{ status: 'STALE_IGNORED', quantity: 9, previousQuantity: 7, asOfMs: NOON - MINUTE - 1 }],
    });
    expect(levelOf()).toMatchObject({ quantity: 7, countedAsOfMs: NOON - MINUTE, lastCount: { quantity: 7 } });
  });

  it('older than the last accepted one is refused where that was asked for: STALE', async () => {
    await gateway.count(countOf(7, { asOfMs: NOON - MINUTE }));
    const { status, error } = await gateway.count(countOf(9, { asOfMs: NOON - HOUR }), refusingStale);
    expect(status).toBe('REJECTED');
    expect(error).toMatchObject({ code: 'STALE', field: ['rows', '0', 'asOf'], current: 7, requested: 9 });
    expect(error?.message).toContain('2025-11-22T11:59:00.000Z');
    expect(gateway.last.counts).toMatchObject([{ status: 'REJECTED', code: 'STALE', quantity: 9 }]);
  });

  it('older than one without a clock, which happened when it was recorded, is ignored', async () => {
    await gateway.count(countOf(7));
    gateway.nowMs = NOON + MINUTE;
    expect(await gateway.count(countOf(9, { asOfMs: NOON - 1 }))).toMatchObject({ status: 'STALE_IGNORED' });
    expect(await gateway.count(countOf(9, { asOfMs: NOON }))).toMatchObject({ status: 'APPLIED' });
  });

  it('of the same moment and quantity is a DUPLICATE', async () => {
    await gateway.count(countOf(7, { asOfMs: NOON - MINUTE }));
    gateway.deliver(factOf('out', { delta: -1, occurredAtMs: NOON }));
    const again = await gateway.count(countOf(7, { asOfMs: NOON - MINUTE }), {}, WAREHOUSE);
    expect(again).toMatchObject({ status: 'DUPLICATE', previousQuantity: 6, quantity: null, error: null });
    expect(gateway.last).toMatchObject({ entries: [], counts: [{ status: 'DUPLICATE', quantity: 7 }] });
    expect(tea()).toBe(6);
  });

  it('of the same moment and another quantity is refused: AS_OF_CONFLICT', async () => {
    await gateway.count(countOf(7, { asOfMs: NOON - MINUTE }));
    const { status, error } = await gateway.count(countOf(8, { asOfMs: NOON - MINUTE }));
    expect(status).toBe('REJECTED');
    expect(error).toMatchObject({ code: 'AS_OF_CONFLICT', field: ['rows', '0', 'asOf'], current: 7, requested: 8 });
  });

  it('of the very moment at which one without a clock was recorded applies', async () => {
    await gateway.count(countOf(7));
    expect(await gateway.count(countOf(8, { asOfMs: NOON }))).toMatchObject({ status: 'APPLIED', quantity: 8 });
  });

  it('without a clock applies in the order of recording, though the last one be dated ahead', async () => {
    await gateway.count(countOf(7, { asOfMs: NOON + MINUTE }));
    expect(await gateway.count(countOf(8))).toMatchObject({ status: 'APPLIED', quantity: 8 });
    expect(await gateway.count(countOf(8))).toMatchObject({ status: 'UNCHANGED' });
    expect(await gateway.count(countOf(6))).toMatchObject({ status: 'APPLIED', quantity: 6 });
  });

  it('that was refused or ignored is not the last accepted one', async () => {
    await gateway.count(countOf(7, { asOfMs: NOON - HOUR }));
    await gateway.count(countOf(9, { asOfMs: NOON - MINUTE, changeFromQuantity: 1 }), { onRowError: 'REJECT_ROWS' });
    expect(await gateway.count(countOf(8, { asOfMs: NOON - 30 * MINUTE }))).toMatchObject({ status: 'APPLIED' });
  });
});

describe('the sourceSequence of one origin', () => {
  const numbered = (quantity: number, sourceSequence: number | null, asOfMs: number | null = null) =>
    countOf(quantity, { sourceSequence, asOfMs });

  beforeEach(async () => {
    await gateway.count(numbered(7, 5, NOON - MINUTE), {}, WAREHOUSE);
  });

  it('orders its counts instead of their clocks', async () => {
    const older = numbered(8, 6, NOON - HOUR);
    expect(await gateway.count(older, {}, WAREHOUSE)).toMatchObject({ status: 'APPLIED', quantity: 8 });
    expect(levelOf()).toMatchObject({ countedAsOfMs: NOON - HOUR, lastCount: { sourceSequence: 6 } });
    expect(await gateway.count(numbered(9, 5, NOON), {}, WAREHOUSE)).toMatchObject({ status: 'STALE_IGNORED' });
    expect(await gateway.count(numbered(9, 5), {}, WAREHOUSE)).toMatchObject({ status: 'STALE_IGNORED' });
  });

  it('names itself where it makes a count stale', async () => {
    const { error } = await gateway.count(numbered(9, 4, NOON), refusingStale, WAREHOUSE);
    expect(error).toMatchObject({ code: 'STALE', field: ['rows', '0', 'sourceSequence'] });
  });

  it('twice is a DUPLICATE where it says the same, else a conflict, whatever the clock', async () => {
    expect(await gateway.count(numbered(7, 5, NOON), {}, WAREHOUSE)).toMatchObject({ status: 'DUPLICATE' });
    const { error } = await gateway.count(numbered(8, 5, NOON), {}, WAREHOUSE);
    expect(error).toMatchObject({ code: 'AS_OF_CONFLICT', field: ['rows', '0', 'sourceSequence'], current: 7 });
  });

  it('says nothing about the counts of another origin', async () => {
    expect(await gateway.count(numbered(8, 9, NOON - HOUR))).toMatchObject({ status: 'STALE_IGNORED' });
    expect(await gateway.count(numbered(8, 1, NOON))).toMatchObject({ status: 'APPLIED' });
  });

  it('says nothing about a count that has none: the clocks order them', async () => {
    expect(await gateway.count(numbered(8, null, NOON - HOUR), {}, WAREHOUSE)).toMatchObject({
      status: 'STALE_IGNORED',
    });
    await gateway.count(numbered(8, null, NOON), {}, WAREHOUSE);
    expect(await gateway.count(numbered(9, 99, NOON - 1), {}, WAREHOUSE)).toMatchObject({ status: 'STALE_IGNORED' });
  });
});

describe('changeFromQuantity', () => {
  beforeEach(() => {
    gateway.deliver(factOf('in', { delta: 10, occurredAtMs: NOON - HOUR }));
  });

  it('that is the current quantity lets the count pass, zero too', async () => {
    expect(await gateway.count(countOf(0, { changeFromQuantity: 10 }))).toMatchObject({ status: 'APPLIED' });
    expect(await gateway.count(countOf(4, { changeFromQuantity: 0 }))).toMatchObject({ status: 'APPLIED' });
    expect(tea()).toBe(4);
  });

  it('that is not the current quantity refuses the count and says what is there', async () => {
    const { status, error } = await gateway.count(countOf(4, { changeFromQuantity: 9 }));
    expect(status).toBe('REJECTED');
    expect(error).toMatchObject({
      code: 'CHANGE_FROM_QUANTITY_STALE',
      field: ['rows', '0', 'changeFromQuantity'],
      current: 10,
      requested: 4,
    });
  });

  it('null opts out', async () => {
    expect(await gateway.count(countOf(4, { changeFromQuantity: null }))).toMatchObject({ status: 'APPLIED' });
  });

  it('is looked at after the place among the counts', async () => {
    const dated = { asOfMs: NOON - MINUTE };
    await gateway.count(countOf(8, dated));
    const again = countOf(8, { ...dated, changeFromQuantity: 10 });
    expect(await gateway.count(again)).toMatchObject({ status: 'DUPLICATE' });
    const stale = countOf(9, { asOfMs: NOON - HOUR, changeFromQuantity: 10 });
    expect(await gateway.count(stale)).toMatchObject({ status: 'STALE_IGNORED' });
  });
});

describe('the target of a count', () => {
  it('is what was counted and what has happened since, to the millisecond', async () => {
    const asOfMs = NOON - HOUR;
    gateway.deliver(
      factOf('before', { delta: 100, occurredAtMs: asOfMs - 1 }),
      factOf('at', { delta: 10, occurredAtMs: asOfMs }),
      factOf('after', { delta: -3, occurredAtMs: asOfMs + 1 }),
      factOf('elsewhere', { delta: 50, occurredAtMs: NOON, location: atOrNew('SHOP') }),
      factOf('other key', { delta: 50, occurredAtMs: NOON, dimensions: { ...DEFAULT_DIMENSIONS, lot: 'L' } }),
    );
    expect(await gateway.count(countOf(20, { asOfMs }))).toMatchObject({ previousQuantity: 107, quantity: 17 });
  });

  it('sees what postings before it in the same batch did', async () => {
    gateway.deliver(factOf('in', { delta: 10, occurredAtMs: NOON - HOUR }));
    const results = await gateway.atOnce<unknown>(
      () => gateway.poster.post(gateway.delivery(factOf('out', { delta: -4, occurredAtMs: NOON - SECOND }))),
      () => gateway.set([countOf(20, { asOfMs: NOON - MINUTE })]),
      () => gateway.poster.post(gateway.delivery(factOf('late', { delta: 5, occurredAtMs: NOON - 2 * MINUTE }))),
    );
    expect(results[1]).toMatchObject({ results: [{ status: 'APPLIED', previousQuantity: 6, quantity: 16 }] });
    expect(tea()).toBe(16);
    expect(gateway.last).toMatchObject({ entries: [], absorbedLegs: [{ delta: 5 }] });
  });

  it('leaves the corrections of other counts out', async () => {
    gateway.deliver(factOf('in', { delta: 10, occurredAtMs: NOON - 2 * HOUR }));
    await gateway.count(countOf(30, { asOfMs: NOON - MINUTE, sourceSequence: 1 }));
    const older = countOf(12, { asOfMs: NOON - HOUR, sourceSequence: 2 });
    expect(await gateway.count(older)).toMatchObject({ status: 'APPLIED', previousQuantity: 30, quantity: 12 });
  });

  it('holds what an earlier count had absorbed, where it goes back behind that', async () => {
    await gateway.count(countOf(30, { asOfMs: NOON - MINUTE, sourceSequence: 1 }));
    gateway.deliver(factOf('late', { delta: -4, occurredAtMs: NOON - 30 * MINUTE }));
    expect(tea()).toBe(30);
    const older = countOf(20, { asOfMs: NOON - HOUR, sourceSequence: 2 });
    expect(await gateway.count(older)).toMatchObject({ previousQuantity: 30, quantity: 16, delta: -14 });
  });

  it('may lie below zero: more has gone since than was counted', async () => {
    gateway.deliver(factOf('out', { delta: -9, occurredAtMs: NOON }));
    expect(await gateway.count(countOf(2, { asOfMs: NOON - MINUTE }))).toMatchObject({ quantity: -7, delta: 2 });
  });

  it('beyond the exact range is refused: INVALID_QUANTITY', async () => {
    gateway.deliver(factOf('in', { delta: MAX_QUANTITY, occurredAtMs: NOON }));
    const { status, error } = await gateway.count(countOf(MAX_ROW_QUANTITY, { asOfMs: NOON - MINUTE }));
    expect(status).toBe('REJECTED');
    expect(error).toMatchObject({ code: 'INVALID_QUANTITY', field: ['rows', '0', 'quantity'] });
  });

  it('further from the current quantity than a delta can say is refused', async () => {
    gateway.deliver(factOf('out', { delta: -MAX_QUANTITY, occurredAtMs: NOON - HOUR }));
    const { error } = await gateway.count(countOf(MAX_ROW_QUANTITY, { asOfMs: NOON - MINUTE }));
    expect(error).toMatchObject({ code: 'INVALID_QUANTITY' });
    expect(tea()).toBe(-MAX_QUANTITY);
  });
});

describe('after a count, a fact', () => {
  const COUNTED = NOON - 10 * MINUTE;
  const dated = (id: string, occurredAtMs: number | null, delta = -2) => factOf(id, { delta, occurredAtMs });

  it.each([
    ['from before it is absorbed', COUNTED - 1, 20],
    ['from its very moment is absorbed', COUNTED, 20],
    ['from a millisecond later posts', COUNTED + 1, 18],
    ['without a clock of its own posts', null, 18],
  ])('%s', async (_claim, occurredAtMs, expected) => {
    await gateway.count(countOf(20, { asOfMs: COUNTED }));
    gateway.deliver(dated('late', occurredAtMs));
    expect(tea()).toBe(expected);
    const effect = expected === 20 ? { entries: [], absorbedLegs: [{ delta: -2 }] } : { absorbedLegs: [] };
    expect(gateway.last).toMatchObject(effect);
  });

  it('comes to the same as before it', async () => {
    for (const occurredAtMs of [COUNTED - 1, COUNTED, COUNTED + 1]) {
      const [before, after] = [new TestGateway(knownLedger()), new TestGateway(knownLedger())];
      before.deliver(dated('fact', occurredAtMs));
      await before.count(countOf(20, { asOfMs: COUNTED }));
      await after.count(countOf(20, { asOfMs: COUNTED }));
      after.deliver(dated('fact', occurredAtMs));
      expect(after.ledger.quantities()).toEqual(before.ledger.quantities());
    }
  });

  it('is absorbed leg by leg: legs of other keys post', async () => {
    await gateway.count(countOf(20, { asOfMs: COUNTED }));
    gateway.deliver(
      factOf('1', { eventId: 'move', delta: -2, occurredAtMs: COUNTED }),
      factOf('2', { eventId: 'move', delta: 2, occurredAtMs: COUNTED, location: atOrNew('SHOP') }),
    );
    expect(ledger.movements).toHaveLength(2);
    expect(gateway.last).toMatchObject({ absorbedLegs: [{ delta: -2 }], entries: [{ delta: 2 }] });
    expect([tea(), ledger.quantity('TEA', 'SHOP')]).toEqual([20, 2]);
  });

  it('posts where the count had no clock, however old it is', async () => {
    await gateway.count(countOf(20));
    gateway.deliver(dated('late', NOON - HOUR));
    expect(tea()).toBe(18);
  });

  it('is absorbed by the last count with a clock, though one without came after it', async () => {
    await gateway.count(countOf(20, { asOfMs: COUNTED }));
    await gateway.count(countOf(30));
    gateway.deliver(dated('in the first', COUNTED), dated('in none', COUNTED + 1));
    expect(tea()).toBe(28);
  });

  it('is absorbed by an UNCHANGED count, and by none that was ignored or refused', async () => {
    await gateway.count(countOf(0, { asOfMs: COUNTED }));
    await gateway.count(countOf(5, { asOfMs: NOON, changeFromQuantity: 9 }), { onRowError: 'REJECT_ROWS' });
    gateway.deliver(dated('in it', COUNTED), dated('after it', COUNTED + 1));
    expect(tea()).toBe(-2);
  });

  it('dated ahead of our clock takes effect when it is recorded, after every count so far', async () => {
    await gateway.count(countOf(20, { asOfMs: NOON - 1 }));
    gateway.deliver(dated('ahead', NOON + HOUR));
    expect(tea()).toBe(18);
  });

  it('dated back by a command is absorbed as well', async () => {
    await gateway.count(countOf(20, { asOfMs: COUNTED }));
    const rows = [{ key: keyOf('TEA', 'MAIN'), delta: -99 }];
    expect(ledger.adjust(adjustOf('a', { rows, occurredAtMs: COUNTED }))).toMatchObject({ userErrors: [] });
    expect(tea()).toBe(20);
  });
});
