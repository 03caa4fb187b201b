import type { FastifyInstance, FastifyRequest } from 'fastify';
import { answerError } from './errors';
import { httpProblems } from './problem';

const RETRY_AFTER_SECONDS = 1;
const TIMER = 'answerTimer';

/** Lets an answer that streams take as long as its reader needs. The handler has begun it, and cannot be late any more. */
export function liftAnswerTimeout(request: FastifyRequest): void {
  clearTimeout(request.getDecorator<NodeJS.Timeout | null>(TIMER) ?? undefined);
}

/**
 * Answers 503 when a handler takes too long. Fastify's `handlerTimeout` does the same, but aborts a signal at the end of each
 * request, which takes as long as the rest of a small request.
 */
export function registerAnswerTimeout(app: FastifyInstance, timeoutMs: number): void {
  app.decorateRequest(TIMER, null);
  // Until the request is there as a whole, the timeout for receiving it counts.
  app.addHook('preValidation', (request, reply, done) => {
    const timer = setTimeout(() => {
      if (!reply.sent) {
        answerError(httpProblems.unavailable(RETRY_AFTER_SECONDS, 'The answer took too long.'), request, reply);
      }
    }, timeoutMs);
    request.setDecorator(TIMER, timer.unref());
    done();
  });
  app.addHook('onResponse', (request, _reply, done) => {
    liftAnswerTimeout(request);
    done();
  });
}
