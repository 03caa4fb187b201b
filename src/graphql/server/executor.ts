import {
  BREAK,
  execute,
  GraphQLScalarType,
  isInputType,
  Kind,
  OperationTypeNode,
  visit,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import { GRAPHQL_LIMITS } from '../limits/limits';
import { readVariables } from '../limits/variables';
import { documentBytes } from './document-bytes';

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

/** An operation that has been validated and compiled. */
export interface KnownOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** The most statements that a run of a query has needed; 0 before the first one that counted. */
  statements: number;
  /** Undefined when the variables are invalid. Nothing has run then. */
  run(context: object, variables: Variables): Promise<ExecutionResult | undefined>;
}

export interface Executor {
  execute(operation: Operation): Promise<ExecutionResult>;
  /** Undefined for an operation that has not been executed often enough, or that is left to graphql-js. */
  knownOperation(source: string, operationName: string | undefined): KnownOperation | undefined;
}

/** An operation that has been compiled, or undefined when it cannot be. */
interface Compiled {
  readonly known: KnownOperation | undefined;
  readonly bytes: number;
}

/**
 * Executes operations that are sent again and again with code compiled for them (graphql-jit). That takes at most half the
 * time of graphql-js, which executes everything else.
 */
export function createExecutor(schema: GraphQLSchema): Executor {
  const sightings = new LRUCache<string, number>({
    ...{ max: GRAPHQL_LIMITS.seenQueries, maxSize: GRAPHQL_LIMITS.seenBytes },
    sizeCalculation: (_seen, key) => BYTES_A_CHARACTER * key.length,
  });
  const compiled = new LRUCache<string, Compiled>({
    maxSize: GRAPHQL_LIMITS.compiledBytes,
    sizeCalculation: ({ bytes }, key) => bytes + BYTES_A_CHARACTER * key.length,
  });

  const schemaToCompile = withVariablesAsTheyAre(schema);

  const see = ({ source, document, operation, operationName }: Operation): KnownOperation | undefined => {
    if (!operation || !isWorthCounting(operation)) return undefined;
    const key = keyOf(source, operationName);
    const before = compiled.get(key);
    if (before) return before.known;
    const seen = (sightings.get(key) ?? 0) + 1;
    if (seen < GRAPHQL_LIMITS.compileAfter) {
      sightings.set(key, seen);
      return undefined;
    }
    sightings.delete(key);
    const code = isCompilable(document) ? compile(schemaToCompile, document, operationName) : null;
    const known = code
      ? { document, operation, statements: 0, run: runnerOf(schema, { document, operation }, code.query) }
      : undefined;
    compiled.set(key, { known, bytes: documentBytes(document) + (code?.bytes ?? 0) });
    return known;
  };

  return {
    async execute(asked) {
      const known = see(asked);
      const { document, operation, variables = {} } = asked;
      const result = await known?.run(asked.context, variables);
      if (result) return result;
      const { errors } = operation ? readVariables(schema, { document, operation }, variables) : {};
      return errors ? { errors } : interpret(schema, asked);
    },
    knownOperation(source, operationName) {
      const known = compiled.get(keyOf(source, operationName))?.known;
      // The name is the client's text, so with a slash in it, a key could be another query's.
      const isMeant = known && (operationName === undefined || known.operation.name?.value === operationName);
      return isMeant ? known : undefined;
    },
  };
}

/** GraphQL names have no slash, so keys of valid names are unique. */
const keyOf = (source: string, operationName: string | undefined): string => `${operationName ?? ''}/${source}`;

/** V8 keeps Latin-1 texts in one byte a character, and all others in two. */
const BYTES_A_CHARACTER = 2;

function runnerOf(
  schema: GraphQLSchema,
  parsed: Pick<KnownOperation, 'document' | 'operation'>,
  query: CompiledQuery['query'],
): KnownOperation['run'] {
  return async (context, variables) => {
    const { values } = readVariables(schema, parsed, variables);
    return values && withExtensions(await query(undefined, context, values));
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

/** With `debug`, graphql-jit also returns the source that it has written. */
const OPTIONS = { ...TRUST_PLAIN_LEAVES, debug: true } as const;
const SOURCE = '__DO_NOT_USE_THIS_OR_YOU_WILL_BE_FIRED_compilation';

/** A compiled query, and what it takes of the heap: no more than its source has characters, whatever its size. */
interface Code {
  readonly query: CompiledQuery['query'];
  readonly bytes: number;
}

/**
 * The schema as operations are compiled against it: their variables may be of any kind. They are read before; graphql-jit's
 * own reading of them lacks defaults of input fields, and accepts an empty list as an input object.
 */
function withVariablesAsTheyAre(schema: GraphQLSchema): GraphQLSchema {
  const getType: GraphQLSchema['getType'] = (name) => {
    const type = schema.getType(name);
    return isInputType(type) ? new GraphQLScalarType({ name: `${name}AsItIs` }) : type;
  };
  return Object.create(schema, { getType: { value: getType } }) as GraphQLSchema;
}

function compile(schema: GraphQLSchema, document: DocumentNode, operationName: string | undefined): Code | null {
  const compiled = compileQuery(schema, document, operationName, OPTIONS);
  if (!isCompiledQuery(compiled)) return null;
  const { query, [SOURCE]: source } = compiled as CompiledQuery & { readonly [SOURCE]: string };
  return { query, bytes: source.length };
}

/**
 * Some operations are left to graphql-js. With directives, graphql-jit marks the nodes of a fragment and then applies the
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
    Variable: ({ name }) => (name.value === '__proto__' ? refuse() : undefined),
    Field: ({ name, alias }) =>
      ['__schema', '__type'].includes(name.value) || alias?.value === '__proto__' ? refuse() : undefined,
  });
  return compilable;
}

/**
 * Of mutations, those that are alone in their operation and have variables as arguments. Of several, graphql-jit would go on
 * after one that has failed. Input that is written into the document, it would read itself; and such documents differ each
 * time, so they would push queries out of those that are counted.
 */
function isWorthCounting({ operation, selectionSet: { selections } }: OperationDefinitionNode): boolean {
  if (operation !== OperationTypeNode.MUTATION) return operation === OperationTypeNode.QUERY;
  const [only, ...others] = selections;
  if (only?.kind !== Kind.FIELD || others.length > 0) return false;
  return (only.arguments ?? []).every(({ value }) => value.kind === Kind.VARIABLE);
}
