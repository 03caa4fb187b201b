import { parseStrictJson } from '../../../../src/json/strict-json';
import { plainDecimal } from '../../../../src/vendors/comestri/decimal';
import { instant, instantText } from '../../../../src/vendors/comestri/time';

const decimalOf = (json: string): unknown => {
  const reading = plainDecimal.read(parseStrictJson(Buffer.from(json)).value);
  return 'value' in reading ? reading.value : undefined;
};

test.each([
  ['0', '0'],
  ['5', '5'],
  ['12.50', '12.50'],
  ['0.1', '0.1'],
  ['-0', '0'],
  ['-0.00', '0.00'],
  ['1e2', '100'],
  ['1.5E1', '15'],
  ['1.25e+1', '12.5'],
  ['12.50e-1', '1.250'],
  ['1e-10', '0.0000000001'],
  ['0e5', '0'],
  ['0.0e-300', '0'],
  ['0.0012e2', '0.12'],
  ['1.50000000000', '1.5'],
  ['100000000000000000e-5', undefined],
  ['999999999999999.9999999999', '999999999999999.9999999999'],
  ['0.1234567890', '0.1234567890'],
])('the number %s is the decimal %s, digit for digit', (json, decimal) => {
  // The 18 digits of one are refused as a number by the reader before they get here.
  if (decimal === undefined) expect(() => decimalOf('100000000000000000')).toThrow('number out of range');
  else expect(decimalOf(json)).toBe(decimal);
});

test.each(['-1', '-0.01', '1000000000000000', '0.12345678901', '1e-11', '"12.50"', 'true', '[1]'])(
  '%s is refused as a unit cost',
  (json) => {
    expect(decimalOf(json)).toBeUndefined();
  },
);

const instantOf = (text: unknown): unknown => {
  const reading = instant.read(text as string);
  return 'value' in reading ? instantText(reading.value) : undefined;
};

test.each([
  ['2016-05-30T05:13:26Z', '2016-05-30T05:13:26Z'],
  ['2016-05-30T07:13:26+02:00', '2016-05-30T05:13:26Z'],
  ['2016-05-30T01:43:26-03:30', '2016-05-30T05:13:26Z'],
  ['2016-05-30T05:13:26.5Z', '2016-05-30T05:13:26.500Z'],
  ['2016-05-30T05:13:26.123456789Z', '2016-05-30T05:13:26.123Z'],
  ['2016-05-30T05:13:26.000Z', '2016-05-30T05:13:26Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
  ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z'],
  ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
])('the time %s is %s', (text, expected) => {
  expect(instantOf(text)).toBe(expected);
});

test.each([
  '',
  '2016-05-30',
  '2016-05-30T05:13:26',
  '2016-05-30 05:13:26Z',
  '2016-05-30T05:13Z',
  '2016-02-30T05:13:26Z',
  '2023-02-29T00:00:00Z',
  '2016-05-30T24:00:00Z',
  '2016-05-30T05:13:60Z',
  '2016-05-30T05:13:26+24:00',
  '2016-05-30T05:13:26+0200',
  '2016-05-30T05:13:26.1234567890Z',
  '1969-12-31T23:59:59Z',
  '9999-12-31T23:59:59-00:01',
  '12016-05-30T05:13:26Z',
  1464585206,
  null,
])('%j is refused as a time', (text) => {
  expect(instantOf(text)).toBeUndefined();
});
