import {
  getVariableValues,
  GraphQLError,
  isNonNullType,
  Kind,
  separateOperations,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { badVariable } from '../types/errors';
import { GRAPHQL_LIMITS } from './limits';

/** An operation, in the document that has its fragments. */
interface Parsed {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/**
 * What is wrong with the variables of an operation; empty where nothing is. It stops after a few errors: each one of
 * graphql-js shows the whole value, so thousands of them would take minutes.
 */
export function variableErrors(
  schema: GraphQLSchema,
  parsed: Parsed,
  variables: Readonly<Record<string, unknown>>,
): readonly GraphQLError[] {
  const { shownErrors } = GRAPHQL_LIMITS;
  const { variableDefinitions = [] } = parsed.operation;
  const { errors = [] } = getVariableValues(schema, variableDefinitions, variables, { maxErrors: shownErrors });
  return [...errors, ...nullErrors(schema, parsed, variables)].slice(0, shownErrors).map(badVariable);
}

/**
 * A variable that may be null can stand where null is refused, if there is a default for when it is left out. graphql-js
 * finds that only while the operation runs, and then takes it for a fault of ours.
 */
function nullErrors(
  schema: GraphQLSchema,
  parsed: Parsed,
  variables: Readonly<Record<string, unknown>>,
): readonly GraphQLError[] {
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
