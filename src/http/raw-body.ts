import type { FastifyInstance, FastifyRequest } from 'fastify';
import { useSchemasAsDocumentation } from './openapi';

const EMPTY = Buffer.alloc(0);

/** `type/subtype`, then nothing or parameters (RFC 9110, section 8.3.1). */
const MEDIA_TYPE = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/;

/**
 * Gives the routes of a scope the bytes of the body as its sender made it, for every content type: signatures cover bytes, and
 * only the route knows how to parse them. Call it in a scope of its own (`app.register(async (scope) => …)`) before adding the routes.
 * The schemas of its routes are documentation only, because no parsed body exists to check.
 */
export function useRawBody(scope: FastifyInstance): void {
  useSchemasAsDocumentation(scope);
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  // Fastify refuses a malformed content type before any parser runs. Some senders send one, and it means nothing here, so it
  // counts as missing (RFC 9110, section 8.3: then application/octet-stream).
  scope.addHook('onRequest', (request, _reply, done) => {
    const contentType = request.headers['content-type'];
    if (contentType !== undefined && !MEDIA_TYPE.test(contentType)) {
      request.raw.headers['content-type'] = 'application/octet-stream';
    }
    done();
  });
}

/** The bytes of a request's body in a scope with {@link useRawBody}. Empty if the request had no body. */
export function rawBodyOf(request: FastifyRequest): Buffer {
  if (request.body === undefined || request.body === null) return EMPTY;
  if (Buffer.isBuffer(request.body)) return request.body;
  throw new TypeError('rawBodyOf needs a route in a scope with useRawBody');
}
