import type { FastifySchema } from 'fastify';
import { INBOUND_MESSAGE_STATUSES } from '../../domain/ledger/inbound-message';
import { MAX_QUANTITY } from '../../domain/ledger/quantity';
import { PACKAGINGS, STOCK_BUCKETS, STOCK_CONDITIONS } from '../../domain/ledger/stock-key';
import { STOCK_SET_STATUSES } from '../../domain/plans/stock-set';
import { MAX_ROWS, MAX_TEXT_LENGTH } from '../../domain/validation';
import { problemResponse } from '../../http/openapi';
import { FACT_REASONS } from './wire';

const text = (description: string) => ({ type: 'string', maxLength: MAX_TEXT_LENGTH, description }) as const;
const moment = (description: string) => ({ type: 'string', format: 'date-time', description }) as const;
const word = (values: readonly string[], description: string) =>
  ({ type: 'string', enum: values, description }) as const;
const whole = (description: string) => ({ type: ['integer', 'null'], description }) as const;

const item = {
  description: 'An item, by its sku or by an identifier; with its specification where the sku has any.',
  oneOf: [
    {
      type: 'object',
      required: ['sku'],
      properties: { sku: text('The sku of an item that is registered.'), specification: text('Of the item.') },
    },
    {
      type: 'object',
      required: ['scheme', 'value'],
      properties: {
        scheme: text('What kind of identifier it is, such as UPC.'),
        value: text('The identifier: opaque, leading zeros kept.'),
        specification: text('Of the item, where the scheme means a sku.'),
      },
    },
  ],
} as const;

const stockKey = {
  item,
  location: text('The code of the location; left out: that of the connection.'),
  owner: text('The inventory organisation.'),
  pool: text('The pool.'),
  channel: text('The channel, such as 2B or 2C.'),
  condition: word(STOCK_CONDITIONS, 'Left out: GOOD.'),
  packaging: word(PACKAGINGS, 'Left out: SINGLE.'),
  barcode: text('The barcode value.'),
  lot: text('The lot.'),
  bucket: word(STOCK_BUCKETS, 'In which state the units are; left out: AVAILABLE.'),
} as const;

const fact = {
  type: 'object',
  required: ['id', 'item', 'delta', 'reason'],
  properties: {
    ...stockKey,
    id: text('The identity of this row: received again it is a duplicate, whatever message it comes in.'),
    event: text('What happened: rows of a message that share it are one movement. Left out: the id.'),
    delta: {
      type: 'integer',
      minimum: -MAX_QUANTITY,
      maximum: MAX_QUANTITY,
      description: 'Units in (positive) or out (negative); not 0.',
    },
    reason: word(FACT_REASONS, 'Why stock moved.'),
    reference: text('The document behind it.'),
    note: text('A remark.'),
    occurredAt: moment('When it happened. Left out: now.'),
  },
} as const;

const count = {
  type: 'object',
  required: ['item', 'quantity', 'asOf'],
  properties: {
    ...stockKey,
    quantity: { type: 'integer', minimum: 0, maximum: MAX_QUANTITY, description: 'How many there were.' },
    asOf: moment('When there were that many. What the ledger knows to have happened since is added.'),
    sourceSequence: {
      type: 'integer',
      minimum: 0,
      maximum: MAX_QUANTITY,
      description: "The sender's own order of its counts of this stock; where given, it orders them instead of asOf.",
    },
  },
} as const;

const message = (type: string, row: object, description: string) => ({
  type: 'object',
  title: type,
  description,
  required: ['type', 'data'],
  properties: {
    type: { type: 'string', enum: [type] },
    timestamp: moment('When the message was made. Kept as evidence; rows have clocks of their own.'),
    data: {
      type: 'object',
      required: ['rows'],
      properties: { rows: { type: 'array', maxItems: MAX_ROWS, items: row } },
    },
  },
});

const index = { type: 'integer', minimum: 0, description: 'The place of the row in the message.' } as const;
const code = { type: 'string', description: 'Why, from the catalogue of codes.' } as const;
const detail = { type: 'string', description: 'What to mend.' } as const;

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
    status: { type: 'string', enum: ['POSTED', 'DUPLICATE', 'QUARANTINED'] },
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

/** What the OpenAPI document says of `POST /webhooks/standard/:token`; wire.ts and decode.ts are what checks. */
export const RECEIVE_MESSAGE = {
  operationId: 'standardReceiveMessage',
  tags: ['Standard Webhooks'],
  summary: 'Report facts or counts',
  description:
    "For everyone whose own form is not among the vendors': signed as Standard Webhooks 1.0 says. `stock.facts` are changes that " +
    'have happened; `stock.counts` are absolute quantities at a moment. Rows that cannot be used are named in the answer: facts ' +
    'wait in quarantine, counts are rejected. The other rows post together.',
  params: {
    type: 'object',
    required: ['token'],
    properties: { token: { type: 'string', description: 'The secret of the path.' } },
  },
  headers: {
    type: 'object',
    required: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
    properties: {
      'webhook-id': text('The identity of the message, the same when it is sent again.'),
      'webhook-timestamp': {
        type: 'string',
        description: 'When it is sent, in seconds since 1970; within 5 minutes of ours.',
      },
      'webhook-signature': {
        type: 'string',
        description:
          '`v1,` and the base64 of the HMAC-SHA256 over `webhook-id.webhook-timestamp.body`; several by spaces.',
      },
    },
  },
  consumes: ['application/json'],
  body: {
    oneOf: [
      message('stock.facts', fact, 'Changes that have happened.'),
      message('stock.counts', count, 'Absolute quantities, each at its moment.'),
    ],
  },
  response: {
    200: { description: 'Stored, whatever became of single rows.', oneOf: [factsAnswer, countsAnswer] },
    400: problemResponse('The message cannot be read. Nothing of it is stored.'),
    401: problemResponse('The path is of no connection, or the signature does not fit.'),
    409: problemResponse('The webhook-id came before with other counts.'),
    413: problemResponse('The body has more than 1 MiB.'),
    500: problemResponse('A fault of the gateway.'),
    503: problemResponse('Not taken in, for want of room or of the database: send it again after Retry-After.'),
  },
} satisfies FastifySchema;
