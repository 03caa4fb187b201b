import type { ApolloServerPlugin, GraphQLRequestContext, GraphQLRequestListener } from '@apollo/server';
import type { Context } from '../context';
import type { Admit } from '../limits/admit';
import type { PresentErrors } from './present-errors';

/** Checks every operation before it runs, and presents its errors afterwards. */
export function requestPlugin(admit: Admit, present: PresentErrors): ApolloServerPlugin<Context> {
  const listener: GraphQLRequestListener<Context> = {
    didResolveOperation({ contextValue, document, operation, request }) {
      if (!operation) return Promise.resolve();
      const refusal = admit(contextValue.principal, { document, operation, variables: request.variables ?? {} });
      if (refusal !== undefined) throw refusal;
      return Promise.resolve();
    },
    willSendResponse(request) {
      showErrors(request, present);
      return Promise.resolve();
    },
  };
  return { requestDidStart: () => Promise.resolve(listener) };
}

function showErrors({ errors, contextValue, response }: GraphQLRequestContext<Context>, present: PresentErrors): void {
  if (!errors || response.body?.kind !== 'single') return;
  const { formatted, status, headers } = present(errors, contextValue);
  if (status !== undefined) response.http.status = status;
  for (const [name, value] of Object.entries(headers)) response.http.headers.set(name, value);
  response.body.singleResult.errors = formatted;
}
