import { Column, Entity, PrimaryColumn } from 'typeorm';
import {
  deleteOf,
  insertOf,
  lastOfEach,
  runFor,
  same,
  updateOf,
  upsertOf,
  type Values,
} from '../../../../src/persistence/poster/row-statements';
import { byteaArray, instantArray, uuidArray } from '../../../../src/persistence/database/binary-arrays';
import { ENTITIES } from '../../../../src/persistence/tables';
import { BYTES, ID, INSTANT, NULLABLE, SMALL_WHOLE, TEXT } from '../../../../src/persistence/tables/columns';
import { tableOf } from '../../../../src/persistence/tables/derived';

@Entity('row_sample')
class Sample {
  @PrimaryColumn(ID)
  tenantId!: string;

  @PrimaryColumn(ID)
  sampleId!: string;

  @PrimaryColumn(SMALL_WHOLE)
  ordinal!: number;

  @Column({ ...TEXT, ...NULLABLE })
  note!: string | null;

  @Column({ ...INSTANT, ...NULLABLE })
  takenAt!: Date | null;

  @Column({ ...BYTES, ...NULLABLE })
  bodyHash!: Buffer | null;

  @Column({ type: 'jsonb', ...NULLABLE })
  result!: object | null;
}

interface Row {
  readonly id: string;
  readonly ordinal: number;
  readonly note: string | null;
  readonly takenAtMs: number | null;
  readonly bodyHash: string | null;
  readonly result: object | null;
}

const KEY = { sampleId: (row: Row) => row.id, ...same('ordinal') };
const VALUES = { ...KEY, ...same('note', 'bodyHash', 'result'), takenAt: (row: Row) => row.takenAtMs };
const UNNESTED = 'unnest($2::uuid[], $3::integer[], $4::text[], $5::timestamptz[], $6::bytea[], $7::jsonb[])';
const COLUMNS = 'sample_id, ordinal, note, taken_at, body_hash, result';

const INSERT = insertOf<Sample, Row>('insert_samples', Sample, VALUES);

const oneLine = ({ text }: { text: string }): string => text.replace(/\s+/g, ' ');

test('an INSERT names every column and its type', () => {
  expect(INSERT.name).toBe('insert_samples');
  expect(oneLine(INSERT)).toBe(`INSERT INTO row_sample (tenant_id, ${COLUMNS}) SELECT $1, * FROM ${UNNESTED}`);
});

test('an upsert replaces every column beside the key', () => {
  expect(oneLine(upsertOf<Sample, Row>('upsert_samples', Sample, VALUES))).toBe(
    `${oneLine(INSERT)} ON CONFLICT (tenant_id, sample_id, ordinal) DO UPDATE SET ` +
      'note = excluded.note, taken_at = excluded.taken_at, body_hash = excluded.body_hash, result = excluded.result',
  );
});

/** The change of rows whose places are looked up by their key, the only plan of which begins with what is asked for. */
const atPlaces = (next: string, also: string, change: string): string =>
  `MERGE INTO row_sample t USING (SELECT next.*, stored.place FROM ${next} CROSS JOIN LATERAL (` +
  'SELECT s.ctid AS place FROM row_sample s WHERE s.tenant_id = $1 ' +
  'AND (s.sample_id, s.ordinal) BETWEEN (next.sample_id, next.ordinal) AND (next.sample_id, next.ordinal)' +
  `${also} ORDER BY s.sample_id, s.ordinal) stored) next ON t.ctid = next.place ` +
  `WHEN MATCHED${change} WHEN NOT MATCHED THEN INSERT (tenant_id) VALUES ($1)`;

test('an UPDATE changes the columns that have a value, in the rows of the given keys', () => {
  const update = updateOf<Sample, Row>('update_samples', Sample, { ...KEY, ...same('note') }, 't.note IS NULL');
  const next = 'unnest($2::uuid[], $3::integer[], $4::text[]) AS next (sample_id, ordinal, note)';
  expect(oneLine(update)).toBe(atPlaces(next, '', ' AND t.note IS NULL THEN UPDATE SET note = next.note'));
});

test('a DELETE compares every column', () => {
  const others = ['note', 'taken_at', 'body_hash', 'result'].map((name) => ` AND s.${name} = next.${name}`).join('');
  expect(oneLine(deleteOf<Sample, Row>('delete_samples', Sample, VALUES))).toBe(
    atPlaces(`${UNNESTED} AS next (${COLUMNS})`, others, ' THEN DELETE'),
  );
});

test.each(ENTITIES)('the INSERT into %p names each of its columns', (entity) => {
  const { name, columns } = tableOf(entity);
  const values = Object.fromEntries(columns.map(({ property }) => [property, () => null]));
  const names = ['tenant_id', ...columns.map((column) => column.name)].join(', ');
  const types = columns.map(({ type }, index) => `$${index + 2}::${type}[]`).join(', ');
  expect(insertOf<object, unknown>('insert', entity, values).text).toBe(
    `INSERT INTO ${name} (${names}) SELECT $1, * FROM unnest(${types})`,
  );
});

test('each column of the rows becomes one array, with nulls where a row has none', () => {
  const [first, second] = ['019a0000-0000-7000-8000-000000000001', '019a0000-0000-7000-8000-000000000002'];
  const rows: Row[] = [
    { id: first, ordinal: 0, note: 'x"y', takenAtMs: 1_700_000_000_123, bodyHash: 'beef', result: { code: 'ok' } },
    { id: second, ordinal: 1, note: null, takenAtMs: null, bodyHash: null, result: null },
  ];
  expect(INSERT.arrays(rows)).toEqual([
    uuidArray([first, second]),
    '{0,1}',
    '{"x\\"y",NULL}',
    instantArray([1_700_000_000_123, null]),
    byteaArray(['beef', null]),
    '{"{\\"code\\":\\"ok\\"}",NULL}',
  ]);
});

/** Whether the compiler takes these values for an INSERT. A wrong constant below does not compile. */
type Accepted<Given> = Given extends Values<Sample, Row> ? true : false;

test('a forgotten column or a value of another type does not compile', () => {
  const complete: Accepted<typeof VALUES> = true;
  const forgetful: Accepted<Omit<typeof VALUES, 'takenAt'>> = false;
  const mistyped: Accepted<Omit<typeof VALUES, 'ordinal'> & { ordinal: (row: Row) => string }> = false;
  expect([complete, forgetful, mistyped]).toEqual([true, false, false]);
});

test('an UPDATE without its key is an error of the start', () => {
  const declare = (): unknown => updateOf<Sample, Row>('update_samples', Sample, same('ordinal', 'note'));
  expect(declare).toThrow('update_samples has no value for sampleId.');
});

test('a value without a column is an error of the start', () => {
  const misspelt = { ...KEY, noteText: (row: Row) => row.note };
  const declare = (): unknown => updateOf<Sample, Row>('update_samples', Sample, misspelt);
  expect(declare).toThrow('update_samples has no column for noteText.');
});

test('nothing is sent where there are no rows', () => {
  const session = { query: () => Promise.reject(new Error('It should not have been asked.')) };
  expect(runFor(session, INSERT, 'tenant', [])).toEqual([]);
});

test('the last change of a row is the one that is written', () => {
  const rows = [
    { key: 'a', value: 1 },
    { key: 'b', value: 2 },
    { key: 'a', value: 3 },
  ];
  expect(lastOfEach(rows, ({ key }) => key)).toEqual([rows[2], rows[1]]);
});
