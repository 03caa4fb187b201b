import type { ApolloServerPlugin, GraphQLRequestContext, GraphQLRequestListener } from '@apollo/server';
import { OperationTypeNode, type GraphQLError, type GraphQLSchema } from 'graphql';
import type { Scope } from '../application/access';
import type { Context } from './context';
import { forbidden, presentError } from './errors';
import { createCostCheck } from './limits/query-cost';

/** Takes the gateway's own faults, to be looked up by the request's id. */
export type LogFault = (error: unknown, requestId: string) => void;

/** What is asked of every operation before it runs, and what is shown of its errors. */
export function requestPlugin(schema: GraphQLSchema, logFault: LogFault): ApolloServerPlugin<Context> {
  const checkCost = createCostCheck(schema);
  const listener: GraphQLRequestListener<Context> = {
    didResolveOperation({ contextValue, document, operation, request }) {
      if (!operation) return Promise.resolve();
      authorise(contextValue, operation.operation);
      checkCost({ document, operation, variables: request.variables ?? {} });
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
function authorise({ principal }: Context, operation: OperationTypeNode): void {
  const scope = NEEDED_SCOPE[operation];
  if (principal.scopes.has(scope)) return;
  throw forbidden(`This API key lacks the scope ${scope}, which a ${operation} needs.`);
}

/** Errors are logged here, once, and nowhere else. */
function showErrors(
  { errors, contextValue: { requestId }, response }: GraphQLRequestContext<Context>,
  logFault: LogFault,
): void {
  if (!errors || response.body?.kind !== 'single') return;
  const shown = errors.map((error: GraphQLError) => {
    const presented = presentError(error, requestId);
    if (presented.isFault) logFault(error.originalError ?? error, requestId);
    if (presented.status !== undefined) response.http.status = presented.status;
    if (presented.retryAfterSeconds !== undefined) {
      response.http.headers.set('retry-after', String(presented.retryAfterSeconds));
    }
    return presented.formatted;
  });
  response.body.singleResult.errors = shown;
}
