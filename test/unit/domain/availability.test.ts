import fc from 'fast-check';
import { availabilityOf, offerOf, sellableUnits, type LocationStock } from '../../../src/domain/availability';
import {
  BACK_ORDER_HANDLINGS,
  DEFAULT_TERMS,
  DURATION_UNITS,
  INVENTORY_STYLES,
  STOCK_AVAILABILITIES,
  type InventoryTerms,
} from '../../../src/domain/inventory-record';
import { NOON } from '../../support/domain/test-ledger';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A location with terms of its own, but for what is said. */
function place(
  locationId: string,
  available: number,
  terms: Partial<InventoryTerms> | null = null,
  more: Partial<LocationStock> = {},
): LocationStock {
  return {
    locationId,
    available,
    lastCounted: null,
    incoming: 0,
    backOrdered: 0,
    isArchived: false,
    terms: terms && { ...DEFAULT_TERMS, ...terms },
    ...more,
  };
}

const sellable = (
  available: number,
  terms: Partial<InventoryTerms> | null,
  lastCounted: number | null = null,
): number => sellableUnits(place('A', available, terms, { lastCounted }));

describe('what can be sold now', () => {
  it.each<[string, number, number, Partial<InventoryTerms> | null, number | null]>([
    ['what is available, where no record says otherwise', 7, 7, null, 99],
    ['nothing, where more was sold than there is', 0, -3, null, null],
    ['what is above the threshold', 5, 7, { outOfStockThreshold: 2 }, null],
    ['nothing at the threshold or below', 0, 2, { outOfStockThreshold: 2 }, null],
    ['nothing where the record says OUT_OF_STOCK', 0, 7, { stockAvailability: 'OUT_OF_STOCK' }, 7],
    ['no more than there is where it says IN_STOCK', 0, 0, { stockAvailability: 'IN_STOCK' }, null],
    ['what is available of DYNAMIC stock, whatever was counted', 7, 7, { style: 'DYNAMIC' }, 20],
    ['what was counted last of STATIC stock', 20, 7, { style: 'STATIC' }, 20],
    [
      'what was counted last of PERPETUAL stock, less the threshold',
      18,
      7,
      { style: 'PERPETUAL', outOfStockThreshold: 2 },
      20,
    ],
    ['what is available of STATIC stock that nobody has counted', 7, 7, { style: 'STATIC' }, null],
    ['nothing of STATIC stock of which none was counted', 0, 7, { style: 'STATIC' }, 0],
  ])('is %s', (_what, expected, available, terms, lastCounted) => {
    expect(sellable(available, terms, lastCounted)).toBe(expected);
  });
});

describe('what may be sold before it is there', () => {
  it.each<[string, number, LocationStock]>([
    ['nothing without a record', 0, place('A', 0, null, { incoming: 9 })],
    ['nothing without a handling', 0, place('A', 0, { backOrderAllocation: 9 }, { incoming: 9 })],
    [
      'the allocation',
      5,
      place('A', 3, { backOrderHandling: 'BACK_ORDERABLE', backOrderAllocation: 5 }, { incoming: 9 }),
    ],
    [
      'what is on its way, where there is no allocation',
      9,
      place('A', 3, { backOrderHandling: 'PRE_ORDERABLE' }, { incoming: 9 }),
    ],
    [
      'less what was sold so already',
      2,
      place('A', -3, { backOrderHandling: 'BACK_ORDERABLE', backOrderAllocation: 5 }),
    ],
    ['never below nothing', 0, place('A', -9, { backOrderHandling: 'BACK_ORDERABLE', backOrderAllocation: 5 })],
    [
      'nothing where all of it is allocated to none',
      0,
      place('A', 0, { backOrderHandling: 'PRE_ORDERABLE', backOrderAllocation: 0 }, { incoming: 9 }),
    ],
  ])('is %s', (_what, expected, stock) => {
    expect(offerOf(stock, NOON).backOrderable).toBe(expected);
  });
});

describe('a quantity', () => {
  const later = (days: number | null, allocation: number): Partial<InventoryTerms> => ({
    backOrderHandling: 'BACK_ORDERABLE',
    backOrderAllocation: allocation,
    leadTime: days,
  });

  it('is taken from the fullest locations first', () => {
    const result = availabilityOf([place('A', 2), place('B', 7), place('C', 5)], 9, NOON);
    expect(result).toMatchObject({ sellable: 14, canSellNow: true, canSellLater: true, completeFromMs: NOON });
    expect(result.offers.map(({ locationId, takeNow, takeLater }) => [locationId, takeNow, takeLater])).toEqual([
      ['A', 0, 0],
      ['B', 7, 0],
      ['C', 2, 0],
    ]);
  });

  it('beyond what is there is taken later, from where it comes first', () => {
    const stocks = [place('A', 1, later(9, 5)), place('B', 1, later(2, 5)), place('C', 1, later(null, 5))];
    const result = availabilityOf(stocks, 9, NOON);
    expect(result).toMatchObject({
      sellable: 3,
      backOrderable: 15,
      canSellNow: false,
      canSellLater: true,
      completeFromMs: NOON + 9 * DAY,
    });
    expect(result.offers.map(({ takeNow, takeLater }) => [takeNow, takeLater])).toEqual([
      [1, 1],
      [1, 5],
      [1, 0],
    ]);
  });

  it('that nobody has said the arrival of is complete nobody knows when', () => {
    const result = availabilityOf([place('A', 1, later(2, 5)), place('B', 0, later(null, 5))], 7, NOON);
    expect(result).toMatchObject({ canSellLater: true, completeFromMs: null });
  });

  it('beyond everything cannot be sold, and says what there is', () => {
    const result = availabilityOf([place('A', 1, later(2, 5))], 7, NOON);
    expect(result).toMatchObject({ sellable: 1, backOrderable: 5, canSellNow: false, canSellLater: false });
    expect(result).toMatchObject({ completeFromMs: null, offers: [{ takeNow: 1, takeLater: 5 }] });
  });

  it('of nothing at no location is there now', () => {
    expect(availabilityOf([], 0, NOON)).toMatchObject({ canSellNow: true, completeFromMs: NOON, offers: [] });
    expect(availabilityOf([], 1, NOON)).toMatchObject({ canSellNow: false, canSellLater: false, completeFromMs: null });
  });

  it.each<[string, number | null, Partial<InventoryTerms>]>([
    ['the arrival date', NOON + DAY, { stockArrivalDateMs: NOON + DAY, leadTime: 9 }],
    ['now, where that has passed', NOON, { stockArrivalDateMs: NOON - DAY }],
    ['the end of the lead time in hours', NOON + 48 * HOUR, { leadTime: 48, leadTimeUnit: 'HOUR' }],
    ['in days', NOON + 2 * DAY, { leadTime: 2, leadTimeUnit: 'DAY' }],
    ['in days, where no unit is said', NOON + 2 * DAY, { leadTime: 2 }],
    ['in weeks', NOON + 14 * DAY, { leadTime: 2, leadTimeUnit: 'WEEK' }],
    ['in months of 30 days', NOON + 60 * DAY, { leadTime: 2, leadTimeUnit: 'MONTH' }],
    ['not known, where neither is said', null, {}],
  ])('may be there from %s', (_what, expected, terms) => {
    const stock = place('A', 0, { backOrderHandling: 'PRE_ORDERABLE', backOrderAllocation: 1, ...terms });
    const result = availabilityOf([stock], 1, NOON);
    expect([result.completeFromMs, result.offers[0]?.backOrderFromMs]).toEqual([expected, expected]);
  });

  it('with the longest lead time is still promised for a moment that a date can say', () => {
    const stock = place('A', 0, { ...later(2 ** 31 - 1, 1), leadTimeUnit: 'MONTH' });
    const { completeFromMs } = availabilityOf([stock], 1, NOON);
    expect(new Date(completeFromMs ?? Number.NaN).toISOString()).toMatch(/^\+\d{6}-/);
  });
});

describe('any answer', () => {
  const units = fc.integer({ min: -20, max: 20 });
  const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
  const terms = fc.record({
    stockAvailability: orNull(fc.constantFrom(...STOCK_AVAILABILITIES)),
    outOfStockThreshold: orNull(fc.nat(5)),
    backOrderHandling: orNull(fc.constantFrom(...BACK_ORDER_HANDLINGS)),
    backOrderAllocation: orNull(fc.nat(20)),
    stockArrivalDateMs: orNull(fc.integer({ min: NOON - DAY, max: NOON + DAY })),
    leadTime: orNull(fc.nat(10)),
    leadTimeUnit: orNull(fc.constantFrom(...DURATION_UNITS)),
    style: fc.constantFrom(...INVENTORY_STYLES),
  });
  const stock = fc.record({
    available: units,
    lastCounted: orNull(fc.nat(20)),
    incoming: fc.nat(20),
    terms: orNull(terms),
  });

  it('takes no more than a location can give, and as much as is asked for where there is so much', () => {
    fc.assert(
      fc.property(fc.array(stock, { maxLength: 5 }), fc.nat(60), (stocks, quantity) => {
        const { offers, ...answer } = availabilityOf(
          stocks.map(({ available, terms, ...more }, index) => place(String(index), available, terms, more)),
          quantity,
          NOON,
        );
        const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
        const now = sum(offers.map(({ takeNow }) => takeNow));
        const later = sum(offers.map(({ takeLater }) => takeLater));
        for (const offer of offers) {
          expect(offer.takeNow).toBeLessThanOrEqual(offer.sellable);
          expect(offer.takeLater).toBeLessThanOrEqual(offer.backOrderable);
        }
        expect(now).toBe(Math.min(quantity, answer.sellable));
        expect(now + later).toBe(Math.min(quantity, answer.sellable + answer.backOrderable));
        expect(answer.canSellNow).toBe(now === quantity);
        expect(answer.canSellLater).toBe(now + later === quantity);
        if (answer.completeFromMs !== null) expect(answer.canSellLater && answer.completeFromMs >= NOON).toBe(true);
        if (answer.canSellNow) expect(answer.completeFromMs).toBe(NOON);
      }),
    );
  });
});
