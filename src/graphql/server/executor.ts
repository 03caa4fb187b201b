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

/** One validated operation to execute. */
interface Operation {
  /** The text that the document was parsed from. */
  readonly source: string;
  readonly document: DocumentNode;
  /** Undefined when the document has no operation of that name. */
  readonly operation: OperationDefinitionNode | undefined;
  readonly operationName: string | undefined;
  readonly variables: Variables | undefined;
  readonly context: object;
}

/** A query that has been validated and compiled. */
interface KnownQuery {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Undefined when the variables are invalid. Nothing has run then. */
  run(context: object, variables: Variables): Promise<ExecutionResult | undefined>;
}

export interface Executor {
  execute(operation: Operation): Promise<ExecutionResult>;
  /** Undefined for a query that has not been executed often enough, or that is left to graphql-js. */
  knownQuery(source: string, operationName: string | undefined): KnownQuery | undefined;
}

/** How often a query has been seen, or what it was compiled to. Null when it cannot be compiled. */
type Sighting = { readonly seen: number } | { readonly known: KnownQuery | null };

/** Compiling costs as much as dozens of executions, so a query that is sent once or twice is not worth it. */
const COMPILE_AFTER = 3;

/**
 * Executes queries that are sent again and again with code compiled for them (graphql-jit). That takes at most half the
 * time of graphql-js, which executes everything else.
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
      // When the variables are invalid, graphql-js gives the standard errors.
      return result ?? interpret(schema, operation);
    },
    knownQuery(source, operationName) {
      const sighting = sightings.get(keyOf(source, operationName));
      const known = sighting && 'known' in sighting ? sighting.known : null;
      // The name is the client's text, so with a slash in it, a key could be another query's.
      const isMeant = known && (operationName === undefined || known.operation.name?.value === operationName);
      return isMeant ? known : undefined;
    },
  };
}

/** GraphQL names have no slash, so keys of valid names are unique. */
const keyOf = (source: string, operationName: string | undefined): string => `${operationName ?? ''}/${source}`;

function runnerOf(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  compiled: CompiledQuery,
): KnownQuery['run'] {
  return async (context, variables) => {
    // graphql-jit accepts an empty list as an input object, so the variables are checked here.
    if (getVariableValues(schema, variableDefinitions, variables).errors) return undefined;
    const result = await compiled.query(undefined, context, variables);
    return result.data === undefined ? undefined : withExtensions(result);
  };
}

/** Errors of graphql-jit can lack `extensions`, which whoever presents them reads. */
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
 * Built-in scalars and enum values are sent without a check. The compiler ensures that views match the schema, and
 * checking hundreds of values takes longer than reading them. Custom scalars, such as Quantity, are still checked.
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
 * Some documents are left to graphql-js. With directives, graphql-jit marks the nodes of a fragment and then applies the
 * mark wherever the fragment is spread. Introspection gains nothing. `__proto__` has a special meaning in the object
 * literals that graphql-jit writes.
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
