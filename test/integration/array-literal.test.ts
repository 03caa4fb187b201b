import fc from 'fast-check';
import type { Pool } from 'pg';
import { createPool } from '../../src/persistence/database/pool';
import { byteaArray, instantArray, uuidArray } from '../../src/persistence/database/binary-arrays';
import { arrayLiteral } from '../../src/persistence/database/statement';
import { createTestDatabase, type TestDatabase } from '../support/database';

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url, { applicationName: 'array literals', max: 1, log: () => undefined });
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', 'NULL', 'null', ' ', '{}', '"', '\\', '\\x00', 'a,b', '\n', '-1', '2026-01-01T00:00:00.000Z'),
  fc.constantFrom('"\b\u0001"', '"\u007f', '"😀', '"\u2028', '{"a": "\t\\"}'),
);

it('writes arrays of any text as PostgreSQL reads them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(text.filter((value) => !value.includes('\0')))), async (elements) => {
      const { rows } = await pool.query<{ same: string[] }>('SELECT $1::text[] AS same', [arrayLiteral(elements)]);
      expect(rows[0]?.same).toEqual(elements);
    }),
    { numRuns: 300 },
  );
});

it('writes numbers and booleans', async () => {
  const values = [arrayLiteral([1, -2, Number.MAX_SAFE_INTEGER, null]), arrayLiteral([true, false])];
  const { rows } = await pool.query('SELECT $1::bigint[] AS numbers, $2::boolean[] AS flags', values);
  expect(rows).toEqual([{ numbers: [1, -2, Number.MAX_SAFE_INTEGER, null], flags: [true, false] }]);
});

const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<(Value | null)[]> => fc.array(fc.option(value));
const uuid = fc.oneof(
  fc.uuid(),
  fc.constantFrom('00000000-0000-0000-0000-000000000000', 'FFFFFFFF-ffff-ffff-ffff-ffffffffffff'),
);
/** The first and the last instant that both JavaScript and PostgreSQL can write as a text, and those near other bounds. */
const instant = fc.oneof(
  fc.integer({ min: Date.parse('0001-01-01T00:00:00Z'), max: Date.parse('9999-12-31T23:59:59.999Z') }),
  fc.constantFrom(0, -1, Date.UTC(2000, 0, 1), Date.UTC(2000, 0, 1) - 1, Date.UTC(2285, 6, 1), Date.UTC(1714, 6, 1)),
);
const hex = fc.uint8Array({ maxLength: 70 }).map((bytes) => Buffer.from(bytes).toString('hex'));

it('writes arrays of UUIDs, instants and bytes in binary form as PostgreSQL reads their texts', async () => {
  const text = `SELECT $1::uuid[] IS NOT DISTINCT FROM $2::text[]::uuid[] AS ids,
    $3::timestamptz[] IS NOT DISTINCT FROM $4::text[]::timestamptz[] AS instants,
    $5::bytea[] IS NOT DISTINCT FROM (SELECT coalesce(array_agg(decode(hex, 'hex') ORDER BY n), '{}')
      FROM unnest($6::text[]) WITH ORDINALITY AS each (hex, n)) AS bytes`;
  await fc.assert(
    fc.asyncProperty(maybe(uuid), maybe(instant), maybe(hex), async (ids, instants, bytes) => {
      const times = instants.map((ms) => (ms === null ? null : new Date(ms).toISOString()));
      const { rows } = await pool.query(text, [
        ...[uuidArray(ids), arrayLiteral(ids), instantArray(instants), arrayLiteral(times)],
        ...[byteaArray(bytes), arrayLiteral(bytes)],
      ]);
      expect(rows).toEqual([{ ids: true, instants: true, bytes: true }]);
    }),
    { numRuns: 300 },
  );
});

it.each([
  ...['', '0', '019a0000-0000-7000-8000-00000000000', '019a0000-0000-7000-8000-0000000000001'],
  ...[
    '019a0000-0000-7000-8000-00000000000g',
    '019a0000-0000-7000-8000-00000000000é',
    '019a0000-0000-7000-8000-0000000000\u0130a',
  ],
  ...[
    '019a00000-000-7000-8000-000000000001',
    '019a0000+0000-7000-8000-000000000001',
    '019a0000-0000-7000-8000-00000000000\x10',
  ],
])('refuses "%s" as a UUID', (id) => {
  expect(() => uuidArray([id])).toThrow(TypeError);
});

it('refuses what is no instant and no hex', () => {
  for (const ms of [NaN, Infinity, 0.5]) expect(() => instantArray([ms])).toThrow(RangeError);
  for (const digits of ['a', 'abc', 'zz', 'abz0', 'é0']) expect(() => byteaArray([digits])).toThrow();
});
