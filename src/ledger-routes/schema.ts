import type { FastifySchema } from 'fastify';
import { problemResponse, UNREADABLE } from '../http/openapi';

/** The head of an answer that says where an export ends. */
export const END_HEADER = 'stockbridge-ledger-end';

const sequence = (description: string) => ({ type: 'integer', minimum: 0, description }) as const;

/** What the OpenAPI document says of the export. The schemes are those of GraphQL. */
export const EXPORT_LEDGER = {
  operationId: 'exportLedger',
  tags: ['Ledger'],
  security: [{ apiKey: [] }, { accessToken: [] }],
  summary: 'Export the ledger',
  description:
    'Streams the movements with their hashes, one JSON object a line, as docs/ledger-format.md defines them. An answer that is cut off is continued with `after`. docs/verify-ledger.mjs checks the lines.',
  querystring: {
    type: 'object',
    properties: {
      after: sequence('The sequence of the last movement that is known. Left out: 0, for all.'),
      upTo: sequence('The sequence of the last movement that is wanted. Left out: the end of the ledger.'),
    },
  },
  response: {
    200: {
      description: 'The movements, in order.',
      headers: {
        [END_HEADER]: sequence('The sequence of the last line. If there are fewer, the answer was cut off.'),
      },
      content: { 'application/x-ndjson': { schema: { type: 'string' } } },
    },
    400: problemResponse('`after` or `upTo` is no sequence of the ledger.'),
    401: problemResponse('No API key or access token, or one that is not accepted.'),
    403: problemResponse(
      'The key lacks the scope stock:read, is limited to some stock, or may not be used from this page.',
    ),
    415: problemResponse(UNREADABLE),
    429: problemResponse(
      'Other exports are running, or too many requests with wrong credentials came from this address.',
    ),
    500: problemResponse('A fault of the gateway.'),
    503: problemResponse('The gateway is busy or stopping. Send the request again after Retry-After.'),
  },
} satisfies FastifySchema;

const text = { type: 'string' } as const;

export const PUBLIC_KEYS = {
  operationId: 'publicKeys',
  tags: ['Ledger'],
  security: [],
  summary: 'The public keys that the heads of ledgers are signed with',
  response: {
    200: {
      description: 'A set of keys (RFC 7517), each as RFC 8037 writes it.',
      type: 'object',
      required: ['keys'],
      properties: {
        keys: {
          type: 'array',
          items: {
            type: 'object',
            required: ['kty', 'crv', 'kid', 'x'],
            properties: { kty: text, crv: text, alg: text, use: text, kid: text, x: text },
          },
        },
      },
    },
    415: problemResponse(UNREADABLE),
    429: problemResponse('Too many requests with wrong credentials came from this address.'),
    503: problemResponse('The gateway is stopping.'),
  },
} satisfies FastifySchema;
