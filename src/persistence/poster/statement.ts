import type { QueryResult, QueryResultRow } from 'pg';

/** A statement that each connection prepares once, under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** The part of a pg client that the poster needs; pipelined, so that several statements share a round trip. */
export interface Session {
  query<Row extends QueryResultRow>(query: {
    name?: string;
    text: string;
    values?: unknown[];
  }): Promise<QueryResult<Row>>;
}

/** Runs a prepared statement. */
export function run<Row extends QueryResultRow>(
  session: Session,
  statement: Statement,
  values: unknown[],
): Promise<QueryResult<Row>> {
  const answer = session.query<Row>({
    ...statement,
    values: values.map((value) => (Array.isArray(value) ? arrayLiteral(value as Element[]) : value)),
  });
  // Sent ahead of others: whoever waits for all of them hears of the first failure, and of the rest nobody has to.
  answer.catch(() => undefined);
  return answer;
}

/** What the columns of a statement are made of. */
export type Element = string | number | boolean | null;

/** What stands in an array as it is (PostgreSQL manual, section 8.15.6): ids, numbers, times, most codes. */
const PLAIN_ELEMENT = /^(?!null$)[\w:.+-]+$/i;

/** An array's text form. pg's own takes twice as long, as it escapes elements that have nothing to escape. */
export function arrayLiteral(elements: readonly Element[]): string {
  let text = '{';
  for (const element of elements) text += `${text.length > 1 ? ',' : ''}${elementLiteral(element)}`;
  return `${text}}`;
}

function elementLiteral(element: Element): string {
  if (element === null) return 'NULL';
  const text = String(element);
  return PLAIN_ELEMENT.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** Turns rows into one array a column, as unnest takes them. */
export function columns<Row>(rows: readonly Row[], ...pick: ((row: Row) => Element)[]): Element[][] {
  return pick.map((value) => rows.map(value));
}

/** A hash in hex as the text form of bytea. */
export const bytea = (hex: string): string => `\\x${hex}`;

/** Epoch milliseconds as the text form of timestamptz. */
export const timestamp = (ms: number): string => new Date(ms).toISOString();

export const timestampOrNull = (ms: number | null): string | null => (ms === null ? null : timestamp(ms));
