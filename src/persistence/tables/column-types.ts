import { types, type CustomTypesConfig } from 'pg';

/** How `bytea` columns are read: as buffers, or as lower-case hex digits as the domain has hashes. */
export type BytesAs = 'BUFFER' | 'HEX';

const { BYTEA, INT8, TIMESTAMPTZ } = types.builtins;

/** Object ids of the array types, which pg doesn't name. They are fixed in PostgreSQL's pg_type.dat. */
const TEXT_ARRAY = 1009;
const BYTEA_ARRAY = 1001;
const INT8_ARRAY = 1016;
const TIMESTAMPTZ_ARRAY = 1185;

type Parse = (text: string) => unknown;

/** pg's own parser of a type. It takes any id, though its declaration lists only PostgreSQL's own types. */
const builtin: (id: number, format?: 'text' | 'binary') => Parse = types.getTypeParser;

/**
 * How columns are read: `bigint` as an exact number, `timestamptz` as an ISO text in milliseconds and UTC, `bytea` as
 * asked for, and arrays of these in the same way. `uuid` and `numeric` are texts, and all other types are read by pg.
 */
export function columnTypes(bytes: BytesAs): CustomTypesConfig {
  const ofBytes = bytes === 'HEX' ? hexDigits : builtin(BYTEA);
  const parsers = new Map<number, Parse>([
    [INT8, exactNumber],
    [TIMESTAMPTZ, isoInstant],
    [BYTEA, ofBytes],
    [INT8_ARRAY, arrayOf(exactNumber)],
    [TIMESTAMPTZ_ARRAY, arrayOf(isoInstant)],
    [BYTEA_ARRAY, arrayOf(ofBytes)],
  ]);
  return { getTypeParser: (id, format) => (format === 'binary' ? undefined : parsers.get(id)) ?? builtin(id, format) };
}

/** A `bigint` as a number. Throws RangeError beyond ±(2^53−1), where numbers are not exact. */
export function exactNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} lies beyond ±(2^53−1), where numbers are not exact.`);
  return value;
}

/**
 * Converts a `timestamptz` as PostgreSQL writes it to the form `YYYY-MM-DDTHH:MM:SS.mmmZ`, without digits beyond
 * milliseconds. Cutting the text takes a tenth of the time of creating a Date. Throws RangeError for infinity.
 */
export function isoInstant(text: string): string {
  // Nearly all have a year of four digits and are in UTC: 2026-01-31 12:34:56[.f…]+00
  if (text.charAt(10) !== ' ' || !text.endsWith('+00') || text.length < 22) return isoInstantByDate(text);
  const fraction = text.charAt(19) === '.' ? text.slice(20, Math.min(23, text.length - 3)).padEnd(3, '0') : '000';
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`;
}

function isoInstantByDate(text: string): string {
  const value = builtin(TIMESTAMPTZ)(text);
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  throw new RangeError(`${text} is not a moment in time.`);
}

function hexDigits(text: string): string {
  return text.slice('\\x'.length);
}

function arrayOf(parse: Parse): Parse {
  const parseTexts = builtin(TEXT_ARRAY);
  return (text) => (parseTexts(text) as (string | null)[]).map((element) => (element === null ? null : parse(element)));
}
