import { HeaderMap, type ApolloServer } from '@apollo/server';
import cors from '@fastify/cors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isPublishable, type ApiKeyDirectory, type Principal } from '../../application/ports/access';
import { FairQueue } from '../../application/fair-queue';
import { RetryableError } from '../../application/ports/failures';
import { useSchemasAsDocumentation } from '../../http/openapi';
import { httpProblems } from '../../http/problem';
import { REQUEST_ID_HEADER } from '../../http/request-id';
import { noteCaller } from '../../http/request-log';
import { parseStrictJson, StrictJsonError } from '../../json/strict-json';
import { createApolloServer } from './apollo';
import { RequestContext, type Context, type GraphqlServices } from '../context';
import { createExecutor } from './executor';
import { explorerPage, registerExplorer } from '../explorer/explorer';
import { createKnownQueries, type Answer } from './known-queries';
import { GRAPHQL_LIMITS } from '../limits/limits';
import { createAdmit } from '../limits/admit';
import type { LogFault } from './present-errors';
import { GET_EXPLORER, POST_GRAPHQL } from './route-schema';
import { buildStockbridgeSchema } from './schema';

const PATH = '/graphql';
/** How long a browser need not ask again. Chromium takes no more than two hours. */
const PREFLIGHT_SECONDS = 7_200;
const PRINCIPAL = 'principal';
const CHALLENGE = 'Bearer realm="stockbridge"';

/** Operations that run at a time. They share one processor: of one tenant's, few run while others have some. */
const TURNS = {
  slots: GRAPHQL_LIMITS.running,
  slotsOfOne: GRAPHQL_LIMITS.runningOfTenant,
  maxWaiting: GRAPHQL_LIMITS.waitingOfTenant,
};

export interface GraphqlDeps extends GraphqlServices {
  readonly apiKeys: ApiKeyDirectory;
  /** Origins of web pages on other hosts that may call. */
  readonly corsOrigins: readonly string[];
}

/** Adds the GraphQL API at `POST /graphql`, and the explorer for browsers that open it. */
export function registerGraphql(app: FastifyInstance, deps: GraphqlDeps): void {
  registerExplorer(app);
  // With a prefix, because the wildcard route by which CORS answers OPTIONS must not cover other paths.
  app.register(registerRoutes, { ...deps, prefix: PATH });
}

async function registerRoutes(scope: FastifyInstance, deps: GraphqlDeps): Promise<void> {
  allowOrigins(scope, deps);
  useSchemasAsDocumentation(scope);
  const schema = buildStockbridgeSchema();
  const executor = createExecutor(schema);
  const admit = createAdmit(schema);
  const logFault: LogFault = (error, requestId) => {
    scope.log.error({ err: error, requestId }, 'request failed');
  };
  const apollo = createApolloServer({ schema, executor, admit, logFault });
  const answerKnownQuery = createKnownQueries(executor, admit, logFault);
  const turns = new FairQueue(TURNS);
  await apollo.start();
  readStrictly(scope);
  scope.setErrorHandler(refuseForNow);
  scope.addHook('onClose', () => apollo.stop());
  scope.decorateRequest(PRINCIPAL, null);
  scope.get('', { schema: GET_EXPLORER }, (request, reply) => answerBrowser(request, reply));
  scope.post('', {
    schema: POST_GRAPHQL,
    bodyLimit: GRAPHQL_LIMITS.bodyBytes,
    onRequest: (request, reply) => authenticate(deps.apiKeys, request, reply),
    handler: async (request, reply) => {
      if (request.body instanceof UnreadableBody) return refuseBody(reply, request.body);
      noteOperation(request);
      const context = new RequestContext(request.getDecorator<Principal>(PRINCIPAL), request.id, deps, request.ip);
      const answer = await turns.run(context.tenantId, async () => {
        const known = await answerKnownQuery(request.body, request.headers.accept, context);
        return known ?? answerOperation(apollo, request, context);
      });
      return send(reply, answer);
    },
  });
}

/**
 * Lets web pages call, by the Fetch standard's CORS: those of the configured origins, and those that a publishable key is
 * bound to. A preflight has no key, so an origin of any tenant's key may send; whether its key may be used from there is
 * decided with the key. No cookies are read, so none are allowed. A call needs a preflight, because JSON is the only type
 * of body: a page of another origin cannot make a browser send one.
 */
function allowOrigins(scope: FastifyInstance, { corsOrigins, apiKeys }: GraphqlDeps): void {
  scope.register(cors, {
    origin: async (origin: string | undefined): Promise<boolean> =>
      origin !== undefined && (corsOrigins.includes(origin) || (await apiKeys.isOriginOfKey(origin))),
    methods: ['POST'],
    allowedHeaders: ['authorization', 'content-type', REQUEST_ID_HEADER],
    exposedHeaders: [REQUEST_ID_HEADER, 'retry-after'],
    maxAge: PREFLIGHT_SECONDS,
  });
  // A preflight of another origin comes here.
  scope.setNotFoundHandler(() => {
    throw httpProblems.methodNotAllowed(['GET', 'POST']);
  });
}

/**
 * Reads bodies as the vendors' are read: no key twice, and no number that a float would change. A variable of a quantity
 * then means what was sent, or is refused, as in a literal of the query.
 */
function readStrictly(scope: FastifyInstance): void {
  scope.removeContentTypeParser('application/json');
  scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseStrictJson(body as Buffer).value);
    } catch (error) {
      if (error instanceof StrictJsonError) done(null, new UnreadableBody(error.message));
      else done(error as Error);
    }
  });
}

/** A body that is no JSON, or not of the strict kind. */
class UnreadableBody {
  constructor(readonly fault: string) {}
}

function refuseBody(reply: FastifyReply, { fault }: UnreadableBody): FastifyReply {
  const message = `The body is not JSON: ${fault}.`;
  return reply.code(400).send({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] });
}

/** Runs before the body is read, so that nobody without a key can make the gateway buffer one. */
async function authenticate(
  apiKeys: ApiKeyDirectory,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  const key = /^Bearer +([\x21-\x7e]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const principal = key === undefined ? undefined : await apiKeys.authenticate(key);
  if (principal) {
    noteCaller(request, { tenantId: principal.tenantId, keyId: principal.keyId });
    if (!isFromOriginOf(principal, request)) return refuseOrigin(reply);
    request.setDecorator(PRINCIPAL, principal);
    return undefined;
  }
  const message =
    key === undefined
      ? 'Send an API key: Authorization: Bearer <key>.'
      : 'The API key is not known, has expired, or has been revoked.';
  return reply
    .code(401)
    .header('www-authenticate', key === undefined ? CHALLENGE : `${CHALLENGE}, error="invalid_token"`)
    .send({ errors: [{ message, extensions: { code: 'UNAUTHENTICATED' } }] });
}

/**
 * Whether a request comes from a web page of an origin that its key is bound to. Browsers set the header, and no page can
 * change it; other programs can send any.
 */
function isFromOriginOf({ scopes, origins }: Principal, { headers: { origin } }: FastifyRequest): boolean {
  // A publishable key without origins cannot be created, and would be of no use.
  if (origins === null) return !isPublishable(scopes);
  return origin !== undefined && origins.includes(origin);
}

function refuseOrigin(reply: FastifyReply): FastifyReply {
  const message =
    'This API key is bound to web pages of certain origins: send it from such a page, whose browser sets the header Origin.';
  return reply.code(403).send({ errors: [{ message, extensions: { code: 'FORBIDDEN' } }] });
}

/** The name is the client's own text, so only one of the form that GraphQL allows is logged. */
function noteOperation(request: FastifyRequest): void {
  const { operationName } = (request.body ?? {}) as { readonly operationName?: unknown };
  if (typeof operationName === 'string' && /^[_a-z]\w{0,63}$/i.test(operationName)) {
    noteCaller(request, { operation: operationName });
  }
}

/** What keeps a request from being answered at present, in GraphQL's form. Other errors are answered by the server. */
function refuseForNow(error: unknown, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!(error instanceof RetryableError)) throw error;
  const errors = [{ message: error.message, extensions: { code: 'UNAVAILABLE' } }];
  return reply.code(503).header('retry-after', String(error.retryAfterSeconds)).send({ errors });
}

async function answerOperation(
  apollo: ApolloServer<Context>,
  request: FastifyRequest,
  context: Context,
): Promise<Answer> {
  const { status, headers, body } = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: 'POST', headers: relevantHeaders(request), search: '', body: request.body },
    context: () => Promise.resolve(context),
  });
  if (body.kind !== 'complete') throw new TypeError('An answer in parts has not been asked for.');
  return { status: status ?? 200, headers: Object.fromEntries(headers), body: body.string };
}

function send(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  const fits = body.length <= GRAPHQL_LIMITS.answerLength;
  return reply
    .code(status)
    .headers(headers)
    .send(fits ? body : tooLong(body.length));
}

/** An operation that has run, so its mutations have been carried out. */
function tooLong(length: number): object {
  const message = `The answer has ${length} characters; at most ${GRAPHQL_LIMITS.answerLength} are sent. Ask for smaller pages or less of each node; mutations have been carried out.`;
  return { data: null, errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] };
}

/** The headers that Apollo Server needs: the content type for its CSRF check, and the accepted types. */
function relevantHeaders({ headers }: FastifyRequest): HeaderMap {
  const relevant = new HeaderMap();
  for (const name of ['content-type', 'accept'] as const) {
    const value = headers[name];
    if (value !== undefined) relevant.set(name, value);
  }
  return relevant;
}

/** Serves the explorer to browsers. Queries by GET are not offered, because URLs end up in logs and histories. */
function answerBrowser({ headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (headers.accept?.includes('text/html')) return reply.type('text/html; charset=utf-8').send(explorerPage());
  return reply
    .code(405)
    .header('allow', 'POST')
    .send({ errors: [{ message: 'Send queries by POST, as JSON.', extensions: { code: 'BAD_USER_INPUT' } }] });
}
