import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { QUARANTINE_CODES, USER_ERROR_CODES } from '../../../src/domain/errors';
import { checkQuantity, checkRowCount, checkText, MAX_ROWS } from '../../../src/domain/validation';
import { MAX_QUANTITY } from '../../../src/domain/ledger/quantity';
import { MAX_TEXT_LENGTH, textFault } from '../../../src/domain/text';

const DESCRIPTIONS = Object.entries({ ...USER_ERROR_CODES, ...QUARANTINE_CODES });

describe('the catalogue of refusals', () => {
  it('has this many codes; whoever adds one describes it for the people who meet it', () => {
    expect(Object.keys(USER_ERROR_CODES)).toHaveLength(39);
    expect(Object.keys(QUARANTINE_CODES)).toHaveLength(2);
    expect(DESCRIPTIONS).toHaveLength(41);
  });

  it.each(DESCRIPTIONS)('describes %s in one sentence', (code, description) => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(description).toMatch(/^[A-Za-z][^\n]*[^.\s]\.$/);
  });

  it('has no code that nothing gives', () => {
    const source = path.join(__dirname, '../../../src');
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
    const texts = files
      .filter((file) => file.endsWith('.ts') && !file.endsWith('errors.ts'))
      .map((file) => readFileSync(path.join(source, file), 'utf8'));
    const unused = DESCRIPTIONS.filter(([code]) => !texts.some((text) => text.includes(`'${code}'`)));
    expect(unused).toEqual([]);
  });

  it('says no sentence twice', () => {
    expect(new Set(DESCRIPTIONS.map(([, description]) => description)).size).toBe(DESCRIPTIONS.length);
  });
});

describe('a text of the input', () => {
  const LONGEST = 'x'.repeat(MAX_TEXT_LENGTH);

  it.each(['', ' ', LONGEST, 'Zählung 📦', '\n'])('may be %j', (value) => {
    expect(textFault(value)).toBeNull();
  });

  it.each([
    [`${LONGEST}x`, 'sku has 256 characters; at most 255 are taken.'],
    ['a\0b', 'sku contains a NUL character.'],
    ['a\ud83d', 'sku contains half of a surrogate pair.'],
    ['\udce6a', 'sku contains half of a surrogate pair.'],
  ])('may not be %j', (value, message) => {
    expect(checkText(value, ['rows', '0', 'sku'])).toEqual([
      { code: 'INVALID_INPUT', message, field: ['rows', '0', 'sku'] },
    ]);
  });

  it('that is required may not be blank', () => {
    expect(checkText(' ', ['sku'], true)).toMatchObject([{ message: 'sku must not be empty.' }]);
    expect(checkText(' ', ['note'])).toEqual([]);
    expect(checkText(null, ['note'])).toEqual([]);
  });
});

describe('a quantity of the input', () => {
  it.each([0, -0, 1, -1, MAX_QUANTITY, -MAX_QUANTITY])('may be %d', (value) => {
    expect(checkQuantity(value, ['delta'])).toEqual([]);
  });

  it.each([0.5, NaN, Infinity, MAX_QUANTITY + 1, -MAX_QUANTITY - 1])('may not be %d', (value) => {
    expect(checkQuantity(value, ['delta'])).toMatchObject([{ code: 'INVALID_QUANTITY' }]);
  });
});

describe('the number of rows', () => {
  it('is bounded at both ends', () => {
    expect(checkRowCount(0, ['rows'])).toMatchObject([{ code: 'INVALID_INPUT' }]);
    expect(checkRowCount(1, ['rows'])).toEqual([]);
    expect(checkRowCount(MAX_ROWS, ['rows'])).toEqual([]);
    expect(checkRowCount(MAX_ROWS + 1, ['rows'])).toMatchObject([{ code: 'BATCH_TOO_LARGE' }]);
  });
});
