import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { gtin14 } from '../../../../src/domain/catalogue/gtin';
import { lengthPrefixed } from '../../../../src/domain/ledger/hashing';
import { levelId, uuidFromHex } from '../../../../src/domain/ledger/level-id';
import { canonicalMovement, GENESIS_HASH, movementHash, type Movement } from '../../../../src/domain/ledger/movement';
import { DEFAULT_DIMENSIONS, type StockKey } from '../../../../src/domain/ledger/stock-key';
import { canonicalJson, parseStrictJson } from '../../../../src/json/strict-json';
import { CLIENT, CONNECTION, idOf, sha256 } from '../../../support/domain/test-ledger';

const PAGE = readFileSync(path.join(__dirname, '../../../../docs/ledger-format.md'), 'utf8');

/** The lines of the page's block with this label. */
function vector(label: string): string[] {
  const block = new RegExp(`^\`\`\`text ${label}\n([^]*?)\n\`\`\`$`, 'm').exec(PAGE)?.[1];
  if (block === undefined) throw new Error(`The page has no block "${label}".`);
  return block.split('\n');
}

const LEVEL = 'c3836c2e-3eb2-817d-982f-afbce948e369';
const OTHER_LEVEL = 'f4b545e3-27c2-8979-a811-14f57bb99ef4';

const KEY: StockKey = {
  itemId: idOf(1),
  locationId: idOf(2),
  owner: 'Köln',
  pool: '',
  channel: '2C',
  condition: 'GOOD',
  packaging: 'SINGLE',
  barcode: '0012345678905',
  lot: 'L:1',
  bucket: 'AVAILABLE',
};

const FIRST: Omit<Movement, 'hash'> = {
  sequence: 1,
  reason: 'OPENING',
  reference: null,
  note: null,
  correlationId: null,
  origin: { kind: 'API_CLIENT', id: idOf(3) },
  externalId: 'opening-2025',
  occurredAtMs: 1763812800000,
  effectiveAtMs: 1763812800000,
  recordedAtMs: 1763812800123,
  evidenceHash: '11'.repeat(32),
  inboundMessageId: null,
  entries: [{ levelId: LEVEL, itemId: idOf(1), delta: 40, quantityAfter: 40, levelVersion: 1 }],
  absorbedLegs: [],
  counts: [],
};

const COUNT = { previousQuantity: 40, asOfMs: -1, sourceSequence: 17, code: null } as const;

const SECOND: Omit<Movement, 'hash'> = {
  sequence: 2,
  reason: 'COUNT',
  reference: 'WT 12/7',
  note: 'Zählung "B"\t\\ 📦\n\u0001',
  correlationId: 'uuid-7',
  origin: { kind: 'CONNECTION', id: idOf(4) },
  externalId: 'row/1',
  occurredAtMs: -1,
  effectiveAtMs: -1,
  recordedAtMs: 1763812800124,
  evidenceHash: 'ab'.repeat(32),
  inboundMessageId: idOf(5),
  entries: [
    { levelId: LEVEL, itemId: idOf(1), delta: -9007199254740991, quantityAfter: -9007199254740951, levelVersion: 2 },
    { levelId: OTHER_LEVEL, itemId: idOf(1), delta: 3, quantityAfter: 3, levelVersion: 1 },
  ],
  absorbedLegs: [{ levelId: OTHER_LEVEL, delta: -2 }],
  counts: [
    { ...COUNT, levelId: LEVEL, status: 'APPLIED', quantity: 38 },
    {
      levelId: OTHER_LEVEL,
      status: 'REJECTED',
      quantity: 5,
      previousQuantity: 3,
      asOfMs: null,
      sourceSequence: null,
      code: 'CHANGE_FROM_QUANTITY_STALE',
    },
  ],
};

describe('the canonical text of a movement', () => {
  const [firstText = '', firstHash = '', secondText = '', secondHash = ''] = vector('movement');

  it('is what the page says, and so is the chain over it', () => {
    expect(canonicalMovement(FIRST)).toBe(firstText);
    expect(movementHash(GENESIS_HASH, FIRST, sha256)).toBe(firstHash);
    expect(canonicalMovement(SECOND)).toBe(secondText);
    expect(movementHash(firstHash, SECOND, sha256)).toBe(secondHash);
  });

  it('is what RFC 8785 makes of it: sorted, compact, unescaped where it may be', () => {
    const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0'));
    fc.assert(
      fc.property(text, text, fc.maxSafeInteger(), (note, reference, delta) => {
        const entries = [
          { ...FIRST.entries[0], levelId: LEVEL, itemId: idOf(1), delta, quantityAfter: 0, levelVersion: 1 },
        ];
        const written = canonicalMovement({ ...SECOND, note, reference, entries });
        const { value } = parseStrictJson(new TextEncoder().encode(written));
        expect(canonicalJson(value, { sortKeys: true, dropNulls: false })).toBe(written);
        expect(value).toMatchObject({ note, reference });
      }),
    );
  });

  it('covers everything that a movement says', () => {
    const changes: Partial<Movement>[] = [
      { sequence: 3 },
      { reason: 'GAIN' },
      { reference: null },
      { note: '' },
      { correlationId: null },
      { origin: { kind: 'API_CLIENT', id: idOf(4) } },
      { origin: { kind: 'CONNECTION', id: idOf(9) } },
      { externalId: 'row/2' },
      { occurredAtMs: 0 },
      { effectiveAtMs: 0 },
      { recordedAtMs: 0 },
      { evidenceHash: '00'.repeat(32) },
      { inboundMessageId: null },
      { entries: SECOND.entries.toReversed() },
      ...(['levelId', 'delta', 'quantityAfter', 'levelVersion'] as const).map((part) => ({
        entries: SECOND.entries.map((entry) => ({ ...entry, [part]: part === 'levelId' ? idOf(8) : 7 })),
      })),
      { absorbedLegs: [] },
      { absorbedLegs: [{ levelId: OTHER_LEVEL, delta: 2 }] },
      { counts: SECOND.counts.toReversed() },
      ...Object.entries({
        status: 'UNCHANGED',
        quantity: 1,
        previousQuantity: 1,
        asOfMs: 1,
        sourceSequence: 1,
        code: '',
      }).map(([part, value]) => ({ counts: SECOND.counts.map((count) => ({ ...count, [part]: value })) })),
    ];
    const texts = [SECOND, ...changes.map((change) => ({ ...SECOND, ...change }))].map(canonicalMovement);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('has every member that the page lists, and no other', () => {
    const listed = [...PAGE.matchAll(/^\| `(\w+)` +\|/gm)].map(([, member]) => member);
    expect(Object.keys(JSON.parse(canonicalMovement(FIRST)) as object)).toEqual(listed);
  });
});

describe('the id of a stock level', () => {
  it('is what the page says', () => {
    const [components = '', id] = vector('key');
    expect(Object.values(KEY)).toEqual((JSON.parse(components) as string[]).slice(1));
    expect(levelId(KEY, sha256)).toBe(id);
    expect(levelId({ ...KEY, bucket: 'COMMITTED' }, sha256)).toBe(OTHER_LEVEL);
  });

  it('differs wherever the key does, and wherever a text stands in another place', () => {
    const text = fc.constantFrom('', 'a', 'b', '1:a', 'a1:');
    const key = fc.record({ owner: text, pool: text, channel: text, barcode: text, lot: text });
    fc.assert(
      fc.property(key, key, (one, other) => {
        const [a, b] = [one, other].map((dimensions) => levelId({ ...KEY, ...dimensions }, sha256));
        expect(a === b).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });

  it('is a UUID of version 8 with the variant of RFC 9562', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const hex = Buffer.from(bytes).toString('hex');
        expect(uuidFromHex(hex, '8')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      }),
    );
  });

  it('does not depend on the order in which a key was written down', () => {
    const { bucket, ...rest } = KEY;
    expect(levelId({ bucket, ...rest }, sha256)).toBe(levelId(KEY, sha256));
    expect(levelId({ ...DEFAULT_DIMENSIONS, itemId: CLIENT.id, locationId: CONNECTION.id }, sha256)).not.toBe(LEVEL);
  });
});

describe('length-prefixed components', () => {
  it('count bytes of UTF-8, not characters', () => {
    expect(lengthPrefixed(['', 'a', 'ö', '📦'])).toBe('0:1:a2:ö4:📦');
  });

  it('give no text twice', () => {
    const components = fc.array(fc.string({ unit: fc.constantFrom('a', ':', '1', '2', 'ö'), maxLength: 4 }), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(components, components, (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        expect(lengthPrefixed(one) === lengthPrefixed(other)).toBe(same);
      }),
    );
  });
});

describe('a GTIN', () => {
  it.each([
    ['4006381333931', '04006381333931'],
    ['96385074', '00000096385074'],
    ['036000291452', '00036000291452'],
    ['10614141000415', '10614141000415'],
  ])('%s is %s with 14 digits', (value, expected) => {
    expect(gtin14(value)).toBe(expected);
  });

  it.each([
    '4006381333932',
    '888888888888 ',
    '400638133393',
    '123456789',
    '',
    '４００６３８１３３３９３１',
    '4006381333931\n',
    'SKU-1',
  ])('%j is none', (value) => {
    expect(gtin14(value)).toBeNull();
  });

  it('has one check digit that fits', () => {
    const bodies = fc.stringMatching(/^\d{7}$|^\d{11}$|^\d{12}$|^\d{13}$/);
    fc.assert(
      fc.property(bodies, (body) => {
        const fitting = Array.from({ length: 10 }, (_, digit) => String(digit)).filter(
          (digit) => gtin14(body + digit) !== null,
        );
        expect(fitting).toHaveLength(1);
      }),
    );
  });
});
