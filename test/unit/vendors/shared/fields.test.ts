import { Ajv2020 } from 'ajv/dist/2020';
import { CLIENT_SKU, PRODUCT, PRODUCTS_BODY } from '../../../../src/vendors/increff/wire';
import { INVENTORY } from '../../../../src/vendors/comestri/wire';
import { STOCK_CHANGE } from '../../../../src/vendors/jerry/wire';
import { parseStrictJson } from '../../../../src/json/strict-json';
import type { Field, FieldTable } from '../../../../src/vendors/shared/fields';
import { STOCK_COUNT, STOCK_FACT } from '../../../../src/vendors/standard/wire';
import { INVENTORY_UPDATE } from '../../../../src/vendors/winit-events/wire';
import { MERCHANDISE, ORDER_DATA, TRANSFER_INFO } from '../../../../src/vendors/winit-orders/wire';

const TABLES: Readonly<Record<string, FieldTable<unknown>>> = {
  'Jerry stock change': STOCK_CHANGE,
  'Winit inventory update': INVENTORY_UPDATE,
  'Standard fact': STOCK_FACT,
  'Standard count': STOCK_COUNT,
  'Increff call': PRODUCTS_BODY,
  'Increff product': PRODUCT,
  'Increff client sku': CLIENT_SKU,
  'Comestri inventory': INVENTORY,
  'Winit order': ORDER_DATA,
  'Winit merchandise': MERCHANDISE,
  'Winit transfer info': TRANSFER_INFO,
};

const FIELDS = Object.entries(TABLES).flatMap(([table, fields]) =>
  Object.entries(fields).map(([name, field]): [name: string, field: Field<unknown, unknown>] => [
    `${table}: ${name}`,
    field,
  ]),
);

const ajv = new Ajv2020({ strict: false, validateFormats: false });

type Node = Readonly<Record<string, unknown>>;

/** Every part of a schema that says something of the value itself. */
function partsOf(schema: Node): Node[] {
  const parts = (schema['anyOf'] ?? schema['oneOf'] ?? []) as Node[];
  return [schema, ...parts.flatMap(partsOf)];
}

/** JSON texts at and around every bound that the schema names, and values of every type. */
function valuesAround(schema: Node): string[] {
  const around = partsOf(schema).flatMap((part) => [
    ...((part['enum'] as unknown[] | undefined) ?? []).flatMap((word) => [word, `${String(word)}x`, [word]]),
    ...['minimum', 'maximum'].flatMap((bound) => {
      const value = part[bound] as number | undefined;
      return value === undefined ? [] : [value - 1, value, value + 1, String(value)].filter((n) => isExact(n));
    }),
    ...(typeof part['maxLength'] === 'number'
      ? [-1, 0, 1].map((more) => 'x'.repeat((part['maxLength'] as number) + more))
      : []),
  ]);
  const types = [null, '', ' \t', '\u00a0', 'x', 'é', '0', '7', '-7', '+7', '007', 0, 1, 7, -7, 1.5, true, false];
  const more = ['2026-01-31 12:00:00', '2026-01-31T12:00:00Z', '1700000000', 1_700_000_000_000, [], {}, 'GOOD', 'Good'];
  const items = [{ sku: 'A' }, { scheme: 'UPC', value: '1' }, { scheme: 'UPC' }, { sku: 'A', scheme: 'UPC' }];
  return [...new Set([...around, ...types, ...more, ...items].map((value) => JSON.stringify(value)))];
}

const isExact = (value: number | string): boolean => typeof value === 'string' || Number.isSafeInteger(value);

/** What a JSON Schema cannot say: whether a time or date exists, and how large a number of digits is. */
const isBeyondSchema = (schema: Node, value: unknown): boolean =>
  partsOf(schema).some((part) => part['format'] === 'date-time' || String(part['pattern']).includes('\\d')) &&
  typeof value === 'string';

/** Arrays and objects have tables of their own, which are tested by themselves. */
const isNested = (schema: Node, value: unknown): boolean =>
  (schema['type'] === 'array' || schema['type'] === 'object') && typeof value === 'object' && value !== null;

describe('the JSON Schema of a field is true of its check', () => {
  test.each(FIELDS)('%s', (_name, { read, schema }) => {
    const isValid = ajv.compile(schema);
    const isRead = (json: string): boolean => 'value' in read(parseStrictJson(Buffer.from(json)).value);
    const values = valuesAround(schema);
    const comparable = values.filter((json) => !isNested(schema, JSON.parse(json)));
    const refusedBySchema = comparable.filter((json) => isRead(json) && !isValid(JSON.parse(json)));
    const refusedByCheck = comparable.filter(
      (json) => isValid(JSON.parse(json)) && !isRead(json) && !isBeyondSchema(schema, JSON.parse(json)),
    );
    expect({ refusedBySchema, refusedByCheck }).toEqual({ refusedBySchema: [], refusedByCheck: [] });
    // Both happen, or nothing was compared.
    expect(new Set(values.map(isRead)).size).toBe(2);
  });

  test.each(FIELDS)('%s may be left out exactly where it is not required', (_name, { read, isRequired }) => {
    expect('fault' in read(undefined)).toBe(isRequired);
  });
});
