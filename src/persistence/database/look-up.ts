/** Rows of a table that have a key. `$1` is the tenant. */
export interface LookUp {
  readonly table: string;
  readonly alias: string;
  /** What is read of each row. */
  readonly columns: string;
  /** Columns, and the SQL expressions that they are equal to. Behind the tenant, an index begins with them. */
  readonly key: readonly (readonly [column: string, expression: string])[];
  /** A further condition. */
  readonly also?: string;
  /** Most rows that are read; left out: all. */
  readonly limit?: number;
}

/**
 * A SELECT with one possible plan, to stand in a lateral join. A session plans a statement once, maybe while the tables are
 * empty, and a join would then be planned as if they stayed so. A subquery with an order is no part of the join around it.
 * Where several indexes seem to cost the same, PostgreSQL takes any: the range and the order make it take the one of
 * the key, since sorting is switched off (LOOK_UPS_ONLY in `session.ts`).
 */
export function lookUp({ table, alias, columns, key, also, limit }: LookUp): string {
  const last = key.length - 1;
  const isEqual = key.map(([column, expression], index) =>
    index < last ? `${alias}.${column} = ${expression}` : `${alias}.${column} BETWEEN ${expression} AND ${expression}`,
  );
  const conditions = [`${alias}.tenant_id = $1`, ...isEqual, ...(also === undefined ? [] : [also])].join(' AND ');
  const ends = ` ORDER BY ${alias}.${key[last]?.[0] ?? 'tenant_id'}${limit === undefined ? '' : ` LIMIT ${limit}`}`;
  return `SELECT ${columns} FROM ${table} ${alias} WHERE ${conditions}${ends}`;
}

/** The rows that have the keys of a row source, such as `unnest(…) AS asked (id)`. */
export const lookUpEach = (asked: string, rows: LookUp): string =>
  `SELECT found.* FROM ${asked} CROSS JOIN LATERAL (${lookUp(rows)}) found`;
