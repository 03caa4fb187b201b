import { createHash } from 'node:crypto';
import type { ReadStatement } from './database';

/**
 * The values of one statement. Its text is put together from fixed fragments, in which every value stands as the
 * placeholder that `add` gives; `$1` is always the tenant.
 */
export class Parameters {
  readonly values: unknown[];

  constructor(tenantId: string) {
    this.values = [tenantId];
  }

  /** Takes a value and gives its placeholder, with the type that PostgreSQL shall read it as. */
  add(value: unknown, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }
}

/** The statement of a text and its values. */
export function statement(text: string, { values }: Parameters): ReadStatement {
  return { name: nameOf(text), text, values };
}

/** The texts are as many as the ways to combine the fragments that clients use; a bound all the same. */
const MAX_NAMES = 5_000;
const names = new Map<string, string>();

/** The same text has the same name in every session, so that it is parsed and planned once in each. */
function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  if (names.size >= MAX_NAMES) names.clear();
  const name = `read_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  names.set(text, name);
  return name;
}

/**
 * The condition that an expression has one of these values. One value alone, as most have, makes a plan of its own: it
 * says how many rows there are, and which order they are in.
 */
export function isOneOf(parameters: Parameters, expression: string, values: readonly string[], type: string): string {
  const [only] = values;
  return values.length === 1
    ? `${expression} = ${parameters.add(only, type)}`
    : `${expression} = ANY (${parameters.add(values, `${type}[]`)})`;
}

/** Joins conditions, each behind an AND. */
export const and = (conditions: readonly string[]): string =>
  conditions.map((condition) => ` AND ${condition}`).join('');
