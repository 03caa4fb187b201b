import {
  execute,
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
import { GRAPHQL_LIMITS } from './limits/limits';

/** One validated operation to be carried out. */
export interface Operation {
  readonly document: DocumentNode;
  /** Undefined where the document has none of that name. */
  readonly operation: OperationDefinitionNode | undefined;
  readonly operationName: string | undefined;
  /** The same for the same document. */
  readonly documentHash: string;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly context: object;
}

export type Execute = (operation: Operation) => ExecutionResult | Promise<ExecutionResult>;

/** How often a query has been seen, or what it was compiled to; null where it cannot be. */
type Known = { readonly seen: number } | { readonly compiled: CompiledQuery | null };

/** Compiling takes as long as some dozens of executions, so a query that is sent once or twice is not worth it. */
const COMPILE_AFTER = 3;

/**
 * Carries out queries that come again and again by code compiled for them (graphql-jit), which takes half the time of
 * graphql-js or less, and everything else by graphql-js.
 */
export function createExecutor(schema: GraphQLSchema): Execute {
  const known = new LRUCache<string, Known>({ max: GRAPHQL_LIMITS.cachedQueries });

  const compiledFor = ({ document, operation, operationName, documentHash }: Operation): CompiledQuery | null => {
    if (operation?.operation !== OperationTypeNode.QUERY) return null;
    const key = `${documentHash}/${operationName ?? ''}`;
    const entry = known.get(key) ?? { seen: 0 };
    if ('compiled' in entry) return entry.compiled;
    if (entry.seen + 1 < COMPILE_AFTER) {
      known.set(key, { seen: entry.seen + 1 });
      return null;
    }
    const compiled = isCompilable(document) ? compile(schema, document, operationName) : null;
    known.set(key, { compiled });
    return compiled;
  };

  return async (operation) => {
    const compiled = compiledFor(operation);
    if (!compiled) return interpret(schema, operation);
    const result = await compiled.query(undefined, operation.context, operation.variables);
    // Variables that do not fit: nothing has run, and graphql-js has the errors that clients know.
    return result.data === undefined ? interpret(schema, operation) : withExtensions(result);
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

function compile(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): CompiledQuery | null {
  const compiled = compileQuery(schema, document, operationName);
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
