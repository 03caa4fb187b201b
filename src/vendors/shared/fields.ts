/**
 * What a vendor's fields may hold. A field is declared once: its check, the wording of its faults, and its JSON Schema
 * (2020-12), which the OpenAPI document shows.
 */
import { cleanName, isBlank, MAX_TEXT_LENGTH, textFault } from '../../domain/text';
import { exactInteger, numberText, type JsonObject, type JsonValue } from '../../json/strict-json';

/** A value that can be used, or what is wrong with it. A fault in words goes on after the field's name. */
type Reading<Value, Fault = string> = { readonly value: Value } | { readonly fault: Fault };

/** A JSON Schema. */
export type Schema = Readonly<Record<string, unknown>>;

/** What a member may be when it is there. */
export interface Form<Value, Fault = string> {
  readonly read: (value: JsonValue) => Reading<Value, Fault>;
  readonly schema: Schema;
}

/** A member of an object. Its value is undefined where the sender left it out. */
export interface Field<Value, Fault = string> {
  readonly read: (value: JsonValue | undefined) => Reading<Value, Fault>;
  readonly schema: Schema;
  readonly isRequired: boolean;
}

export type FieldTable<Fault = string> = Readonly<Record<string, Field<unknown, Fault>>>;

/** What an object is once every field of its table could be read. */
export type RowOf<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends Field<infer Value, unknown> ? Value : never;
};

/** What is wrong with one member. */
interface MemberFault<Fault = string> {
  readonly name: string;
  readonly fault: Fault;
  /** As received; undefined where the member was left out. */
  readonly value: JsonValue | undefined;
}

/** The members that could be read, and what is wrong with the others. */
export interface Members<Table, Fault> {
  readonly values: Partial<RowOf<Table>>;
  /** The whole object; undefined where any member has a fault. */
  readonly row: RowOf<Table> | undefined;
  readonly faults: readonly MemberFault<Fault>[];
}

/** Reads an object's known members by their table, and leaves the others alone. */
export function readMembers<Table extends FieldTable<unknown>, Fault>(
  table: Table & FieldTable<Fault>,
  source: JsonObject,
): Members<Table, Fault> {
  const values: Record<string, unknown> = {};
  const faults: MemberFault<Fault>[] = [];
  for (const [name, field] of fieldsOf<Fault>(table)) {
    const value = source[name];
    const reading = field.read(value);
    if ('fault' in reading) faults.push({ name, fault: reading.fault, value });
    else values[name] = reading.value;
  }
  const read = values as RowOf<Table>;
  return { values: read, row: faults.length === 0 ? read : undefined, faults };
}

type Fields<Fault> = readonly (readonly [name: string, field: Field<unknown, Fault>])[];

/** The fields of each table as a list: making it for each row costs as much as reading the row. */
const fieldLists = new WeakMap<object, Fields<unknown>>();

function fieldsOf<Fault>(table: FieldTable<Fault>): Fields<Fault> {
  const known = fieldLists.get(table) as Fields<Fault> | undefined;
  if (known) return known;
  const fields = Object.entries(table);
  fieldLists.set(table, fields);
  return fields;
}

/** The JSON Schema of an object with the fields of a table. */
export function objectSchema(table: FieldTable<unknown>, more: Schema = {}): Schema {
  const fields = Object.entries(table);
  return {
    type: 'object',
    required: fields.filter(([, { isRequired }]) => isRequired).map(([name]) => name),
    properties: Object.fromEntries(fields.map(([name, { schema }]) => [name, schema])),
    ...more,
  };
}

/** Ways to say whether a member has to be there. */
interface Presence<Fault> {
  readonly required: <Value>(form: Form<Value, Fault>, description?: string) => Field<Value, Fault>;
  /** Null where the member is absent. One that is there but cannot be read is a fault all the same. */
  readonly optional: <Value>(form: Form<Value, Fault>, description?: string) => Field<Value | null, Fault>;
}

const described = (schema: Schema, description?: string): Schema =>
  description === undefined ? schema : { ...schema, description };

const NULL = { type: 'null' } as const;
const BLANK = { type: 'string', pattern: '^\\s*$' } as const;

/** Left out, null and blank are the same, as many vendors use them by turns. */
export function blankIsAbsent<Fault>(missing: Fault): Presence<Fault> {
  const isAbsent = (value: JsonValue | undefined): boolean =>
    value === undefined || value === null || (typeof value === 'string' && isBlank(value));
  return presence(missing, isAbsent, [NULL, BLANK]);
}

/** Left out and null are the same; what a blank text is, the form says. */
export function nullIsAbsent<Fault>(missing: Fault): Presence<Fault> {
  return presence(missing, (value) => value === undefined || value === null, [NULL]);
}

function presence<Fault>(
  missing: Fault,
  isAbsent: (value: JsonValue | undefined) => boolean,
  absent: readonly Schema[],
): Presence<Fault> {
  return {
    required: (form, description) => ({
      read: (value) => (value === undefined || isAbsent(value) ? { fault: missing } : form.read(value)),
      schema: described(absent.includes(BLANK) ? notBlankSchema(form.schema) : form.schema, description),
      isRequired: true,
    }),
    optional: (form, description) => ({
      read: (value) => (value === undefined || isAbsent(value) ? { value: null } : form.read(value)),
      schema: described(orSchema(form.schema, absent), description),
      isRequired: false,
    }),
  };
}

/** Null stays null and left out stays undefined: the one clears a value, the other leaves it alone. */
export function nullable<Value>(form: Form<Value>, description?: string): Field<Value | null | undefined> {
  return {
    read: (value) => (value === undefined || value === null ? { value } : form.read(value)),
    schema: described(orSchema(form.schema, [NULL]), description),
    isRequired: false,
  };
}

const isPlainText = (schema: Schema): boolean =>
  schema['type'] === 'string' && !('enum' in schema) && !('pattern' in schema) && !('format' in schema);

const notBlankSchema = (schema: Schema): Schema => (isPlainText(schema) ? { ...schema, pattern: '\\S' } : schema);

/** What a schema describes, or one of the others. Written short where a text may be null or blank. */
function orSchema(schema: Schema, others: readonly Schema[]): Schema {
  if (isPlainText(schema)) return { ...schema, type: ['string', 'null'] };
  return { anyOf: [schema, ...others] };
}

export const { required, optional } = blankIsAbsent('is missing');

/** An opaque text of bounded length, kept as it is. A number is none: it has lost its leading zeros. */
export function text(maxLength = MAX_TEXT_LENGTH): Form<string> {
  return {
    read(value) {
      if (typeof value !== 'string') return { fault: 'has to be a text' };
      const fault = textFault(value, maxLength);
      return fault === null ? { value } : { fault };
    },
    schema: { type: 'string', ...(Number.isFinite(maxLength) ? { maxLength } : {}) },
  };
}

/** A name, cleaned as at every door: see `cleanName`. Leading zeros stay. A number has lost them, so it is none. */
export const name: Form<string> = {
  read(value) {
    if (typeof value !== 'string') return { fault: 'has to be a text' };
    const reading = cleanName(value);
    return 'name' in reading ? { value: reading.name } : reading;
  },
  schema: { type: 'string', maxLength: MAX_TEXT_LENGTH },
};

/** A name that is checked as `name` is, and kept as it was sent. */
export const nameAsSent: Form<string> = {
  read(value) {
    const reading = name.read(value);
    return 'fault' in reading ? reading : { value: value as string };
  },
  schema: name.schema,
};

/** A text that is not blank; `fault` says so. */
export function notBlank(form: Form<string>, fault: string): Form<string> {
  return {
    read: (value) => (typeof value === 'string' && isBlank(value) ? { fault } : form.read(value)),
    schema: notBlankSchema(form.schema),
  };
}

const anyText = text();

/** A serial of which nothing is known but that it is a text or a number. */
export const serial: Form<string> = {
  read(value) {
    const written = numberText(value) ?? value;
    return typeof written === 'string' ? anyText.read(written) : { fault: 'has to be a text or a number' };
  },
  schema: { type: ['string', 'number'], maxLength: MAX_TEXT_LENGTH },
};

/** One of the vendor's words, exactly as the vendor spells it. */
export function word<T extends string>(words: readonly T[]): Form<T> {
  return {
    read(value) {
      const known = words.find((candidate) => candidate === value);
      return known === undefined ? { fault: `has to be one of ${words.join(', ')}` } : { value: known };
    },
    schema: { type: 'string', enum: words },
  };
}

/** One of the vendor's words in any case; they are given in lower case. */
export function wordInAnyCase<T extends string>(words: readonly T[]): Form<T> {
  const anyCase = (letters: string): string =>
    letters.replace(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`);
  const { read } = word(words);
  return {
    read: (value) => read(typeof value === 'string' ? value.toLowerCase() : value),
    schema: { type: 'string', pattern: `^(${words.map(anyCase).join('|')})$` },
  };
}

/** One of the vendor's numeric codes, sent as a number or as digits. */
export function code<T extends string>(codes: readonly T[]): Form<T> {
  const { read } = word(codes);
  return {
    read: (value) => read(exactInteger(value)?.toString() ?? value),
    schema: { type: ['string', 'integer'], enum: [...codes, ...codes.map(Number)] },
  };
}

/** A whole number, sent as a number or as digits; with a sign where the range has negative numbers. */
export function wholeNumber(min: number, max: number): Form<number> {
  const pattern = min < 0 ? '^[+-]?\\d{1,16}$' : '^\\d{1,16}$';
  const digits = new RegExp(pattern);
  return {
    read(value) {
      // Adding 0 turns −0 into 0.
      const number = typeof value === 'string' && digits.test(value) ? Number(value) + 0 : exactInteger(value);
      const isUsable = number !== undefined && Number.isSafeInteger(number) && number >= min && number <= max;
      return isUsable ? { value: number } : { fault: `has to be a whole number from ${min} to ${max}` };
    },
    schema: {
      anyOf: [
        { type: 'integer', minimum: min, maximum: max },
        { type: 'string', pattern },
      ],
    },
  };
}

/** A JSON number that is whole; digits in a text are none. `name` is what the vendor calls it. */
export function integer(min: number, max: number, name: string): Form<number> {
  return {
    read(value) {
      const number = exactInteger(value);
      const isUsable = number !== undefined && number >= min && number <= max;
      return isUsable ? { value: number } : { fault: `has to be ${name} from ${min} to ${max}` };
    },
    schema: { type: 'integer', minimum: min, maximum: max },
  };
}
