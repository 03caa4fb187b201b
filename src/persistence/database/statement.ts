import type { QueryResult, QueryResultRow } from 'pg';

/** A statement that each connection prepares once, under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** The part of a pg client that the poster needs. It is pipelined: several statements share a round trip. */
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
  // Callers await several statements with `Promise.all`: it reports the first failure, and the others are ignored.
  answer.catch(() => undefined);
  return answer;
}

/** Opens a tenant's rows to the running transaction, and hides those of all others: `$1` is the tenant. */
export const SET_TENANT: Statement = {
  name: 'set_tenant',
  text: `SELECT set_config('stockbridge.tenant', $1, true)`,
};

/** Runs {@link SET_TENANT}. */
export const setTenant = (session: Session, tenantId: string): Promise<unknown> => run(session, SET_TENANT, [tenantId]);

/** A value in an array parameter. */
export type Element = string | number | boolean | null;

/** Characters to escape within quotes (PostgreSQL manual, section 8.15.6). */
const ESCAPED = /["\\]/g;
/** Control characters and halves of surrogate pairs, which JSON escapes and PostgreSQL does not. */
const WRITTEN_OTHERWISE_IN_JSON = /[\p{Cc}\p{Cs}]/u;

/** An array's text form. pg's own takes several times as long, since it inspects each element. */
export function arrayLiteral(elements: readonly Element[]): string {
  if (elements.length === 0) return '{}';
  if (typeof elements[0] === 'number' && !elements.includes(null)) return `{${elements.join(',')}}`;
  const isPlain = !elements.includes(null) && elements.join('').search(ESCAPED) < 0;
  return isPlain ? `{"${elements.join('","')}"}` : `{${elements.map(elementLiteral).join(',')}}`;
}

function elementLiteral(element: Element): string {
  if (element === null) return 'NULL';
  const text = String(element);
  // JSON nearly always quotes in the same way, and is ten times as fast.
  return WRITTEN_OTHERWISE_IN_JSON.test(text) ? `"${text.replace(ESCAPED, '\\$&')}"` : JSON.stringify(text);
}

/** A hash in hex as the text form of bytea. */
export const bytea = (hex: string): string => `\\x${hex}`;

/** The last instant written: consecutive rows mostly have the same one. */
let written = { ms: 0, text: new Date(0).toISOString() };

/** Epoch milliseconds as the text form of timestamptz. */
export function timestamp(ms: number): string {
  if (written.ms !== ms) written = { ms, text: new Date(ms).toISOString() };
  return written.text;
}

export const timestampOrNull = (ms: number | null): string | null => (ms === null ? null : timestamp(ms));
