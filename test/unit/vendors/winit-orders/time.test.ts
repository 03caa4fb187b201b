import { parseWallClock } from '../../../../src/domain/instant';
import { isTimely, zoneOf } from '../../../../src/vendors/winit-orders/time';

function timely(zoneName: string, text: string, now: string, toleranceSeconds = 300): boolean {
  const zone = zoneOf(zoneName);
  const wallMs = parseWallClock(text);
  if (!zone || wallMs === undefined) throw new Error('no zone or no time');
  return isTimely(wallMs, zone, Date.parse(now), toleranceSeconds * 1000);
}

test.each([
  ['2020-05-18 20:09:05', true],
  ['2020-05-18 20:14:05', true],
  ['2020-05-18 20:04:05', true],
  ['2020-05-18 20:14:06', false],
  ['2020-05-18 20:04:04', false],
  ['2020-05-18 12:09:05', false],
])('in Shanghai, at 12:09:05 UTC, %s is timely: %s', (text, expected) => {
  expect(timely('Asia/Shanghai', text, '2020-05-18T12:09:05Z')).toBe(expected);
});

test('other zones have their own offsets, with and without summer time', () => {
  expect(timely('America/New_York', '2020-07-01 08:00:00', '2020-07-01T12:00:00Z')).toBe(true);
  expect(timely('America/New_York', '2020-12-01 07:00:00', '2020-12-01T12:00:00Z')).toBe(true);
  expect(timely('Asia/Kathmandu', '2020-12-01 17:45:00', '2020-12-01T12:00:00Z')).toBe(true);
  expect(timely('UTC', '2020-12-01 12:00:00', '2020-12-01T12:00:00Z')).toBe(true);
});

test('a clock that was read just before a change of the offset is timely just behind it', () => {
  // In Berlin 01:59:59 is followed by 03:00:00 on 29 March 2020, at 01:00 UTC.
  expect(timely('Europe/Berlin', '2020-03-29 01:59:58', '2020-03-29T01:00:02Z')).toBe(true);
  expect(timely('Europe/Berlin', '2020-03-29 03:00:02', '2020-03-29T00:59:58Z')).toBe(true);
  expect(timely('Europe/Berlin', '2020-03-29 01:50:00', '2020-03-29T01:00:02Z')).toBe(false);
});

test.each([
  '',
  '2020-02-30 00:00:00',
  '2020-05-18T20:09:05',
  '2020-05-18 24:00:00',
  '2020-05-18 20:09',
  '20-05-18 20:09:05',
])('%j is no time', (text) => {
  expect(parseWallClock(text)).toBeUndefined();
});

test('a zone that there is not is told', () => {
  expect(zoneOf('Asia/Shanghai')).toBeDefined();
  expect(zoneOf('Asia/Nowhere')).toBeUndefined();
});
