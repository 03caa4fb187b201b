import { getVariableValues, type GraphQLError, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { badVariable } from '../types/errors';
import { GRAPHQL_LIMITS } from './limits';

/**
 * What is wrong with the variables of an operation; empty where nothing is. It stops after a few errors: each one of
 * graphql-js shows the whole value, so thousands of them would take minutes.
 */
export function variableErrors(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): readonly GraphQLError[] {
  const { shownErrors } = GRAPHQL_LIMITS;
  const { errors = [] } = getVariableValues(schema, variableDefinitions, variables, { maxErrors: shownErrors });
  return errors.slice(0, shownErrors).map(badVariable);
}
