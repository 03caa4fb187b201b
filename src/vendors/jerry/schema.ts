import type { FastifySchema } from 'fastify';
import { MAX_QUANTITY } from '../../domain/ledger/quantity';
import { MAX_ROWS, MAX_TEXT_LENGTH } from '../../domain/validation';
import { CHANGE_TYPES, FLAGS } from './wire';

const text = (description: string) => ({ type: 'string', maxLength: MAX_TEXT_LENGTH, description }) as const;
const optionalText = (description: string) =>
  ({ type: ['string', 'null'], maxLength: MAX_TEXT_LENGTH, description }) as const;
const whole = (description: string) =>
  ({
    description,
    oneOf: [
      { type: 'integer', minimum: 1, maximum: MAX_QUANTITY },
      { type: 'string', pattern: '^\\d{1,16}$' },
    ],
  }) as const;

const stockChange = {
  type: 'object',
  required: ['time', 'stockChangeId', 'upc', 'qty', 'flag', 'changeType'],
  properties: {
    time: { type: 'string', description: 'When it happened: `yyyy-MM-dd HH:mm:ss`, UTC.' },
    stockChangeId: whole('The identity of the change: received again it is a duplicate.'),
    upc: text('The item: opaque, leading zeros kept.'),
    qty: whole('The amount, unsigned.'),
    flag: { type: ['string', 'integer'], description: `One of ${FLAGS.join(', ')}: 1 out, 2 in.` },
    changeType: { type: ['string', 'integer'], description: `One of ${CHANGE_TYPES.join(', ')}.` },
    businessNo: optionalText('The document behind it.'),
    reason: { type: ['string', 'null'], description: 'A comment.' },
    lotNumber: optionalText('The lot.'),
    seq: { type: ['string', 'number', 'null'], description: 'An opaque serial.' },
    itemProperties: optionalText('Good or Damaged, in any case; left out: Good.'),
  },
} as const;

const answer = (status: 0 | 1, description: string) => ({
  description,
  type: 'object',
  required: ['Status', 'Message'],
  properties: { Status: { type: 'integer', enum: [status] }, Message: { type: 'string' } },
});

/** What the OpenAPI document says of `POST /webhooks/jerry/:token`; wire.ts and decode.ts are what checks. */
export const RECEIVE_STOCK_CHANGES = {
  operationId: 'jerryReceiveStockChanges',
  tags: ['Jerry'],
  summary: 'Receive stock changes',
  description:
    'Jerry "Stock Synchronization (Webhook)". Each element of `goods` is one movement; one that cannot be used waits in quarantine ' +
    'and the others post.',
  params: {
    type: 'object',
    required: ['token'],
    properties: { token: { type: 'string', description: 'The secret of the path.' } },
  },
  consumes: ['application/json', 'application/javascript'],
  body: {
    type: 'object',
    required: ['userName', 'apiPassword', 'goods', 'sign'],
    properties: {
      userName: { type: 'string' },
      apiPassword: { type: 'string' },
      goods: { type: 'array', maxItems: MAX_ROWS, items: stockChange },
      sign: { type: 'string', description: 'The digest of userName, apiPassword, goods and the key.' },
    },
  },
  response: {
    200: answer(0, 'Stored, whatever became of single rows.'),
    400: answer(1, 'The message cannot be read. Nothing of it is stored.'),
    401: answer(1, 'The path is of no connection, or the credentials or the digest do not fit.'),
    413: answer(1, 'The body has more than 1 MiB.'),
    500: answer(1, 'A fault of the gateway.'),
    503: answer(1, 'Not taken in, for want of room or of the database: send it again after Retry-After.'),
  },
} satisfies FastifySchema;
