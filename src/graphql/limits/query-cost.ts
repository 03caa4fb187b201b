import {
  Kind,
  visit,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type TypeNode,
} from 'graphql';
import { fieldExtensionsEstimator, getComplexity, type ComplexityEstimator } from 'graphql-query-complexity';
import { INTROSPECTION_COSTS } from './cost';
import { readVariables } from './variables';

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
  readonly variables: readonly RelevantVariable[];
  readonly byValues: Map<string, number>;
}

const MAX_SUMS_OF_AN_OPERATION = 100;

/**
 * Counts the objects that an operation's response could have. Invalid variables cost nothing, because they are refused
 * when the operation is executed. Costs are kept, because walking a query takes longer than walking its response.
 */
export function createCostOf(schema: GraphQLSchema): (costed: CostedOperation) => number {
  // Kept as long as the document is.
  const known = new WeakMap<OperationDefinitionNode, KnownCosts>();
  return ({ document, operation, variables }) => {
    const costs = known.get(operation) ?? {
      variables: relevantVariables(operation),
      byValues: new Map<string, number>(),
    };
    known.set(operation, costs);
    const key = keyOf(costs.variables, variables);
    const knownCost = costs.byValues.get(key);
    if (knownCost !== undefined) return knownCost;
    if (readVariables(schema, { document, operation }, variables).errors) return 0;
    const cost = complexityOf(schema, { document, operation, variables }) + introspectionCost(document);
    if (costs.byValues.size < MAX_SUMS_OF_AN_OPERATION) costs.byValues.set(key, cost);
    return cost;
  };
}

const ESTIMATORS = [fieldExtensionsEstimator(), usualCost];

function complexityOf(schema: GraphQLSchema, { document, operation, variables }: CostedOperation): number {
  const name = operation.name?.value;
  return getComplexity({
    schema,
    query: document,
    estimators: ESTIMATORS,
    // A rule has counted them before.
    maxQueryNodes: Infinity,
    variables: { ...variables },
    ...(name === undefined ? {} : { operationName: name }),
  });
}

/** Fields of the schema about itself have no estimators. */
function introspectionCost(document: DocumentNode): number {
  let cost = 0;
  visit(document, {
    Field({ name }) {
      cost += INTROSPECTION_COSTS.get(name.value) ?? 0;
    },
  });
  return cost;
}

/** A variable that changes the cost; of a list, its length does. */
interface RelevantVariable {
  readonly name: string;
  readonly isList: boolean;
}

/** Null and left out differ: a variable that is left out has the operation's default. */
function keyOf(relevant: readonly RelevantVariable[], variables: CostedOperation['variables']): string {
  if (relevant.length === 0) return '';
  const values = relevant.map(({ name, isList }) => {
    if (!Object.hasOwn(variables, name)) return [];
    const value = variables[name];
    // A list of one may be sent without its brackets.
    return isList ? [Array.isArray(value) ? value.length : typeof value] : [value];
  });
  return JSON.stringify(values);
}

/** Page sizes (Int), conditions of directives (Boolean) and lists of ids change the cost. */
function relevantVariables({ variableDefinitions = [] }: OperationDefinitionNode): RelevantVariable[] {
  return variableDefinitions.flatMap(({ type, variable }) => {
    const isList = isListType(type);
    const isRelevant = isList || ['Int', 'Boolean'].includes(namedType(type));
    return isRelevant ? [{ name: variable.name.value, isList }] : [];
  });
}

const isListType = (type: TypeNode): boolean =>
  type.kind === Kind.LIST_TYPE || (type.kind === Kind.NON_NULL_TYPE && isListType(type.type));

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}
