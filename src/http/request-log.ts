import { LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { stdSerializers, type Logger } from 'pino';

/**
 * What the log shows of requests and replies. It never shows the raw URL, because a webhook's path contains a secret token,
 * nor header fields, which carry credentials.
 */
const serializers = {
  req: (request: { method?: unknown; routeOptions?: { url?: unknown } }) => ({
    method: request.method,
    route: request.routeOptions?.url,
  }),
  res: (reply: { statusCode?: unknown }) => ({ status: reply.statusCode }),
  err: errorForLog,
};

/**
 * What the log shows of an error: not its other members, because a failed statement has its values, which may be hashes of
 * secrets.
 */
export function errorForLog(error: unknown): object {
  const { type, message, stack, code } = stdSerializers.err(error as Error) as ReturnType<typeof stdSerializers.err> & {
    readonly code?: unknown;
  };
  return { type, message, stack, ...(code === undefined ? {} : { code }) };
}

/** The logger of the server and its requests. It cannot log a URL or a header field. */
export function httpLogger(logger: Logger): Logger {
  return logger.child({}, { serializers });
}

/** Who sent a request, for its line in the log: ids, and nothing that is a credential. */
export interface LoggedCaller {
  readonly tenantId?: string;
  /** Of an API key. */
  readonly keyId?: string;
  /** Of an access token's issuer. */
  readonly issuerId?: string;
  /** Of an access token's subject, from which it is derived. */
  readonly clientId?: string;
  readonly connectionId?: string;
  /** The name that the client gave the operation. */
  readonly operation?: string;
  /** The trusted document that the request named. */
  readonly documentId?: string;
}

const CALLER = 'loggedCaller';

/** Makes room for the caller at each request. */
export function registerCallers(app: FastifyInstance): void {
  app.decorateRequest(CALLER, null);
}

/** Notes who sent the request, once that is proven. A later note adds to an earlier one. */
export function noteCaller(request: FastifyRequest, caller: LoggedCaller): void {
  request.setDecorator(CALLER, { ...request.getDecorator<LoggedCaller | null>(CALLER), ...caller });
}

/**
 * Writes one line at `info` when a request ends. The error handler logs the cause of a failure as a line of its own.
 */
export class AccessLog extends LogController {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    super({ requestIdLogLabel: 'requestId' });
    this.#logger = logger;
  }

  override incomingRequest(): void {
    // The line at the end contains everything.
  }

  override routeNotFound(): void {
    // Fastify's message would quote the raw URL. The line at the end has the status.
  }

  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    // Checked first, because even looking up the route's pattern takes time.
    if (!this.#logger.isLevelEnabled('info')) return;
    const line = {
      method: request.method,
      route: request.routeOptions.url ?? null,
      status: reply.statusCode,
      ...request.getDecorator<LoggedCaller | null>(CALLER),
      durationMs: Math.round(reply.elapsedTime * 10) / 10,
    };
    if (error) request.log.info({ ...line, aborted: true }, 'request aborted');
    else request.log.info(line, 'request');
  }
}

/**
 * Removes the URL of a request that has been answered. Otherwise Fastify's warnings about a late answer, such as after the
 * handler timeout, would quote it.
 */
export function forgetUrl(request: FastifyRequest): void {
  request.raw.url = '';
}
