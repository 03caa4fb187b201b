import { ApolloServer, type ApolloServerOptionsWithGateway } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Context } from '../context';
import { presentError } from '../types/errors';
import type { Executor } from './executor';
import { GRAPHQL_LIMITS } from '../limits/limits';
import type { Admit } from '../limits/admit';
import { aliasLimit, depthLimit } from '../limits/rules';
import type { LogFault } from './present-errors';
import { requestPlugin } from './request-plugin';

type Gateway = ApolloServerOptionsWithGateway<Context>['gateway'];

export interface ApolloDeps {
  readonly schema: GraphQLSchema;
  readonly executor: Executor;
  readonly admit: Admit;
  readonly logFault: LogFault;
}

/** Apollo Server for the schema: parses, validates and limits; start it before use. */
export function createApolloServer({ schema, executor, admit, logFault }: ApolloDeps): ApolloServer<Context> {
  return new ApolloServer<Context>({
    gateway: executing(schema, executor),
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
      requestPlugin(admit, logFault),
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
function executing(schema: GraphQLSchema, executor: Executor): Gateway {
  return {
    load: () =>
      Promise.resolve({
        executor: ({ source, document, operation, request, context }) =>
          executor.execute({
            source,
            document,
            operation,
            operationName: request.operationName,
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
