import type { Page, PageRequest, SortKey } from '../../application/ports/reads';
import { statement, type Parameters } from './statement';
import type { ReadStatement } from './statement';

/** A list in SQL that can be read in pages. */
export interface ListSql {
  /** The columns that order the list. Together they are unique in it. */
  readonly key: readonly KeyColumn[];
  /**
   * A SELECT of its rows. `bounds` begins with AND and goes after the conditions, `tail` goes after `bounds`. Both may also
   * be used inside, where that makes a subquery read less.
   */
  select(bounds: string, tail: string): string;
  /** An expression for the number of rows, when there is a cheaper one than counting them. */
  readonly total?: string;
}

interface KeyColumn {
  readonly column: string;
  readonly type: 'text' | 'uuid' | 'bigint' | 'integer';
  /** True when an index has the rows in the order of the key up to this column. */
  readonly indexed?: boolean;
  /** Of the first column: one of a joined table with the same value. PostgreSQL does not conclude its bounds by itself. */
  readonly joined?: string;
}

/**
 * The columns that each row of a page has shownColumns its own, when they were asked for. An empty page is read as one row, in
 * which `isRow` is null.
 */
export interface PageColumns {
  readonly ledgerSequence: number;
  readonly totalCount?: number;
  readonly hasPrevious?: boolean;
  readonly hasNext?: boolean;
  readonly isRow: true | null;
}

/** The ledger's last sequence. Every page states it, and its rows show the same moment. */
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

/** The rows of `from` that each get a page, with the columns that are shown or that the list refers to. */
interface EachRow {
  readonly alias: string;
  readonly columns: string;
  readonly from: string;
}

/**
 * The statement for the same page of several lists. OFFSET 0 makes PostgreSQL compute the page's columns once instead of
 * once for each row. The rows stay in order, because this lateral join can only be a nested loop.
 */
export function pagesStatement(
  parameters: Parameters,
  list: ListSql,
  request: PageRequest,
  { alias, columns, from }: EachRow,
  shown: string,
): ReadStatement {
  const { extras, rows } = pageParts(parameters, list, request);
  const computed = extras.map(({ name, expression }) => `, ${expression} AS "${name}"`).join('');
  const shownColumns = extras.map(({ name }) => `, ${alias}."${name}"`).join('');
  return statement(
    `SELECT ${shown}${shownColumns}, page.*
    FROM (SELECT ${columns}${computed} FROM ${from} OFFSET 0) ${alias} LEFT JOIN LATERAL (${rows}) page ON true`,
    parameters,
  );
}

/** The columns of a page that were asked for, and the SELECT of its rows. */
function pageParts(
  parameters: Parameters,
  list: ListSql,
  { direction, size, after, before, wants }: PageRequest,
): { extras: { name: string; expression: string }[]; rows: string } {
  const afterKey = after && keyParameters(parameters, list, after);
  const beforeKey = before && keyParameters(parameters, list, before);
  const bounds = (afterKey ? bound(list, afterKey, '>') : '') + (beforeKey ? bound(list, beforeKey, '<') : '');
  const extras: { name: string; expression: string }[] = [];
  if (wants.totalCount) {
    extras.push({
      name: 'totalCount',
      expression: list.total ?? `(SELECT count(*) FROM (${list.select('', '')}) counted)`,
    });
  }
  if (wants.hasPrevious && afterKey) {
    extras.push({ name: 'hasPrevious', expression: `EXISTS (${list.select(bound(list, afterKey, '<='), '')})` });
  }
  if (wants.hasNext && beforeKey) {
    extras.push({ name: 'hasNext', expression: `EXISTS (${list.select(bound(list, beforeKey, '>='), '')})` });
  }
  const order = list.key.map(({ column }) => (direction === 'FORWARD' ? column : `${column} DESC`)).join(', ');
  return { extras, rows: list.select(bounds, ` ORDER BY ${order} LIMIT ${limitFor(size)}`) };
}

/** Builds a page from its rows. One row more than requested means that the list goes on. */
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
    hasNext: (direction === 'FORWARD' && more) || first?.hasNext === true,
    hasPrevious: (direction === 'BACKWARD' && more) || first?.hasPrevious === true,
    totalCount: first?.totalCount ?? null,
    ledgerSequence: first?.ledgerSequence ?? 0,
  };
}

function keyParameters(parameters: Parameters, { key }: ListSql, values: SortKey): string[] {
  return key.map(({ type }, index) => parameters.add(values[index], type));
}

/**
 * The condition for the rows on one side of a cursor. When an index has only the first columns of the key, they get their
 * own condition, so that PostgreSQL uses the index.
 */
function bound({ key }: ListSql, values: readonly string[], operator: '>' | '<' | '>=' | '<='): string {
  const indexed = key.filter((column) => column.indexed);
  const inclusive = operator.startsWith('>') ? '>=' : '<=';
  const [first] = key;
  const joined = first?.joined === undefined ? '' : ` AND ${first.joined} ${inclusive} ${values[0] ?? ''}`;
  const whole = compared(key, values, operator) + joined;
  if (indexed.length === key.length || indexed.length === 0) return whole;
  return compared(indexed, values, inclusive) + whole;
}

function compared(key: readonly KeyColumn[], values: readonly string[], operator: string): string {
  const columns = key.map(({ column }) => column).join(', ');
  return ` AND (${columns}) ${operator} (${values.slice(0, key.length).join(', ')})`;
}

/**
 * Limits are part of the text, because PostgreSQL plans an unknown limit as a tenth of the table. There are few of them, so
 * that there are few texts.
 */
const LIMITS = [2, 11, 26, 51, 101] as const;
const MAX_LIMIT = 201;

function limitFor(size: number): number {
  return LIMITS.find((limit) => limit > size) ?? MAX_LIMIT;
}
