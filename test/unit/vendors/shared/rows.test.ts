import fc from 'fast-check';
import { parseStrictJson, StrictJsonError } from '../../../../src/json/strict-json';
import { STOCK_CHANGE } from '../../../../src/vendors/jerry/wire';
import type { FieldTable } from '../../../../src/vendors/shared/fields';
import { readRow } from '../../../../src/vendors/shared/rows';
import { STOCK_COUNT, STOCK_FACT } from '../../../../src/vendors/standard/wire';
import { INVENTORY_UPDATE } from '../../../../src/vendors/winit-events/wire';

const TABLES: readonly (readonly [string, FieldTable])[] = [
  ['a stock change of Jerry', STOCK_CHANGE],
  ['an inventory update of Winit', INVENTORY_UPDATE],
  ['a fact', STOCK_FACT],
  ['a count', STOCK_COUNT],
];

const FIELDS = TABLES.flatMap(([kind, table]) =>
  Object.entries(table).map(([name, field]) => ({ kind, name, table: { [name]: field } })),
);

/** The reader itself refuses NUL, halves of a surrogate pair and numbers that are too large. */
function isReadable(value: unknown): boolean {
  try {
    parseStrictJson(Buffer.from(JSON.stringify(value)));
    return true;
  } catch (error) {
    if (error instanceof StrictJsonError) return false;
    throw error;
  }
}

/** Values of every kind, most of which a field does not take. */
const values = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }).filter(isReadable),
  fc.string({ unit: 'binary', maxLength: 300 }).filter(isReadable),
  fc.constantFrom('', '  ', '0', '-0', '1e3', 'GOOD', 'x'.repeat(300), '😀'.repeat(90), 'a\u200Bb', 'a\nb', 0, -1, 1.5),
);

test.each(FIELDS)('$name of $kind: a fault shows the value received', ({ name, table }) => {
  let faults = 0;
  fc.assert(
    fc.property(values, (value) => {
      const text = JSON.stringify(value);
      const reading = readRow(table, parseStrictJson(Buffer.from(`{${JSON.stringify(name)}:${text}}`)).value);
      if ('row' in reading) return;
      faults += 1;
      const { detail } = reading;
      expect(detail.startsWith(`${name} `)).toBe(true);
      expect(Buffer.from(detail).toString()).toBe(detail);
      expect(detail).not.toContain('\0');
      const isAbsent = value === null || (typeof value === 'string' && /^\p{White_Space}*$/u.test(value));
      // The cut may take half of a pair with it.
      if (!isAbsent) expect(detail).toContain(`; received ${text.length > 100 ? text.slice(0, 98) : `${text}.`}`);
    }),
  );
  expect(faults).toBeGreaterThan(10);
});

test.each(['7', 'null', '[1,2]', '"a row"'])('a row that is %s is shown as well', (text) => {
  expect(readRow(STOCK_FACT, parseStrictJson(Buffer.from(text)).value)).toEqual({
    detail: `the row is not an object; received ${text}.`,
  });
});
