import fc from 'fast-check';
import type { Pool } from 'pg';
import { createPool } from '../../src/persistence/database/pool';
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
