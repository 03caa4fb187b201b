import type { FastifySchema } from 'fastify';
import { HTTP_LIMITS } from '../../http/limits';
import { MAX_PUSH_ROWS } from '../../domain/validation';
import { needsAll, outsideHeaders, type SecuritySchemes } from '../../http/openapi';
import { objectSchema } from '../shared/fields';
import { bodyAnswers, PATH_TOKEN_SECURITY, TOKEN_PARAMS } from '../shared/route-schema';
import { STOCK_CHANGE } from './wire';

const answer = (status: 0 | 1, description: string) => ({
  description,
  type: 'object',
  required: ['Status', 'Message'],
  properties: { Status: { type: 'integer', enum: [status] }, Message: { type: 'string' } },
});

/** How a message proves that Jerry sends it, besides its path. */
export const JERRY_SECURITY = {
  jerrySign: outsideHeaders(
    'jerry-sign',
    'The members `userName`, `apiPassword` and `sign` of the body; `sign` is a digest over the message with the key of the ' +
      'connection.',
  ),
} satisfies SecuritySchemes;

/** What the OpenAPI document says of `POST /webhooks/jerry/:token`. */
export const RECEIVE_STOCK_CHANGES = {
  operationId: 'jerryReceiveStockChanges',
  tags: ['Jerry'],
  security: [needsAll(PATH_TOKEN_SECURITY, JERRY_SECURITY)],
  summary: 'Receive stock changes',
  description:
    'Jerry "Stock Synchronization (Webhook)". Each element of `goods` is one movement; one that cannot be used waits in quarantine ' +
    'and the others post.',
  params: TOKEN_PARAMS,
  consumes: ['application/json', 'application/javascript'],
  body: {
    type: 'object',
    required: ['userName', 'apiPassword', 'goods', 'sign'],
    properties: {
      userName: { type: 'string' },
      apiPassword: { type: 'string' },
      goods: { type: 'array', maxItems: MAX_PUSH_ROWS, items: objectSchema(STOCK_CHANGE) },
      sign: { type: 'string', description: 'The digest of userName, apiPassword, goods and the key.' },
    },
  },
  response: {
    200: answer(0, 'Stored, whatever became of single rows.'),
    400: answer(1, 'The message cannot be read. Nothing of it is stored.'),
    401: answer(1, 'The path is of no connection, or the credentials or the digest do not fit.'),
    ...bodyAnswers((description) => answer(1, description), HTTP_LIMITS.pushBytes),
  },
} satisfies FastifySchema;
