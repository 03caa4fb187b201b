import {
  getVariableValues,
  Kind,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type TypeNode,
} from 'graphql';
import { fieldExtensionsEstimator, getComplexity, type ComplexityEstimator } from 'graphql-query-complexity';
import { LRUCache } from 'lru-cache';
import { GRAPHQL_LIMITS } from './limits';

/** The parts of an operation that its cost depends on. */
export interface CostedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The cost of a field without a `complexity`: 1 for an object, 0 for a plain value. */
const usualCost: ComplexityEstimator = ({ node, childComplexity }) => (node.selectionSet ? 1 + childComplexity : 0);

/** The costs of an operation, by the values of the variables that change them. */
interface KnownCosts {
  readonly variables: readonly string[];
  readonly byValues: Map<string, number>;
}

const MAX_SUMS_OF_AN_OPERATION = 100;

/**
 * Counts the objects that an operation's response could have. Invalid variables cost nothing, because they are refused
 * when the operation is executed. Costs are kept, because walking a query takes longer than walking its response.
 */
export function createCostOf(schema: GraphQLSchema): (costed: CostedOperation) => number {
  const known = new LRUCache<OperationDefinitionNode, KnownCosts>({ max: GRAPHQL_LIMITS.cachedQueries });
  const estimators = [fieldExtensionsEstimator(), usualCost];
  return ({ document, operation, variables }) => {
    const costs = known.get(operation) ?? {
      variables: relevantVariables(operation),
      byValues: new Map<string, number>(),
    };
    known.set(operation, costs);
    const key = keyOf(costs.variables, variables);
    const knownCost = costs.byValues.get(key);
    if (knownCost !== undefined) return knownCost;
    if (getVariableValues(schema, operation.variableDefinitions ?? [], variables).errors) return 0;
    const name = operation.name?.value;
    const cost = getComplexity({
      schema,
      query: document,
      estimators,
      variables: { ...variables },
      ...(name === undefined ? {} : { operationName: name }),
    });
    if (costs.byValues.size < MAX_SUMS_OF_AN_OPERATION) costs.byValues.set(key, cost);
    return cost;
  };
}

/** Null and left out differ: a variable that is left out has the operation's default. */
function keyOf(names: readonly string[], variables: CostedOperation['variables']): string {
  if (names.length === 0) return '';
  return JSON.stringify(names.map((name) => (Object.hasOwn(variables, name) ? [variables[name]] : [])));
}

/** Only page sizes (Int) and conditions of directives (Boolean) change the cost. */
function relevantVariables({ variableDefinitions = [] }: OperationDefinitionNode): string[] {
  return variableDefinitions
    .filter(({ type }) => ['Int', 'Boolean'].includes(namedType(type)))
    .map(({ variable }) => variable.name.value);
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}
