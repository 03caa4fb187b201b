import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HTTP_LIMITS } from './limits';
import { networkOf } from './network-of';
import { httpProblems } from './problem';
import { createRateLimiter } from './rate-limiter';

const FAILED = 'hasFailedAttempt';
/** They need no credentials, and tell an orchestrator what to restart. A client may share its address, behind a proxy. */
const HEALTH: ReadonlySet<string | undefined> = new Set(['/livez', '/readyz']);

/**
 * Limits how often an address can try credentials that are wrong. Over the limit its requests are refused before their
 * bodies are read, and before anything is looked up. Answers with the status 401 count, and what a route notes.
 */
export function registerFailedAttempts(app: FastifyInstance): void {
  const { failedAttempts, failedAttemptsWindowMs, failedAttemptAddresses } = HTTP_LIMITS;
  const options = { limit: failedAttempts, windowMs: failedAttemptsWindowMs, maxKeys: failedAttemptAddresses };
  const limiter = createRateLimiter(options);
  app.decorateRequest(FAILED, false);
  app.addHook('onRequest', (request, _reply, done) => {
    // A connection that was cut by now has no address, and nobody who reads the answer.
    if (request.socket.remoteAddress === undefined) {
      done(httpProblems.badRequest('The connection was closed.'));
      return;
    }
    const { allowed, retryAfterSeconds } = limiter.peek(networkOf(request.ip));
    if (allowed || HEALTH.has(request.routeOptions.url)) done();
    else done(httpProblems.tooManyRequests(retryAfterSeconds, 'Too many requests with wrong credentials.'));
  });
  app.addHook('onResponse', (request, reply, done) => {
    const isFailure = reply.statusCode === 401 || request.getDecorator<boolean>(FAILED);
    if (isFailure) limiter.take(networkOf(request.ip));
    done();
  });
}

/** For a form whose refusals have another status than 401. */
export function noteFailedAttempt(request: FastifyRequest): void {
  request.setDecorator(FAILED, true);
}
