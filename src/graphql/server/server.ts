import { HeaderMap, type ApolloServer } from '@apollo/server';
import cors from '@fastify/cors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import { findCaller, isFromOriginOf } from '../../application/callers';
import type { ApiKeyDirectory, Principal, SchemaViewers } from '../../application/ports/access';
import type { DocumentDirectory } from '../../application/ports/documents';
import type { AccessTokenDirectory } from '../../application/ports/token-issuers';
import { FairQueue } from '../../application/fair-queue';
import { RetryableError } from '../../application/ports/failures';
import { nextTurn } from '../../application/turns';
import { useSchemasAsDocumentation } from '../../http/openapi';
import { HttpProblem, httpProblems } from '../../http/problem';
import { REQUEST_ID_HEADER } from '../../http/request-id';
import { noteCaller } from '../../http/request-log';
import { createRedactor } from '../../application/secrets/redactor';
import { parseStrictJson, StrictJsonError, type JsonValue } from '../../json/strict-json';
import { createApolloServer } from './apollo';
import { RequestContext, type Context, type GraphqlServices } from '../context';
import { createDocumentCheck } from './check-document';
import { createExecutor } from './executor';
import { explorerPage, registerExplorer } from '../explorer/explorer';
import { COST_HEADER, openSpending, registerSpending, spendingOf } from './key-rates';
import { createKnownOperations, type Answer } from './known-operations';
import { GRAPHQL_LIMITS } from '../limits/limits';
import { createAdmit } from '../limits/admit';
import { KeyRates, type ShownCost, type Spending } from '../limits/spending';
import { schemaVisibility, withoutSuggestions } from '../limits/schema-visibility';
import { createPresentErrors, type LogFault, type PresentErrors } from './present-errors';
import { createFindDocument } from './requested-document';
import { GET_EXPLORER, POST_GRAPHQL } from './route-schema';
import { buildStockbridgeSchema } from './schema';

const PATH = '/graphql';
/** How long a browser need not ask again. Chromium takes no more than two hours. */
const PREFLIGHT_SECONDS = 7_200;
/** Most origins that are remembered, of those that were let in while browsers keep that answer. */
const MAX_SEEN_ORIGINS = 1_000;
const EXPOSED_HEADERS = [REQUEST_ID_HEADER, 'retry-after', 'ratelimit', 'ratelimit-policy'];
const PRINCIPAL = 'principal';
const RESPONSE_TYPE = 'application/graphql-response+json';

/** Operations that run at a time. They share one processor: of one tenant's, few run while others have some. */
const TURNS = {
  slots: GRAPHQL_LIMITS.running,
  slotsOfOne: GRAPHQL_LIMITS.runningOfTenant,
  maxWaiting: GRAPHQL_LIMITS.waitingOfTenant,
};

export interface GraphqlDeps extends Omit<GraphqlServices, 'checkDocument'> {
  readonly apiKeys: ApiKeyDirectory;
  readonly accessTokens: AccessTokenDirectory;
  readonly documents: DocumentDirectory;
  /** Origins of web pages on other hosts that may call. */
  readonly corsOrigins: readonly string[];
  /** Who may look at the schema; left out: every API key. */
  readonly schemaViewers?: SchemaViewers | undefined;
  /** What each API key may ask for in a second on average; see docs/limits.md. */
  readonly costPerSecond: number;
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
  const { schemaViewers = 'keys' } = deps;
  // Only administrators have documents checked.
  const worded = schemaViewers === 'nobody' ? withoutSuggestions : undefined;
  const services: GraphqlServices = { ...deps, checkDocument: createDocumentCheck(schema, worded) };
  const executor = createExecutor(schema);
  const seesSchema = schemaVisibility(schemaViewers);
  const admit = createAdmit(schema, seesSchema);
  const logFault: LogFault = (error, requestId) => {
    scope.log.error({ err: error, requestId }, 'request failed');
  };
  const present = createPresentErrors(logFault, seesSchema);
  const apollo = createApolloServer({ schema, executor, admit, present });
  const answerKnownOperation = createKnownOperations(executor, admit, present);
  const findDocument = createFindDocument(deps.documents);
  const turns = new FairQueue(TURNS);
  const rates = new KeyRates(deps.costPerSecond);
  await apollo.start();
  readStrictly(scope);
  scope.setErrorHandler(refuseRequest);
  scope.addHook('onClose', () => apollo.stop());
  scope.decorateRequest(PRINCIPAL, null);
  registerSpending(scope);
  scope.get('', { schema: GET_EXPLORER }, (request, reply) => answerBrowser(request, reply));
  scope.post('', {
    schema: POST_GRAPHQL,
    bodyLimit: GRAPHQL_LIMITS.bodyBytes,
    onRequest: (request, reply) => authenticate(deps, rates, request, reply),
    handler: async (request, reply) => {
      const spending = spendingOf(request);
      if (request.body instanceof UnreadableBody) return refuseBody(reply, request.body, spending);
      noteOperation(request);
      const { id, ip, protocol, host } = request;
      const principal = request.getDecorator<Principal>(PRINCIPAL);
      const context = new RequestContext(principal, id, services, ip, `${protocol}://${host}`, spending);
      const answering = turns.run(context.tenantId, async () => {
        const { accept } = request.headers;
        const requested = await findDocument(context.tenantId, request.body, (documentId) => {
          noteCaller(request, { documentId });
        });
        if ('refused' in requested) return answerRefusal(requested.refused, accept, context, present);
        const known = await answerKnownOperation(requested.body, accept, context);
        return known ?? answerOperation(apollo, { ...requested, headers: request.headers }, context);
      });
      // Also when the request was answered before this, because it took too long.
      const answer = await answering.finally(() => {
        context.close();
        spending.settle();
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
  const seen = new LRUCache<string, true>({ max: MAX_SEEN_ORIGINS, ttl: PREFLIGHT_SECONDS * 1_000 });
  scope.register(cors, {
    origin: async (origin: string | undefined): Promise<boolean> => {
      if (origin === undefined) return false;
      const isAllowed = corsOrigins.includes(origin) || (await apiKeys.isOriginOfKey(origin));
      if (isAllowed) seen.set(origin, true);
      return isAllowed;
    },
    methods: ['POST'],
    allowedHeaders: ['authorization', 'content-type', 'content-encoding', REQUEST_ID_HEADER, COST_HEADER],
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_SECONDS,
  });
  // What is refused before CORS has decided, or because the database is down, tells a page when to send again.
  scope.addHook('onSend', (request, reply, payload, done) => {
    const { origin } = request.headers;
    const isToComeBack = reply.statusCode === 429 || reply.statusCode === 503;
    if (isToComeBack && origin !== undefined && (corsOrigins.includes(origin) || seen.has(origin))) {
      const exposed = EXPOSED_HEADERS.join(', ');
      reply.headers({
        vary: 'Origin',
        'access-control-allow-origin': origin,
        'access-control-expose-headers': exposed,
      });
    }
    done(null, payload);
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
  scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    spendingOf(request).readBody(body.length);
    try {
      done(null, readWithoutKeys(body as Buffer));
    } catch (error) {
      if (error instanceof StrictJsonError) done(null, new UnreadableBody(error.message));
      else done(error as Error);
    }
  });
}

/** Of GraphQL only API keys are no part. */
const API_KEYS = createRedactor([]);

/** The body without API keys, before anything of it is looked at: none is stored, logged or answered. */
function readWithoutKeys(body: Buffer): JsonValue {
  const { value, text } = parseStrictJson(body);
  const clean = API_KEYS.json(text);
  return clean === text ? value : parseStrictJson(Buffer.from(clean)).value;
}

/** A body that is no JSON, or not of the strict kind. */
class UnreadableBody {
  constructor(readonly fault: string) {}
}

function refuseBody(reply: FastifyReply, { fault }: UnreadableBody, spending: Spending): FastifyReply {
  const message = `The body is not JSON: ${fault}.`;
  const errors = [{ message, extensions: { code: 'BAD_USER_INPUT' } }];
  return reply.code(400).send({ errors, ...shownCost(spending) });
}

/** Runs before the body is read, so that nobody without a key or token can make the gateway buffer one. */
async function authenticate(
  deps: GraphqlDeps,
  rates: KeyRates,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  const { headers, ip: address, log } = request;
  const { authorization, origin } = headers;
  const warn = log.warn.bind(log);
  const caller = await findCaller(deps, { authorization, address, warn });
  if ('fault' in caller) return refuseCaller(reply, caller.challenge, caller.fault);
  noteCaller(request, caller.logged);
  if (!isFromOriginOf(caller.principal, origin)) return refuseOrigin(reply);
  deps.apiKeys.noteUse(caller.principal);
  request.setDecorator(PRINCIPAL, caller.principal);
  return openSpending(rates, caller.principal, request, reply);
}

function refuseCaller(reply: FastifyReply, challenge: string, message: string): FastifyReply {
  return reply
    .code(401)
    .header('www-authenticate', challenge)
    .send({ errors: [{ message, extensions: { code: 'UNAUTHENTICATED' } }] });
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

/**
 * What keeps a request from being answered at present, and a body that cannot be decoded, in GraphQL's form. Other errors
 * are answered by the server.
 */
function refuseRequest(error: unknown, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof HttpProblem && error.status === 400) {
    // Or else a client that is still sending sees no answer.
    reply.removeHeader('connection');
    return reply.code(400).send({ errors: [{ message: error.message, extensions: { code: 'BAD_USER_INPUT' } }] });
  }
  if (!(error instanceof RetryableError)) throw error;
  const errors = [{ message: error.message, extensions: { code: 'UNAVAILABLE' } }];
  return reply.code(503).header('retry-after', String(error.retryAfterSeconds)).send({ errors });
}

/** A request whose document cannot be found, in the media type that Apollo Server would answer with. */
function answerRefusal(
  error: GraphQLError,
  accept: string | undefined,
  context: Context,
  present: PresentErrors,
): Answer {
  const { formatted, status = 400 } = present([error], context);
  const mediaType = accept?.includes(RESPONSE_TYPE) ? RESPONSE_TYPE : 'application/json';
  const headers = { 'content-type': `${mediaType}; charset=utf-8` };
  return { status, headers, body: JSON.stringify({ errors: formatted, ...shownCost(context.spending) }) };
}

/** For an answer that Apollo Server does not see. */
function shownCost(spending: Spending): { readonly extensions?: { readonly cost: ShownCost } } {
  const cost = spending.shown();
  return cost ? { extensions: { cost } } : {};
}

/** Parsing and checking a document of more characters takes milliseconds. */
const LONG_DOCUMENT = 1_000;

async function answerOperation(
  apollo: ApolloServer<Context>,
  request: Pick<FastifyRequest, 'headers' | 'body'>,
  context: Context,
): Promise<Answer> {
  const { query } = (request.body ?? {}) as { readonly query?: unknown };
  if (typeof query === 'string' && query.length > LONG_DOCUMENT) await nextTurn();
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
function relevantHeaders({ headers }: Pick<FastifyRequest, 'headers'>): HeaderMap {
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
