import type { Page, PageRequest, SortKey } from '../../application/ports/reads';
import type { QueryResultRow } from 'pg';
import { countOf, type CountSql } from './count';
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
  /** A shorter way that is tried first. */
  readonly near?: NearSql;
  /** How many rows it has. Left out: those of `select` are counted, so it must find them by an index. */
  readonly count?: CountSql;
}

/** A way to read a page that is mostly enough. When it is not, `select` of the list reads the page. */
export interface NearSql {
  /** Like `select` of the list, among fewer rows. Those near the cursor may be all that it goes through. */
  readonly select: (near: Near, bounds: string, tail: string) => string;
  /**
   * The condition, on the whole statement, that rows are missing; they also are where there is none. Left out: they may be
   * where a page is not full.
   */
  readonly isPartial?: string;
}

/** Where a page begins in the table that a list goes through. */
export interface Near {
  /** Begins with AND. */
  readonly bounds: string;
  /** ORDER BY and LIMIT. */
  readonly tail: string;
}

/** The items of a page and the next ones, as a table like `item`. */
export const nearItems = ({ bounds, tail }: Near): string =>
  `(SELECT i.* FROM item i WHERE i.tenant_id = $1${bounds}${tail})`;

interface KeyColumn {
  readonly column: string;
  readonly type: 'text' | 'uuid' | 'bigint' | 'integer';
  /** True when an index has the rows in the order of the key up to this column. */
  readonly indexed?: boolean;
  /** Of the first column: one of a joined table with the same value. PostgreSQL does not conclude its bounds by itself. */
  readonly joined?: string;
}

/**
 * The columns that each row of a page has beside its own, when they were asked for. An empty page is read as one row, in
 * which `isRow` is null.
 */
export interface PageColumns {
  readonly ledgerSequence: number;
  readonly totalCount?: number;
  readonly totalCountIsExact?: boolean;
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
  const { extras, counted, rows, near } = pageParts(parameters, list, request);
  const reading = (select: string, extra: readonly Extra[]): ReadStatement => {
    const computed = extra.map(({ name, expression }) => `, ${expression} AS "${name}"`).join('');
    const shownColumns = extra.map(({ name }) => `, ${alias}."${name}"`).join('');
    const text = `SELECT ${shown}${shownColumns}, page.*
    FROM (SELECT ${columns}${computed} FROM ${from}${counted} OFFSET 0) ${alias} LEFT JOIN LATERAL (${select}) page ON true`;
    return statement(text, parameters);
  };
  const whole = (): ReadStatement => reading(rows(), extras);
  if (near === null) return whole();
  const { isPartial } = near;
  if (isPartial === undefined) {
    const isNeeded = (found: readonly unknown[]): boolean => found.length <= request.size;
    return { ...reading(near.rows, extras), fallback: { isNeeded, statement: whole } };
  }
  const isNeeded = ([first]: readonly QueryResultRow[]): boolean =>
    first?.['isRow'] !== true || first['isPartial'] === true;
  const withFlag = [...extras, { name: 'isPartial', expression: isPartial }];
  return { ...reading(near.rows, withFlag), fallback: { isNeeded, statement: whole } };
}

/** A column that is computed once for a page. */
interface Extra {
  readonly name: string;
  readonly expression: string;
}

interface PageParts {
  readonly extras: readonly Extra[];
  readonly counted: string;
  /** A SELECT of its rows. */
  readonly rows: () => string;
  /** A SELECT that may find fewer, and the condition that it does; null: there is none that is worth trying. */
  readonly near: { readonly rows: string; readonly isPartial?: string | undefined } | null;
}

/** The columns of a page that were asked for, and the SELECT of its rows. */
function pageParts(
  parameters: Parameters,
  list: ListSql,
  { direction, size, after, before, wants }: PageRequest,
): PageParts {
  const afterKey = after && keyParameters(parameters, list, after);
  const beforeKey = before && keyParameters(parameters, list, before);
  const bounds = (afterKey ? bound(list, afterKey, '>') : '') + (beforeKey ? bound(list, beforeKey, '<') : '');
  const extras: Extra[] = [];
  if (wants.totalCount) {
    extras.push({ name: 'totalCount', expression: 'counted.total' });
    extras.push({ name: 'totalCountIsExact', expression: 'counted.is_exact' });
  }
  if (wants.hasPrevious && afterKey) {
    extras.push({ name: 'hasPrevious', expression: `EXISTS (${list.select(bound(list, afterKey, '<='), '')})` });
  }
  if (wants.hasNext && beforeKey) {
    extras.push({ name: 'hasNext', expression: `EXISTS (${list.select(bound(list, beforeKey, '>='), '')})` });
  }
  const orderOf = (key: readonly KeyColumn[]): string =>
    key.map(({ column }) => (direction === 'FORWARD' ? column : `${column} DESC`)).join(', ');
  const limit = limitFor(size);
  const tail = ` ORDER BY ${orderOf(list.key)} LIMIT ${limit}`;
  const indexed = indexedPart(list);
  const near: Near = {
    bounds: (afterKey ? nearBound(list, afterKey, '>') : '') + (beforeKey ? nearBound(list, beforeKey, '<') : ''),
    tail: ` ORDER BY ${orderOf(indexed)} LIMIT ${limit * NEAR}`,
  };
  const count = list.count ?? countOf((tail) => list.select('', tail));
  const counted = wants.totalCount ? ` CROSS JOIN LATERAL (${count}) counted` : '';
  const tried = wants.totalCount || size === 0 ? undefined : list.near;
  return {
    extras,
    counted,
    rows: () => list.select(bounds, tail),
    near: tried ? { rows: tried.select(near, bounds, tail), isPartial: tried.isPartial } : null,
  };
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
    totalCountIsExact: first?.totalCountIsExact ?? true,
    ledgerSequence: first?.ledgerSequence ?? 0,
  };
}

function keyParameters(parameters: Parameters, { key }: ListSql, values: SortKey): string[] {
  return key.map(({ type }, index) => parameters.add(values[index], type));
}

/** How many rows of a table are gone through in the hope for one of the page. */
const NEAR = 4;

/** The columns by which an index has the rows in order: those that say so, or all. */
function indexedPart({ key }: ListSql): readonly KeyColumn[] {
  const indexed = key.filter((column) => column.indexed);
  return indexed.length === 0 ? key : indexed;
}

/** The part of the condition below that the table has which is gone through. */
function nearBound(list: ListSql, values: readonly string[], operator: '>' | '<'): string {
  const indexed = indexedPart(list);
  return compared(indexed, values, indexed.length === list.key.length ? operator : `${operator}=`);
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
