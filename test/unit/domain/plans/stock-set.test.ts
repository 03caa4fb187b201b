import type { StockSetInput } from '../../../../src/application/commands/set-stock';
import type { MessageDraft } from '../../../../src/domain/ledger/inbound-message';
import type { UserError } from '../../../../src/domain/errors';
import { MAX_ROW_QUANTITY } from '../../../../src/domain/ledger/quantity';
import { DEFAULT_DIMENSIONS, type TrackableDimension } from '../../../../src/domain/ledger/stock-key';
import { CALLER, countIn, countOf, judgedAt, knownLedger, setOf, TestGateway } from '../../../support/domain/gateway';
import {
  at,
  byIdentifier,
  bySku,
  CONNECTION,
  factOf,
  faultsOf,
  idOf,
  keyOf,
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
  gateway.deliver(factOf('in', { delta: 10, occurredAtMs: NOON - HOUR }));
});

afterEach(() => {
  expect(faultsOf(ledger)).toEqual([]);
});

const salt = (quantity: number, more = {}) => countOf(quantity, { key: keyOf('SALT', 'MAIN'), ...more });
const BAD = salt(5, { changeFromQuantity: 1 });

const places = (errors: readonly UserError[]): string[] => errors.map(({ code, field }) => [code, ...field].join(' '));

describe('a batch of counts', () => {
  it('posts one movement for each moment it speaks of, and answers in the order of its rows', async () => {
    const result = await gateway.set(
      [
        countOf(7, { asOfMs: NOON - MINUTE }),
        salt(5),
        countIn({ lot: 'L' }, 3, { asOfMs: NOON - MINUTE }),
        countIn({ lot: 'M' }, 0),
      ],
      { reference: 'COUNT-1', note: 'by hand' },
    );
    expect(result.results.map(({ index, status, movementSequence }) => [index, status, movementSequence])).toEqual([
      [0, 'APPLIED', 2],
      [1, 'APPLIED', 3],
      [2, 'APPLIED', 2],
      [3, 'UNCHANGED', 3],
    ]);
    expect(result).toMatchObject({ userErrors: [], replayed: false, ledgerSequence: 3 });
    const common = { reason: 'COUNT', reference: 'COUNT-1', note: 'by hand' };
    expect(ledger.movements.slice(1)).toMatchObject([
      { ...common, occurredAtMs: NOON - MINUTE, entries: [{ delta: -3 }, { delta: 3 }], counts: [{}, {}] },
      { ...common, occurredAtMs: NOON, entries: [{ delta: 5 }], counts: [{ asOfMs: null }, { status: 'UNCHANGED' }] },
    ]);
  });

  it('dates each movement as its rows do, though they are all ahead of our clock', async () => {
    await gateway.set([countOf(7, { asOfMs: NOON + 1 }), salt(5, { asOfMs: NOON + 2 })]);
    expect(ledger.movements.slice(1)).toMatchObject([
      { occurredAtMs: NOON + 1, effectiveAtMs: NOON },
      { occurredAtMs: NOON + 2, effectiveAtMs: NOON },
    ]);
  });

  it('with a bad row is refused as a whole by default: the good ones answer NOT_APPLIED', async () => {
    const result = await gateway.set([countOf(7), BAD, countIn({ lot: 'L' }, 0)]);
    expect(result.results).toMatchObject([
      { index: 0, status: 'NOT_APPLIED', previousQuantity: 10, quantity: null, delta: null, error: null },
      { index: 1, status: 'REJECTED', error: { code: 'CHANGE_FROM_QUANTITY_STALE' } },
      { index: 2, status: 'NOT_APPLIED' },
    ]);
    expect(places(result.userErrors)).toEqual(['CHANGE_FROM_QUANTITY_STALE rows 1 changeFromQuantity']);
    expect([ledger.movements.length, ledger.levels.size]).toEqual([1, 1]);
  });

  it('with a bad row posts the good ones where that was asked for', async () => {
    const result = await gateway.set([countOf(7), BAD], { onRowError: 'REJECT_ROWS' });
    expect(result.results).toMatchObject([{ status: 'APPLIED', movementSequence: 2 }, { status: 'REJECTED' }]);
    expect(result.userErrors).toHaveLength(1);
    expect(ledger.quantity('TEA', 'MAIN')).toBe(7);
  });

  it('with only stale and repeated counts is no refusal', async () => {
    await gateway.set([countOf(7, { asOfMs: NOON - MINUTE }), salt(5, { asOfMs: NOON - MINUTE })]);
    const result = await gateway.set([countOf(8, { asOfMs: NOON - HOUR }), salt(5, { asOfMs: NOON - MINUTE })]);
    expect(result.results.map(({ status }) => status)).toEqual(['STALE_IGNORED', 'DUPLICATE']);
    expect(result).toMatchObject({ userErrors: [], ledgerSequence: 4 });
  });

  it('keeps a refused count as evidence where its level is there, and only there', async () => {
    await gateway.set([countOf(7, { changeFromQuantity: 1 }), BAD], { onRowError: 'REJECT_ROWS' });
    expect(ledger.movements).toHaveLength(2);
    expect(gateway.last).toMatchObject({
      entries: [],
      counts: [{ status: 'REJECTED', code: 'CHANGE_FROM_QUANTITY_STALE', quantity: 7, previousQuantity: 10 }],
    });
    expect(ledger.levels.size).toBe(1);
  });

  it('of which nothing can be kept posts no movement', async () => {
    const result = await gateway.set([BAD], { onRowError: 'REJECT_ROWS' });
    expect(result).toMatchObject({ results: [{ status: 'REJECTED', movementSequence: null }], ledgerSequence: 1 });
    expect(ledger.movements).toHaveLength(1);
  });

  it('stores the call that it came in, with the movements it caused', async () => {
    const message: MessageDraft = {
      id: idOf(0xb001),
      connectionId: CONNECTION.id,
      format: 'increff',
      receivedAtMs: NOON,
      bodySha256: 'ab'.repeat(32),
      body: '[]',
      verdict: 'authPassword',
    };
    const caller = { tenantId: TENANT, origin: CONNECTION };
    const nameless = { idempotencyKey: null, externalId: message.id, message, onRowError: 'REJECT_ROWS' } as const;
    await gateway.set([countOf(7), salt(5, { asOfMs: NOON })], nameless, caller);
    expect(ledger.messages.slice(1)).toEqual([{ ...message, status: 'APPLIED', sequences: { first: 2, last: 3 } }]);
    expect(gateway.last).toMatchObject({ inboundMessageId: message.id, evidenceHash: message.bodySha256 });
    expect([ledger.outcomes.size, gateway.last.origin]).toEqual([1, CONNECTION]);
    const refused = countIn({ lot: 'L' }, 1, { changeFromQuantity: 1 });
    await gateway.set([refused], { ...nameless, message: { ...message, id: idOf(0xb002) } }, caller);
    expect(ledger.messages[2]).toMatchObject({ id: idOf(0xb002), sequences: null });
  });
});

describe('two rows that mean the same stock key', () => {
  it('are both refused, each naming the other', async () => {
    const result = await gateway.set([countOf(7), salt(5), countOf(8)], { onRowError: 'REJECT_ROWS' });
    expect(result.results.map(({ status }) => status)).toEqual(['REJECTED', 'APPLIED', 'REJECTED']);
    expect(result.results[0]?.error).toMatchObject({ code: 'DUPLICATE_ROW', field: ['rows', '0'] });
    expect(result.results[0]?.error?.message).toContain('row 2');
    expect(result.results[2]?.error?.message).toContain('row 0');
    expect(ledger.quantity('TEA', 'MAIN')).toBe(10);
    const [first] = gateway.last.counts;
    expect(first).toMatchObject({ status: 'REJECTED', code: 'DUPLICATE_ROW', quantity: 7 });
  });

  it('are refused though they say the same, or name the item in two ways', async () => {
    const byUpc = { ...keyOf('TEA', 'MAIN'), item: byIdentifier('CODE', 'TEA') };
    const { userErrors } = await gateway.set([countOf(7), countOf(7, { key: byUpc }), countOf(7)]);
    expect(places(userErrors)).toEqual(['DUPLICATE_ROW rows 0', 'DUPLICATE_ROW rows 1', 'DUPLICATE_ROW rows 2']);
  });

  it('leave no level of a key that was never posted to', async () => {
    await gateway.set([salt(5), salt(6)], { onRowError: 'REJECT_ROWS' });
    expect([ledger.levels.size, ledger.movements.length]).toEqual([1, 1]);
  });
});

describe('a name that is unknown', () => {
  const named = (sku: string, location: string) => countOf(5, { key: keyOf(sku, location) });

  it.each([
    ['sku', named('NONE', 'MAIN'), ['ITEM_NOT_FOUND rows 0 sku']],
    ['location', named('TEA', 'NOWHERE'), ['LOCATION_NOT_FOUND rows 0 location']],
    ['sku and location', named('NONE', 'NOWHERE'), ['ITEM_NOT_FOUND rows 0 sku', 'LOCATION_NOT_FOUND rows 0 location']],
  ])('of a %s is refused', async (_name, row, expected) => {
    const result = await gateway.set([row]);
    expect(places(result.userErrors)).toEqual(expected);
    expect(result.results).toMatchObject([{ status: 'REJECTED', previousQuantity: null }]);
    expect(result.results[0]?.error).toEqual(result.userErrors[0]);
  });

  it('of a specification, where the sku has some, is refused', async () => {
    ledger.addItem('CUP', 'red');
    const { userErrors } = await gateway.set([named('CUP', 'MAIN')]);
    expect(places(userErrors)).toEqual(['SPECIFICATION_REQUIRED rows 0 specification']);
  });

  it('makes the item where the row says so, and nothing where its row is refused', async () => {
    const item = byIdentifier('CLIENT_SKU', 'NEW');
    const created = { ...keyOf('', 'MAIN'), item };
    const nowhere = { ...created, location: at('NOWHERE') };
    await gateway.set([countOf(5, { key: nowhere })], { onRowError: 'REJECT_ROWS' });
    expect(ledger.items.size).toBe(2);
    await gateway.set([countOf(5, { key: created })]);
    expect(ledger.quantity('NEW', 'MAIN')).toBe(5);
  });

  it('makes nothing where the batch is refused', async () => {
    const created = { ...keyOf('', 'MAIN'), item: byIdentifier('CLIENT_SKU', 'NEW') };
    await gateway.set([countOf(5, { key: created }), BAD]);
    expect(ledger.items.size).toBe(2);
  });
});

describe('an idempotencyKey', () => {
  it('used again with the same input gives the first outcome, replayed, though stock has moved', async () => {
    const rows = [countOf(7), salt(5, { asOfMs: NOON - MINUTE })];
    const first = await gateway.set(rows, { idempotencyKey: 'a' });
    gateway.deliver(factOf('out', { delta: -1, occurredAtMs: NOON }));
    gateway.nowMs = NOON + HOUR;
    expect(await gateway.set(rows, { idempotencyKey: 'a' })).toEqual({ ...first, replayed: true });
    expect(ledger.quantity('TEA', 'MAIN')).toBe(6);
  });

  it('used 64 times at once has one effect and 64 equal answers', async () => {
    const calls = Array.from({ length: 64 }, () => () => gateway.set([countOf(7)], { idempotencyKey: 'a' }));
    const [first, ...others] = await gateway.atOnce(...calls);
    expect(first).toMatchObject({ replayed: false, results: [{ status: 'APPLIED' }] });
    for (const other of others) expect(other).toEqual({ ...first, replayed: true });
    expect(ledger.movements).toHaveLength(2);
  });

  it.each<[string, Partial<StockSetInput>]>([
    ['rows', { rows: [countOf(8)] }],
    ['row policy', { onRowError: 'REJECT_ROWS' }],
    ['stale policy', { policy: { staleIsError: true } }],
    ['reference', { reference: 'other' }],
    ['note', { note: 'other' }],
  ])('used again with other %s is refused, and the first outcome stays', async (_what, change) => {
    await gateway.set([countOf(7)], { idempotencyKey: 'a' });
    const reused = await gateway.set([countOf(7)], { idempotencyKey: 'a', ...change });
    expect(reused).toMatchObject({ results: [], replayed: false });
    expect(places(reused.userErrors)).toEqual(['IDEMPOTENCY_KEY_REUSED idempotencyKey']);
    expect(await gateway.set([countOf(7)], { idempotencyKey: 'a' })).toMatchObject({ replayed: true, userErrors: [] });
  });

  it('means the same whether a default is stated or left out', async () => {
    const first = await gateway.set([countOf(7)], { idempotencyKey: 'a' });
    const row = countOf(7, { tellsApart: new Set<TrackableDimension>(['lot', 'owner']), stated: {} });
    expect(await gateway.set([row], { idempotencyKey: 'a' })).toEqual({ ...first, replayed: true });
  });

  it('of a refused batch is remembered: the refusal comes again though the rows would be good by now', async () => {
    const row = countOf(7, { changeFromQuantity: 11 });
    const first = await gateway.set([row], { idempotencyKey: 'a' });
    gateway.deliver(factOf('more', { delta: 1, occurredAtMs: NOON }));
    expect(await gateway.set([row], { idempotencyKey: 'a' })).toEqual(judgedAt(NOON, first));
  });

  it('belongs to its origin', async () => {
    await gateway.set([countOf(7)], { idempotencyKey: 'a' });
    const other = { tenantId: TENANT, origin: { kind: 'API_CLIENT', id: idOf(99) } } as const;
    expect(await gateway.set([countOf(8)], { idempotencyKey: 'a' }, other)).toMatchObject({ userErrors: [] });
  });
});

describe('a dry run', () => {
  const rows = [countOf(7), salt(5, { asOfMs: NOON - MINUTE }), countIn({ lot: 'L' }, 0)];

  it('answers as the real one would, writes nothing and uses nothing up', async () => {
    const before = JSON.stringify([ledger.head, [...ledger.levels.values()], ledger.outcomes.size]);
    const dry = await gateway.set(rows, { idempotencyKey: 'a', dryRun: true });
    expect(JSON.stringify([ledger.head, [...ledger.levels.values()], ledger.outcomes.size])).toBe(before);
    expect(dry).toMatchObject({ ledgerSequence: 1, replayed: false });
    const real = await gateway.set(rows, { idempotencyKey: 'a' });
    expect(dry.results).toEqual(real.results.map((row) => ({ ...row, movementSequence: null })));
    expect(real.replayed).toBe(false);
  });

  it.each(['REJECT_ALL', 'REJECT_ROWS'] as const)(
    'that is refused under %s answers so and is not remembered',
    async (onRowError) => {
      const more = { idempotencyKey: 'a', onRowError };
      const dry = await gateway.set([...rows, countIn({ lot: 'M' }, 1, { changeFromQuantity: 1 })], {
        ...more,
        dryRun: true,
      });
      expect(ledger.outcomes.size).toBe(1);
      expect(ledger.movements).toHaveLength(1);
      const real = await gateway.set([...rows, countIn({ lot: 'M' }, 1, { changeFromQuantity: 1 })], more);
      expect(dry.results).toEqual(real.results.map((row) => ({ ...row, movementSequence: null })));
      expect(dry.userErrors).toEqual(real.userErrors);
    },
  );

  it('between others of a batch leaves no trace for them', async () => {
    const [dry, real] = await gateway.atOnce(
      () => gateway.set([countOf(7, { asOfMs: NOON })], { dryRun: true }),
      () => gateway.set([countOf(8, { asOfMs: NOON - MINUTE, changeFromQuantity: 10 })]),
    );
    expect([dry, real]).toMatchObject([{ results: [{ quantity: 7 }] }, { results: [{ quantity: 8, delta: -2 }] }]);
    expect(ledger.quantity('TEA', 'MAIN')).toBe(8);
  });
});

describe('input that is not as it has to be', () => {
  const long = 'x'.repeat(256);
  const key = (more = {}) => ({ ...keyOf('TEA', 'MAIN'), ...more });
  const dimensions = (more: object) => key({ dimensions: { ...DEFAULT_DIMENSIONS, ...more } });

  it.each<[string, Partial<StockSetInput>, string[]]>([
    ['an empty idempotencyKey', { idempotencyKey: ' ' }, ['INVALID_INPUT idempotencyKey']],
    ['long texts', { reference: long, note: long }, ['INVALID_INPUT reference', 'INVALID_INPUT note']],
    ['a NUL', { reference: 'a\0b' }, ['INVALID_INPUT reference']],
    ['half of a surrogate pair', { note: '\ud83d' }, ['INVALID_INPUT note']],
    ['no rows', { rows: [] }, ['INVALID_INPUT rows']],
    [
      '301 rows',
      { rows: Array.from({ length: 301 }, (_, n) => countIn({ lot: `${n}` }, 1)) },
      ['BATCH_TOO_LARGE rows'],
    ],
  ])('as %s is refused before anything is looked at', async (_what, more, expected) => {
    const result = await gateway.set([countOf(7)], more);
    expect(result).toMatchObject({ results: [], replayed: false, ledgerSequence: null });
    expect(places(result.userErrors)).toEqual(expected);
    expect(ledger.outcomes.size).toBe(1);
  });

  it('may be 300 rows', async () => {
    const { results } = await gateway.set(Array.from({ length: 300 }, (_, n) => countIn({ lot: `${n}` }, 1)));
    expect(results.filter(({ status }) => status === 'APPLIED')).toHaveLength(300);
  });

  it.each<[string, StockSetInput['rows'][number], string[]]>([
    ['a quantity below zero', countOf(-1), ['INVALID_QUANTITY rows 1 quantity']],
    ['half a unit', countOf(0.5), ['INVALID_QUANTITY rows 1 quantity']],
    ['a quantity that is not exact', countOf(2 ** 53), ['INVALID_QUANTITY rows 1 quantity']],
    [
      'other numbers that are not exact',
      countOf(1, { changeFromQuantity: 0.1, sourceSequence: Number.NaN }),
      ['INVALID_QUANTITY rows 1 changeFromQuantity', 'INVALID_QUANTITY rows 1 sourceSequence'],
    ],
    [
      'neither changeFromQuantity nor asOf',
      countOf(1, { changeFromQuantity: undefined }),
      ['INVALID_INPUT rows 1 changeFromQuantity'],
    ],
    ['a moment that is none', countOf(1, { asOfMs: Number.NaN }), ['INVALID_INPUT rows 1 asOf']],
    ['a moment beyond the years', countOf(1, { asOfMs: 8.64e15 }), ['INVALID_INPUT rows 1 asOf']],
    [
      'texts that cannot be stored',
      countOf(1, { key: { ...dimensions({ owner: long, barcode: 'a\0', lot: '\udc00' }), item: bySku('', long) } }),
      ['sku', 'specification', 'owner', 'barcode', 'lot'].map((name) => `INVALID_INPUT rows 1 ${name}`),
    ],
    ['an empty location', countOf(1, { key: key({ location: at(' ') }) }), ['INVALID_INPUT rows 1 location']],
    [
      'an identifier that cannot be stored',
      countOf(1, { key: key({ item: byIdentifier('CHANNEL_SKU', long) }) }),
      ['INVALID_INPUT rows 1 sku'],
    ],
  ])('as a row with %s refuses that row, with all that is wrong with it', async (_what, row, expected) => {
    const result = await gateway.set([salt(5), row], { onRowError: 'REJECT_ROWS' });
    expect(places(result.userErrors)).toEqual(expected);
    expect(result.results).toMatchObject([{ status: 'APPLIED' }, { status: 'REJECTED', previousQuantity: null }]);
    expect(result.results[1]?.error).toEqual(result.userErrors[0]);
  });

  it('may be the largest quantity, and need no changeFromQuantity where it says when it was counted', async () => {
    const row = salt(MAX_ROW_QUANTITY, { asOfMs: NOON - MINUTE, changeFromQuantity: undefined });
    expect(await gateway.count(row)).toMatchObject({ status: 'APPLIED', quantity: MAX_ROW_QUANTITY });
    const more = { ...row, quantity: MAX_ROW_QUANTITY + 1 };
    expect(await gateway.count(more)).toMatchObject({
      error: {
        code: 'INVALID_QUANTITY',
        message: 'quantity is 1000000000001; it must be a whole number within ±1000000000000.',
      },
    });
  });
});

describe('the input of a batch', () => {
  it('has the same fingerprint whatever the order of its members', async () => {
    const { note, rows, ...rest } = setOf([countOf(7)], { idempotencyKey: 'a' });
    await gateway.setStock(CALLER, { ...rest, rows, note });
    expect(await gateway.setStock(CALLER, { note, rows, ...rest })).toMatchObject({ replayed: true });
  });
});
