import type { FastifyInstance } from 'fastify';
import { HTTP_LIMITS } from './limits';
import { problemResponse, UNREADABLE } from './openapi';
import { httpProblems } from './problem';

const RETRY_AFTER_SECONDS = 1;

const statusOf = (status: string, description: string) => ({
  description,
  type: 'object',
  required: ['status'],
  properties: { status: { type: 'string', enum: [status] } },
});

const LIVEZ = {
  operationId: 'livez',
  tags: ['Health'],
  security: [],
  summary: 'Whether the process is running',
  response: { 200: statusOf('live', 'The process is running.'), 415: problemResponse(UNREADABLE) },
};

const READYZ = {
  operationId: 'readyz',
  tags: ['Health'],
  security: [],
  summary: 'Whether the gateway is ready for requests',
  response: {
    200: statusOf('ready', 'The gateway is ready.'),
    415: problemResponse(UNREADABLE),
    503: problemResponse('Not ready; `detail` says what is missing.'),
  },
};

/**
 * Adds `/livez` (the process is running) and `/readyz` (200 when ready for requests, otherwise 503).
 *
 * @param readiness Resolves to undefined when ready, otherwise to what is missing, as a sentence for an operator. A rejection
 *   counts as not ready. Its reason is logged and not shown.
 */
export function registerHealth(app: FastifyInstance, readiness: () => Promise<string | undefined>): void {
  // The OpenAPI document lists only routes that are added in a plugin.
  app.register((scope, _options, done) => {
    scope.get('/livez', { schema: LIVEZ }, (_request, reply) =>
      reply.header('cache-control', 'no-store').send({ status: 'live' }),
    );

    scope.get(
      '/readyz',
      { schema: READYZ, handlerTimeout: HTTP_LIMITS.readinessTimeoutMs },
      async (_request, reply) => {
        const missing = await readiness().catch((cause: unknown) => {
          throw httpProblems.unavailable(RETRY_AFTER_SECONDS, 'The readiness check failed.', cause);
        });
        if (missing !== undefined) throw httpProblems.unavailable(RETRY_AFTER_SECONDS, missing);
        return reply.header('cache-control', 'no-store').send({ status: 'ready' });
      },
    );
    done();
  });
}
