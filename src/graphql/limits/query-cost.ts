import { Kind, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode, type TypeNode } from 'graphql';
import { fieldExtensionsEstimator, getComplexity, type ComplexityEstimator } from 'graphql-query-complexity';
import { LRUCache } from 'lru-cache';
import { tooLarge } from '../errors';
import { GRAPHQL_LIMITS } from './limits';

/** A request's operation, as far as its cost depends on it. */
export interface CostedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What a field costs whose schema does not say: an object one, a plain value nothing. */
const usualCost: ComplexityEstimator = ({ node, childComplexity }) => (node.selectionSet ? 1 + childComplexity : 0);

/**
 * Makes a check that throws where an operation costs too much. The sum is kept for each document and what of its variables it
 * depends on, since going through a query takes longer than going through its answer.
 */
export function createCostCheck(schema: GraphQLSchema): (costed: CostedOperation) => void {
  const known = new LRUCache<DocumentNode, Map<string, number>>({ max: GRAPHQL_LIMITS.cachedQueries });
  const estimators = [fieldExtensionsEstimator(), usualCost];
  return ({ document, operation, variables }) => {
    const costs = known.get(document) ?? new Map<string, number>();
    known.set(document, costs);
    const key = JSON.stringify([operation.name?.value, ...relevantValues(operation, variables)]);
    const name = operation.name?.value;
    const cost =
      costs.get(key) ??
      getComplexity({
        schema,
        query: document,
        estimators,
        variables: { ...variables },
        ...(name === undefined ? {} : { operationName: name }),
      });
    if (costs.size < MAX_SUMS_OF_A_DOCUMENT) costs.set(key, cost);
    if (cost > GRAPHQL_LIMITS.cost) {
      throw tooLarge(
        `The answer could have ${cost} objects; at most ${GRAPHQL_LIMITS.cost} are given. Ask for smaller pages or less of each node.`,
      );
    }
  };
}

const MAX_SUMS_OF_A_DOCUMENT = 100;

/** Page sizes are Int, and conditions of directives are Boolean; no other variable changes the cost. */
function relevantValues(
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): unknown[] {
  return variableDefinitions
    .filter(({ type }) => ['Int', 'Boolean'].includes(namedType(type)))
    .map(({ variable }) => variables[variable.name.value]);
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}
