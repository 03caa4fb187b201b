import type { FastifySchema } from 'fastify';
import { INBOUND_MESSAGE_STATUSES } from '../../domain/ledger/inbound-message';
import { STOCK_SET_STATUSES } from '../../domain/plans/stock-set';
import { HTTP_LIMITS } from '../../http/limits';
import { MAX_PUSH_ROWS } from '../../domain/validation';
import { needsAll, problemResponse, type SecuritySchemes } from '../../http/openapi';
import { objectSchema, type FieldTable } from '../shared/fields';
import { bodyAnswers, PATH_TOKEN_SECURITY, TOKEN_PARAMS } from '../shared/route-schema';
import { STOCK_COUNT, STOCK_FACT } from './wire';

const text = (description: string) => ({ type: 'string', description }) as const;
const whole = (description: string) => ({ type: ['integer', 'null'], description }) as const;

const message = (type: string, row: FieldTable, description: string) => ({
  type: 'object',
  title: type,
  description,
  required: ['type', 'data'],
  properties: {
    type: { type: 'string', enum: [type] },
    timestamp: text('When the message was written. Stored with it; rows have clocks of their own.'),
    data: {
      type: 'object',
      required: ['rows'],
      properties: { rows: { type: 'array', maxItems: MAX_PUSH_ROWS, items: objectSchema(row) } },
    },
  },
});

const index = { type: 'integer', minimum: 0, description: 'The number of the row in the message, from 0.' } as const;
const code = { type: 'string', description: 'Why, from the catalogue of codes.' } as const;
const detail = { type: 'string', description: 'What to fix.' } as const;

const answers = (title: string, members: object, row: object) => ({
  type: 'object',
  title,
  required: [...Object.keys(members), 'rows'],
  properties: {
    ...members,
    rows: { type: 'array', items: { type: 'object', required: ['index', 'status'], properties: { index, ...row } } },
  },
});

const factsAnswer = answers(
  'of stock.facts',
  {
    status: { type: 'string', enum: INBOUND_MESSAGE_STATUSES },
    belowZero: { type: 'integer', minimum: 0, description: 'How many levels fell below zero.' },
  },
  {
    status: { type: 'string', enum: ['POSTED', 'ABSORBED', 'DUPLICATE', 'QUARANTINED'] },
    sequence: whole('The movement in the ledger.'),
    code,
    detail,
  },
);

const countsAnswer = answers(
  'of stock.counts',
  { replayed: { type: 'boolean', description: 'Whether this is what the message was answered the first time.' } },
  {
    status: { type: 'string', enum: STOCK_SET_STATUSES },
    previousQuantity: whole('The quantity before.'),
    quantity: whole('The quantity afterwards; null where the count had no effect.'),
    delta: whole('The difference.'),
    sequence: whole('The movement in the ledger.'),
    code,
    detail,
  },
);

/** How a message proves whose it is, besides its path. */
export const STANDARD_SECURITY = {
  webhookSignature: {
    type: 'apiKey',
    in: 'header',
    name: 'webhook-signature',
    description: '`v1,` and the base64 of the HMAC-SHA256 over `webhook-id.webhook-timestamp.body`; several by spaces.',
  },
} satisfies SecuritySchemes;

/** What the OpenAPI document says of `POST /webhooks/standard/:token`. */
export const RECEIVE_MESSAGE = {
  operationId: 'standardReceiveMessage',
  tags: ['Standard Webhooks'],
  security: [needsAll(PATH_TOKEN_SECURITY, STANDARD_SECURITY)],
  summary: 'Report facts or counts',
  description:
    "For everyone whose own form is not among the vendors': signed as Standard Webhooks 1.0 says. `stock.facts` are changes that " +
    'have happened; `stock.counts` are absolute quantities at a moment. Rows that cannot be used are named in the answer: facts ' +
    'wait in quarantine, counts are rejected. The other rows post together.',
  params: TOKEN_PARAMS,
  headers: {
    type: 'object',
    required: ['webhook-id', 'webhook-timestamp'],
    properties: {
      'webhook-id': text('The identity of the message, the same when it is sent again.'),
      'webhook-timestamp': {
        type: 'string',
        description: 'When it is sent, in seconds since 1970; within 5 minutes of ours.',
      },
    },
  },
  consumes: ['application/json'],
  body: {
    oneOf: [
      message('stock.facts', STOCK_FACT, 'Changes that have happened.'),
      message('stock.counts', STOCK_COUNT, 'Absolute quantities, each at its moment.'),
    ],
  },
  response: {
    200: { description: 'Stored, whatever became of single rows.', oneOf: [factsAnswer, countsAnswer] },
    400: problemResponse('The message cannot be read. Nothing of it is stored.'),
    401: problemResponse('The path is of no connection, or the signature does not fit.'),
    409: problemResponse('The webhook-id came before with other counts.'),
    ...bodyAnswers(problemResponse, HTTP_LIMITS.pushBytes),
  },
} satisfies FastifySchema;
