import { MOST_COUNTED, MOST_PASSED } from '../../application/ports/reads';

/**
 * How many rows a list has, as a SELECT of one row: `total`, and `is_exact`. When that is false, there are at least so many.
 * However long a list is, counting it takes no longer than going through {@link MOST_PASSED} rows (ADR 30).
 */
export type CountSql = string;

/** A number that is known without counting. */
export const exactly = (expression: string): CountSql => `SELECT ${expression} AS total, true AS is_exact`;

/** Counts rows that an index finds. `select` is a SELECT of them with this tail. */
export const countOf = (select: (tail: string) => string): CountSql =>
  `SELECT least(count(*), ${MOST_COUNTED}) AS total, count(*) <= ${MOST_COUNTED} AS is_exact
    FROM (${select(` LIMIT ${MOST_COUNTED + 1}`)}) counted`;

/**
 * Counts the rows that match among those that are gone through. `select` is a SELECT of all that have to be gone through,
 * with this tail and the column `matches`. Where several of them can stand for one row of the list, `id` is the column that
 * tells them apart.
 */
export function countAmong(
  select: (tail: string) => string,
  { id, most = MOST_PASSED }: { readonly id?: string; readonly most?: number } = {},
): CountSql {
  const [column, counted] = id === undefined ? ['', '*'] : [`, p.${id}`, `DISTINCT w.${id}`];
  return `SELECT least(count(${counted}) FILTER (WHERE w.matches), ${MOST_COUNTED}) AS total,
      count(*) FILTER (WHERE w.matches) <= ${MOST_COUNTED}
        AND NOT coalesce(bool_or(w.place > ${most}), false) AS is_exact
    FROM (SELECT w.* FROM (SELECT p.matches${column}, row_number() OVER () AS place
        FROM (${select(` LIMIT ${most + 1}`)}) p) w
      WHERE w.matches OR w.place > ${most} LIMIT ${MOST_COUNTED + 1}) w`;
}

/** Adds up a column of rows, each of which stands for so many rows of the list. */
export const countBySum = (column: string, select: (tail: string) => string): CountSql =>
  `SELECT coalesce(sum(summed.${column}), 0)::bigint AS total, count(*) <= ${MOST_COUNTED} AS is_exact
    FROM (${select(` LIMIT ${MOST_COUNTED + 1}`)}) summed`;

/** Conditions as a column: whether a row that is gone through belongs to the list. */
export const matching = (conditions: readonly string[]): string =>
  `(${conditions.length === 0 ? 'true' : conditions.map((condition) => `(${condition})`).join(' AND ')}) AS matches`;
