import { GraphQLScalarType, Kind } from 'graphql';
import { badUserInput } from './errors';

const RFC_3339 = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(\.\d+)?(Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/i;
/** The years that every part of the gateway can write with four digits. */
const EARLIEST_MS = Date.parse('0001-01-01T00:00:00Z');
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** In: epoch milliseconds. Out: ISO text as it is, as rows have it. */
export const DateTime = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  description: 'An RFC 3339 date-time: with an offset on input, in UTC on output. Exact to the millisecond.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6',
  serialize: (value) => {
    if (typeof value === 'string') return value;
    throw new TypeError(`DateTime cannot represent ${String(value)}.`);
  },
  parseValue: (value) => epochMs(value),
  parseLiteral: (node) => epochMs(node.kind === Kind.STRING ? node.value : undefined),
});

function epochMs(value: unknown): number {
  const match = typeof value === 'string' ? RFC_3339.exec(value) : null;
  if (match) {
    const [, date = '', time = '', fraction = '', , sign, hours, minutes] = match;
    const localMs = Date.parse(`${date}T${time}Z`);
    const offsetMs = sign === undefined ? 0 : Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000;
    const ms = localMs + Math.floor(Number(`0${fraction}`) * 1000) - offsetMs;
    if (isCalendarDate(localMs, date) && ms >= EARLIEST_MS && ms <= LATEST_MS) return ms;
  }
  throw badUserInput('A DateTime is an RFC 3339 date-time with an offset, such as 2026-01-31T09:30:00+08:00.');
}

/** JavaScript takes the 30th of February for the 2nd of March. */
function isCalendarDate(ms: number, date: string): boolean {
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
}

export const Quantity = new GraphQLScalarType<number, number>({
  name: 'Quantity',
  description: 'A whole number of base units, within ±(2^53−1). A JSON number.',
  serialize: (value) => {
    if (Number.isSafeInteger(value)) return value as number;
    throw new TypeError(`Quantity cannot represent ${String(value)}.`);
  },
  parseValue: (value) => exactInteger(value),
  parseLiteral: (node) => exactInteger(node.kind === Kind.INT ? Number(node.value) : undefined),
});

function exactInteger(value: unknown): number {
  // Adding zero makes −0, which is no quantity of its own, to 0.
  if (Number.isSafeInteger(value)) return (value as number) + 0;
  throw badUserInput('A Quantity is a whole number within ±9007199254740991.');
}

/** As JSON writes numbers, without an exponent: one way only to write each digit sequence. */
const PLAIN_DECIMAL = /^-?(0|[1-9]\d*)(\.\d+)?$/;

export const Decimal = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description:
    'An exact decimal, as a string such as "12.50": digits, with a point or without, and no exponent. A whole number is taken on input as well.',
  serialize: (value) => {
    if (typeof value === 'string') return value;
    throw new TypeError(`Decimal cannot represent ${String(value)}.`);
  },
  parseValue: (value) => plainDecimal(Number.isSafeInteger(value) ? String(value) : value),
  parseLiteral: (node) => plainDecimal(node.kind === Kind.STRING || node.kind === Kind.INT ? node.value : undefined),
});

function plainDecimal(value: unknown): string {
  if (typeof value === 'string' && PLAIN_DECIMAL.test(value)) return value;
  throw badUserInput(
    'A Decimal is a string of digits with or without a point, such as "12.50"; fractions are not exact as numbers.',
  );
}
