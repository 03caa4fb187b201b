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
import { tooLarge } from '../server/errors';
import { GRAPHQL_LIMITS } from './limits';

/** A request's operation, as far as its cost depends on it. */
interface CostedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Says which operations cost too much. */
export interface CostLimit {
  /** Throws where it costs too much. Variables that do not fit cost nothing: they are refused when it is carried out. */
  check(costed: CostedOperation): void;
  /** Whether `check` would let it pass. */
  allows(costed: CostedOperation): boolean;
}

/** What a field costs whose schema does not say: an object one, a plain value nothing. */
const usualCost: ComplexityEstimator = ({ node, childComplexity }) => (node.selectionSet ? 1 + childComplexity : 0);

export function createCostLimit(schema: GraphQLSchema): CostLimit {
  const costOf = createCostOf(schema);
  const check = (costed: CostedOperation): void => {
    const cost = costOf(costed);
    if (cost > GRAPHQL_LIMITS.cost) {
      throw tooLarge(
        `The answer could have ${cost} objects; at most ${GRAPHQL_LIMITS.cost} are given. Ask for smaller pages or less of each node.`,
      );
    }
  };
  const allows = (costed: CostedOperation): boolean => {
    try {
      check(costed);
      return true;
    } catch {
      return false;
    }
  };
  return { check, allows };
}

/** What an operation has cost so far, by the values of the variables that matter. */
interface KnownCosts {
  readonly variables: readonly string[];
  readonly byValues: Map<string, number>;
}

const MAX_SUMS_OF_AN_OPERATION = 100;

/** Sums are kept, since going through a query takes longer than going through its answer. */
function createCostOf(schema: GraphQLSchema): (costed: CostedOperation) => number {
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

/** Null is a value of its own; what is left out has the default of the operation. */
function keyOf(names: readonly string[], variables: CostedOperation['variables']): string {
  if (names.length === 0) return '';
  return JSON.stringify(names.map((name) => (Object.hasOwn(variables, name) ? [variables[name]] : [])));
}

/** Page sizes are Int, and conditions of directives are Boolean; no other variable changes the cost. */
function relevantVariables({ variableDefinitions = [] }: OperationDefinitionNode): string[] {
  return variableDefinitions
    .filter(({ type }) => ['Int', 'Boolean'].includes(namedType(type)))
    .map(({ variable }) => variable.name.value);
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}
