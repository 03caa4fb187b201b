import { CatalogueMap } from '../../../../src/domain/catalogue/catalogue-map';
import { askedReads } from '../../../../src/domain/ledger/asked-reads';
import { levelId } from '../../../../src/domain/ledger/level-id';
import { LedgerState } from '../../../../src/domain/ledger/ledger-state';
import type { Movement } from '../../../../src/domain/ledger/movement';
import type { PostingReads } from '../../../../src/domain/ledger/posting-reads';
import { DEFAULT_DIMENSIONS, stockKey, type StockKey } from '../../../../src/domain/ledger/stock-key';
import type { UnitOfWork } from '../../../../src/domain/ledger/unit-of-work';
import { knownLedger } from '../../../support/domain/gateway';
import {
  at,
  atOrNew,
  byIdentifier,
  bySku,
  CLIENT,
  factOf,
  idOf,
  keyOf,
  MINUTE,
  NOON,
  postingOf,
  rowsOf,
  sha256,
  type TestLedger,
} from '../../../support/domain/test-ledger';

const AS_OF = NOON - 10 * MINUTE;

const NAMES = { items: [bySku('TEA')], locations: [at('MAIN')] };

/** What a plan reads of a ledger in which a unit of TEA has come to MAIN, by a posting that asks for `reads`. */
function readBy<Result>(read: (work: UnitOfWork) => Result, reads: Partial<PostingReads> = {}): Result {
  const ledger = knownLedger();
  ledger.deliver(1, rowsOf(factOf('a')));
  return ledger.post(
    postingOf((work) => ({ keep: false, remember: [], result: read(work) }), {
      reads: { outcomes: [], keys: [], ...NAMES, ...reads },
    }),
  );
}

const idsOf = (work: UnitOfWork): { itemId: string; locationId: string } => {
  const [item, location] = [work.resolveItem(bySku('TEA')), work.resolveLocation(at('MAIN'))];
  if (!('found' in item) || !('found' in location)) throw new Error('TEA and MAIN are known.');
  return { itemId: item.found.id, locationId: location.found.id };
};

const level = (work: UnitOfWork) => work.level(work.levelKey({ ...DEFAULT_DIMENSIONS, ...idsOf(work) }));

const deltas = (asOfMs: number) => (work: UnitOfWork) => work.deltasAfter(level(work), asOfMs);

const record = (work: UnitOfWork) => work.inventoryRecord(idsOf(work));

describe('a plan that reads what its posting did not ask for', () => {
  it('throws for an outcome', () => {
    expect(() => readBy((work) => work.outcome('x'))).toThrow('Bug: a plan read the outcome of x');
    expect(readBy((work) => work.outcome('x'), { outcomes: ['x'] })).toBeUndefined();
  });

  it('throws for an order', () => {
    expect(() => readBy((work) => work.order('WT1'))).toThrow('Bug: a plan read order WT1');
    expect(readBy((work) => work.order('WT1'), { orderNumbers: ['WT1'] })).toBeUndefined();
  });

  it('throws for an item, an identifier or a location by name, whether or not there is one', () => {
    const none = { items: [], locations: [] };
    for (const sku of ['TEA', 'NEW']) {
      expect(() => readBy((work) => work.resolveItem(bySku(sku)), none)).toThrow(
        `Bug: a plan read the items of sku ${sku}`,
      );
      const named = byIdentifier('CODE', sku);
      expect(() => readBy((work) => work.resolveItem(named), none)).toThrow(
        `Bug: a plan read the identifier CODE ${sku}`,
      );
    }
    for (const code of ['MAIN', 'NEW']) {
      expect(() => readBy((work) => work.resolveLocation(atOrNew(code)), none)).toThrow(
        `Bug: a plan read location ${code}`,
      );
    }
  });

  it('throws for the other variants of a sku that was read by an identifier of one of them', () => {
    const ledger = knownLedger();
    ledger.addItem('RICE', 'red', [{ scheme: 'CODE', value: 'RED' }]);
    ledger.addItem('RICE', 'blue');
    const plan = (work: UnitOfWork) => ({ keep: false, remember: [], result: work.resolveItem(bySku('RICE', 'blue')) });
    const reads = { outcomes: [], keys: [], items: [byIdentifier('CODE', 'RED')] };
    expect(() => ledger.post(postingOf(plan, { reads }))).toThrow('Bug: a plan read the items of sku RICE');
  });

  it('throws for a level, whether or not there is one', () => {
    expect(() => readBy(level)).toThrow('Bug: a plan read level');
    expect(readBy(level, { keys: [keyOf('TEA', 'MAIN')] })).toMatchObject({ quantity: 1, version: 1 });
    const keys = [keyOf('TEA', 'MAIN', { lot: 'L' })];
    expect(() => readBy(level, { keys })).toThrow('Bug: a plan read level');
  });

  it('throws for the levels of an item at a location, unless a count asks for them', () => {
    const read = (work: UnitOfWork) => work.levelsAt(idsOf(work), 'AVAILABLE');
    const key = keyOf('TEA', 'MAIN');
    expect(() => readBy(read, { keys: [key] })).toThrow('Bug: a plan read the levels of item');
    expect(readBy(read, { keys: [key], counts: [{ key, asOfMs: null }] })).toMatchObject([{ quantity: 1 }]);
  });

  it('throws for an outcome that it records', () => {
    const record = (work: UnitOfWork) => {
      work.recordOutcome({ externalId: 'x', fingerprint: '', sequence: null, result: null });
    };
    expect(() => {
      readBy(record);
    }).toThrow('Bug: a plan read the outcome of x');
  });

  it('throws for the deltas of a level, and for those after another moment', () => {
    const reads = { keys: [keyOf('TEA', 'MAIN')], counts: [{ key: keyOf('TEA', 'MAIN'), asOfMs: AS_OF }] };
    expect(() => readBy(deltas(AS_OF), { keys: reads.keys })).toThrow('Bug: a plan read the deltas of level');
    expect(() => readBy(deltas(AS_OF + 1), reads)).toThrow('Bug: a plan read the deltas of level');
    expect(readBy(deltas(AS_OF), reads)).toBe(1);
  });

  it('throws for an inventory record, whether or not there is one', () => {
    expect(() => readBy(record)).toThrow('Bug: a plan read the inventory record of item');
    const inventoryRecords = [{ item: bySku('TEA'), location: at('MAIN') }];
    expect(readBy(record, { inventoryRecords })).toBeUndefined();
  });
});

describe('a plan needs to ask for nothing', () => {
  it('about a moment after which nothing can have taken effect', () => {
    expect(readBy(deltas(NOON), { keys: [keyOf('TEA', 'MAIN')] })).toBe(0);
  });

  it('about an item that its own batch has made', () => {
    const names = { items: [byIdentifier('CODE', 'NEW')], locations: [atOrNew('MAIN')] };
    const read = readBy((work) => {
      const [item, location] = [work.resolveItem(byIdentifier('CODE', 'NEW')), work.resolveLocation(atOrNew('MAIN'))];
      if (!('found' in item) || !('found' in location)) throw new Error('Both may be made.');
      const [itemId, locationId] = [item.found.id, location.found.id];
      const empty = work.level(work.levelKey({ ...DEFAULT_DIMENSIONS, itemId, locationId }));
      const at = { itemId, locationId };
      return [work.inventoryRecord(at), work.deltasAfter(empty, AS_OF), work.levelsAt(at, 'AVAILABLE')];
    }, names);
    expect(read).toEqual([undefined, 0, []]);
  });
});

describe('a batch', () => {
  const stateOf = (ledger: TestLedger) =>
    ledger.state([postingOf(() => ({ keep: false, remember: [], result: null }))]);
  const ledger = knownLedger();
  ledger.deliver(1, rowsOf(factOf('a')));

  it('does not take a movement that does not follow the head', () => {
    const [movement] = ledger.movements as [Movement];
    expect(() => {
      stateOf(ledger).addMovement({ ...movement, sequence: 3 });
    }).toThrow('Bug: movement 3 does not follow the head, which is at 1.');
  });

  it('does not take a level whose version does not follow, or whose quantity changes without an entry', () => {
    const [level] = [...ledger.levels.values()];
    if (!level) throw new Error('There is a level.');
    const state = stateOf(ledger);
    expect(() => {
      state.putLevel({ ...level, version: 2 });
    }).toThrow('does not follow version 0');
    state.putLevel(level);
    expect(() => {
      state.putLevel({ ...level, quantity: 5 });
    }).toThrow('does not follow version 1');
  });

  it('does not take a clock that is behind the head', () => {
    const head = { ...ledger.head, recordedAtMs: NOON + MINUTE };
    const loaded = {
      ...{
        asked: [],
        outcomes: [],
        levels: [],
        deltasAfter: [],
        pasts: [],
        wholeItems: [],
        holdings: [],
        orders: [],
        reservations: [],
        inventoryRecords: [],
        otherExpiryMs: null,
      },
      head,
    };
    expect(() => new LedgerState({ ...loaded, catalogue: new CatalogueMap() }, NOON)).toThrow(
      'Bug: our clock went back',
    );
  });

  it('does not take a second outcome under one id', () => {
    const state = ledger.state([
      postingOf(() => ({ keep: false, remember: [], result: null }), { reads: { outcomes: ['x'], keys: [] } }),
    ]);
    const outcome = { externalId: 'x', fingerprint: '', sequence: null, result: null };
    state.recordOutcome(CLIENT.id, outcome);
    expect(() => {
      state.recordOutcome(CLIENT.id, outcome);
    }).toThrow('Bug: x has an outcome already');
  });
});

describe('a movement', () => {
  const draft = { reason: 'GAIN', externalId: 'x', occurredAtMs: null, evidenceHash: '00'.repeat(32) } as const;
  const tea = { keys: [keyOf('TEA', 'MAIN')] };
  const levelKey = (work: UnitOfWork) => work.levelKey({ ...DEFAULT_DIMENSIONS, ...idsOf(work) });

  it('is not empty', () => {
    expect(() => readBy((work) => work.post({ ...draft, legs: [] }))).toThrow('Bug: movement x is empty');
  });

  it.each([0.5, Number.NaN, 2 ** 53])('has no leg of %p units', (delta) => {
    const post = (work: UnitOfWork) => work.post({ ...draft, legs: [{ ...levelKey(work), delta }] });
    expect(() => readBy(post, tea)).toThrow(`Bug: a leg's delta is ${delta}`);
  });

  it('has no leg whose level is of another item', () => {
    const post = (work: UnitOfWork) => {
      const { key, levelId } = levelKey(work);
      return work.post({ ...draft, legs: [{ key: { ...key, itemId: 'other' }, levelId, delta: 1 }] });
    };
    expect(() => readBy(post, tea)).toThrow('is not of item other');
  });
});

it('asks for the same sum once, however often rows repeat each other', () => {
  const catalogue = new CatalogueMap();
  catalogue.asked.skus.add('TEA');
  catalogue.asked.locationCodes.add('MAIN');
  const ledger = knownLedger();
  for (const item of ledger.items.values()) catalogue.addItem(item);
  for (const location of ledger.locations.values()) catalogue.addLocation(location);
  const rows = [AS_OF, AS_OF, AS_OF + 1].map((moment) => ({ key: keyOf('TEA', 'MAIN'), moment }));
  const reads = {
    ...{ outcomes: [], keys: [] },
    counts: rows.map(({ key, moment }) => ({ key, asOfMs: moment })),
    dated: rows.map(({ key, moment }) => ({ key, occurredAtMs: moment })),
  };
  const { deltasAfter, pasts } = askedReads([{ reads }], catalogue, sha256);
  expect(deltasAfter.map(({ asOfMs }) => asOfMs)).toEqual([AS_OF, AS_OF + 1]);
  expect(pasts.map(({ sinceMs }) => sinceMs)).toEqual([AS_OF, AS_OF + 1]);
});

it('a level that is counted is read with its siblings, and not a second time by its id', () => {
  const [counted, named] = [keyOf('TEA', 'MAIN'), keyOf('SALT', 'MAIN')];
  const { items, locations } = knownLedger();
  const catalogue = new CatalogueMap();
  for (const item of items.values()) catalogue.addItem(item);
  for (const location of locations.values()) catalogue.addLocation(location);
  for (const sku of ['TEA', 'SALT']) catalogue.asked.skus.add(sku);
  catalogue.asked.locationCodes.add('MAIN');
  const reads = { outcomes: [], keys: [counted, named], counts: [{ key: counted, asOfMs: null }] };
  const asked = askedReads([{ reads }], catalogue, sha256);
  const own = asked.levelKeys.get(named);
  expect([...asked.levels]).toEqual([[own?.levelId, own?.key]]);
  expect([...asked.siblingsAt.values()]).toEqual([asked.levelKeys.get(counted)?.key]);
});

test('a key that an order has stored is that of its level, whatever the order of its properties', () => {
  const key = stockKey(DEFAULT_DIMENSIONS, idOf(1), idOf(2));
  const stored = Object.fromEntries(Object.entries(key).reverse()) as unknown as StockKey;
  const { levels } = askedReads([{ reads: { outcomes: [], keys: [], levels: [stored] } }], new CatalogueMap(), sha256);
  expect(JSON.stringify([...levels])).toBe(JSON.stringify([[levelId(key, sha256), key]]));
});
