import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { PROBLEM_MEDIA_TYPE } from './problem';

/** Where the description of the REST endpoints is served, as JSON and as a page. */
const OPENAPI_PATH = '/openapi.json';
const OPENAPI_PAGE_PATH = '/docs';

/** Name of the security scheme of calls with a bearer token, for the `security` of a route's schema. */
export const BEARER = 'bearer';

/**
 * Serves an OpenAPI 3.1 document, made from the schemas of the routes, and a page that shows it and loads nothing from any other
 * host. It describes the routes that are added in plugins (`app.register`) after it: Fastify tells of no others.
 */
export function registerOpenApi(app: FastifyInstance): void {
  app.register(swagger, {
    convertConstToEnum: false,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Stockbridge',
        version: '1.0.0',
        description:
          "The REST endpoints: webhooks of warehouses and calls of integrators, in the vendors' own forms and in ours. What each field " +
          'becomes, and what happens where it is missing or wrong, stands in `src/vendors/*/README.md`.',
      },
      servers: [{ url: '/', description: 'This gateway.' }],
      components: { securitySchemes: { [BEARER]: { type: 'http', scheme: 'bearer' } } },
    },
  });
  app.register(swaggerUi, {
    routePrefix: OPENAPI_PAGE_PATH,
    // No bar that loads other documents, and nothing asked of the validator on the web.
    uiConfig: { layout: 'BaseLayout', validatorUrl: null },
    theme: { title: 'Stockbridge REST endpoints' },
  });
  app.register((scope, _options, done) => {
    scope.get(OPENAPI_PATH, { schema: { hide: true } }, (_request, reply) =>
      // As bytes, because Fastify would add a charset, which JSON has none of (RFC 8259, section 11).
      reply.type('application/json').send(Buffer.from(JSON.stringify(app.swagger()))),
    );
    done();
  });
}

/**
 * Makes the schemas of a scope's routes documentation and nothing else: what comes in is checked by the route itself, and what goes
 * out is bytes already.
 */
export function useSchemasAsDocumentation(scope: FastifyInstance): void {
  scope.setValidatorCompiler(() => () => true);
  scope.setSerializerCompiler(() => (payload) => JSON.stringify(payload));
}

/** The schema of an answer that is a problem document (RFC 9457). */
export function problemResponse(description: string) {
  const text = { type: 'string' } as const;
  return {
    description,
    content: {
      [PROBLEM_MEDIA_TYPE]: {
        schema: {
          type: 'object',
          required: ['type', 'title', 'status', 'requestId'],
          properties: {
            type: text,
            title: text,
            status: { type: 'integer' },
            detail: { type: 'string', description: 'What is wrong, and how to fix it.' },
            instance: text,
            requestId: text,
          },
        },
      },
    },
  } as const;
}
