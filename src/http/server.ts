import { fastify, type FastifyBaseLogger, type FastifyInstance, type FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { registerAnswerTimeout } from './answer-timeout';
import { registerDrain } from './drain';
import { answerClientError, answerError, registerErrors, type RetryAfterSeconds } from './errors';
import { registerHealth } from './health';
import { HTTP_LIMITS } from './limits';
import { listen } from './listen';
import { registerOpenApi } from './openapi';
import { REQUEST_ID_HEADER, requestIdOf } from './request-id';
import { AccessLog, forgetUrl, httpLogger } from './request-log';
import { setPageSecurityHeaders, setSecurityHeaders } from './security-headers';

export interface HttpServerOptions {
  /** One line for each request goes to it at `info`. */
  readonly logger: Logger;
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Resolves to undefined when the gateway can do its work, else to what is missing, as a sentence for an operator. */
  readonly readiness: () => Promise<string | undefined>;
  /** Which errors are answered with 503 and Retry-After, for routes that do not answer them themselves. */
  readonly retryAfterSeconds?: RetryAfterSeconds;
  /** What requests in flight get to finish on closing, in milliseconds. */
  readonly drainTimeoutMs?: number;
  /** What a handler gets to answer, in milliseconds. */
  readonly answerTimeoutMs?: number;
}

export interface HttpServer {
  /** Where routes are added before {@link HttpServer.listen}. */
  readonly app: FastifyInstance;
  /**
   * Gives the origin under which the server is reached, such as `http://127.0.0.1:4000`.
   *
   * @throws {ListenError} where the operator can fix it.
   */
  listen(): Promise<string>;
  /** Drains: resolves when every request in flight is answered, or cut off after the drain timeout. May be called again. */
  close(): Promise<void>;
}

/**
 * Creates the HTTP server, with request ids, access log, limits, security headers, problem documents, health checks, the OpenAPI
 * document and drain. It knows no vendor and no table: whoever composes the gateway adds the routes, in plugins.
 */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const app = createApp(httpLogger(options.logger));
  app.addHook('onRequest', (request, reply, done) => {
    setCommonHeaders(reply, request.id);
    done();
  });
  app.addHook('onSend', (request, reply, _payload, done) => {
    setPageSecurityHeaders(reply);
    forgetUrl(request);
    done();
  });
  registerDrain(app, options.drainTimeoutMs ?? HTTP_LIMITS.drainTimeoutMs);
  registerErrors(app, options.retryAfterSeconds ?? (() => undefined));
  registerAnswerTimeout(app, options.answerTimeoutMs ?? HTTP_LIMITS.requestTimeoutMs);
  registerOpenApi(app);
  registerHealth(app, options.readiness);
  return { app, listen: () => listen(app, options.host, options.port), close: () => app.close() };
}

function createApp(logger: Logger): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = logger;
  const app: FastifyInstance = fastify({
    loggerInstance,
    logController: new AccessLog(logger),
    genReqId: requestIdOf,
    bodyLimit: HTTP_LIMITS.bodyBytes,
    requestTimeout: HTTP_LIMITS.requestTimeoutMs,
    keepAliveTimeout: HTTP_LIMITS.keepAliveTimeoutMs,
    http: {
      headersTimeout: HTTP_LIMITS.headersTimeoutMs,
      requestTimeout: HTTP_LIMITS.requestTimeoutMs,
      connectionsCheckingInterval: HTTP_LIMITS.timeoutCheckIntervalMs,
      maxHeaderSize: HTTP_LIMITS.headerBytes,
    },
    // The drain answers these itself, as a problem document.
    return503OnClosing: false,
    // Errors of the router come before any hook, so the hooks' work is done here.
    frameworkErrors: (error, request, reply) => {
      setCommonHeaders(reply, request.id);
      answerError(error, request, reply);
    },
    clientErrorHandler: (error, socket) => {
      answerClientError(app, error, socket);
    },
  });
  // What takes JSON is GraphQL; a form or plain text must not get that far, as browsers send those across origins unasked.
  app.removeContentTypeParser('text/plain');
  return app;
}

function setCommonHeaders(reply: FastifyReply, requestId: string): void {
  reply.header(REQUEST_ID_HEADER, requestId);
  setSecurityHeaders(reply);
}
