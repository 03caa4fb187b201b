import { ApolloServer, type ApolloServerOptionsWithGateway } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, type DocumentNode, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Context } from '../context';
import { presentError } from '../types/errors';
import { LIMIT_RULES } from './check-document';
import { documentBytes } from './document-bytes';
import type { Executor } from './executor';
import { GRAPHQL_LIMITS } from '../limits/limits';
import type { Admit } from '../limits/admit';
import type { PresentErrors } from './present-errors';
import { requestPlugin } from './request-plugin';

type Gateway = ApolloServerOptionsWithGateway<Context>['gateway'];

export interface ApolloDeps {
  readonly schema: GraphQLSchema;
  readonly executor: Executor;
  readonly admit: Admit;
  readonly present: PresentErrors;
}

/** Creates the Apollo Server that parses, validates and limits operations. Start it before use. */
export function createApolloServer({ schema, executor, admit, present }: ApolloDeps): ApolloServer<Context> {
  return new ApolloServer<Context>({
    gateway: executing(schema, executor),
    // Responses never have stack traces, whatever NODE_ENV says.
    nodeEnv: 'production',
    includeStacktraceInErrorResponses: false,
    // Who may look at the schema is decided where scopes are checked.
    introspection: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxLexicalTokens: GRAPHQL_LIMITS.tokens },
    validationRules: LIMIT_RULES,
    // graphql-js adds one that says that there are more.
    validationOptions: { maxErrors: GRAPHQL_LIMITS.shownErrors - 1 },
    documentStore: documentStore(),
    formatError: (formatted, error) =>
      // Errors of an operation come through here as well, but the plugin presents them again, with the request id.
      error instanceof GraphQLError ? presentError(error, undefined).formatted : formatted,
    plugins: [
      requestPlugin(admit, present),
      // Environment variables can switch some of these plugins on, and they would then talk to another host.
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
    ],
  });
}

/** Parsed and validated documents. Apollo Server's own store counts what they are as JSON, a fraction of what they take. */
function documentStore(): NonNullable<ApolloServerOptionsWithGateway<Context>['documentStore']> {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: GRAPHQL_LIMITS.documentBytes,
    sizeCalculation: documentBytes,
  });
  return {
    get: (key) => Promise.resolve(documents.get(key)),
    set: (key, document) => Promise.resolve(void documents.set(key, document)),
    delete: (key) => Promise.resolve(documents.delete(key)),
  };
}

/** Apollo Server takes another executor only through its option `gateway`. */
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
