/** Random operations made from a schema: most of them valid documents, with good and bad arguments and variables. */
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';

export interface FuzzedRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Texts that have caused trouble somewhere. */
const TEXTS = [
  ...[
    '',
    ' ',
    'TEA',
    'tea',
    'MAIN',
    '0',
    '-1',
    '1e9',
    'null',
    '__proto__',
    'constructor',
    '%',
    '_',
    "'; --",
    '\\',
    '"',
  ],
  ...['\u0000', '\u200b', '\u202e', '\ufeff', 'é', 'e\u0301', '\ud83d\ude00', '\ud800', 'x'.repeat(256), '{', '${1}'],
  ...['2026-01-31T09:30:00Z', '2026-02-30T00:00:00Z', '9999-12-31T23:59:59Z', '0001-01-01T00:00:00Z', '1', '12.50'],
  ...['Item:0', 'Movement:1', 'Item:00000000-0000-7000-8000-000000000001', 'StockLevel:x:1', 'WT000000000001'],
];
const NUMBERS = [0, 1, -1, 2, 3, 50, 200, 201, 2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1, -(2 ** 53 - 1), 1.5, 1e12, 1e12 + 1];

export class Fuzzer {
  #state: number;
  #variables: Record<string, unknown> = {};
  #declared: string[] = [];

  constructor(
    private readonly schema: GraphQLSchema,
    readonly seed: number,
  ) {
    this.#state = seed;
  }

  query(): FuzzedRequest {
    const type = this.schema.getQueryType();
    if (!type) throw new TypeError('The schema has no queries.');
    this.#variables = {};
    this.#declared = [];
    const fields = Object.values(type.getFields());
    const roots = Array.from(
      { length: 1 + this.#below(3) },
      (_, n) => `f${n}: ${this.#field(this.#oneOf(fields), 4, 0.8)}`,
    );
    const declared = this.#declared.length > 0 ? `(${this.#declared.join(', ')})` : '';
    return { query: `query ${declared} { ${roots.join(' ')} }`, variables: this.#variables };
  }

  /** With good and bad arguments, and one whose variable is of no type, so that it cannot have an effect. */
  badMutation(): FuzzedRequest {
    this.#variables = {};
    this.#declared = [];
    const fields = Object.values(this.schema.getMutationType()?.getFields() ?? {});
    const field = this.#oneOf(fields);
    const wrong = this.#oneOf(field.args);
    const others = field.args.filter((arg) => arg !== wrong && (isNonNullType(arg.type) || this.#chance(0.4)));
    const args = others.map((arg) => `${arg.name}: ${this.#argument(arg, 0.9)}`);
    args.push(`${wrong.name}: ${this.#variable(wrong, { wrong: [this.#junk(2)] })}`);
    const query = `mutation (${this.#declared.join(', ')}) { ${field.name}(${args.join(', ')})${this.#selection(field.type, 3, 1)} }`;
    return { query, variables: this.#variables };
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number, sense: number): string {
    const args = field.args.filter((arg) => isNonNullType(arg.type) || this.#chance(0.4));
    const written = args.map((arg) => `${arg.name}: ${this.#argument(arg, sense)}`);
    const more = this.#chance(0.01) ? ['nothing: 1'] : [];
    const all = [...written, ...more];
    return `${field.name}${all.length > 0 ? `(${all.join(', ')})` : ''}${this.#selection(field.type, depth, sense)}`;
  }

  #selection(output: GraphQLOutputType, depth: number, sense: number): string {
    const type = getNamedType(output);
    if (!isObjectType(type) && !isInterfaceType(type)) return '';
    if (isInterfaceType(type)) return ' { __typename id }';
    const fields = Object.values(type.getFields());
    const usable = fields.filter((field) => depth > 1 || !isObjectType(getNamedType(field.type)));
    const count = 1 + this.#below(4);
    const chosen = Array.from({ length: count }, () => this.#oneOf(usable.length > 0 ? usable : fields));
    const unique = [...new Set(chosen)];
    const written = unique.map((field) => this.#field(field, depth - 1, sense));
    return ` { __typename ${written.join(' ')}${this.#chance(0.01) ? ' nothing' : ''} }`;
  }

  #argument(arg: GraphQLArgument, sense: number): string {
    const value = this.#chance(sense) ? this.#value(arg.type, 3) : this.#junk(3);
    return this.#chance(0.5) ? this.#variable(arg, value) : literal(value);
  }

  #variable({ type, defaultValue }: GraphQLArgument, value: unknown): string {
    const name = `v${this.#declared.length}`;
    // Where there is a default, a variable may be null by its own type.
    const isLoose = isNonNullType(type) && defaultValue !== undefined && this.#chance(0.3);
    this.#declared.push(`$${name}: ${String(isLoose ? type.ofType : type)}`);
    this.#variables[name] = isLoose && this.#chance(0.5) ? null : value;
    return `$${name}`;
  }

  #value(type: GraphQLInputType, depth: number): unknown {
    if (isNonNullType(type)) return this.#value(type.ofType, depth);
    if (this.#chance(0.1)) return null;
    if (isListType(type)) return Array.from({ length: this.#below(4) }, () => this.#value(type.ofType, depth));
    if (isEnumType(type)) return new Enum(this.#oneOf(type.getValues()).name);
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(({ type: of }) => isNonNullType(of) || this.#chance(0.3));
      return Object.fromEntries(
        depth > 0 ? fields.map(({ name, type: of }) => [name, this.#value(of, depth - 1)]) : [],
      );
    }
    if (!isScalarType(type)) return null;
    if (['Int', 'Quantity'].includes(type.name)) return this.#oneOf(NUMBERS);
    if (type.name === 'Boolean') return this.#chance(0.5);
    return this.#oneOf(TEXTS);
  }

  #junk(depth: number): unknown {
    const kinds = [
      () => this.#oneOf(TEXTS),
      () => this.#oneOf(NUMBERS),
      () => this.#chance(0.5),
      () => null,
      () => (depth > 0 ? Array.from({ length: this.#below(5) }, () => this.#junk(depth - 1)) : []),
      () =>
        depth > 0
          ? Object.fromEntries([
              ['a', this.#junk(depth - 1)],
              ['sku', this.#junk(depth - 1)],
            ])
          : {},
    ];
    return this.#oneOf(kinds)();
  }

  #oneOf<Value>(values: readonly Value[]): Value {
    return values[this.#below(values.length)] as Value;
  }

  #chance(probability: number): boolean {
    return this.#below(1_000_000) < probability * 1_000_000;
  }

  /** A 32-bit generator (mulberry32), so that a seed gives the same requests everywhere. */
  #below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }
}

/** A name of an enum, which has no quotes in a document. */
class Enum {
  constructor(private readonly name: string) {}

  toJSON(): string {
    return this.name;
  }

  toString(): string {
    return this.name;
  }
}

function literal(value: unknown): string {
  if (value instanceof Enum) return value.toString();
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (value !== null && typeof value === 'object') {
    return `{ ${Object.entries(value)
      .map(([name, member]) => `${name}: ${literal(member)}`)
      .join(', ')} }`;
  }
  return JSON.stringify(value);
}
