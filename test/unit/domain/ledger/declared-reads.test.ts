import type { Movement } from '../../../../src/domain/ledger/movement';
import type { PostingReads } from '../../../../src/domain/ledger/posting-reads';
import { DEFAULT_DIMENSIONS } from '../../../../src/domain/ledger/stock-key';
import type { UnitOfWork } from '../../../../src/domain/ledger/unit-of-work';
import { knownLedger } from '../../../support/domain/gateway';
import {
  at,
  atOrNew,
  byIdentifier,
  bySku,
  factOf,
  keyOf,
  MINUTE,
  NOON,
  postingOf,
  rowsOf,
  type TestLedger,
} from '../../../support/domain/test-ledger';

const AS_OF = NOON - 10 * MINUTE;

/** What a plan reads of a ledger in which a unit of TEA has come to MAIN, by a posting that asks for `reads`. */
function readBy<Result>(read: (work: UnitOfWork) => Result, reads: Partial<PostingReads> = {}): Result {
  const ledger = knownLedger();
  ledger.deliver(1, rowsOf(factOf('a')));
  return ledger.post(
    postingOf((work) => ({ keep: false, result: read(work) }), { reads: { outcomes: [], keys: [], ...reads } }),
  );
}

const idsOf = (work: UnitOfWork): { itemId: string; locationId: string } => {
  const [item, location] = [work.resolveItem(bySku('TEA')), work.resolveLocation(at('MAIN'))];
  if (!('found' in item) || !('found' in location)) throw new Error('TEA and MAIN are known.');
  return { itemId: item.found.id, locationId: location.found.id };
};

const deltas = (asOfMs: number) => (work: UnitOfWork) =>
  work.deltasAfter(work.level({ ...DEFAULT_DIMENSIONS, ...idsOf(work) }), asOfMs);

const record = (work: UnitOfWork) => {
  const { itemId, locationId } = idsOf(work);
  return work.inventoryRecord(itemId, locationId);
};

describe('a plan that reads what its posting did not ask for', () => {
  it('throws for an outcome', () => {
    expect(() => readBy((work) => work.outcome('x'))).toThrow('Bug: a plan read the outcome of x');
    expect(readBy((work) => work.outcome('x'), { outcomes: ['x'] })).toBeUndefined();
  });

  it('throws for an order', () => {
    expect(() => readBy((work) => work.order('WT1'))).toThrow('Bug: a plan read order WT1');
    expect(readBy((work) => work.order('WT1'), { orderNumbers: ['WT1'] })).toBeUndefined();
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
    const read = readBy((work) => {
      const [item, location] = [work.resolveItem(byIdentifier('UPC', 'NEW')), work.resolveLocation(atOrNew('MAIN'))];
      if (!('found' in item) || !('found' in location)) throw new Error('Both may be made.');
      const [itemId, locationId] = [item.found.id, location.found.id];
      const level = work.level({ ...DEFAULT_DIMENSIONS, itemId, locationId });
      return [work.inventoryRecord(itemId, locationId), work.deltasAfter(level, AS_OF)];
    });
    expect(read).toEqual([undefined, 0]);
  });
});

describe('a batch', () => {
  const stateOf = (ledger: TestLedger) => ledger.state([postingOf(() => ({ keep: false, result: null }))]);
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
});
