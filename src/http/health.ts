import type { FastifyInstance } from 'fastify';
import { HTTP_LIMITS } from './limits';
import { httpProblems } from './problem';

const RETRY_AFTER_SECONDS = 1;

/**
 * Adds `/livez` (the process answers) and `/readyz` (it can do its work: 200, or 503 saying what is missing).
 *
 * @param readiness Resolves to undefined when ready, else to what is missing, as a sentence for an operator. A rejection counts
 *   as not ready; its reason is logged and not shown.
 */
export function registerHealth(app: FastifyInstance, readiness: () => Promise<string | undefined>): void {
  app.get('/livez', (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'live' }));

  app.get('/readyz', { handlerTimeout: HTTP_LIMITS.readinessTimeoutMs }, async (_request, reply) => {
    const missing = await readiness().catch((cause: unknown) => {
      throw httpProblems.unavailable(RETRY_AFTER_SECONDS, 'The readiness check failed.', cause);
    });
    if (missing !== undefined) throw httpProblems.unavailable(RETRY_AFTER_SECONDS, missing);
    return reply.header('cache-control', 'no-store').send({ status: 'ready' });
  });
}
