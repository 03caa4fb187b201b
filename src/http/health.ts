import type { FastifyInstance } from 'fastify';
import { HTTP_LIMITS } from './limits';
import { problemResponse } from './openapi';
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
  summary: 'Whether the process answers',
  response: { 200: statusOf('live', 'It does.') },
};

const READYZ = {
  operationId: 'readyz',
  tags: ['Health'],
  summary: 'Whether the gateway can do its work',
  response: { 200: statusOf('ready', 'It can.'), 503: problemResponse('It cannot; `detail` says what is missing.') },
};

/**
 * Adds `/livez` (the process answers) and `/readyz` (it can do its work: 200, or 503 saying what is missing).
 *
 * @param readiness Resolves to undefined when ready, else to what is missing, as a sentence for an operator. A rejection counts
 *   as not ready; its reason is logged and not shown.
 */
export function registerHealth(app: FastifyInstance, readiness: () => Promise<string | undefined>): void {
  // In a plugin, so that the OpenAPI document has them.
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
