import type { FastifyInstance, FastifyRequest } from 'fastify';
import { useSchemasAsDocumentation } from './openapi';

const EMPTY = Buffer.alloc(0);

/** `type/subtype`, then nothing or parameters (RFC 9110, section 8.3.1). */
const MEDIA_TYPE = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/;

/**
 * Makes the routes of a scope get the bytes of the body as they came, whatever content type they are said to be: a digest is over
 * bytes, and only the route knows how to read them. Call it in a scope of its own (`app.register(async (scope) => …)`) before
 * the routes are added. The schemas of its routes describe them and check nothing, as there is nothing parsed to check.
 */
export function useRawBody(scope: FastifyInstance): void {
  useSchemasAsDocumentation(scope);
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  // A content type that can't be parsed is refused by Fastify before any parser is asked. Some senders have one, and it means
  // nothing here, so it counts as none (RFC 9110, section 8.3: then application/octet-stream).
  scope.addHook('onRequest', (request, _reply, done) => {
    const contentType = request.headers['content-type'];
    if (contentType !== undefined && !MEDIA_TYPE.test(contentType)) {
      request.raw.headers['content-type'] = 'application/octet-stream';
    }
    done();
  });
}

/** The bytes of a request's body in a scope with {@link useRawBody}; none if the request had no body. */
export function rawBodyOf(request: FastifyRequest): Buffer {
  if (request.body === undefined || request.body === null) return EMPTY;
  if (Buffer.isBuffer(request.body)) return request.body;
  throw new TypeError('rawBodyOf needs a route in a scope with useRawBody');
}
