/** Rows of a table that have a key. `$1` is the tenant. */
export interface LookUp {
  readonly table: string;
  readonly alias: string;
  /** What is read of each row. */
  readonly columns: string;
  /** Columns, and the SQL expressions that they are equal to, in the order of an index that begins with the tenant and them. */
  readonly key: readonly (readonly [column: string, expression: string])[];
  /** A further condition. */
  readonly also?: string;
  /** Most rows that are read; left out: all. */
  readonly limit?: number;
}

/**
 * A SELECT with one possible plan, to stand in a lateral join. A session plans a statement once, maybe while the tables are
 * empty, and a join would then be planned as if they stayed so. A subquery with an order is no part of the join around it.
 * Where several indexes seem to cost the same, PostgreSQL takes any: the order of the key makes it take that of the key,
 * since sorting is switched off (BY_INDEX in `session.ts`). Columns that equal something have no order; a range has.
 */
export function lookUp({ table, alias, columns, key, also, limit }: LookUp): string {
  const names = key.map(([column]) => `${alias}.${column}`).join(', ');
  const values = key.map(([, expression]) => expression).join(', ');
  const isEqual = key.length === 1 ? between(names, values) : between(`(${names})`, `(${values})`);
  const conditions = [`${alias}.tenant_id = $1`, isEqual, ...(also === undefined ? [] : [also])].join(' AND ');
  return `SELECT ${columns} FROM ${table} ${alias} WHERE ${conditions} ORDER BY ${names}${limit === undefined ? '' : ` LIMIT ${limit}`}`;
}

/** The condition that a column has a value, as a range, in a SELECT whose ORDER BY begins with the column. */
export const between = (column: string, value: string): string => `${column} BETWEEN ${value} AND ${value}`;

/** The rows that have the keys of a row source, such as `unnest(…) AS asked (id)`. */
export const lookUpEach = (asked: string, rows: LookUp): string =>
  `SELECT found.* FROM ${asked} CROSS JOIN LATERAL (${lookUp(rows)}) found`;
