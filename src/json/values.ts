/**
 * A JSON value as the strict reader gives it. A JavaScript number in it is always a safe integer and never −0;
 * a literal with a fraction or an exponent is a {@link JsonDecimal}, so no quantity or price passes through a float.
 */
export type JsonValue = null | boolean | number | string | JsonDecimal | JsonArray | JsonObject;

export type JsonArray = readonly JsonValue[];

/** Its own members and nothing inherited: `object['constructor']` is undefined unless the sender wrote it. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

const NUMBER = /^-?(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
const LARGEST_WHOLE = String(Number.MAX_SAFE_INTEGER);
/** Any double's exponent fits; a short text such as `0e999999999` can't make a later step write a billion zeros. */
const MAX_EXPONENT = 400;

/**
 * A number kept as it was written, such as `12.50`. A class of its own rather than an option or a side table: the
 * compiler then makes every reader say what it does with a fraction, and {@link canonicalJson} writes it unchanged.
 */
export class JsonDecimal {
  /** A JSON number literal, character for character; its value is within ±(2^53−1). */
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** The decimal of a JSON number literal; undefined when it isn't one, is beyond ±(2^53−1), or its exponent beyond ±400. */
  static of(literal: string): JsonDecimal | undefined {
    const parts = wholeAndRest(literal);
    return parts === undefined || isTooLarge(parts) ? undefined : new JsonDecimal(literal);
  }

  /** As errors show it: graphql-js writes a value out by this method. */
  toJSON(): string {
    return this.text;
  }
}

interface WholeAndRest {
  /** The digits before the decimal point once the exponent is applied, without leading zeros. */
  readonly whole: string;
  /** The digits behind it, without leading zeros when `whole` is empty. */
  readonly rest: string;
}

/** Works on digits, as a float would round 9007199254740991.4 into range. */
function wholeAndRest(literal: string): WholeAndRest | undefined {
  const match = NUMBER.exec(literal);
  if (match === null) return undefined;
  const [, integer = '', fraction = '', exponentText = '0'] = match;
  const exponent = Number(exponentText);
  if (Math.abs(exponent) > MAX_EXPONENT) return undefined;
  const digits = integer + fraction;
  const significant = digits.replace(/^0+/, '');
  if (significant === '') return { whole: '', rest: '' };
  const point = integer.length + exponent - (digits.length - significant.length);
  if (point <= 0) return { whole: '', rest: significant };
  return { whole: significant.slice(0, point).padEnd(point, '0'), rest: significant.slice(point) };
}

function isTooLarge({ whole, rest }: WholeAndRest): boolean {
  if (whole.length !== LARGEST_WHOLE.length) return whole.length > LARGEST_WHOLE.length;
  return whole > LARGEST_WHOLE || (whole === LARGEST_WHOLE && hasNonZero(rest));
}

function hasNonZero(digits: string): boolean {
  return /[1-9]/.test(digits);
}

/** The integer that a JSON number means: 5 for `5`, `5.0` and `50e-1`; undefined for anything else, digit strings included. */
export function exactInteger(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  if (!(value instanceof JsonDecimal)) return undefined;
  const parts = wholeAndRest(value.text);
  if (parts === undefined || hasNonZero(parts.rest)) return undefined;
  // Exact: the value is whole and within ±(2^53−1). Adding 0 turns −0 into 0.
  return Number(value.text) + 0;
}

/** The text of a JSON number as it was written (only `-0` comes back as `0`); undefined for anything else. */
export function numberText(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  return value instanceof JsonDecimal ? value.text : undefined;
}

export function isJsonArray(value: JsonValue | undefined): value is JsonArray {
  return Array.isArray(value);
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonDecimal);
}
