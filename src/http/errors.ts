import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { uuidv7 } from 'uuidv7';
import { codingOf, codingProblem } from './content-coding';
import { HTTP_LIMITS } from './limits';
import { HttpProblem, httpProblems, PROBLEM_MEDIA_TYPE } from './problem';

const RETRY_AFTER_SECONDS = 1;
const TRY_AGAIN = 'The gateway cannot answer this request at present; send it again.';

/** The seconds after which a request that failed with an error should be sent again; undefined where that would not help. */
export type RetryAfterSeconds = (error: unknown) => number | undefined;

/** Answers every error as a problem document (RFC 9457), and refuses what no route takes before its body is read. */
export function registerErrors(app: FastifyInstance, retryAfterSeconds: RetryAfterSeconds): void {
  app.setErrorHandler((error, request, reply) => {
    const seconds = retryAfterSeconds(error);
    const failure = seconds === undefined ? error : httpProblems.unavailable(seconds, TRY_AGAIN, error);
    return answerError(failure, request, reply);
  });
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.is404) done(noSuchRoute(app, request));
    else done(codingProblem(request) ?? charsetProblem(request));
  });
  // For routes that find nothing themselves, such as the one for static files.
  app.setNotFoundHandler((request, reply) => answerError(httpProblems.notFound(), request, reply));
}

/** Answers an error, and logs it if it is a fault of the gateway. Of an unknown error, clients see only the request id. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error, request);
  if (problem.status >= 500 && problem.cause !== undefined) request.log.error({ err: problem.cause }, 'request failed');
  if (problem.status === 413 || codingOf(request) !== undefined) keepConnectionWhileDiscarding(request, reply);
  return (
    reply
      .code(problem.status)
      .headers({ ...problem.headers, 'cache-control': 'no-store' })
      .type(PROBLEM_MEDIA_TYPE)
      // As bytes, because Fastify would add a charset, which JSON does not have (RFC 8259, section 11).
      .send(Buffer.from(JSON.stringify(problem.toDocument(request.id))))
  );
}

/** The problem that an error is answered with. */
function problemOf(error: unknown, request: FastifyRequest): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (typeof error !== 'object' || error === null) return httpProblems.internal(error);
  switch ('code' in error ? error.code : undefined) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return httpProblems.contentTooLarge(request.routeOptions.bodyLimit);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return httpProblems.unsupportedMediaType('The path does not take a body of this content type.');
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return httpProblems.badRequest('The body is not valid JSON.');
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return httpProblems.badRequest('The body is not as long as Content-Length says.');
    case 'FST_ERR_BAD_URL':
      return httpProblems.badRequest('The path is not a valid URL path.');
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return httpProblems.uriTooLong();
    case 'FST_ERR_HANDLER_TIMEOUT':
      return httpProblems.unavailable(RETRY_AFTER_SECONDS, 'The answer took too long.', error);
    default:
      return clientFaultOf(error) ?? httpProblems.internal(error);
  }
}

/** Libraries mark a client error with its status. Their message may quote the URL, so only the status is kept. */
function clientFaultOf(error: object): HttpProblem | undefined {
  if (!('statusCode' in error) || typeof error.statusCode !== 'number') return undefined;
  return error.statusCode >= 400 && error.statusCode < 500 ? new HttpProblem(error.statusCode) : undefined;
}

/** 405 when the path has other methods (RFC 9110, section 15.5.6), otherwise 404. */
function noSuchRoute(app: FastifyInstance, request: FastifyRequest): HttpProblem {
  const [path = '/'] = request.url.split('?', 1);
  // Fastify types its list as strings, but it contains only method names.
  const methods = app.supportedMethods as HTTPMethods[];
  const allow = methods.filter((method) => isRouted(app, method, path));
  return allow.length === 0 ? httpProblems.notFound() : httpProblems.methodNotAllowed(allow);
}

function isRouted(app: FastifyInstance, method: HTTPMethods, path: string): boolean {
  // The declared type does not say that the route may be missing.
  const route = app.findRoute({ method, url: path }) as object | null;
  return route !== null;
}

/** JSON is UTF-8 (RFC 8259, section 8.1). Latin-1, which some libraries always say, has the same ASCII; other bytes are refused later. */
const CHARSETS = new Set(['utf-8', 'utf8', 'us-ascii', 'iso-8859-1']);

function charsetProblem({ headers }: FastifyRequest): HttpProblem | undefined {
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(headers['content-type'] ?? '')?.[1];
  if (charset === undefined || CHARSETS.has(charset.toLowerCase())) return undefined;
  return httpProblems.unsupportedMediaType('The body has to be in UTF-8, and its charset utf-8 or left out.');
}

/**
 * If the connection closed while the client is still sending, the client would see a reset instead of the answer, and try again.
 * So Node reads and drops the rest of the body, up to a limit and until the request timeout.
 */
function keepConnectionWhileDiscarding(request: FastifyRequest, reply: FastifyReply): void {
  const declaredBytes = Number(request.headers['content-length'] ?? 0);
  if (declaredBytes <= HTTP_LIMITS.discardBytes) reply.removeHeader('connection');
}

/** Answers requests that Node's parser has refused. No route sees them. */
export function answerClientError(app: FastifyInstance, error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const problem = parserProblem(error.code);
  const requestId = uuidv7();
  // Only the code is logged, because the error also contains the received bytes, including credentials.
  app.log.info({ requestId, status: problem.status, code: error.code }, 'request refused by the parser');
  const body = JSON.stringify(problem.toDocument(requestId));
  socket.write(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
      `content-type: ${PROBLEM_MEDIA_TYPE}`,
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${requestId}`,
      'x-content-type-options: nosniff',
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
  socket.destroySoon();
}

function parserProblem(code: string | undefined): HttpProblem {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return httpProblems.requestTimeout();
    case 'HPE_HEADER_OVERFLOW':
      return httpProblems.headersTooLarge();
    case undefined:
    default:
      return httpProblems.badRequest('This is not a well-formed HTTP request.');
  }
}
