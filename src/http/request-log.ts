import { LogController, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

/**
 * How requests and replies look in the log. The raw URL never does: a webhook's path has its secret token in it.
 * Nor do header fields, which carry credentials.
 */
const serializers = {
  req: (request: { method?: unknown; routeOptions?: { url?: unknown } }) => ({
    method: request.method,
    route: request.routeOptions?.url,
  }),
  res: (reply: { statusCode?: unknown }) => ({ status: reply.statusCode }),
};

/** The logger that the server and its requests log to: the given one, made unable to log a URL or a header field. */
export function httpLogger(logger: Logger): Logger {
  return logger.child({}, { serializers });
}

/**
 * Writes one line for each request, at `info`, when it is over. A failure's cause is a line of its own and comes from
 * the error handler.
 */
export class AccessLog extends LogController {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    super({ requestIdLogLabel: 'requestId' });
    this.#logger = logger;
  }

  override incomingRequest(): void {
    // The line at the end says all that this one could.
  }

  override routeNotFound(): void {
    // Its message would quote the raw URL; the line at the end has the status.
  }

  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    // Asked first because even looking up the route's pattern costs something.
    if (!this.#logger.isLevelEnabled('info')) return;
    const line = {
      method: request.method,
      route: request.routeOptions.url ?? null,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime * 10) / 10,
    };
    if (error) request.log.info({ ...line, aborted: true }, 'request aborted');
    else request.log.info(line, 'request');
  }
}

/**
 * Takes the URL off a request that has its answer. Only Fastify's warnings about an answer that comes too late, after the handler
 * timeout for one, would still read it, and they would quote it.
 */
export function forgetUrl(request: FastifyRequest): void {
  request.raw.url = '';
}
