import type { Page, PageRequest, SortKey } from '../../application/ports/reads';
import { statement, type Parameters } from './statement';
import type { ReadStatement } from './database';

/** A list in SQL, ready to be cut into pages. */
export interface ListSql {
  /** The columns that order it; together they are unique in it. */
  readonly key: readonly KeyColumn[];
  /**
   * A SELECT of its rows. `bounds` has to be among its conditions (it begins with AND), `tail` behind them; where the
   * order can be used to read less further inside, they stand there as well.
   */
  select(bounds: string, tail: string): string;
  /** An expression for the number of its rows, where there is a cheaper one than counting what `select` gives. */
  readonly total?: string;
}

interface KeyColumn {
  readonly column: string;
  readonly type: 'text' | 'uuid' | 'bigint' | 'integer';
  /** Whether an index has the rows in the order of the key up to here. */
  readonly indexed?: boolean;
}

/**
 * What stands beside each row of a page, where it was asked for; `isRow` is null in the one row that an empty page
 * consists of.
 */
export interface PageColumns {
  readonly ledgerSequence: number;
  readonly totalCount?: number;
  readonly behind?: boolean;
  readonly ahead?: boolean;
  readonly isRow: true | null;
}

/** The ledger's last movement: every page says how far it reaches, and its rows are of the same moment. */
export const LEDGER_HEAD = 'SELECT head.sequence FROM ledger_head head WHERE head.tenant_id = $1';

/** The statement for one page of a list. `head` is a SELECT of the one `sequence` that the page shows. */
export function pageStatement(
  parameters: Parameters,
  list: ListSql,
  request: PageRequest,
  head = LEDGER_HEAD,
): ReadStatement {
  const each = { alias: 'head', columns: 'head.sequence', from: `(${head}) head` };
  return pagesStatement(parameters, list, request, each, 'head.sequence AS "ledgerSequence"');
}

/** What there shall be a page for: the rows of `from`, by the columns that are shown or that the list refers to. */
interface EachRow {
  readonly alias: string;
  readonly columns: string;
  readonly from: string;
}

/**
 * The statement for the same page of each of several lists. What stands beside the rows is worked out first: OFFSET 0
 * keeps PostgreSQL from doing it anew for every row. The rows come out in order, because a lateral join that is no
 * look-up can only be a nested loop.
 */
export function pagesStatement(
  parameters: Parameters,
  list: ListSql,
  request: PageRequest,
  { alias, columns, from }: EachRow,
  shown: string,
): ReadStatement {
  const { beside, rows } = pageParts(parameters, list, request);
  const worked = beside.map(({ name, expression }) => `, ${expression} AS ${name}`).join('');
  const besides = beside.map(({ name }) => `, ${alias}.${name}`).join('');
  return statement(
    `SELECT ${shown}${besides}, page.*
    FROM (SELECT ${columns}${worked} FROM ${from} OFFSET 0) ${alias} LEFT JOIN LATERAL (${rows}) page ON true`,
    parameters,
  );
}

/** What stands beside the rows of a page, as far as it was asked for, and the SELECT of the rows. */
function pageParts(
  parameters: Parameters,
  list: ListSql,
  { direction, size, after, before, wants }: PageRequest,
): { beside: { name: string; expression: string }[]; rows: string } {
  const afterKey = after && keyParameters(parameters, list, after);
  const beforeKey = before && keyParameters(parameters, list, before);
  const bounds = (afterKey ? bound(list, afterKey, '>') : '') + (beforeKey ? bound(list, beforeKey, '<') : '');
  const beside: { name: string; expression: string }[] = [];
  if (wants.totalCount) {
    beside.push({
      name: '"totalCount"',
      expression: list.total ?? `(SELECT count(*) FROM (${list.select('', '')}) counted)`,
    });
  }
  if (wants.hasPrevious && afterKey) {
    beside.push({ name: 'behind', expression: `EXISTS (${list.select(bound(list, afterKey, '<='), '')})` });
  }
  if (wants.hasNext && beforeKey) {
    beside.push({ name: 'ahead', expression: `EXISTS (${list.select(bound(list, beforeKey, '>='), '')})` });
  }
  const order = list.key.map(({ column }) => (direction === 'FORWARD' ? column : `${column} DESC`)).join(', ');
  return { beside, rows: list.select(bounds, ` ORDER BY ${order} LIMIT ${limitFor(size)}`) };
}

/** Puts a page's rows together; one row more than was asked for tells that the list goes on. */
export function toPage<Row extends PageColumns, Out>(
  fetched: readonly Row[],
  { direction, size }: PageRequest,
  toOut: (row: Row) => Out,
): Page<Out> {
  const first = fetched[0];
  const count = first?.isRow ? fetched.length : 0;
  const more = count > size;
  const rows = fetched.slice(0, Math.min(count, size)).map(toOut);
  if (direction === 'BACKWARD') rows.reverse();
  return {
    rows,
    hasNext: (direction === 'FORWARD' && more) || first?.ahead === true,
    hasPrevious: (direction === 'BACKWARD' && more) || first?.behind === true,
    totalCount: first?.totalCount ?? null,
    ledgerSequence: first?.ledgerSequence ?? 0,
  };
}

function keyParameters(parameters: Parameters, { key }: ListSql, values: SortKey): string[] {
  return key.map(({ type }, index) => parameters.add(values[index], type));
}

/**
 * The rows on one side of a place. Where only the first columns of the key have an index, they get a condition of their
 * own, which finds the place in it; the whole key then decides.
 */
function bound({ key }: ListSql, values: readonly string[], operator: '>' | '<' | '>=' | '<='): string {
  const indexed = key.filter((column) => column.indexed);
  const whole = compared(key, values, operator);
  if (indexed.length === key.length || indexed.length === 0) return whole;
  return compared(indexed, values, operator.startsWith('>') ? '>=' : '<=') + whole;
}

function compared(key: readonly KeyColumn[], values: readonly string[], operator: string): string {
  const columns = key.map(({ column }) => column).join(', ');
  return ` AND (${columns}) ${operator} (${values.slice(0, key.length).join(', ')})`;
}

/**
 * Limits are part of the text, since a plan for an unknown limit is made for a tenth of the table; in few steps, so that
 * there are few texts.
 */
const LIMITS = [2, 11, 26, 51, 101] as const;
const MAX_LIMIT = 201;

function limitFor(size: number): number {
  return LIMITS.find((limit) => limit > size) ?? MAX_LIMIT;
}
