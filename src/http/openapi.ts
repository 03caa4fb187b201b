import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { PROBLEM_MEDIA_TYPE } from './problem';

/** The description of the REST endpoints, as JSON and as an HTML page. */
const OPENAPI_PATH = '/openapi.json';
const OPENAPI_PAGE_PATH = '/docs';

/**
 * The ways to prove who calls, by name, as OpenAPI's security schemes: in the `Authorization` header, or in another header
 * field.
 */
export type SecuritySchemes = Readonly<
  Record<
    string,
    { readonly description: string } & (
      | { readonly type: 'http'; readonly scheme: string; readonly bearerFormat?: string }
      | { readonly type: 'apiKey'; readonly in: 'header'; readonly name: string }
    )
  >
>;

/**
 * A scheme for a secret in a path or a signature in a body. OpenAPI has no type for these, so the type is `http` and the
 * description says where they are.
 */
export const outsideHeaders = (scheme: string, where: string) =>
  ({ type: 'http', scheme, description: `${where} No Authorization header is read.` }) as const;

/** For the `security` of a route's schema: what a call needs, all of it. */
export const needsAll = (...schemes: readonly SecuritySchemes[]) =>
  Object.fromEntries(schemes.flatMap(Object.keys).map((name): [string, string[]] => [name, []]));

/**
 * Serves an OpenAPI 3.1 document, generated from the schemas of the routes, and a page that shows it and loads nothing from
 * other hosts. It lists only the routes that are added later in plugins (`app.register`), because Fastify reports no others.
 *
 * @param securitySchemes those that the routes name
 */
export function registerOpenApi(app: FastifyInstance, securitySchemes: SecuritySchemes): void {
  app.register(swagger, {
    convertConstToEnum: false,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Stockbridge',
        version: '1.0.0',
        license: { name: 'MIT', identifier: 'MIT' },
        description:
          "The REST endpoints: webhooks of warehouses and calls of integrators, in the vendors' own formats and in ours. " +
          'A body may be compressed, with `Content-Encoding: gzip` or `deflate`; a signature is over the body before that. ' +
          'The files `src/vendors/*/README.md` describe every field, and what happens when it is missing or wrong.',
      },
      servers: [{ url: '/', description: 'This gateway.' }],
      components: { securitySchemes },
    },
  });
  app.register(swaggerUi, {
    routePrefix: OPENAPI_PAGE_PATH,
    // No bar for other documents, and no requests to the public validator.
    uiConfig: { layout: 'BaseLayout', validatorUrl: null },
    theme: { title: 'Stockbridge REST endpoints' },
  });
  app.register((scope, _options, done) => {
    scope.get(OPENAPI_PATH, { schema: { hide: true } }, (_request, reply) =>
      // As bytes, because Fastify would add a charset, which JSON does not have (RFC 8259, section 11).
      reply.type('application/json').send(Buffer.from(JSON.stringify(app.swagger()))),
    );
    done();
  });
}

/**
 * Uses the schemas of a scope's routes as documentation only. The routes check their input themselves, and their answers are
 * already bytes.
 */
export function useSchemasAsDocumentation(scope: FastifyInstance): void {
  scope.setValidatorCompiler(() => () => true);
  scope.setSerializerCompiler(() => (payload) => JSON.stringify(payload));
}

/** The schema of a response with a problem document (RFC 9457). */
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

/** What 415 means, of every route, also those without a body. */
export const UNREADABLE =
  'The request names a content coding other than gzip and deflate, or another charset than UTF-8.';
