import fc from 'fast-check';
import { parseStrictJson, StrictJsonError } from '../../../../src/json/strict-json';
import { decodeCount, decodeFact, replayFact } from '../../../../src/vendors/standard/decode';
import { standardSettings } from '../../../../src/vendors/standard/settings';
import { FACT_REASONS } from '../../../../src/vendors/standard/wire';
import { factOf, faultOf } from '../shared/webhook-harness';
import { standardConnection } from './standard-samples';

const settings = standardSettings(standardConnection());

const FACT = {
  id: 'r-1',
  item: { scheme: 'UPC', value: '0099999992222' },
  location: 'WH-1',
  delta: 12,
  reason: 'RECEIPT',
  occurredAt: '2025-11-22T11:58:00Z',
};

const COUNT = { item: { sku: 'TEA' }, location: 'WH-1', quantity: 40, asOf: '2025-11-22T11:59:00Z' };

const parsed = (row: unknown) => parseStrictJson(Buffer.from(JSON.stringify(row))).value;

/** Decodes the valid fact with some members other than they were; undefined leaves one out. */
const decode = (changes: Record<string, unknown> = {}, present = settings) =>
  decodeFact(parsed({ ...FACT, ...changes }), present);

const count = (changes: Record<string, unknown> = {}, present = settings) =>
  decodeCount(parsed({ ...COUNT, ...changes }), present);

describe('a fact', () => {
  test('with all that it can say', () => {
    const fact = factOf(
      decode({
        event: 'e-1',
        owner: 'O',
        pool: 'P',
        channel: '2B',
        condition: 'DAMAGED',
        packaging: 'BOX',
        barcode: 'B',
        lot: 'L',
        bucket: 'ON_HOLD',
        reference: 'PO-7',
        note: 'two boxes',
      }),
    );
    expect(fact).toEqual({
      externalId: 'r-1',
      eventId: 'e-1',
      fingerprint: '924e2cebc141731c75ef5d356f805e7a46be2eeb73e17a95d542d21a4f57a8a0',
      item: {
        by: 'IDENTIFIER',
        scheme: 'UPC',
        value: '0099999992222',
        specification: '',
        alsoKnownAs: [],
        whenUnknown: 'CREATE',
      },
      location: { by: 'CODE', code: 'WH-1', whenUnknown: 'CREATE', parentCode: null },
      dimensions: {
        owner: 'O',
        pool: 'P',
        channel: '2B',
        condition: 'DAMAGED',
        packaging: 'BOX',
        barcode: 'B',
        lot: 'L',
        bucket: 'ON_HOLD',
      },
      delta: 12,
      reason: 'RECEIPT',
      reference: 'PO-7',
      note: 'two boxes',
      occurredAtMs: Date.UTC(2025, 10, 22, 11, 58),
    });
  });

  test('with no more than it has to', () => {
    const fact = factOf(decode({ occurredAt: undefined, item: { sku: 'TEA' } }));
    expect(fact).toMatchObject({
      eventId: 'r-1',
      item: { by: 'SKU', sku: 'TEA', specification: '' },
      dimensions: { bucket: 'AVAILABLE', condition: 'GOOD', packaging: 'SINGLE', lot: '' },
      reference: null,
      note: null,
      occurredAtMs: null,
    });
  });

  test.each([
    [
      { sku: 'TEA', specification: 'GREEN' },
      { by: 'SKU', sku: 'TEA', specification: 'GREEN' },
    ],
    [
      { scheme: 'CLIENT_SKU', value: 'T', specification: 'GREEN' },
      { scheme: 'CLIENT_SKU', value: 'T', specification: 'GREEN' },
    ],
  ])('names its item by %j', (item, reference) => {
    expect(factOf(decode({ item })).item).toMatchObject(reference);
  });

  test('is in the location of the connection where it names none', () => {
    const bound = standardSettings(standardConnection({ unknownLocations: 'quarantine' }, { locationCode: 'WH-9' }));
    expect(factOf(decode({ location: '' }, bound)).location).toEqual({
      by: 'CODE',
      code: 'WH-9',
      whenUnknown: 'REFUSE',
    });
    expect(faultOf(decode({ location: null })).detail).toBe(
      'location is missing, and the connection is not bound to one.',
    );
  });

  test('keeps in its note what the connection does not track', () => {
    const coarse = standardSettings(standardConnection({ tracks: ['pool'] }));
    const fact = factOf(decode({ lot: 'L', owner: 'O', pool: 'P', packaging: 'BOX', note: 'n' }, coarse));
    expect(fact.dimensions).toMatchObject({ lot: '', owner: '', pool: 'P', packaging: 'SINGLE' });
    expect(fact.note).toBe('n; owner O; packaging BOX; lot L');
  });

  test.each([
    [{ id: undefined }, 'id is missing.'],
    [{ id: 7 }, 'id has to be a text; received 7.'],
    [{ delta: 0 }, 'delta is 0: nothing is added and nothing taken away.'],
    [{ delta: 1.5 }, 'delta has to be a whole number from -1000000000000 to 1000000000000; received 1.5.'],
    [{ reason: 'COUNT' }, `reason has to be one of ${FACT_REASONS.join(', ')}; received "COUNT".`],
    [{ condition: 'good' }, 'condition has to be one of GOOD, DAMAGED; received "good".'],
    [{ bucket: 'USABLE', item: null }, /^item is missing\. bucket has to be one of AVAILABLE, /],
    [{ item: 'TEA' }, /^item has to be an object with sku, or with scheme and value/],
    [{ item: {} }, /^item has to be/],
    [{ item: { sku: 'TEA', scheme: 'UPC', value: '1' } }, /^item has to be/],
    [{ item: { scheme: 'UPC' } }, /^item has to be/],
    [{ item: { sku: 7 } }, 'item sku has to be a text; received {"sku":7}.'],
    [{ lot: 'x'.repeat(256) }, /^lot has 256 characters; at most 255 are taken; received "x{98}…\.$/],
  ])('with %j goes to quarantine', (changes, detail) => {
    expect(faultOf(decode(changes))).toMatchObject({
      code: 'ROW_INVALID',
      detail: expect.stringMatching(detail) as string,
    });
  });

  test('that is no object goes to quarantine', () => {
    for (const row of [7, null, [], 'x']) {
      expect(faultOf(decodeFact(parsed(row), settings)).detail).toBe(
        `the row is not an object; received ${JSON.stringify(row)}.`,
      );
    }
  });

  test.each([
    ['1970-01-01T00:00:00Z', 0],
    ['2025-11-22T13:58:00+02:00', Date.UTC(2025, 10, 22, 11, 58)],
    ['2025-11-22T08:28:00-03:30', Date.UTC(2025, 10, 22, 11, 58)],
    ['2025-11-22T11:58:00.1Z', Date.UTC(2025, 10, 22, 11, 58, 0, 100)],
    ['2025-11-22T11:58:00.123456789Z', Date.UTC(2025, 10, 22, 11, 58, 0, 123)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ])('that occurred at %s', (occurredAt, expected) => {
    expect(factOf(decode({ occurredAt })).occurredAtMs).toBe(expected);
  });

  test.each([
    '2025-11-22T11:58:00',
    '2025-11-22 11:58:00Z',
    '2025-11-22',
    '2025-02-29T00:00:00Z',
    '2025-11-22T24:00:00Z',
    '2025-11-22T11:58:60Z',
    '2025-11-22T11:58:00+24:00',
    '2025-11-22T11:58:00+01:60',
    '1969-12-31T23:59:59Z',
    '1970-01-01T00:30:00+01:00',
    '9999-12-31T23:59:59-01:00',
    1763812680,
  ])('that would have occurred at %p goes to quarantine', (occurredAt) => {
    expect(faultOf(decode({ occurredAt })).detail).toMatch(/^occurredAt has to be a moment from 1970 on/);
  });
});

describe('the fingerprint of a fact', () => {
  const fingerprint = (changes: Record<string, unknown> = {}, present = settings) =>
    factOf(decode(changes, present)).fingerprint;

  test('is the same however the same is said', () => {
    expect(fingerprint({ delta: '12', condition: 'GOOD', bucket: 'AVAILABLE', lot: '', event: 'r-1' })).toBe(
      fingerprint(),
    );
    expect(fingerprint({ occurredAt: '2025-11-22T12:58:00.000+01:00', invented: [1] })).toBe(fingerprint());
  });

  test('does not depend on settings', () => {
    const other = standardSettings(
      standardConnection({ tracks: [], unknownItems: 'quarantine' }, { locationCode: 'WH-9' }),
    );
    expect(fingerprint({ lot: 'L' }, other)).toBe(fingerprint({ lot: 'L' }));
  });

  test('is another wherever something else is said', () => {
    const changes = [
      {},
      { id: 'r-2' },
      { event: 'e' },
      { item: { sku: '0099999992222' } },
      { item: { ...FACT.item, specification: 'S' } },
      { item: { scheme: 'EAN', value: '0099999992222' } },
      { location: 'WH-2' },
      ...['owner', 'pool', 'channel', 'barcode', 'lot', 'reference', 'note'].map((name) => ({ [name]: 'x' })),
      { condition: 'DAMAGED' },
      { packaging: 'BOX' },
      { bucket: 'BLOCKED' },
      { delta: -12 },
      { reason: 'GAIN' },
      { occurredAt: undefined },
      { occurredAt: '2025-11-22T11:58:00.001Z' },
    ];
    expect(new Set(changes.map((change) => fingerprint(change))).size).toBe(changes.length);
  });
});

describe('a count', () => {
  test('with all that it can say', () => {
    expect(count({ lot: 'L', sourceSequence: 17 })).toMatchObject({
      count: {
        key: {
          item: { by: 'SKU', sku: 'TEA', specification: '' },
          location: { code: 'WH-1' },
          dimensions: { lot: 'L', bucket: 'AVAILABLE' },
        },
        quantity: 40,
        changeFromQuantity: null,
        asOfMs: Date.UTC(2025, 10, 22, 11, 59),
        sourceSequence: 17,
      },
    });
  });

  test.each([
    [{ quantity: -1 }, 'quantity has to be a whole number from 0 to 1000000000000; received -1.'],
    [{ quantity: undefined, asOf: null }, 'quantity is missing. asOf is missing.'],
    [{ sourceSequence: 'a' }, 'sourceSequence has to be a whole number from 0 to 9007199254740991; received "a".'],
    [{ location: null }, 'location is missing, and the connection is not bound to one.'],
  ])('with %j is told what to fix', (changes, fault) => {
    expect(count(changes)).toEqual({ fault });
  });
});

describe('a replay', () => {
  test('decodes a row as its message did', () => {
    const text = JSON.stringify(FACT);
    expect(replayFact(text, 3, standardConnection())).toEqual({ index: 3, text, ...decode() });
  });

  test('leaves the row waiting where the settings cannot be used', () => {
    const row = replayFact(JSON.stringify(FACT), 0, standardConnection({ tracks: 1 }));
    expect(faultOf(row).detail).toContain('setting tracks has to be a list');
  });
});

test('no row makes a decoder throw', () => {
  const scalar = fc.oneof(fc.string(), fc.maxSafeInteger(), fc.double(), fc.boolean(), fc.constant(null), fc.object());
  const members = { ...COUNT, ...FACT, event: 'e', bucket: 'BLOCKED', condition: 'GOOD', sourceSequence: 1 };
  const row = fc.record(
    Object.fromEntries(Object.entries(members).map(([name, value]) => [name, fc.oneof(fc.constant(value), scalar)])),
    { requiredKeys: [] },
  );
  const text = fc.oneof(
    fc.json(),
    row.map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(text, (json) => {
      try {
        const { value } = parseStrictJson(Buffer.from(json));
        const fact = decodeFact(value, settings);
        expect('fact' in fact ? Number.isSafeInteger(fact.fact.delta) : fact.fault.code).toBeTruthy();
        const decoded = decodeCount(value, settings);
        expect('count' in decoded ? Number.isSafeInteger(decoded.count.quantity) : decoded.fault).toBeTruthy();
      } catch (error) {
        if (!(error instanceof StrictJsonError)) throw error;
      }
    }),
    { numRuns: 500 },
  );
});
