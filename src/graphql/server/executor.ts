import {
  execute,
  getVariableValues,
  OperationTypeNode,
  visit,
  BREAK,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import { GRAPHQL_LIMITS } from '../limits/limits';

export type Variables = Readonly<Record<string, unknown>>;

/** One validated operation to be carried out. */
interface Operation {
  /** What the document was parsed from. */
  readonly source: string;
  readonly document: DocumentNode;
  /** Undefined where the document has none of that name. */
  readonly operation: OperationDefinitionNode | undefined;
  readonly operationName: string | undefined;
  readonly variables: Variables | undefined;
  readonly context: object;
}

/** A query that has been validated and compiled. */
interface KnownQuery {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Undefined where the variables do not fit: then nothing has run. */
  run(context: object, variables: Variables): Promise<ExecutionResult | undefined>;
}

export interface Executor {
  execute(operation: Operation): Promise<ExecutionResult>;
  /** Undefined for what has not been carried out often enough, or is left to graphql-js. */
  knownQuery(source: string, operationName: string | undefined): KnownQuery | undefined;
}

/** How often a query has been seen, or what it was compiled to; null where it cannot be. */
type Sighting = { readonly seen: number } | { readonly known: KnownQuery | null };

/** Compiling takes as long as some dozens of executions, so a query that is sent once or twice is not worth it. */
const COMPILE_AFTER = 3;

/**
 * Carries out queries that come again and again by code compiled for them (graphql-jit), which takes half the time of
 * graphql-js or less, and everything else by graphql-js.
 */
export function createExecutor(schema: GraphQLSchema): Executor {
  const sightings = new LRUCache<string, Sighting>({ max: GRAPHQL_LIMITS.cachedQueries });

  const see = ({ source, document, operation, operationName }: Operation): KnownQuery | null => {
    if (operation?.operation !== OperationTypeNode.QUERY) return null;
    const key = keyOf(source, operationName);
    const sighting = sightings.get(key) ?? { seen: 0 };
    if ('known' in sighting) return sighting.known;
    if (sighting.seen + 1 < COMPILE_AFTER) {
      sightings.set(key, { seen: sighting.seen + 1 });
      return null;
    }
    const compiled = isCompilable(document) ? compile(schema, document, operationName) : null;
    const known = compiled && { document, operation, run: runnerOf(schema, operation, compiled) };
    sightings.set(key, { known });
    return known;
  };

  return {
    async execute(operation) {
      const result = await see(operation)?.run(operation.context, operation.variables ?? {});
      // Variables that do not fit: graphql-js has the errors that clients know.
      return result ?? interpret(schema, operation);
    },
    knownQuery(source, operationName) {
      const sighting = sightings.get(keyOf(source, operationName));
      const known = sighting && 'known' in sighting ? sighting.known : null;
      // The name is the client's text, and could be one that ends within another's source.
      const isMeant = known && (operationName === undefined || known.operation.name?.value === operationName);
      return isMeant ? known : undefined;
    },
  };
}

/** A name that is one of the source has no slash in it. */
const keyOf = (source: string, operationName: string | undefined): string => `${operationName ?? ''}/${source}`;

function runnerOf(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  compiled: CompiledQuery,
): KnownQuery['run'] {
  return async (context, variables) => {
    // graphql-jit takes an empty list for an object.
    if (getVariableValues(schema, variableDefinitions, variables).errors) return undefined;
    const result = await compiled.query(undefined, context, variables);
    return result.data === undefined ? undefined : withExtensions(result);
  };
}

/** Errors of graphql-jit have no extensions where graphql-js has empty ones, which others rely on. */
function withExtensions(result: ExecutionResult): ExecutionResult {
  if (!result.errors) return result;
  const errors = result.errors.map(
    (error) => Object.create(error, { extensions: { value: { ...error.extensions } } }) as GraphQLError,
  );
  return { ...result, errors };
}

function interpret(
  schema: GraphQLSchema,
  { document, operationName, variables, context }: Operation,
): ExecutionResult | Promise<ExecutionResult> {
  return execute({ schema, document, operationName, variableValues: variables, contextValue: context });
}

/**
 * Texts, ids, numbers, booleans and enum values go out as they are: the compiler sees to it that views have what the
 * schema says, and checking each of an answer's hundreds takes longer than reading it. Scalars of our own, quantities
 * among them, are checked all the same.
 */
const TRUST_PLAIN_LEAVES = { disableLeafSerialization: true } as const;

function compile(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): CompiledQuery | null {
  const compiled = compileQuery(schema, document, operationName, TRUST_PLAIN_LEAVES);
  return isCompiledQuery(compiled) ? compiled : null;
}

/**
 * Left to graphql-js: directives, which graphql-jit notes on the nodes of fragments and then applies wherever those
 * are spread; introspection, for which it has no need; and the one name that means something else in an object literal.
 */
function isCompilable(document: DocumentNode): boolean {
  let compilable = true;
  const refuse = (): typeof BREAK => {
    compilable = false;
    return BREAK;
  };
  visit(document, {
    Directive: refuse,
    Field: ({ name, alias }) =>
      ['__schema', '__type'].includes(name.value) || alias?.value === '__proto__' ? refuse() : undefined,
  });
  return compilable;
}
