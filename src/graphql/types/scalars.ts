import { GraphQLScalarType, Kind, print } from 'graphql';
import { parseInstant } from '../../domain/instant';
import { shown } from '../../domain/text';
import { JsonDecimal } from '../../json/values';
import { badUserInput } from './errors';

/** Input is parsed to epoch milliseconds. Output is the ISO text that rows already have. */
export const DateTime = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  description:
    'A moment in time as an RFC 3339 string, exact to the millisecond. Input needs an offset, such as `2026-01-31T09:30:00+08:00`. Output is always in UTC, such as `2026-01-31T01:30:00.000Z`.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6',
  serialize: (value) => {
    if (typeof value === 'string') return value;
    throw new TypeError(`DateTime cannot represent ${String(value)}.`);
  },
  parseValue: (value) => epochMs(value) ?? notA('DateTime', written(value), A_DATE_TIME),
  parseLiteral: (node) =>
    epochMs(node.kind === Kind.STRING ? node.value : undefined) ?? notA('DateTime', print(node), A_DATE_TIME),
});

const A_DATE_TIME = 'an RFC 3339 date-time with an offset, such as 2026-01-31T09:30:00+08:00';

const epochMs = (value: unknown): number | undefined =>
  typeof value === 'string' ? parseInstant(asStrictRfc3339(value)) : undefined;

/** RFC 3339 allows lower-case `t` and `z`, and fractions of any length. */
const asStrictRfc3339 = (text: string): string => text.toUpperCase().replace(/(\.\d{9})\d+/, '$1');

export const Quantity = new GraphQLScalarType<number, number>({
  name: 'Quantity',
  description:
    'A whole number within ±(2^53−1), sent as a JSON number. Used for units of stock, and for sequences and versions. It can exceed 32 bits, so do not store it in a 32-bit integer.',
  serialize: (value) => {
    if (Number.isSafeInteger(value)) return value as number;
    throw new TypeError(`Quantity cannot represent ${String(value)}.`);
  },
  parseValue: (value) => exactInteger(value) ?? notA('Quantity', written(value), A_QUANTITY),
  parseLiteral: (node) =>
    exactInteger(node.kind === Kind.INT ? Number(node.value) : undefined) ?? notA('Quantity', print(node), A_QUANTITY),
});

const A_QUANTITY = 'a whole number within ±9007199254740991';

/** Adding zero turns −0 into 0. */
const exactInteger = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) ? (value as number) + 0 : undefined;

/** The syntax of a JSON number, without an exponent. */
const PLAIN_DECIMAL = /^-?(0|[1-9]\d*)(\.\d+)?$/;

export const Decimal = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description:
    'An exact decimal as a string, such as `"12.50"`. It has digits, an optional point, and no exponent. Input may also be a whole JSON number.',
  serialize: (value) => {
    if (typeof value === 'string') return value;
    throw new TypeError(`Decimal cannot represent ${String(value)}.`);
  },
  parseValue: (value) =>
    plainDecimal(Number.isSafeInteger(value) ? String(value) : value) ?? notA('Decimal', written(value), A_DECIMAL),
  parseLiteral: (node) =>
    plainDecimal(node.kind === Kind.STRING || node.kind === Kind.INT ? node.value : undefined) ??
    notA('Decimal', print(node), A_DECIMAL),
});

const A_DECIMAL = 'a string of digits with or without a point, such as "12.50"; fractions are not exact as numbers';

const plainDecimal = (value: unknown): string | undefined =>
  typeof value === 'string' && PLAIN_DECIMAL.test(value) ? value : undefined;

/** A value as its sender has written it. */
const written = (value: unknown): string | undefined =>
  value instanceof JsonDecimal ? value.text : JSON.stringify(value);

/** @param received undefined where a variable is nothing that JSON can say */
function notA(scalar: string, received: string | undefined, what: string): never {
  throw badUserInput(`A ${scalar} is ${what}; received ${shown(received ?? 'nothing')}.`);
}
