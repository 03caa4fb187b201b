import { createHash } from 'node:crypto';
import type { QueryResultRow } from 'pg';

/** A statement that each session prepares once under its name. Its first value is always the tenant. */
export interface ReadStatement {
  readonly name: string;
  readonly text: string;
  readonly values: [tenantId: string, ...others: unknown[]];
  readonly fallback?: Fallback;
  /** Whether its text has said already what `stock_level` is, see `expired-holds.ts`. */
  readonly hasPresentLevels?: boolean;
}

/** What is read instead when a statement has not found everything. Its text is only made then. */
interface Fallback {
  readonly isNeeded: (rows: readonly QueryResultRow[]) => boolean;
  readonly statement: () => ReadStatement;
}

/**
 * The values of one statement. Its text is built from fixed fragments, and every value is a placeholder from `add`. `$1` is
 * always the tenant.
 */
export class Parameters {
  readonly values: [tenantId: string, ...others: unknown[]];

  constructor(tenantId: string) {
    this.values = [tenantId];
  }

  /** Adds a value and returns its placeholder, with its PostgreSQL type. */
  add(value: unknown, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }
}

/** The statement with this text and these values. */
export function statement(text: string, { values }: Parameters): ReadStatement {
  return { name: statementName(text), text, values };
}

/** Clients can only combine fragments, so there are few texts. The bound is for safety. */
const MAX_NAMES = 5_000;
const names = new Map<string, string>();

/** A text has the same name in every session, so each session parses and plans it once. */
export function statementName(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  if (names.size >= MAX_NAMES) names.clear();
  const name = `read_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  names.set(text, name);
  return name;
}

/**
 * The condition that an expression has one of these values. A single value, the most common case, gets its own text,
 * because PostgreSQL then knows how many rows match and how they are ordered.
 */
export function isOneOf(parameters: Parameters, expression: string, values: readonly string[], type: string): string {
  const [only] = values;
  return values.length === 1
    ? `${expression} = ${parameters.add(only, type)}`
    : `${expression} = ANY (${parameters.add(values, `${type}[]`)})`;
}

/** Joins conditions, each with a leading AND. */
export const and = (conditions: readonly string[]): string =>
  conditions.map((condition) => ` AND ${condition}`).join('');
