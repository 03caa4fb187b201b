import type { ApolloServerPlugin, GraphQLRequestContext, GraphQLRequestListener } from '@apollo/server';
import { OperationTypeNode } from 'graphql';
import type { Principal, Scope } from '../../application/ports/access';
import type { Context } from './context';
import { forbidden } from './errors';
import type { CostLimit } from '../limits/query-cost';
import { presentErrors, type LogFault } from './present-errors';

/** What is asked of every operation before it runs, and what is shown of its errors. */
export function requestPlugin(costLimit: CostLimit, logFault: LogFault): ApolloServerPlugin<Context> {
  const listener: GraphQLRequestListener<Context> = {
    didResolveOperation({ contextValue, document, operation, request }) {
      if (!operation) return Promise.resolve();
      authorise(contextValue, operation.operation);
      costLimit.check({ document, operation, variables: request.variables ?? {} });
      return Promise.resolve();
    },
    willSendResponse(request) {
      showErrors(request, logFault);
      return Promise.resolve();
    },
  };
  return { requestDidStart: () => Promise.resolve(listener) };
}

const NEEDED_SCOPE: Readonly<Record<OperationTypeNode, Scope>> = {
  [OperationTypeNode.QUERY]: 'read',
  [OperationTypeNode.SUBSCRIPTION]: 'read',
  [OperationTypeNode.MUTATION]: 'write',
};

/** By kind of operation, so that no field can be forgotten. */
export function mayRun({ scopes }: Principal, operation: OperationTypeNode): boolean {
  return scopes.has(NEEDED_SCOPE[operation]);
}

function authorise({ principal }: Context, operation: OperationTypeNode): void {
  if (mayRun(principal, operation)) return;
  throw forbidden(`This API key lacks the scope ${NEEDED_SCOPE[operation]}, which a ${operation} needs.`);
}

function showErrors(
  { errors, contextValue: { requestId }, response }: GraphQLRequestContext<Context>,
  logFault: LogFault,
): void {
  if (!errors || response.body?.kind !== 'single') return;
  const { formatted, status, headers } = presentErrors(errors, requestId, logFault);
  if (status !== undefined) response.http.status = status;
  for (const [name, value] of Object.entries(headers)) response.http.headers.set(name, value);
  response.body.singleResult.errors = formatted;
}
