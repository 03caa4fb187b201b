import { MAX_QUANTITY } from '../../../../src/domain/ledger/quantity';
import { DEFAULT_DIMENSIONS, stockKey } from '../../../../src/domain/ledger/stock-key';
import type { StockAdjust, StockAdjustResult } from '../../../../src/domain/plans/stock-adjust';
import { countOf, judgedAt, TestGateway } from '../../../support/domain/gateway';
import {
  adjusted,
  adjustOf,
  CLIENT,
  CONNECTION,
  factOf,
  faultsOf,
  idOf,
  keyOf,
  MINUTE,
  NOON,
  postingOf,
  rowsOf,
  TestLedger,
} from '../../../support/domain/test-ledger';

/** A ledger with 10 TEA at MAIN. */
function stocked(): TestLedger {
  const ledger = new TestLedger();
  ledger.addItem('TEA', '', [{ scheme: 'CODE', value: 'TEA' }]);
  ledger.addItem('SALT');
  ledger.addItem('COAT', 'red');
  ledger.addLocation('MAIN');
  ledger.adjust(adjustOf('opening', { reason: 'OPENING', rows: [{ key: keyOf('TEA', 'MAIN'), delta: 10 }] }));
  return ledger;
}

const take = (idempotencyKey: string, quantity: number, more: Partial<StockAdjust> = {}): StockAdjust =>
  adjustOf(idempotencyKey, { rows: [{ key: keyOf('TEA', 'MAIN'), delta: -quantity }], ...more });

describe('stockAdjust', () => {
  it('posts all its rows as one movement and says what changed', () => {
    const ledger = stocked();
    const command = adjustOf('a', {
      reason: 'SHIPMENT',
      reference: 'SO-1',
      note: 'by hand',
      rows: [
        { key: keyOf('TEA', 'MAIN'), delta: -4 },
        { key: keyOf('SALT', 'MAIN', { bucket: 'RESERVED' }), delta: 3 },
      ],
    });
    const result = ledger.adjust(command);
    expect(result).toMatchObject({
      movementSequence: 2,
      ledgerSequence: 2,
      replayed: false,
      userErrors: [],
      changes: [
        { delta: -4, quantityAfter: 6 },
        { delta: 3, quantityAfter: 3 },
      ],
    });
    expect(ledger.movements[1]).toMatchObject({
      reason: 'SHIPMENT',
      reference: 'SO-1',
      note: 'by hand',
      origin: CLIENT,
      externalId: 'a',
      evidenceHash: command.fingerprint,
      inboundMessageId: null,
    });
    expect(faultsOf(ledger)).toEqual([]);
  });

  it('an opening gives a level its baseline; other reasons do not', () => {
    const ledger = stocked();
    ledger.adjust(adjustOf('a', { rows: [{ key: keyOf('SALT', 'MAIN'), delta: 1 }] }));
    expect([...ledger.levels.values()].map((level) => level.hasBaseline)).toEqual([true, false]);
  });

  it('takes the last unit, and refuses the one after it: INSUFFICIENT_STOCK', () => {
    const ledger = stocked();
    expect(ledger.adjust(take('all', 10)).userErrors).toEqual([]);
    expect(ledger.adjust(take('one more', 1)).userErrors).toEqual([
      {
        code: 'INSUFFICIENT_STOCK',
        message: 'There are 0 units, and 1 are asked for.',
        field: ['rows', '0', 'delta'],
        current: 0,
        requested: 1,
      },
    ]);
  });

  it('refuses all rows for one, writes nothing, and names every row at fault', () => {
    const ledger = stocked();
    const { head } = ledger;
    const result = ledger.adjust(
      adjustOf('a', {
        rows: [
          { key: keyOf('TEA', 'MAIN'), delta: -4 },
          { key: keyOf('SALT', 'MAIN'), delta: -1 },
          { key: keyOf('SALT', 'MAIN', { lot: 'L1' }), delta: -2 },
        ],
      }),
    );
    expect(result).toMatchObject({ movementSequence: null, changes: [], ledgerSequence: 1 });
    expect(result.userErrors.map(({ code, field }) => [code, field[1]])).toEqual([
      ['INSUFFICIENT_STOCK', '1'],
      ['INSUFFICIENT_STOCK', '2'],
    ]);
    expect(ledger.head).toEqual(head);
    expect(ledger.quantity('TEA', 'MAIN')).toBe(10);
  });

  it('may add to a level that facts have taken below zero', () => {
    const ledger = stocked();
    ledger.deliver(1, rowsOf(factOf('a', { delta: -30 })));
    expect(ledger.adjust(adjustOf('up')).userErrors).toEqual([]);
    expect(ledger.adjust(take('down', 1)).userErrors).toMatchObject([{ code: 'INSUFFICIENT_STOCK', current: -19 }]);
  });

  it('names unknown items and locations, both of a row at once', () => {
    const rows = [
      { key: keyOf('NONE', 'NOWHERE'), delta: 1 },
      { key: keyOf('COAT', 'MAIN'), delta: 1 },
    ];
    expect(stocked().adjust(adjustOf('a', { rows })).userErrors).toMatchObject([
      { code: 'ITEM_NOT_FOUND', field: ['rows', '0', 'sku'] },
      { code: 'LOCATION_NOT_FOUND', field: ['rows', '0', 'location'] },
      { code: 'SPECIFICATION_REQUIRED', field: ['rows', '1', 'sku'] },
    ]);
  });

  it('refuses two rows that mean the same stock key: DUPLICATE_ROW', () => {
    const rows = [1, -1].map((delta) => ({ key: keyOf('TEA', 'MAIN'), delta }));
    expect(stocked().adjust(adjustOf('a', { rows })).userErrors).toMatchObject([
      { code: 'DUPLICATE_ROW', field: ['rows', '1'] },
    ]);
  });

  it('refuses what would leave the exact range: INVALID_QUANTITY, and keeps no part of it', () => {
    const ledger = stocked();
    const rows = [
      { key: keyOf('SALT', 'MAIN'), delta: 1 },
      { key: keyOf('TEA', 'MAIN'), delta: MAX_QUANTITY },
    ];
    expect(ledger.adjust(adjustOf('a', { rows })).userErrors).toMatchObject([{ code: 'INVALID_QUANTITY' }]);
    expect(ledger.quantity('SALT', 'MAIN')).toBe(0);
    expect(faultsOf(ledger)).toEqual([]);
  });
});

describe('an idempotencyKey', () => {
  it('used again with the same input gives the first outcome, replayed', () => {
    const ledger = stocked();
    const first = ledger.adjust(take('a', 4));
    const movements = ledger.movements.length;
    expect(ledger.adjust(take('a', 4), NOON + MINUTE)).toEqual({ ...first, replayed: true });
    expect(ledger.movements).toHaveLength(movements);
  });

  it('used many times in one batch has one effect', () => {
    const ledger = stocked();
    const settled = ledger.batch(Array.from({ length: 64 }, () => adjusted(take('a', 4))));
    const results = settled.map((one) => ('result' in one ? (one.result as { replayed: boolean }) : undefined));
    expect(results.map((result) => result?.replayed)).toEqual([false, ...Array<boolean>(63).fill(true)]);
    expect(ledger.quantity('TEA', 'MAIN')).toBe(6);
  });

  it('used again with other input is refused, and the first outcome stays', () => {
    const ledger = stocked();
    ledger.adjust(take('a', 4));
    expect(ledger.adjust(take('a', 5)).userErrors).toMatchObject([
      { code: 'IDEMPOTENCY_KEY_REUSED', field: ['idempotencyKey'] },
    ]);
    expect(ledger.adjust(take('a', 4))).toMatchObject({ replayed: true, userErrors: [] });
  });

  it('of a refused command is remembered: the refusal comes again though there is stock by now', () => {
    const ledger = stocked();
    const first = ledger.adjust(take('a', 11));
    ledger.adjust(adjustOf('more', { rows: [{ key: keyOf('TEA', 'MAIN'), delta: 5 }] }));
    expect(ledger.adjust(take('a', 11))).toEqual(judgedAt(NOON, first));
    expect(ledger.quantity('TEA', 'MAIN')).toBe(15);
  });

  it('belongs to its client: another one may use the same', () => {
    const ledger = stocked();
    ledger.adjust(take('a', 4));
    const other = { ...adjusted(take('a', 4)), origin: { kind: 'API_CLIENT', id: idOf(99) } } as const;
    expect(ledger.post(other)).toMatchObject({ replayed: false });
    expect(ledger.quantity('TEA', 'MAIN')).toBe(2);
  });

  it('does not meet the ids that the rows of a message have', () => {
    const ledger = stocked();
    ledger.deliver(1, rowsOf(factOf('a')));
    const command = { ...adjusted(take('a', 1)), origin: CONNECTION };
    expect(ledger.post(command)).toMatchObject({ replayed: false, userErrors: [] });
  });
});

describe('a dry run', () => {
  it('gives the changes that the command would make, and uses nothing up', () => {
    const ledger = stocked();
    const { head } = ledger;
    const dry = ledger.adjust(take('a', 4, { dryRun: true }));
    expect(ledger.head).toEqual(head);
    expect(ledger.outcomes.size).toBe(1);
    expect(dry).toMatchObject({ movementSequence: null, ledgerSequence: 1, replayed: false });
    const real = ledger.adjust(take('a', 4));
    expect(real.changes).toEqual(dry.changes);
    expect(real).toMatchObject({ movementSequence: 2, replayed: false });
  });

  it('that is refused is not remembered', () => {
    const ledger = stocked();
    expect(ledger.adjust(take('a', 11, { dryRun: true })).userErrors).toHaveLength(1);
    ledger.adjust(adjustOf('more', { rows: [{ key: keyOf('TEA', 'MAIN'), delta: 1 }] }));
    expect(ledger.adjust(take('a', 11))).toMatchObject({ userErrors: [], replayed: false });
  });
});

describe('a command that is dated back to before a count', () => {
  function countedAt(asOfMs: number): TestLedger {
    const ledger = stocked();
    const [level] = [...ledger.levels.values()];
    if (!level) throw new Error('There is no level.');
    ledger.levels.set(level.id, { ...level, countedAsOfMs: asOfMs });
    return ledger;
  }

  it('is absorbed: kept, without effect', () => {
    const ledger = countedAt(NOON - MINUTE);
    const result = ledger.adjust(take('a', 4, { occurredAtMs: NOON - MINUTE }));
    expect(result).toMatchObject({ movementSequence: 2, changes: [], userErrors: [] });
    expect(ledger.movements[1]).toMatchObject({ entries: [], absorbedLegs: [{ delta: -4 }] });
    expect(ledger.quantity('TEA', 'MAIN')).toBe(10);
  });

  it('needs no stock, as it takes none', () => {
    const ledger = countedAt(NOON - MINUTE);
    expect(ledger.adjust(take('a', 99, { occurredAtMs: NOON - 2 * MINUTE })).userErrors).toEqual([]);
    expect(ledger.adjust(take('b', 99, { occurredAtMs: NOON })).userErrors).toMatchObject([
      { code: 'INSUFFICIENT_STOCK' },
    ]);
  });

  it('shows in no sum but in that of legs after a moment', () => {
    const ledger = countedAt(NOON - MINUTE);
    ledger.adjust(take('a', 4, { occurredAtMs: NOON - 2 * MINUTE }));
    const [level] = [...ledger.levels.values()];
    const counts = [{ key: keyOf('TEA', 'MAIN'), asOfMs: NOON - 3 * MINUTE }];
    const sum = ledger.post(
      postingOf(
        (work) => {
          const key = stockKey(DEFAULT_DIMENSIONS, level?.key.itemId ?? '', level?.key.locationId ?? '');
          return {
            keep: false,
            remember: [],
            result: work.deltasAfter(work.level(work.levelKey(key)), NOON - 3 * MINUTE),
          };
        },
        { reads: { outcomes: [], keys: [keyOf('TEA', 'MAIN')], counts } },
      ),
    );
    expect(sum).toBe(10 - 4);
  });
});

describe('a stockAdjust dated in the past', () => {
  const HOUR = 60 * MINUTE;

  /** TEA at MAIN: 10 from two hours ago on, 2 from one hour ago on, 9 from half an hour ago on. */
  function moved(): TestLedger {
    const ledger = stocked();
    const { rows } = adjustOf('a');
    const at = (id: string, reason: StockAdjust['reason'], delta: number, ms: number) =>
      ledger.adjust(
        adjustOf(id, { reason, rows: rows.map((row) => ({ ...row, delta })), occurredAtMs: NOON + ms }),
        NOON + 3 * HOUR,
      );
    at('out', 'SHIPMENT', -8, 2 * HOUR);
    at('in', 'RECEIPT', 7, 2.5 * HOUR);
    return ledger;
  }

  const dated = (ledger: TestLedger, quantity: number, ms: number, more: Partial<StockAdjust> = {}) =>
    ledger.adjust(take(`${quantity} ${ms}`, quantity, { occurredAtMs: NOON + ms, ...more }), NOON + 3 * HOUR);

  it.each([
    [2, HOUR],
    [2, 2 * HOUR],
    [9, 2.5 * HOUR],
    [9, 3 * HOUR],
    [9, 4 * HOUR],
  ])('is posted when %d units were there at every moment since %d ms', (quantity, ms) => {
    expect(dated(moved(), quantity, ms).userErrors).toEqual([]);
  });

  it.each([
    [3, HOUR, 2, 2 * HOUR],
    [3, 2 * HOUR, 2, 2 * HOUR],
    [9, 2.25 * HOUR, 2, 2.25 * HOUR],
  ])('of %d units since %d ms is refused with the moment at which there were fewer', (quantity, ms, current, atMs) => {
    const ledger = moved();
    const [error, ...others] = dated(ledger, quantity, ms).userErrors;
    expect(others).toEqual([]);
    expect(error).toEqual({
      ...{ code: 'NEGATIVE_IN_THE_PAST', field: ['rows', '0', 'delta'], current, requested: quantity },
      message: `At ${new Date(NOON + atMs).toISOString()} there were ${current} units, and ${quantity} are asked for since ${new Date(NOON + ms).toISOString()}.`,
    });
    expect(ledger.quantity('TEA', 'MAIN')).toBe(9);
  });

  it('before the first movement of its item is refused, except for an opening', () => {
    const ledger = moved();
    const early = { occurredAtMs: NOON - MINUTE };
    const [error] = ledger.adjust(adjustOf('early', early), NOON + 3 * HOUR).userErrors;
    expect(error).toMatchObject({ code: 'NEGATIVE_IN_THE_PAST', field: ['occurredAt'] });
    expect(error?.message).toBe(
      'Sku "TEA" first moved at 2025-11-22T12:00:00.000Z; occurredAt 2025-11-22T11:59:00.000Z is earlier. Give a later moment, or the reason OPENING.',
    );
    expect(ledger.adjust(adjustOf('opening 2', { ...early, reason: 'OPENING' }), NOON + 3 * HOUR).userErrors).toEqual(
      [],
    );
    const salt = adjustOf('salt', { ...early, rows: [{ key: keyOf('SALT', 'MAIN'), delta: 1 }] });
    expect(ledger.adjust(salt, NOON + 3 * HOUR).userErrors).toEqual([]);
  });

  it('sees what the commands of the same batch have changed in the past', () => {
    const ledger = moved();
    const commands = ['a', 'b', 'c'].map((id) => adjusted(take(id, 1, { occurredAtMs: NOON + HOUR })));
    const settled = ledger.batch(commands, NOON + 3 * HOUR);
    const codes = settled.map((one) =>
      'result' in one ? (one.result as StockAdjustResult).userErrors[0]?.code : 'threw',
    );
    expect(codes).toEqual([undefined, undefined, 'NEGATIVE_IN_THE_PAST']);
  });

  it('has no effect, and needs no stock, where a count already includes it', async () => {
    const gateway = new TestGateway(moved());
    gateway.nowMs = NOON + 3 * HOUR;
    await gateway.count(countOf(4, { asOfMs: NOON + 2.75 * HOUR }));
    expect(dated(gateway.ledger, 100, HOUR)).toMatchObject({ userErrors: [], changes: [] });
  });
});
