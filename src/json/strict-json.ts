/**
 * The one way into the gateway for JSON from outside. `JSON.parse` is not enough: of two equal keys it silently takes the
 * last (and a signature check may have read the first), it rounds large numbers, and its errors quote the body.
 */
import { strictJsonErrorAt } from './error';
import { StrictJsonReader } from './reader';
import type { JsonArray, JsonValue } from './values';

export { canonicalJson } from './canonical';
export type { CanonicalJsonOptions } from './canonical';
export { StrictJsonError } from './error';
export { exactInteger, isJsonArray, isJsonObject, JsonDecimal, numberText } from './values';
export type { JsonArray, JsonObject, JsonValue } from './values';

export interface ParsedJson {
  readonly value: JsonValue;
  /** The document as it was received. */
  readonly text: string;
  /** The text of a top-level member's value exactly as received, white space inside it included; undefined when absent. */
  memberText(name: string): string | undefined;
  /** The text of one element of an array of this document exactly as received, so that a row can be quarantined as it came. */
  elementText(array: JsonArray, index: number): string | undefined;
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads one JSON document (RFC 8259) from untrusted bytes. Refused besides what isn't JSON: equal keys in one object
 * (compared unescaped), keys `__proto__`, numbers beyond ±(2^53−1) or with an exponent beyond ±400, more than 32 levels
 * or 250,000 values, invalid UTF-8 and byte order marks, NUL and lone surrogates.
 * @throws StrictJsonError
 */
export function parseStrictJson(bytes: Uint8Array): ParsedJson {
  return atOnce(strictJsonInSteps(bytes));
}

/** The same as {@link parseStrictJson}, for documents that can be large: others can be served between the steps. */
export function* strictJsonInSteps(bytes: Uint8Array): Generator<undefined, ParsedJson> {
  const text = decodeUtf8(bytes);
  const reader = new StrictJsonReader(text);
  const value = yield* reader.readDocument();
  return {
    value,
    text,
    memberText(name) {
      const span = reader.memberSpans.get(name);
      return span && text.slice(span.start, span.end);
    },
    elementText(array, index) {
      const bounds = reader.elementBounds.get(array);
      return bounds?.[2 * index] === undefined ? undefined : text.slice(bounds[2 * index], bounds[2 * index + 1]);
    },
  };
}

function atOnce<Result>(steps: Iterator<unknown, Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  let text: string;
  try {
    text = UTF_8.decode(bytes);
  } catch {
    throw invalidUtf8(bytes);
  }
  if (text.startsWith('\uFEFF')) throw strictJsonErrorAt('byte order mark', text, 0);
  return text;
}

/** The decoder doesn't say where it stopped. Bytes that are decoded leniently and encoded again first differ at the fault. */
function invalidUtf8(bytes: Uint8Array): Error {
  const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
  const encodedAgain = new TextEncoder().encode(lenient.decode(bytes));
  let at = encodedAgain.findIndex((byte, index) => byte !== bytes[index]);
  // The difference may lie within the replacement character; back to its first byte.
  while (((encodedAgain[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  const valid = lenient.decode(encodedAgain.subarray(0, at));
  return strictJsonErrorAt('invalid UTF-8', valid, valid.length);
}
