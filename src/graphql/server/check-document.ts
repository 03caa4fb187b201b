import {
  GraphQLError,
  Kind,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { CheckDocument } from '../../application/commands/trust-documents';
import { shortened } from '../../domain/text';
import { GRAPHQL_LIMITS } from '../limits/limits';
import { createCostOf } from '../limits/query-cost';
import { aliasLimit, depthLimit, fieldsLimit } from '../limits/rules';

/** The rules that this API has besides those of the GraphQL specification. */
export const LIMIT_RULES = [fieldsLimit, aliasLimit, depthLimit];

/**
 * Checks documents before they are trusted: what would be refused when a client asks for it is refused here. The cost of an
 * operation counts with the defaults of its variables. Of one that needs variables, it is only known when it is sent.
 *
 * @param worded the message of a fault, as whoever asks may see it
 */
export function createDocumentCheck(
  schema: GraphQLSchema,
  worded: (message: string) => string = (message) => message,
): CheckDocument {
  const faults = faultsIn(worded);
  const costOf = createCostOf(schema);
  return (text) => {
    const bytes = Buffer.byteLength(text);
    if (bytes > GRAPHQL_LIMITS.bodyBytes) {
      return faults([`The document has ${bytes} bytes; at most ${GRAPHQL_LIMITS.bodyBytes} are taken.`]);
    }
    // GraphQL takes it in a comment, and PostgreSQL in no text.
    if (text.includes('\0')) return faults(['The document has a NUL character: take it out.']);
    const document = parsed(text);
    if (document instanceof GraphQLError) return faults([document]);
    const errors = validate(schema, document, [...specifiedRules, ...LIMIT_RULES], {
      maxErrors: GRAPHQL_LIMITS.shownErrors,
    });
    if (errors.length > 0) return faults(errors.slice(0, GRAPHQL_LIMITS.shownErrors));
    const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    if (operations.length === 0) return faults(['The document has no operation, only fragments.']);
    const refusals = operations.flatMap((operation) => operationFault(schema, document, operation, costOf));
    return refusals.length > 0
      ? faults(refusals)
      : { operations: operations.flatMap(({ name }) => (name ? [name.value] : [])) };
  };
}

function parsed(text: string): DocumentNode | GraphQLError {
  try {
    return parse(text, { maxTokens: GRAPHQL_LIMITS.tokens });
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

function operationFault(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  costOf: ReturnType<typeof createCostOf>,
): GraphQLError[] {
  if (!schema.getRootType(operation.operation)) {
    return [new GraphQLError(`There is no ${operation.operation} in this API.`, { nodes: operation })];
  }
  const cost = costOf({ document, operation, variables: {} });
  if (cost <= GRAPHQL_LIMITS.cost) return [];
  const message = `The answer could have ${cost} objects; at most ${GRAPHQL_LIMITS.cost} are given.`;
  return [new GraphQLError(message, { nodes: operation })];
}

const faultsIn =
  (worded: (message: string) => string) =>
  (errors: readonly (GraphQLError | string)[]): ReturnType<CheckDocument> => ({
    faults: errors.map((error) => {
      if (typeof error === 'string') return { line: 1, column: 1, message: error };
      const { line = 1, column = 1 } = error.locations?.[0] ?? {};
      return { line, column, message: shortened(worded(error.message), GRAPHQL_LIMITS.messageLength) };
    }),
  });
