import { AlikeKeys, Siblings } from '../../../../src/domain/plans/alike-keys';
import {
  DEFAULT_DIMENSIONS,
  stockKey,
  TRACKABLE_DIMENSIONS,
  type StockKey,
  type TrackableDimension,
} from '../../../../src/domain/ledger/stock-key';
import type { Level } from '../../../../src/domain/ledger/ledger-state';
import type { UnitOfWork } from '../../../../src/domain/ledger/unit-of-work';
import { randomFrom } from '../../../support/written-secrets';

const random = randomFrom(7);
const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;

const randomKey = (): StockKey =>
  stockKey(
    {
      ...DEFAULT_DIMENSIONS,
      owner: pick(['', 'A']),
      pool: pick(['', 'A']),
      channel: pick(['', '2B']),
      condition: pick(['GOOD', 'DAMAGED'] as const),
      packaging: pick(['SINGLE', 'BOX'] as const),
      barcode: pick(['', 'A']),
      lot: pick(['', 'A', 'B']),
    },
    'item',
    'location',
  );

it('finds the keys with stock that differ at most in dimensions which are not told apart', () => {
  const keys = Array.from({ length: 200 }, () => ({ key: randomKey(), quantity: pick([0, 1, -2]) }));
  const alike = new AlikeKeys(keys);
  let found = 0;
  for (let n = 0; n < 500; n += 1) {
    const key = randomKey();
    const told = TRACKABLE_DIMENSIONS.filter(() => random() < 0.5);
    const expected = keys.filter(
      ({ key: other, quantity }) =>
        quantity !== 0 && other.condition === key.condition && told.every((name) => other[name] === key[name]),
    );
    expect(alike.alike(key, new Set(told))).toEqual(expected);
    found += expected.length;
  }
  expect(found).toBeGreaterThan(500);
});

it('puts what is told of finer levels into words once for rows that repeat each other', () => {
  const levels = Array.from({ length: 10 }, (_, n) => ({
    ...{ id: `${n}`, key: stockKey({ ...DEFAULT_DIMENSIONS, lot: `${n}` }, 'item', 'location') },
    ...{ quantity: 1, version: 1, updatedAtMs: 0, lastEffectiveAtMs: 0 },
    ...{ hasBaseline: false, countedAsOfMs: null, lastCount: null },
  }));
  const [first, second] = levels as [Level, Level];
  const work = { levelsAt: () => levels, hasLevelsBeside: () => true } as unknown as UnitOfWork;
  const siblings = new Siblings(work);
  const tell = jest.fn((finer: readonly Level[]) => (finer.length === 0 ? null : `${finer.length}`));
  const asked = (level: Level, ...told: TrackableDimension[]) => siblings.finer(level, new Set(told), tell);
  expect([asked(first), asked(first), asked(second), asked(first, 'lot'), asked(first, 'lot')]).toEqual([
    ...['9', '9', '9'],
    ...[null, null],
  ]);
  expect(tell).toHaveBeenCalledTimes(3);
});
