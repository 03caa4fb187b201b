import type { FastifySchema } from 'fastify';
import { needsAll, problemResponse, UNREADABLE, type SecuritySchemes } from '../../http/openapi';
import { GRAPHQL_LIMITS } from '../limits/limits';

const errors = {
  type: 'array',
  items: { type: 'object', required: ['message'], properties: { message: { type: 'string' } } },
} as const;

const answer = (description: string) => ({
  description,
  type: 'object',
  properties: { data: { type: ['object', 'null'] }, errors },
});

/** How a GraphQL call proves who sends it. */
export const GRAPHQL_SECURITY = {
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key of this gateway, as `stockbridge keys create` shows it.',
  },
  accessToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token of an OIDC issuer that the tenant has, as `stockbridge issuers list` shows them.',
  },
} satisfies SecuritySchemes;

/** The GraphQL API in the OpenAPI document. Its operations are in the GraphQL schema. */
export const POST_GRAPHQL = {
  operationId: 'graphql',
  tags: ['GraphQL'],
  summary: 'Run a GraphQL operation',
  description:
    'The schema is open to introspection with a key, unless GRAPHQL_SCHEMA_FOR says otherwise. The explorer at the same path shows it.',
  security: [needsAll({ apiKey: GRAPHQL_SECURITY.apiKey }), needsAll({ accessToken: GRAPHQL_SECURITY.accessToken })],
  consumes: ['application/json'],
  body: {
    type: 'object',
    anyOf: [{ required: ['query'] }, { required: ['documentId'] }],
    properties: {
      query: { type: 'string', description: 'The text of the document.' },
      documentId: {
        type: 'string',
        description: 'In its place, the id of a trusted document: `sha256:` and the SHA-256 of its text in hex.',
      },
      operationName: { type: ['string', 'null'] },
      variables: { type: ['object', 'null'] },
    },
  },
  response: {
    200: answer('The result. Expected refusals are `userErrors` in it.'),
    400: answer('The request is not one, or the operation is not valid.'),
    401: answer('No API key or access token, or one that is not accepted.'),
    403: answer('The API key may not ask for a field, or not from a page of this origin.'),
    413: problemResponse(`The body is larger than ${GRAPHQL_LIMITS.bodyBytes} bytes.`),
    415: problemResponse('The body is not JSON in UTF-8, or it has a content coding other than gzip and deflate.'),
    429: {
      description:
        'The API key has used up its rate, or this visitor its share of a publishable one (code THROTTLED), or too many requests with wrong keys came from this address (a problem): send it again after Retry-After. `RateLimit` and `RateLimit-Policy` of every answer say what is left.',
      content: {
        'application/json': { schema: { type: 'object', properties: { errors } } },
        ...problemResponse('').content,
      },
    },
    500: answer('A fault of the gateway.'),
    503: answer(
      'The ledger, the database or the issuer of the token cannot be reached: send it again after Retry-After.',
    ),
  },
} satisfies FastifySchema;

/** `GET` on the same path in the OpenAPI document. */
export const GET_EXPLORER = {
  operationId: 'graphqlExplorer',
  tags: ['GraphQL'],
  security: [],
  summary: 'Open the GraphQL explorer',
  response: {
    200: { description: 'A page.', content: { 'text/html': { schema: { type: 'string' } } } },
    405: answer('No page is asked for: queries are sent by POST.'),
    415: problemResponse(UNREADABLE),
  },
} satisfies FastifySchema;
