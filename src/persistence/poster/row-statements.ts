import { tableOf, type EntityClass, type Plain, type Properties, type TableColumn } from '../tables/derived';
import {
  arrayLiteral,
  byteaArray,
  run,
  timestampOrNull,
  type Element,
  type Session,
  type Statement,
} from './statement';

/** How each property of an entity is taken from a row of the domain. The compiler finds a forgotten one. */
export type Values<Entity, Row> = {
  readonly [Property in Properties<Entity>]: (row: Row) => Plain<Entity[Property]>;
};

/** A statement for many rows at once: `$1` is the tenant, and every column is an array. */
export interface RowStatement<Row> extends Statement {
  arrays(rows: readonly Row[]): string[];
}

/** Properties that have the same name and value in the domain as in the entity. */
export function same<Name extends string>(
  ...names: readonly Name[]
): { readonly [Each in Name]: <Value>(row: { readonly [Key in Each]: Value }) => Value } {
  const entries = names.map((name) => [name, (row: Readonly<Record<string, unknown>>) => row[name]]);
  return Object.fromEntries(entries) as ReturnType<typeof same<Name>>;
}

/** Inserts rows. Every column of the entity has to have a value. */
export function insertOf<Entity extends object, Row>(
  name: string,
  entity: EntityClass<Entity>,
  values: Values<Entity, Row>,
): RowStatement<Row> {
  const table = tableOf(entity);
  const columns = table.columns.map((column) => valueOf(column, values));
  const text = `INSERT INTO ${table.name} (tenant_id, ${columns.map((column) => column.name).join(', ')})
    SELECT $1, * FROM ${unnested(columns)}`;
  return rowStatement(name, text, columns);
}

/** Inserts rows; one that has the key of an existing row replaces it. */
export function upsertOf<Entity extends object, Row>(
  name: string,
  entity: EntityClass<Entity>,
  values: Values<Entity, Row>,
): RowStatement<Row> {
  const insert = insertOf(name, entity, values);
  const { columns } = tableOf(entity);
  const key = ['tenant_id', ...columns.filter(({ isKey }) => isKey).map((column) => column.name)];
  const updates = columns.filter(({ isKey }) => !isKey).map((column) => `${column.name} = excluded.${column.name}`);
  return { ...insert, text: `${insert.text} ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${updates.join(', ')}` };
}

/** Updates the rows that have the given keys. `condition` speaks of the stored row `t`. */
export function updateOf<Entity extends object, Row>(
  name: string,
  entity: EntityClass<Entity>,
  values: Partial<Values<Entity, Row>>,
  condition?: string,
): RowStatement<Row> {
  const table = tableOf(entity);
  const columns = table.columns.filter(({ property, isKey }) => isKey || property in values);
  const given = columns.map((column) => valueOf(column, values));
  const changed = columns.filter(({ isKey }) => !isKey).map((column) => `${column.name} = next.${column.name}`);
  const conditions = [...columns.filter(({ isKey }) => isKey).map(equal), ...(condition ? [condition] : [])];
  const text = `UPDATE ${table.name} t SET ${changed.join(', ')} FROM ${unnested(given)} AS next (${namesOf(columns)})
    WHERE t.tenant_id = $1 AND ${conditions.join(' AND ')}`;
  return rowStatement(name, text, given);
}

/** Deletes the rows that are equal to those given. */
export function deleteOf<Entity extends object, Row>(
  name: string,
  entity: EntityClass<Entity>,
  values: Values<Entity, Row>,
): RowStatement<Row> {
  const { name: table, columns } = tableOf(entity);
  const given = columns.map((column) => valueOf(column, values));
  const text = `DELETE FROM ${table} t USING ${unnested(given)} AS next (${namesOf(columns)})
    WHERE t.tenant_id = $1 AND ${columns.map(equal).join(' AND ')}`;
  return rowStatement(name, text, given);
}

/** Sends a statement for these rows; nothing where there are none. */
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

/** Where a batch changes the same row more than once, the last change is the one to write. */
export function lastOfEach<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Row[] {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()];
}

interface GivenColumn<Row> extends TableColumn {
  readonly value: (row: Row) => unknown;
}

function valueOf<Row>(column: TableColumn, values: object): GivenColumn<Row> {
  const value = (values as Readonly<Record<string, ((row: Row) => unknown) | undefined>>)[column.property];
  if (!value) throw new TypeError(`No value for the column ${column.name}.`);
  return { ...column, value };
}

const equal = ({ name }: TableColumn): string => `t.${name} = next.${name}`;
const namesOf = (columns: readonly TableColumn[]): string => columns.map(({ name }) => name).join(', ');
const unnested = (columns: readonly TableColumn[]): string =>
  `unnest(${columns.map(({ type }, index) => `$${index + 2}::${type}[]`).join(', ')})`;

function rowStatement<Row>(name: string, text: string, columns: readonly GivenColumn<Row>[]): RowStatement<Row> {
  const literals = columns.map(({ type, value }) => [value, literalOf(type)] as const);
  return { name, text, arrays: (rows) => literals.map(([value, literal]) => literal(rows.map(value))) };
}

/** How the values of a column of a type are written as an array. */
function literalOf(type: string): (values: readonly unknown[]) => string {
  switch (type) {
    case 'timestamptz':
      return (values) => arrayLiteral((values as (number | null)[]).map(timestampOrNull));
    case 'bytea':
      return (values) => byteaArray(values as string[]);
    case 'jsonb':
      return (values) => arrayLiteral(values.map((value) => (value === null ? null : JSON.stringify(value))));
    default:
      return (values) => arrayLiteral(values as Element[]);
  }
}
