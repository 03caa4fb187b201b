import type { FastifySchema } from 'fastify';
import { LANGUAGES } from './encode';
import { needsAll, outsideHeaders, type SecuritySchemes } from '../../http/openapi';
import { objectSchema } from '../shared/fields';
import { bodyAnswers } from '../shared/route-schema';
import { CREATE_ORDER_ACTION, ENVELOPE_WORDS, ORDER_DATA } from './wire';

const string = { type: 'string' } as const;

const failure = (description: string) => ({
  description,
  type: 'object',
  required: ['code', 'msg', 'data'],
  properties: { code: string, msg: string, data: { type: 'string', enum: [''] } },
});

/** How a call proves whose it is. */
const WINIT_SIGN = {
  winitSign: outsideHeaders(
    'winit-sign',
    'The members `app_key` and `sign` of the body; `sign` is a digest over the call with the token.',
  ),
} satisfies SecuritySchemes;

/** What it needs besides, where the connection asks for it. */
const WINIT_CLIENT_SIGN = {
  winitClientSign: outsideHeaders(
    'winit-client-sign',
    'The members `client_id` and `client_sign` of the body; `client_sign` is the same digest with the client secret.',
  ),
} satisfies SecuritySchemes;

export const WINIT_ORDERS_SECURITY = { ...WINIT_SIGN, ...WINIT_CLIENT_SIGN };

/** What the OpenAPI document says of `POST /openapi/service`. */
export const CREATE_ORDER = {
  operationId: 'winitService',
  tags: ['Winit'],
  security: [needsAll(WINIT_SIGN), needsAll(WINIT_SIGN, WINIT_CLIENT_SIGN)],
  summary: 'Create an inventory adjustment order',
  description:
    "Winit Open API, action wh.inventoryAdjustment.createOrder.v2. `sign` is the upper-case hex MD5 of token + the members' names " +
    'and values in alphabetical order + token, with `data` as compact JSON, keys sorted and nulls left out.',
  consumes: ['application/json'],
  body: {
    type: 'object',
    required: ['action', 'app_key', 'data', 'format', 'platform', 'sign', 'sign_method', 'timestamp', 'version'],
    properties: {
      action: { type: 'string', enum: [CREATE_ORDER_ACTION] },
      app_key: string,
      client_id: { ...string, description: 'With client_sign; needed where the connection asks for it.' },
      client_sign: { ...string, description: 'As sign, with the client secret.' },
      data: objectSchema(ORDER_DATA),
      format: { type: 'string', enum: [ENVELOPE_WORDS.format] },
      language: { type: 'string', enum: LANGUAGES, default: LANGUAGES[0] },
      platform: string,
      sign: { type: 'string', pattern: '^[0-9A-Fa-f]{32}$' },
      sign_method: { type: 'string', enum: [ENVELOPE_WORDS.signMethod] },
      timestamp: {
        type: 'string',
        pattern: '^\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}$',
        description: 'Asia/Shanghai.',
      },
      version: { type: 'string', enum: [ENVELOPE_WORDS.version] },
    },
  },
  response: {
    200: {
      description: 'Created, with code "0"; or refused, with another code and a message that says what to fix.',
      oneOf: [
        {
          type: 'object',
          required: ['code', 'msg', 'data'],
          properties: {
            code: { type: 'string', enum: ['0'] },
            msg: string,
            data: { type: 'object', required: ['orderNo'], properties: { orderNo: string } },
          },
        },
        failure('Refused.'),
      ],
    },
    400: failure('The body is not a JSON object.'),
    ...bodyAnswers(failure),
    429: failure(
      'More than 1,000 calls a minute, more than the rate of the connection, or too many with wrong signatures from this address: send it again after Retry-After.',
    ),
  },
} satisfies FastifySchema;
