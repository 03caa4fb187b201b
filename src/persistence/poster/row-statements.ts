import { tableOf, type EntityClass, type Plain, type Properties, type TableColumn } from '../tables/derived';
import { byteaArray, instantArray, uuidArray } from '../database/binary-arrays';
import { arrayLiteral, run, type Element, type Session, type Statement } from '../database/statement';
import { lookUp } from '../database/look-up';

/** How each property of an entity is taken from a row of the domain. A forgotten property is a compile error. */
export type Values<Entity, Row> = {
  readonly [Property in Properties<Entity>]: (row: Row) => Plain<Entity[Property]>;
};

/** A statement for many rows: `$1` is the tenant, and each further parameter is one column as an array. */
export interface RowStatement<Row> extends Statement {
  arrays(rows: readonly Row[]): (string | Buffer)[];
}

/** The values of properties that have the same name and type in the domain. */
export function same<Name extends string>(
  ...names: readonly Name[]
): { readonly [Each in Name]: <Value>(row: { readonly [Key in Each]: Value }) => Value } {
  const entries = names.map((name) => [name, (row: Readonly<Record<string, unknown>>) => row[name]]);
  return Object.fromEntries(entries) as ReturnType<typeof same<Name>>;
}

/** Inserts rows. Every column of the entity needs a value. */
export function insertOf<Entity extends object, Row>(
  name: string,
  entity: EntityClass<Entity>,
  values: Values<Entity, Row>,
): RowStatement<Row> {
  const { name: table, columns } = tableOf(entity);
  const text = `INSERT INTO ${table} (tenant_id, ${namesOf(columns)}) SELECT $1, * FROM ${unnested(columns)}`;
  return rowStatement(name, text, columns, values);
}

/** Inserts rows; one that has the key of an existing row replaces it. */
export function upsertOf<Entity extends object, Row>(
  name: string,
  entity: EntityClass<Entity>,
  values: Values<Entity, Row>,
): RowStatement<Row> {
  const insert = insertOf(name, entity, values);
  const { columns } = tableOf(entity);
  const updates = columns.filter(({ isKey }) => !isKey).map((column) => `${column.name} = excluded.${column.name}`);
  const key = namesOf(columns.filter(({ isKey }) => isKey));
  return { ...insert, text: `${insert.text} ON CONFLICT (tenant_id, ${key}) DO UPDATE SET ${updates.join(', ')}` };
}

/**
 * Changes the rows `t` that `rows`, a SELECT of `place`, gives the places of. An UPDATE with such a join could begin with
 * all rows of the tenant. A MERGE that may insert can only begin with what it is given. It never inserts: a place is that of
 * a row, and a row with nothing but a tenant is refused.
 */
export const atPlaces = (table: string, rows: string, change: string, condition = ''): string =>
  `MERGE INTO ${table} t USING (${rows}) next ON t.ctid = next.place
    WHEN MATCHED${condition === '' ? '' : ` AND ${condition}`} THEN ${change}
    WHEN NOT MATCHED THEN INSERT (tenant_id) VALUES ($1)`;

/** Where the row of each key is stored, beside the columns of the key's row source `next`. */
const withPlaces = (next: string, table: string, keys: readonly TableColumn[], also?: string): string =>
  `SELECT next.*, stored.place FROM ${next} CROSS JOIN LATERAL (${lookUp({
    ...{ table, alias: 's', columns: 's.ctid AS place', key: keys.map(({ name }) => [name, `next.${name}`] as const) },
    ...(also === undefined ? {} : { also }),
  })}) stored`;

/** Updates the columns that have a value, in the rows of the given keys. `condition` is about the stored row `t`. */
export function updateOf<Entity extends object, Row>(
  name: string,
  entity: EntityClass<Entity>,
  values: Partial<Values<Entity, Row>>,
  condition?: string,
): RowStatement<Row> {
  const { name: table, columns: all } = tableOf(entity);
  const columns = all.filter(({ property, isKey }) => isKey || property in values);
  const changed = columns.filter(({ isKey }) => !isKey).map((column) => `${column.name} = next.${column.name}`);
  const keys = columns.filter(({ isKey }) => isKey);
  const rows = withPlaces(nextOf(columns), table, keys);
  return rowStatement(name, atPlaces(table, rows, `UPDATE SET ${changed.join(', ')}`, condition), columns, values);
}

/** Deletes the rows that are equal to the given ones in the columns that have a value. A null equals nothing. */
export function deleteOf<Entity extends object, Row>(
  name: string,
  entity: EntityClass<Entity>,
  values: Partial<Values<Entity, Row>>,
): RowStatement<Row> {
  const { name: table, columns: all } = tableOf(entity);
  const columns = all.filter(({ property }) => property in values);
  const keys = columns.filter(({ isKey }) => isKey);
  const others = columns.filter(({ isKey }) => !isKey).map(({ name: column }) => `s.${column} = next.${column}`);
  const rows = withPlaces(nextOf(columns), table, keys, others.length === 0 ? undefined : others.join(' AND '));
  return rowStatement(name, atPlaces(table, rows, 'DELETE'), columns, values);
}

/** Updates the one row that a tenant has in a table. */
export function updateOneOf<Entity extends object, Row>(
  name: string,
  entity: EntityClass<Entity>,
  values: Values<Entity, Row>,
): RowStatement<Row> {
  const { name: table, columns } = tableOf(entity);
  const changed = columns.map((column) => `${column.name} = next.${column.name}`);
  const text = `UPDATE ${table} t SET ${changed.join(', ')} FROM ${nextOf(columns)} WHERE t.tenant_id = $1`;
  return rowStatement(name, text, columns, values);
}

/** Sends a statement for these rows; nothing when there are none. */
export function runFor<Row>(
  session: Session,
  statement: RowStatement<Row>,
  tenantId: string,
  rows: readonly Row[],
): Promise<unknown>[] {
  if (rows.length === 0) return [];
  const { name, text } = statement;
  return [run(session, { name, text }, [tenantId, ...statement.arrays(rows)])];
}

/** The last change of each row: a batch may change the same row more than once. */
export function lastOfEach<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Row[] {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()];
}

const namesOf = (columns: readonly TableColumn[]): string => columns.map(({ name }) => name).join(', ');
const unnested = (columns: readonly TableColumn[]): string =>
  `unnest(${columns.map(({ type }, index) => `$${index + 2}::${type}[]`).join(', ')})`;
const nextOf = (columns: readonly TableColumn[]): string => `${unnested(columns)} AS next (${namesOf(columns)})`;

/** Throws TypeError where values and columns differ: the compiler lets a misspelt property pass in a spread. */
function rowStatement<Row>(
  name: string,
  text: string,
  columns: readonly TableColumn[],
  values: object,
): RowStatement<Row> {
  const unused = new Map<string, (row: Row) => unknown>(Object.entries(values));
  const written = columns.map(({ property, type }) => {
    const value = unused.get(property);
    if (!value) throw new TypeError(`${name} has no value for ${property}.`);
    unused.delete(property);
    return [value, arrayOf(type)] as const;
  });
  if (unused.size > 0) throw new TypeError(`${name} has no column for ${[...unused.keys()].join(', ')}.`);
  return { name, text, arrays: (rows) => written.map(([value, array]) => array(rows.map(value))) };
}

/** Writes the values of a column of this type as an array. */
function arrayOf(type: string): (values: readonly unknown[]) => string | Buffer {
  switch (type) {
    case 'uuid':
      return (values) => uuidArray(values as (string | null)[]);
    case 'timestamptz':
      return (values) => instantArray(values as (number | null)[]);
    case 'bytea':
      return (values) => byteaArray(values as (string | null)[]);
    case 'jsonb':
      return (values) => arrayLiteral(values.map((value) => (value === null ? null : JSON.stringify(value))));
    default:
      return (values) => arrayLiteral(values as Element[]);
  }
}
