import { fastify, type FastifyBaseLogger, type FastifyInstance, type FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { registerAnswerTimeout } from './answer-timeout';
import { registerBodiesInFlight, registerTurnsOfLargeBodies } from './bodies-in-flight';
import { registerContentCodings } from './content-coding';
import { registerDrain } from './drain';
import { answerClientError, answerError, registerErrors, type RetryAfterSeconds } from './errors';
import { registerConnectionRates, type ConnectionRates } from './connection-rates';
import { registerFailedAttempts } from './failed-attempts';
import { registerHealth } from './health';
import { HTTP_LIMITS } from './limits';
import { listen } from './listen';
import { registerOpenApi, type SecuritySchemes } from './openapi';
import { REQUEST_ID_HEADER, requestIdOf } from './request-id';
import { AccessLog, forgetUrl, httpLogger, registerCallers } from './request-log';
import { setPageSecurityHeaders, setSecurityHeaders } from './security-headers';

export interface HttpServerOptions {
  /** Gets one line at `info` for each request. */
  readonly logger: Logger;
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Addresses and networks whose `X-Forwarded-For` is believed; left out: none. */
  readonly trustedProxies?: readonly string[];
  /** Those that the routes name, for the OpenAPI document; left out: none. */
  readonly securitySchemes?: SecuritySchemes;
  /** Resolves to undefined when the gateway is ready, otherwise to what is missing, as a sentence for an operator. */
  readonly readiness: () => Promise<string | undefined>;
  /** Which errors are answered with 503 and Retry-After, for routes that do not answer them themselves. */
  readonly retryAfterSeconds?: RetryAfterSeconds;
  /** Resolves when work that takes milliseconds may begin; left out: at once. */
  readonly nextTurn?: () => Promise<void>;
  /** Left out: those of `HTTP_LIMITS`. */
  readonly connectionRates?: ConnectionRates;
  /** How long requests in flight have to finish when the server closes. */
  readonly drainTimeoutMs?: number;
  /** How long a whole request may take to arrive. */
  readonly receiveTimeoutMs?: number;
  /** How long a handler may take to answer. */
  readonly answerTimeoutMs?: number;
}

export interface HttpServer {
  /** Add routes here before {@link HttpServer.listen}. */
  readonly app: FastifyInstance;
  /**
   * Listens, and returns the origin of the server, such as `http://127.0.0.1:4000`.
   *
   * @throws {ListenError} when the operator can fix the cause.
   */
  listen(): Promise<string>;
  /** Drains: resolves when every request in flight has been answered, or was cut after the drain timeout. */
  close(): Promise<void>;
}

/**
 * Creates the HTTP server, with request ids, access log, limits, security headers, problem documents, health checks, the OpenAPI
 * document and drain. It knows no vendor and no table: whoever composes the gateway adds the routes, in plugins.
 */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const app = createApp(options);
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
  registerFailedAttempts(app);
  registerConnectionRates(app, options.connectionRates ?? HTTP_LIMITS);
  registerBodiesInFlight(app);
  registerTurnsOfLargeBodies(app, options.nextTurn ?? (() => Promise.resolve()));
  registerContentCodings(app);
  registerErrors(app, options.retryAfterSeconds ?? (() => undefined));
  registerAnswerTimeout(app, options.answerTimeoutMs ?? HTTP_LIMITS.requestTimeoutMs);
  registerOpenApi(app, options.securitySchemes ?? {});
  registerHealth(app, options.readiness);
  return { app, listen: () => listen(app, options.host, options.port), close: () => app.close() };
}

function createApp(options: HttpServerOptions): FastifyInstance {
  const { trustedProxies = [], receiveTimeoutMs = HTTP_LIMITS.requestTimeoutMs } = options;
  const logger = httpLogger(options.logger);
  const loggerInstance: FastifyBaseLogger = logger;
  const app: FastifyInstance = fastify({
    loggerInstance,
    logController: new AccessLog(logger),
    genReqId: requestIdOf,
    bodyLimit: HTTP_LIMITS.bodyBytes,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    // Some senders end every path with a slash.
    routerOptions: { ignoreTrailingSlash: true },
    requestTimeout: receiveTimeoutMs,
    keepAliveTimeout: HTTP_LIMITS.keepAliveTimeoutMs,
    http: {
      headersTimeout: Math.min(HTTP_LIMITS.headersTimeoutMs, receiveTimeoutMs),
      requestTimeout: receiveTimeoutMs,
      connectionsCheckingInterval: HTTP_LIMITS.timeoutCheckIntervalMs,
      maxHeaderSize: HTTP_LIMITS.headerBytes,
    },
    // The drain answers these requests with a problem document.
    return503OnClosing: false,
    // Router errors occur before any hook, so this sets what the hooks would set.
    frameworkErrors: (error, request, reply) => {
      setCommonHeaders(reply, request.id);
      answerError(error, request, reply);
    },
    clientErrorHandler: (error, socket) => {
      answerClientError(app, error, socket);
    },
  });
  registerCallers(app);
  // GraphQL accepts JSON only. Browsers send forms and plain text across origins without a preflight.
  app.removeContentTypeParser('text/plain');
  return app;
}

function setCommonHeaders(reply: FastifyReply, requestId: string): void {
  reply.header(REQUEST_ID_HEADER, requestId);
  setSecurityHeaders(reply);
}
