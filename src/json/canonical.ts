import { isJsonArray, JsonDecimal } from './values';
import type { JsonObject, JsonValue } from './values';

/** Quotes, backslashes, controls and surrogates: all that `JSON.stringify` may write in another way. */
const NEEDS_CARE = /[^ !#-[\]-\uD7FF\uE000-\uFFFF]/;

/** The variants that the vendors' signatures need. */
export interface CanonicalJsonOptions {
  /** Members of every object in the order of their keys' UTF-16 code units (as Java's and JavaScript's sorts have it). */
  readonly sortKeys: boolean;
  /** Leave out members that are null, at any depth; null elements of arrays stay, as their places count. */
  readonly dropNulls: boolean;
}

/**
 * Compact JSON text: no white space, UTF-8 unescaped as `JSON.stringify` has it, decimals exactly as written. Unsorted,
 * members stand in the order received, save that keys like `"7"` come first (JavaScript's order of integer keys).
 * @throws RangeError for NaN or an infinity, which no parsed value holds
 */
export function canonicalJson(value: JsonValue, options: CanonicalJsonOptions): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number') return finiteText(value);
  if (value instanceof JsonDecimal) return value.text;
  if (isJsonArray(value)) return `[${value.map((element) => canonicalJson(element, options)).join(',')}]`;
  return objectText(value, options);
}

function objectText(object: JsonObject, options: CanonicalJsonOptions): string {
  const keys = Object.keys(object);
  if (options.sortKeys) keys.sort();
  let members = '';
  for (const key of keys) {
    const member = object[key];
    if (member === undefined || (member === null && options.dropNulls)) continue;
    if (members !== '') members += ',';
    members += `${quoted(key)}:${canonicalJson(member, options)}`;
  }
  return `{${members}}`;
}

/** Most strings need no escape, and a look is cheaper than a call of `JSON.stringify`. */
function quoted(text: string): string {
  return NEEDS_CARE.test(text) ? JSON.stringify(text) : `"${text}"`;
}

function finiteText(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError('JSON has no NaN and no infinities');
  return String(value);
}
