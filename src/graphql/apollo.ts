import { ApolloServer, type ApolloServerOptionsWithGateway } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Context } from './context';
import { presentError } from './errors';
import { createExecutor } from './executor';
import { GRAPHQL_LIMITS } from './limits/limits';
import { aliasLimit, depthLimit } from './limits/rules';
import { requestPlugin, type LogFault } from './request-plugin';

type Gateway = ApolloServerOptionsWithGateway<Context>['gateway'];

/** Apollo Server for the schema: parses, validates and limits; start it before use. */
export function createApolloServer(schema: GraphQLSchema, logFault: LogFault): ApolloServer<Context> {
  return new ApolloServer<Context>({
    gateway: executing(schema),
    // Whatever the environment says: no answer has a stack trace.
    nodeEnv: 'production',
    includeStacktraceInErrorResponses: false,
    introspection: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxLexicalTokens: GRAPHQL_LIMITS.tokens },
    validationRules: [aliasLimit, depthLimit],
    formatError: (formatted, error) =>
      // Errors of an operation get here too and are shown by the plugin, which knows the request.
      error instanceof GraphQLError ? presentError(error, undefined).formatted : formatted,
    plugins: [
      requestPlugin(schema, logFault),
      // By default some of these are on where an environment variable says so, and then talk to another host.
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
    ],
  });
}

/** A "gateway" is where Apollo Server lets itself be given another executor. */
function executing(schema: GraphQLSchema): Gateway {
  const execute = createExecutor(schema);
  return {
    load: () =>
      Promise.resolve({
        executor: async ({ document, operation, request, queryHash, context }) =>
          execute({
            document,
            operation,
            operationName: request.operationName,
            documentHash: queryHash,
            variables: request.variables,
            context,
          }),
      }),
    onSchemaLoadOrUpdate: (take) => {
      take({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    stop: () => Promise.resolve(),
  };
}
