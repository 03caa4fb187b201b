import fc from 'fast-check';
import { parseStrictJson, StrictJsonError } from '../../../../src/json/strict-json';
import { decodeStockChange, replayStockChange } from '../../../../src/vendors/jerry/decode';
import { jerrySettings } from '../../../../src/vendors/jerry/settings';
import { factOf, faultOf } from '../shared/webhook-harness';
import { CHANGE, jerryConnection } from './jerry-samples';

const settings = jerrySettings(jerryConnection());

/** Decodes the valid change with some members other than they were; undefined leaves one out. */
function decode(changes: Record<string, unknown> = {}, present = settings) {
  const text = JSON.stringify({ ...CHANGE, ...changes });
  return decodeStockChange(parseStrictJson(Buffer.from(text)).value, present);
}

const IN = { flag: '2', changeType: '200' };

describe('a stock change', () => {
  test('becomes a fact', () => {
    expect(factOf(decode())).toEqual({
      externalId: '14556',
      eventId: '14556',
      fingerprint: '1f35a9934fbef638dc7498df226a6460ca4369e11f141c7563e34db10a36361f',
      item: {
        by: 'IDENTIFIER',
        scheme: 'UPC',
        value: '0099999992222',
        specification: '',
        alsoKnownAs: [],
        whenUnknown: 'CREATE_ON_RECEIPT',
      },
      location: { by: 'CODE', code: 'JERRY-1', whenUnknown: 'CREATE', parentCode: null },
      dimensions: {
        owner: '',
        pool: '',
        channel: '',
        condition: 'GOOD',
        packaging: 'SINGLE',
        barcode: '',
        lot: 'batch123456',
        bucket: 'AVAILABLE',
      },
      delta: -2,
      reason: 'SHIPMENT',
      reference: 'ATW198274921',
      note: 'changeType 101: out reason',
      occurredAtMs: Date.UTC(2022, 8, 1, 10, 25, 40),
    });
  });

  test.each([
    ['101', '1', 'SHIPMENT', -2],
    ['102', '1', 'ADJUSTMENT', -2],
    ['200', '2', 'RECEIPT', 2],
    ['201', '2', 'RECEIPT_OR_CANCELLATION', 2],
    ['202', '2', 'ADJUSTMENT', 2],
    ['0', '1', 'UNKNOWN', -2],
    ['0', '2', 'UNKNOWN', 2],
  ])('of type %s with flag %s is a %s of %d', (changeType, flag, reason, delta) => {
    expect(factOf(decode({ changeType, flag }))).toMatchObject({ reason, delta });
  });

  test.each([
    ['101', '2'],
    ['102', '2'],
    ['200', '1'],
    ['201', '1'],
    ['202', '1'],
  ])('of type %s with flag %s goes to quarantine, as the two contradict each other', (changeType, flag) => {
    expect(faultOf(decode({ changeType, flag }))).toEqual({
      code: 'ROW_INVALID',
      externalId: '14556',
      detail: `flag ${flag} contradicts changeType ${changeType}; which of them is wrong is not known.`,
    });
  });

  test.each(['time', 'stockChangeId', 'upc', 'qty', 'flag', 'changeType'])('without %s goes to quarantine', (name) => {
    for (const absent of [undefined, null, '', '  ']) {
      expect(faultOf(decode({ [name]: absent }))).toMatchObject({ code: 'ROW_INVALID', detail: `${name} is missing.` });
    }
  });

  test.each<[string, readonly unknown[]]>([
    ['time', ['2022-02-30 00:00:00', '2022-13-01 00:00:00', '2022-01-01 24:00:00', '2022-01-01 10:00:60']],
    ['time', ['2022-01-01T10:00:00', '2022-01-01', '1969-12-31 23:59:59', '22-01-01 10:00:00', 1662027940, {}]],
    ['stockChangeId', [0, -1, 1.5, '1e3', 'abc', '9007199254740992', '12345678901234567890', true, [1]]],
    ['upc', [99999992222, 'x'.repeat(256), true, {}]],
    ['qty', [0, '0', -2, '-2', '+2', 1.5, '1.5', 'two', '9007199254740992', false]],
    ['flag', [3, '0', '01', 'out', true]],
    ['changeType', ['103', 1, 'in', {}]],
    ['businessNo', [1, 'x'.repeat(256), []]],
    ['reason', [1, {}]],
    ['lotNumber', [7, 'x'.repeat(256)]],
    ['seq', [true, {}, 'x'.repeat(256)]],
    ['itemProperties', ['broken', 1]],
  ])('whose %s cannot be used goes to quarantine (case %#)', (name, values) => {
    for (const value of values) {
      const fault = faultOf(decode({ [name]: value }));
      expect(fault.code).toBe('ROW_INVALID');
      expect(fault.detail).toMatch(new RegExp(`^${name} (has|is) .*\\.$`));
    }
  });

  test('says all that is wrong with it at once', () => {
    const { detail } = faultOf(decode({ qty: 'two', flag: null }));
    expect(detail).toBe('qty has to be a whole number from 1 to 1000000000000; received "two". flag is missing.');
  });

  test.each(['1', 'null', '"x"', '[]'])('that is %s goes to quarantine', (text) => {
    const row = decodeStockChange(parseStrictJson(Buffer.from(text)).value, settings);
    expect(faultOf(row).detail).toBe(`the row is not an object; received ${text}.`);
  });

  test('is dated in UTC, leap days included', () => {
    expect(factOf(decode({ time: '2024-02-29 23:59:59' })).occurredAtMs).toBe(Date.UTC(2024, 1, 29, 23, 59, 59));
  });

  test('of the largest quantity keeps it exactly', () => {
    expect(factOf(decode({ ...IN, qty: '1000000000000' })).delta).toBe(1e12);
  });

  test.each([
    [undefined, 'GOOD'],
    [null, 'GOOD'],
    ['', 'GOOD'],
    ['Good', 'GOOD'],
    ['DAMAGED', 'DAMAGED'],
    ['damaged', 'DAMAGED'],
  ])('with item properties %j is %s', (itemProperties, condition) => {
    expect(factOf(decode({ itemProperties })).dimensions.condition).toBe(condition);
  });

  test.each([undefined, null, ''])('with business number %j has no reference', (businessNo) => {
    expect(factOf(decode({ businessNo })).reference).toBeNull();
  });

  test('keeps an untracked lot out of the key and readable in the note', () => {
    const untracked = jerrySettings(jerryConnection({ tracks: [] }));
    const fact = factOf(decode({ seq: 7 }, untracked));
    expect(fact.dimensions.lot).toBe('');
    expect(fact.note).toBe('changeType 101: out reason; lot batch123456; seq 7');
  });

  test('with a long comment counts all the same, and its note is cut between characters', () => {
    const note = factOf(decode({ reason: `${'x'.repeat(253)}😀${'y'.repeat(5000)}` })).note ?? '';
    expect(note).toBe(`changeType 101: ${'x'.repeat(253)}…`);
  });

  test('makes no item where the connection says so', () => {
    const strict = jerrySettings(jerryConnection({ unknownItems: 'quarantine' }));
    expect(factOf(decode({}, strict)).item).toMatchObject({ whenUnknown: 'REFUSE' });
  });
});

describe('the fingerprint', () => {
  const fingerprint = (changes: Record<string, unknown> = {}, present = settings) =>
    factOf(decode(changes, present)).fingerprint;

  test('is the same however the same values are written', () => {
    expect(fingerprint({ qty: 2, flag: 1, changeType: 101, stockChangeId: '14556' })).toBe(fingerprint());
    expect(fingerprint({ seq: '7' })).toBe(fingerprint({ seq: 7 }));
    expect(fingerprint({ itemProperties: 'GOOD' })).toBe(fingerprint({ itemProperties: null }));
    for (const name of ['businessNo', 'reason', 'lotNumber', 'seq']) {
      expect(fingerprint({ [name]: null })).toBe(fingerprint({ [name]: '' }));
      expect(fingerprint({ [name]: null })).toBe(fingerprint({ [name]: undefined }));
    }
  });

  test('does not depend on settings or on unknown members', () => {
    const other = jerrySettings(jerryConnection({ tracks: [], unknownItems: 'quarantine' }));
    expect(fingerprint({ invented: [1, 2] }, other)).toBe(fingerprint());
  });

  test.each(
    Object.entries({
      time: '2022-09-01 10:25:41',
      stockChangeId: 14557,
      upc: '99999992222',
      qty: 3,
      changeType: '102',
      businessNo: 'ATW',
      reason: 'another',
      lotNumber: 'batch',
      seq: 1,
      itemProperties: 'damaged',
    }),
  )('is another where %s is', (name, value) => {
    expect(fingerprint({ [name]: value })).not.toBe(fingerprint());
  });

  test('does not confuse neighbouring values', () => {
    expect(fingerprint({ businessNo: 'AB', reason: 'C' })).not.toBe(fingerprint({ businessNo: 'A', reason: 'BC' }));
  });
});

describe('a replay', () => {
  test('decodes a row as its message did', () => {
    const text = JSON.stringify(CHANGE);
    const row = replayStockChange(text, 3, jerryConnection());
    expect(row).toEqual({ index: 3, text, ...decode() });
  });

  test('goes by the present settings', () => {
    const connection = jerryConnection({ unknownItems: 'quarantine' }, { locationCode: 'JERRY-2' });
    const fact = factOf(replayStockChange(JSON.stringify(CHANGE), 0, connection));
    expect(fact).toMatchObject({ item: { whenUnknown: 'REFUSE' }, location: { code: 'JERRY-2' } });
  });

  test('leaves the row waiting where the settings cannot be used', () => {
    const row = replayStockChange(JSON.stringify(CHANGE), 0, jerryConnection({ encoding: 'hax' }));
    expect(faultOf(row).detail).toContain('setting encoding takes hex, base64 only');
  });
});

test('no row makes the decoder throw', () => {
  const scalar = fc.oneof(fc.string(), fc.maxSafeInteger(), fc.double(), fc.boolean(), fc.constant(null));
  const change = fc.record(
    Object.fromEntries(Object.entries(CHANGE).map(([name, value]) => [name, fc.oneof(fc.constant(value), scalar)])),
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        change.map((row) => JSON.stringify(row)),
      ),
      (text) => {
        try {
          const row = decodeStockChange(parseStrictJson(Buffer.from(text)).value, settings);
          expect('fact' in row ? Number.isSafeInteger(row.fact.delta) : row.fault.code).toBeTruthy();
        } catch (error) {
          if (!(error instanceof StrictJsonError)) throw error;
        }
      },
    ),
    { numRuns: 500 },
  );
});
