import { identifierKey } from '../../../../src/domain/catalogue/catalogue-map';
import { type DecodedRow, type DeliveryResult, type Fact } from '../../../../src/domain/plans/delivery';
import type { Posting } from '../../../../src/domain/ledger/posting';
import { MAX_QUANTITY } from '../../../../src/domain/ledger/quantity';
import { DEFAULT_DIMENSIONS, stockKey } from '../../../../src/domain/ledger/stock-key';
import { levelKeyOf } from '../../../../src/domain/ledger/level-id';
import type { CountDraft } from '../../../../src/domain/ledger/unit-of-work';
import {
  atOrNew,
  at,
  byIdentifier,
  bySku,
  CONNECTION,
  delivered,
  deliveryOf,
  factOf,
  faultsOf,
  idOf,
  MINUTE,
  NOON,
  postingOf,
  replayOf,
  rowsOf,
  sha256,
  TestLedger,
} from '../../../support/domain/test-ledger';

const REFUSING = byIdentifier('CODE', 'TEA', { whenUnknown: 'REFUSE' });
const MESSAGE = (n: number): string => idOf(0xa000 + n);

function replayed(messageId: string, rows: readonly DecodedRow[], anyApplied = false): Posting<DeliveryResult> {
  const replay = { id: messageId, receivedAtMs: NOON, bodySha256: 'ab'.repeat(32), rows, anyApplied };
  return replayOf(replay);
}

/** Accepts a count of TEA at MAIN, which has to be there, with a clock. */
function counted(ledger: TestLedger, quantity: number, asOfMs: number): void {
  const item = [...ledger.items.values()].find(({ sku }) => sku === 'TEA');
  const place = [...ledger.locations.values()].find(({ code }) => code === 'MAIN');
  const levelKey = levelKeyOf(stockKey(DEFAULT_DIMENSIONS, item?.id ?? '', place?.id ?? ''), sha256);
  const count: CountDraft = {
    ...levelKey,
    status: 'APPLIED',
    quantity,
    previousQuantity: ledger.quantity('TEA', 'MAIN'),
    asOfMs,
    sourceSequence: null,
    code: null,
    accepted: { effectiveAtMs: asOfMs, explicit: true, quantity, originId: CONNECTION.id, sourceSequence: null },
  };
  const reads = { outcomes: [], keys: [], levels: [levelKey.key] };
  ledger.post(
    postingOf(
      (work) => {
        const delta = quantity - work.level(levelKey).quantity;
        const legs = delta === 0 ? [] : [{ ...levelKey, delta }];
        const draft = {
          reason: 'COUNT',
          externalId: 'count',
          occurredAtMs: asOfMs,
          evidenceHash: 'cd'.repeat(32),
        } as const;
        work.post({ ...draft, legs, counts: [count] });
        return { keep: true, remember: [], result: null };
      },
      { reads },
    ),
  );
}

describe('a delivery', () => {
  it('posts its rows, makes what it may make, and is stored as their evidence', () => {
    const ledger = new TestLedger();
    const result = ledger.deliver(
      1,
      rowsOf(factOf('a', { delta: 5 }), factOf('b', { delta: -2, location: atOrNew('SUB', 'HUB') })),
    );
    expect(result).toEqual({
      status: 'APPLIED',
      belowZero: 1,
      rows: [
        { index: 0, status: 'POSTED', sequence: 1 },
        { index: 1, status: 'POSTED', sequence: 2 },
      ],
    });
    expect(ledger.quantities()).toEqual({
      'TEA//MAIN////GOOD/SINGLE///AVAILABLE': 5,
      'TEA//SUB////GOOD/SINGLE///AVAILABLE': -2,
    });
    const hub = [...ledger.locations.values()].find(({ code }) => code === 'HUB');
    expect([...ledger.locations.values()].find(({ code }) => code === 'SUB')).toMatchObject({ parentId: hub?.id });
    expect(ledger.messages).toMatchObject([{ id: MESSAGE(1), status: 'APPLIED', sequences: { first: 1, last: 2 } }]);
    expect(ledger.movements[0]).toMatchObject({ inboundMessageId: MESSAGE(1), correlationId: 'a', externalId: 'a' });
    expect(faultsOf(ledger)).toEqual([]);
  });

  it('with nothing in it is stored all the same', () => {
    const ledger = new TestLedger();
    expect(ledger.deliver(1, [])).toEqual({ status: 'APPLIED', belowZero: 0, rows: [] });
    expect(ledger.messages).toMatchObject([{ status: 'APPLIED', sequences: null }]);
  });

  it('that says nothing new is stored as a DUPLICATE without movements', () => {
    const ledger = new TestLedger();
    ledger.deliver(1, rowsOf(factOf('a')));
    expect(ledger.deliver(2, rowsOf(factOf('a')))).toEqual({
      status: 'DUPLICATE',
      belowZero: 0,
      rows: [{ index: 0, status: 'DUPLICATE', sequence: 1 }],
    });
    expect(ledger.messages[1]).toMatchObject({ status: 'DUPLICATE', sequences: null });
    expect(ledger.movements).toHaveLength(1);
  });

  it('posts the good rows and quarantines the others, each under its own place, in the order of the message', () => {
    const ledger = new TestLedger();
    const [, good] = rowsOf(factOf('skipped'), factOf('good'));
    const { fact } = { fact: factOf('unknown', { item: byIdentifier('CODE', 'X', { whenUnknown: 'REFUSE' }) }) };
    const rows: DecodedRow[] = [
      { index: 2, text: '{"id":"unknown"}', fact },
      { index: 0, text: '{"id":', fault: { code: 'ROW_INVALID', detail: 'qty is missing.' } },
      good as DecodedRow,
    ];
    const result = ledger.deliver(1, rows);
    expect(result.status).toBe('PARTLY_QUARANTINED');
    expect(result.rows).toEqual([
      { index: 0, status: 'QUARANTINED', code: 'ROW_INVALID', detail: 'qty is missing.' },
      { index: 1, status: 'POSTED', sequence: 1 },
      {
        index: 2,
        status: 'QUARANTINED',
        code: 'ITEM_NOT_FOUND',
        detail: 'No item has the CODE "X".',
      },
    ]);
    expect([...ledger.quarantined.values()]).toMatchObject([
      { index: 0, row: '{"id":', code: 'ROW_INVALID' },
      { index: 2, row: '{"id":"unknown"}', code: 'ITEM_NOT_FOUND' },
    ]);
  });

  it('with no good row is QUARANTINED and kept', () => {
    const ledger = new TestLedger();
    expect(ledger.deliver(1, rowsOf(factOf('a', { item: REFUSING }))).status).toBe('QUARANTINED');
    expect(ledger.messages).toMatchObject([{ status: 'QUARANTINED', sequences: null }]);
  });
});

describe('rows that share an event', () => {
  const legs = [
    factOf('uuid/AVAILABLE', { eventId: 'uuid', delta: -3 }),
    factOf('uuid/COMMITTED', { eventId: 'uuid', delta: 3, dimensions: { ...DEFAULT_DIMENSIONS, bucket: 'COMMITTED' } }),
  ] as const;

  it('are legs of one movement', () => {
    const ledger = new TestLedger();
    const { rows } = ledger.deliver(1, rowsOf(...legs));
    expect(rows.map((row) => row.status === 'POSTED' && row.sequence)).toEqual([1, 1]);
    expect(ledger.movements).toMatchObject([{ entries: [{ delta: -3 }, { delta: 3 }], correlationId: 'uuid' }]);
  });

  it('delivered in two parts are two movements with the same correlationId', () => {
    const ledger = new TestLedger();
    ledger.deliver(1, rowsOf(legs[0]));
    ledger.deliver(2, rowsOf(legs[1]));
    expect(ledger.movements).toMatchObject([
      { correlationId: 'uuid', entries: [{ delta: -3 }] },
      { correlationId: 'uuid', entries: [{ delta: 3 }] },
    ]);
  });

  it('delivered in parts that overlap land once each', () => {
    const ledger = new TestLedger();
    ledger.deliver(1, rowsOf(legs[0]));
    const { rows, status } = ledger.deliver(2, rowsOf(...legs));
    expect(status).toBe('APPLIED');
    expect(rows).toEqual([
      { index: 0, status: 'DUPLICATE', sequence: 1 },
      { index: 1, status: 'POSTED', sequence: 2 },
    ]);
    expect(ledger.quantity('TEA', 'MAIN')).toBe(-3);
    expect(ledger.quantity('TEA', 'MAIN', { bucket: 'COMMITTED' })).toBe(3);
  });

  it('but state another moment are a movement of their own', () => {
    const ledger = new TestLedger();
    ledger.deliver(1, rowsOf(legs[0], { ...legs[1], occurredAtMs: NOON - 2 * MINUTE }));
    expect(ledger.movements).toMatchObject([
      { correlationId: 'uuid', occurredAtMs: NOON - MINUTE },
      { correlationId: 'uuid', occurredAtMs: NOON - 2 * MINUTE },
    ]);
  });

  it('may move one level twice: both legs stand, each with its own version', () => {
    const ledger = new TestLedger();
    ledger.deliver(1, rowsOf(factOf('1', { eventId: 'e', delta: 5 }), factOf('2', { eventId: 'e', delta: -2 })));
    expect(ledger.movements[0]?.entries).toMatchObject([
      { delta: 5, quantityAfter: 5, levelVersion: 1 },
      { delta: -2, quantityAfter: 3, levelVersion: 2 },
    ]);
    expect(faultsOf(ledger)).toEqual([]);
  });
});

describe('an id that comes again', () => {
  it('within one delivery is a DUPLICATE where it says the same', () => {
    const ledger = new TestLedger();
    const { rows } = ledger.deliver(1, rowsOf(factOf('a'), factOf('a')));
    expect(rows.map(({ status }) => status)).toEqual(['POSTED', 'DUPLICATE']);
    expect(ledger.quantity('TEA', 'MAIN')).toBe(1);
  });

  it('with other content waits in quarantine: the first stands, within one delivery and across', () => {
    const ledger = new TestLedger();
    const first = ledger.deliver(1, rowsOf(factOf('a'), factOf('a', { delta: 2 })));
    const second = ledger.deliver(2, rowsOf(factOf('a', { delta: 3 })));
    expect([...first.rows, ...second.rows].map((row) => ('code' in row ? row.code : row.status))).toEqual([
      'POSTED',
      'EXTERNAL_ID_REUSED',
      'EXTERNAL_ID_REUSED',
    ]);
    expect(ledger.quantity('TEA', 'MAIN')).toBe(1);
  });

  it('is judged before its item and location: what was posted once is a DUPLICATE whatever became of its names', () => {
    const ledger = new TestLedger();
    ledger.deliver(1, rowsOf(factOf('a')));
    ledger.identifiers.clear();
    const again = { ...factOf('a'), item: REFUSING, location: at('NOWHERE') };
    expect(ledger.deliver(2, rowsOf(again)).rows).toEqual([{ index: 0, status: 'DUPLICATE', sequence: 1 }]);
  });

  it('from another origin is another id', () => {
    const ledger = new TestLedger();
    ledger.deliver(1, rowsOf(factOf('a')));
    const other = {
      ...delivered(deliveryOf(2, rowsOf(factOf('a')))),
      origin: { kind: 'CONNECTION', id: idOf(77) },
    } as const;
    expect(ledger.post(other).rows).toMatchObject([{ status: 'POSTED' }]);
    expect(ledger.quantity('TEA', 'MAIN')).toBe(2);
  });
});

describe('a fact about a level', () => {
  it('posts below zero, and says so', () => {
    const ledger = new TestLedger();
    expect(ledger.deliver(1, rowsOf(factOf('a', { delta: -4 }))).belowZero).toBe(1);
    expect(ledger.quantity('TEA', 'MAIN')).toBe(-4);
  });

  it('that a count already contains is kept as an absorbed leg without effect; the other legs post', () => {
    const ledger = new TestLedger();
    ledger.deliver(1, rowsOf(factOf('opening', { delta: 10, occurredAtMs: NOON - 60 * MINUTE })));
    counted(ledger, 8, NOON - 10 * MINUTE);
    const { rows } = ledger.deliver(
      2,
      rowsOf(
        factOf('late 1', { eventId: 'late', delta: -2, occurredAtMs: NOON - 10 * MINUTE }),
        factOf('late 2', { eventId: 'late', delta: 2, occurredAtMs: NOON - 10 * MINUTE, location: atOrNew('SHOP') }),
      ),
    );
    expect(rows).toMatchObject([{ status: 'ABSORBED' }, { status: 'POSTED' }]);
    const [, count, late] = ledger.movements;
    expect(count?.counts).toMatchObject([{ quantity: 8, asOfMs: NOON - 10 * MINUTE }]);
    expect(late).toMatchObject({ absorbedLegs: [{ delta: -2 }], entries: [{ delta: 2, quantityAfter: 2 }] });
    expect(ledger.quantity('TEA', 'MAIN')).toBe(8);
    expect(faultsOf(ledger)).toEqual([]);
  });

  it('that happened after the count posts', () => {
    const ledger = new TestLedger();
    ledger.deliver(1, rowsOf(factOf('opening', { delta: 10, occurredAtMs: NOON - 60 * MINUTE })));
    counted(ledger, 8, NOON - 10 * MINUTE);
    ledger.deliver(2, rowsOf(factOf('later', { delta: -1, occurredAtMs: NOON - 10 * MINUTE + 1 })));
    expect(ledger.quantity('TEA', 'MAIN')).toBe(7);
  });

  it('beyond the exact range waits in quarantine with its whole event; other events post', () => {
    const ledger = new TestLedger();
    ledger.deliver(1, rowsOf(factOf('much', { delta: MAX_QUANTITY })));
    const result = ledger.deliver(
      2,
      rowsOf(
        factOf('1', { eventId: 'e', delta: 1, location: atOrNew('SHOP') }),
        factOf('2', { eventId: 'e', delta: 1 }),
        factOf('3', { delta: 7, location: atOrNew('SHOP') }),
      ),
    );
    expect(result.rows.map((row) => ('code' in row ? row.code : row.status))).toEqual([
      'INVALID_QUANTITY',
      'INVALID_QUANTITY',
      'POSTED',
    ]);
    expect(ledger.quantity('TEA', 'MAIN')).toBe(MAX_QUANTITY);
    expect(ledger.quantity('TEA', 'SHOP')).toBe(7);
    expect(ledger.outcomes.has(`${CONNECTION.id} 1`)).toBe(false);
    expect(faultsOf(ledger)).toEqual([]);
  });
});

describe('a fact that names', () => {
  const verdict = (ledger: TestLedger, fact: Fact): string => {
    const [row] = ledger.deliver(900 + ledger.messages.length, rowsOf(fact)).rows;
    return row && 'code' in row ? row.code : (row?.status ?? 'NONE');
  };

  it('an unknown item makes it with the code as its sku, known by that identifier, where it may', () => {
    const ledger = new TestLedger();
    expect(verdict(ledger, factOf('a'))).toBe('POSTED');
    expect(verdict(ledger, factOf('b', { item: REFUSING }))).toBe('POSTED');
    expect([...ledger.items.values()]).toMatchObject([{ sku: 'TEA', specification: '', name: null }]);
  });

  it('an unknown item waits where it may not make it: ITEM_NOT_FOUND', () => {
    expect(verdict(new TestLedger(), factOf('a', { item: REFUSING }))).toBe('ITEM_NOT_FOUND');
  });

  it('an unknown location waits: LOCATION_NOT_FOUND, before its item is made', () => {
    const ledger = new TestLedger();
    expect(verdict(ledger, factOf('a', { location: at('NOWHERE') }))).toBe('LOCATION_NOT_FOUND');
    expect(ledger.items.size).toBe(0);
  });

  it('a barcode that is the sku of another item waits: SKU_TAKEN', () => {
    const ledger = new TestLedger();
    ledger.addItem('TEA');
    expect(verdict(ledger, factOf('a'))).toBe('SKU_TAKEN');
  });

  it('a code of a scheme that means a sku finds the item of that sku and specification', () => {
    const ledger = new TestLedger();
    ledger.addItem('TEA', 'red');
    const item = byIdentifier('WINIT_MERCHANDISE', 'TEA', { specification: 'red', whenUnknown: 'REFUSE' });
    expect(verdict(ledger, factOf('a', { item }))).toBe('POSTED');
  });

  it('a sku that has specifications without one of them waits: SPECIFICATION_REQUIRED', () => {
    const ledger = new TestLedger();
    ledger.addItem('TEA', 'red');
    const item = byIdentifier('CLIENT_SKU', 'TEA', { whenUnknown: 'REFUSE' });
    expect(verdict(ledger, factOf('a', { item }))).toBe('SPECIFICATION_REQUIRED');
    expect(verdict(ledger, factOf('b', { item: bySku('TEA') }))).toBe('SPECIFICATION_REQUIRED');
  });

  it('an unknown barcode is ITEM_NOT_FOUND, though a sku be spelt the same', () => {
    const ledger = new TestLedger();
    ledger.addItem('TEA');
    expect(verdict(ledger, factOf('a', { item: REFUSING }))).toBe('ITEM_NOT_FOUND');
  });

  it('an item by a second name that belongs to another waits: IDENTIFIER_TAKEN', () => {
    const ledger = new TestLedger();
    ledger.addItem('SALT', '', [{ scheme: 'WINIT_SERNO', value: '7' }]);
    const item = byIdentifier('CODE', 'TEA', { alsoKnownAs: [{ scheme: 'WINIT_SERNO', value: '7' }] });
    expect(verdict(ledger, factOf('a', { item }))).toBe('IDENTIFIER_TAKEN');
    expect(ledger.items.size).toBe(1);
    ledger.addItem('TEA', '', [{ scheme: 'CODE', value: 'TEA' }]);
    expect(verdict(ledger, factOf('b', { item }))).toBe('IDENTIFIER_TAKEN');
  });

  it('an item by a second name that nobody has notes it', () => {
    const ledger = new TestLedger();
    const alsoKnownAs = [{ scheme: 'WINIT_SERNO', value: '7' }];
    verdict(ledger, factOf('a', { item: byIdentifier('CODE', 'TEA', { alsoKnownAs }) }));
    expect(verdict(ledger, factOf('b', { item: byIdentifier('WINIT_SERNO', '7', { whenUnknown: 'REFUSE' }) }))).toBe(
      'POSTED',
    );
    expect(ledger.items.size).toBe(1);
  });

  it('an item and a location that the row before it made finds them', () => {
    const ledger = new TestLedger();
    ledger.deliver(1, rowsOf(factOf('a'), factOf('b', { item: REFUSING, location: at('MAIN') })));
    expect(ledger.quantity('TEA', 'MAIN')).toBe(2);
  });
});

describe('a replay', () => {
  const waiting = rowsOf(factOf('a', { item: REFUSING, delta: 3 }), factOf('b', { item: bySku('SALT'), delta: 4 }));

  it('applies what was fixed, closes it, and says why the rest waits', () => {
    const ledger = new TestLedger();
    ledger.deliver(1, waiting, NOON);
    ledger.addItem('TEA', '', [{ scheme: 'CODE', value: 'TEA' }]);
    ledger.addLocation('MAIN');
    const result = ledger.post(replayed(MESSAGE(1), waiting), NOON + 60 * MINUTE);
    expect(result).toMatchObject({
      status: 'PARTLY_QUARANTINED',
      rows: [{ status: 'POSTED' }, { status: 'QUARANTINED' }],
    });
    expect([...ledger.quarantined.values()]).toMatchObject([
      { index: 0, open: false, sequence: 1 },
      { index: 1, open: true, code: 'ITEM_NOT_FOUND' },
    ]);
    expect(ledger.messages).toMatchObject([{ id: MESSAGE(1), status: 'PARTLY_QUARANTINED' }]);
  });

  it('once nothing waits any more makes the message APPLIED', () => {
    const ledger = new TestLedger();
    ledger.deliver(1, waiting);
    ledger.addItem('TEA', '', [{ scheme: 'CODE', value: 'TEA' }]);
    ledger.addItem('SALT');
    ledger.addLocation('MAIN');
    expect(ledger.post(replayed(MESSAGE(1), waiting)).status).toBe('APPLIED');
    expect(ledger.messages).toMatchObject([{ status: 'APPLIED' }]);
    expect([...ledger.quarantined.values()].some((row) => row.open)).toBe(false);
  });

  it('that fixes nothing leaves the message unchanged', () => {
    const ledger = new TestLedger();
    ledger.deliver(1, waiting);
    expect(ledger.post(replayed(MESSAGE(1), waiting)).status).toBe('QUARANTINED');
    expect(ledger.post(replayed(MESSAGE(1), waiting, true)).status).toBe('PARTLY_QUARANTINED');
    expect(ledger.movements).toEqual([]);
  });

  it('posts once, however often it is asked for', () => {
    const ledger = new TestLedger();
    const [row] = waiting;
    ledger.deliver(1, [row as DecodedRow]);
    ledger.addItem('TEA', '', [{ scheme: 'CODE', value: 'TEA' }]);
    ledger.addLocation('MAIN');
    const postings = [1, 2, 3].map(() => replayed(MESSAGE(1), [row as DecodedRow]));
    expect(ledger.batch(postings)).toMatchObject([
      { result: { rows: [{ status: 'POSTED', sequence: 1 }] } },
      { result: { rows: [] } },
      { result: { rows: [] } },
    ]);
    expect(ledger.quantity('TEA', 'MAIN')).toBe(3);
    expect([...ledger.quarantined.values()]).toMatchObject([{ open: false, sequence: 1 }]);
  });

  it('closes a row that has come in another delivery meanwhile, and posts nothing', () => {
    const ledger = new TestLedger();
    const [row] = waiting as [DecodedRow];
    ledger.deliver(1, [row]);
    ledger.addItem('TEA', '', [{ scheme: 'CODE', value: 'TEA' }]);
    ledger.addLocation('MAIN');
    ledger.deliver(2, [row]);
    ledger.post(replayed(MESSAGE(1), [row]));
    expect(ledger.movements).toHaveLength(1);
    expect(ledger.quarantined.get(`${MESSAGE(1)} 0`)).toMatchObject({ open: false, sequence: 1 });
  });

  it('keeps the original clocks: it takes effect no later than the message came', () => {
    const ledger = new TestLedger();
    const ahead = rowsOf(
      factOf('a', { item: REFUSING, occurredAtMs: NOON + MINUTE }),
      factOf('b', { item: REFUSING, occurredAtMs: null }),
    );
    ledger.deliver(1, ahead);
    ledger.addItem('TEA', '', [{ scheme: 'CODE', value: 'TEA' }]);
    ledger.addLocation('MAIN');
    ledger.post(replayed(MESSAGE(1), ahead), NOON + 60 * MINUTE);
    const later = NOON + 60 * MINUTE;
    expect(ledger.movements).toMatchObject([
      { occurredAtMs: NOON + MINUTE, effectiveAtMs: NOON, recordedAtMs: later, inboundMessageId: MESSAGE(1) },
      { occurredAtMs: NOON, effectiveAtMs: NOON, recordedAtMs: later },
    ]);
  });

  it('of a fact from before a count that was made meanwhile has no effect', () => {
    const ledger = new TestLedger();
    ledger.addItem('TEA');
    ledger.addLocation('MAIN');
    const rows = rowsOf(factOf('a', { item: REFUSING, delta: 3, occurredAtMs: NOON - MINUTE }));
    ledger.deliver(1, rows);
    counted(ledger, 5, NOON);
    const tea = [...ledger.items.values()].find(({ sku }) => sku === 'TEA');
    ledger.identifiers.set(identifierKey('CODE', 'TEA', ''), {
      scheme: 'CODE',
      value: 'TEA',
      specification: '',
      itemId: tea?.id ?? '',
    });
    ledger.post(replayed(MESSAGE(1), rows), NOON + MINUTE);
    expect(ledger.quantity('TEA', 'MAIN')).toBe(5);
    expect(ledger.movements.at(-1)).toMatchObject({ entries: [], absorbedLegs: [{ delta: 3 }] });
  });
});
