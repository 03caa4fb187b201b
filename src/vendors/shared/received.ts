import { isBlank, shown } from '../../domain/text';
import { canonicalJson } from '../../json/canonical';
import type { JsonValue } from '../../json/strict-json';

/** A value as a sentence shows it: as JSON, shortened. Null where there is none, or only a blank one. */
export function shownValue(value: JsonValue | undefined): string | null {
  if (value === undefined || value === null || (typeof value === 'string' && isBlank(value))) return null;
  return shown(canonicalJson(value, { sortKeys: false, dropNulls: false }));
}

/** What a sentence about a value ends with: `; received "12,5"`. Empty where there is no value. */
export function received(value: JsonValue | undefined): string {
  const text = shownValue(value);
  return text === null ? '' : `; received ${text}`;
}
