import fc from 'fast-check';
import { EARLIEST_MS, isInstant, LATEST_MS, parseInstant, parseWallClock } from '../../../src/domain/instant';

const TWO_DIGITS = (n: number): string => String(n).padStart(2, '0');

describe('parseInstant', () => {
  it('reads what toISOString writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: EARLIEST_MS, max: LATEST_MS }), (ms) => {
        expect(parseInstant(new Date(ms).toISOString())).toBe(ms);
      }),
    );
  });

  it('takes an offset away from the local time, to the millisecond', () => {
    const offset = fc.record({ sign: fc.constantFrom(1, -1), hours: fc.nat(23), minutes: fc.nat(59) });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), offset, (ms, { sign, hours, minutes }) => {
        const local = new Date(ms + sign * (hours * 60 + minutes) * 60_000).toISOString().slice(0, -1);
        const text = `${local}${sign === 1 ? '+' : '-'}${TWO_DIGITS(hours)}:${TWO_DIGITS(minutes)}`;
        expect(parseInstant(text)).toBe(ms);
      }),
    );
  });

  it.each([
    ['2026-01-01T00:00:00.57Z', 570],
    ['2026-01-01T00:00:00.0019Z', 1],
    ['2026-01-01T00:00:00.999999999Z', 999],
  ])('cuts off what is finer than milliseconds in %s', (text, milliseconds) => {
    expect(parseInstant(text)).toBe(Date.parse('2026-01-01T00:00:00Z') + milliseconds);
  });

  it.each([
    '',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T23:59:60Z',
    '2026-01-01T00:00:00',
    '2026-01-01 00:00:00Z',
    '2026-01-01T00:00:00z',
    '2026-01-01T00:00:00.Z',
    '2026-01-01T00:00:00.1234567890Z',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00+00:60',
    '0000-12-31T00:00:00Z',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59.999-00:01',
    ' 2026-01-01T00:00:00Z',
    '２026-01-01T00:00:00Z',
  ])('refuses %j', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });
});

it('reads a wall clock as if it were UTC, and only dates that exist', () => {
  expect(parseWallClock('2024-02-29 23:59:59')).toBe(Date.UTC(2024, 1, 29, 23, 59, 59));
  expect(parseWallClock('2026-02-29 00:00:00')).toBeUndefined();
  expect(parseWallClock('2026-01-01T00:00:00')).toBeUndefined();
  expect(parseWallClock('2026-01-01 24:00:00')).toBeUndefined();
});

it('takes whole milliseconds of the years 1 to 9999 for instants', () => {
  expect([EARLIEST_MS, LATEST_MS, 0].every(isInstant)).toBe(true);
  expect([EARLIEST_MS - 1, LATEST_MS + 1, 0.5, NaN].some(isInstant)).toBe(false);
});
