import { and } from './statement';

/** A way to read a list. */
export interface Way {
  /** A condition on the statement that says when it is good. The last way is for all other cases. */
  readonly when?: string;
  /** The list's SELECT with a further condition, which begins with AND. */
  readonly select: (only: string) => string;
}

/**
 * One SELECT of which the database runs the first way that is good. PostgreSQL plans a text once for all values, so it
 * cannot choose by the values itself. As one way is run, its order is that of the list.
 */
export function firstGoodWay(ways: readonly Way[], before = ''): string {
  const selects = ways.map(({ when, select }, index) => {
    const others = ways.slice(0, index).map((earlier) => `NOT (${earlier.when ?? 'true'})`);
    return `(${select(and([...others, ...(when === undefined ? [] : [when])]))})`;
  });
  return `SELECT either.* FROM (${before}${selects.join(' UNION ALL ')}) either`;
}
