import { addressList } from '../../../src/application/address-list';

function includes(entries: readonly string[], address: string): boolean {
  const list = addressList(entries);
  if ('invalid' in list) throw new Error(`no entry: ${list.invalid}`);
  return list.includes(address);
}

test.each([
  ['203.0.113.7', '203.0.113.7', true],
  ['203.0.113.7', '203.0.113.8', false],
  ['203.0.113.7', '::ffff:203.0.113.7', true],
  ['203.0.113.0/24', '203.0.113.255', true],
  ['203.0.113.0/24', '203.0.114.0', false],
  ['203.0.113.0/24', '::ffff:203.0.113.255', true],
  ['0.0.0.0/0', '198.51.100.1', true],
  ['2001:db8::7', '2001:db8:0:0::7', true],
  ['2001:db8::/32', '2001:db8:ffff::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['::ffff:203.0.113.7', '203.0.113.7', true],
  ['fe80::/10', 'fe80::1%eth0', true],
  ['203.0.113.7', 'localhost', false],
  ['203.0.113.7', '', false],
])('%s and %s: %s', (entry, address, expected) => {
  expect(includes([entry], address)).toBe(expected);
});

test('matches any of its entries', () => {
  expect(includes(['203.0.113.7', '2001:db8::/32'], '2001:db8::1')).toBe(true);
});

test.each([
  '',
  'localhost',
  '203.0.113.7/33',
  '203.0.113/24',
  '203.0.113.0/',
  '203.0.113.0/24/1',
  '2001:db8::/129',
  '/8',
  'fe80::1%eth0',
  ' 203.0.113.7',
  '203.0.113.07',
  '0x7f.1',
  '::ffff:203.0.113.7/-1',
])('names %j as no address and no network', (entry) => {
  expect(addressList(['203.0.113.7', entry])).toEqual({ invalid: entry });
});
