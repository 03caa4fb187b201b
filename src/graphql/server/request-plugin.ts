import type { ApolloServerPlugin, GraphQLRequestContext, GraphQLRequestListener } from '@apollo/server';
import type { Context } from '../context';
import type { Admit } from '../limits/admit';
import type { PresentErrors } from './present-errors';

/** Checks every operation before it runs. Afterwards presents its errors, and its cost when that is asked for. */
export function requestPlugin(admit: Admit, present: PresentErrors): ApolloServerPlugin<Context> {
  const listener: GraphQLRequestListener<Context> = {
    didResolveOperation({ contextValue, document, operation, request }) {
      if (!operation) return Promise.resolve();
      const refusal = admit(contextValue, { document, operation, variables: request.variables ?? {} });
      if (refusal !== undefined) throw refusal;
      return Promise.resolve();
    },
    willSendResponse(request) {
      showErrors(request, present);
      showCost(request);
      return Promise.resolve();
    },
  };
  return { requestDidStart: () => Promise.resolve(listener) };
}

function showCost({ contextValue: { spending }, response: { body } }: GraphQLRequestContext<Context>): void {
  const cost = spending.shown();
  if (cost && body?.kind === 'single') body.singleResult.extensions = { ...body.singleResult.extensions, cost };
}

function showErrors({ errors, contextValue, response }: GraphQLRequestContext<Context>, present: PresentErrors): void {
  if (!errors || response.body?.kind !== 'single') return;
  const { formatted, status, headers } = present(errors, contextValue);
  if (status !== undefined) response.http.status = status;
  for (const [name, value] of Object.entries(headers)) response.http.headers.set(name, value);
  response.body.singleResult.errors = formatted;
}
