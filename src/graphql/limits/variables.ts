import {
  getVariableValues,
  GraphQLError,
  isNonNullType,
  Kind,
  separateOperations,
  typeFromAST,
  TypeInfo,
  valueFromAST,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { badVariable } from '../types/errors';
import { inputReader, NOT_READ, type InputReader } from './input-readers';
import { GRAPHQL_LIMITS } from './limits';

/** An operation, in the document that has its fragments. */
interface Parsed {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

type Values = Readonly<Record<string, unknown>>;

/** The values of an operation's variables as resolvers get them, or what is wrong with them. */
export type VariableValues =
  | { readonly values: Values; readonly errors?: never }
  | { readonly errors: readonly GraphQLError[]; readonly values?: never };

/**
 * Reads the variables of an operation. It stops after a few errors: each one of graphql-js shows the whole value, so
 * thousands of them would take minutes.
 */
export function readVariables(schema: GraphQLSchema, parsed: Parsed, variables: Values): VariableValues {
  const { shownErrors } = GRAPHQL_LIMITS;
  const read = readValid(schema, parsed, variables);
  if (read) return { values: read };
  const { variableDefinitions = [] } = parsed.operation;
  const { errors = [], coerced = {} } = getVariableValues(schema, variableDefinitions, variables, {
    maxErrors: shownErrors,
  });
  const all = [...errors, ...nullErrors(schema, parsed, variables)];
  return all.length === 0 ? { values: coerced } : { errors: all.slice(0, shownErrors).map(badVariable) };
}

/** A variable as an operation defines it. */
interface Variable {
  readonly name: string;
  readonly read: InputReader;
  /** Its value where it is left out: undefined for none, NOT_READ where it has to be given. */
  readonly ifLeftOut: unknown;
}

/** The variables of an operation. Kept as long as the document is. */
const definitions = new WeakMap<OperationDefinitionNode, readonly Variable[]>();

/** The values, unless something is wrong with them. */
function readValid(schema: GraphQLSchema, parsed: Parsed, variables: Values): Values | undefined {
  const { operation } = parsed;
  const defined = definitions.get(operation) ?? definedBy(schema, operation);
  definitions.set(operation, defined);
  const values = Object.create(null) as Record<string, unknown>;
  for (const { name, read, ifLeftOut } of defined) {
    const value = Object.hasOwn(variables, name) ? read(variables[name]) : ifLeftOut;
    if (value === NOT_READ) return undefined;
    if (value !== undefined) values[name] = value;
  }
  return notNull(schema, parsed).some(({ name }) => variables[name] === null) ? undefined : values;
}

function definedBy(schema: GraphQLSchema, { variableDefinitions = [] }: OperationDefinitionNode): Variable[] {
  return variableDefinitions.map(({ variable, type: node, defaultValue }) => {
    const name = variable.name.value;
    // Validation has made sure of it.
    const type = typeFromAST(schema, node) as GraphQLInputType | undefined;
    if (!type) return { name, read: () => NOT_READ, ifLeftOut: NOT_READ };
    const ifNoDefault = isNonNullType(type) ? NOT_READ : undefined;
    return { name, read: inputReader(type), ifLeftOut: defaultValue ? valueFromAST(defaultValue, type) : ifNoDefault };
  });
}

/**
 * A variable that may be null can stand where null is refused, if there is a default for when it is left out. graphql-js
 * finds that only while the operation runs, and then takes it for a fault of ours.
 */
function nullErrors(schema: GraphQLSchema, parsed: Parsed, variables: Values): readonly GraphQLError[] {
  return notNull(schema, parsed)
    .filter(({ name }) => variables[name] === null)
    .map(({ name, type }) => {
      const message = `Variable "$${name}" is null, and is used where "${type}" is expected: give a value, or leave it out.`;
      return new GraphQLError(message);
    });
}

/** A variable, and the type where it is used. */
interface Usage {
  readonly name: string;
  readonly type: string;
}

/** The variables of an operation that must not be null where they are used. Kept as long as the document is. */
const known = new WeakMap<OperationDefinitionNode, readonly Usage[]>();

function notNull(schema: GraphQLSchema, { document, operation }: Parsed): readonly Usage[] {
  const before = known.get(operation);
  if (before) return before;
  const nullable = (operation.variableDefinitions ?? []).filter(({ type }) => type.kind !== Kind.NON_NULL_TYPE);
  const names = new Set(nullable.map(({ variable }) => variable.name.value));
  const usages = new Map<string, Usage>();
  const types = new TypeInfo(schema);
  const note = visitWithTypeInfo(types, {
    Variable({ name: { value: name } }) {
      const type = types.getInputType();
      if (names.has(name) && isNonNullType(type)) usages.set(name, { name, type: String(type) });
    },
  });
  // Fragments of other operations can use variables of the same name otherwise.
  if (names.size > 0) visit(separateOperations(document)[operation.name?.value ?? ''] ?? document, note);
  const found = [...usages.values()];
  known.set(operation, found);
  return found;
}
