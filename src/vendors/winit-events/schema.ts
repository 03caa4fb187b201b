import type { FastifySchema } from 'fastify';
import { MAX_ROWS, MAX_TEXT_LENGTH } from '../../domain/validation';
import { DOC_TYPES, INVENTORY_TYPES, MERCHANDISE_GRADES, OPERATION_TYPES, SERVICE_TYPES } from './wire';

const text = (description: string) => ({ type: 'string', maxLength: MAX_TEXT_LENGTH, description }) as const;
const optionalText = (description: string) =>
  ({ type: ['string', 'null'], maxLength: MAX_TEXT_LENGTH, description }) as const;
const word = (words: readonly string[], description: string) => ({ type: 'string', enum: words, description }) as const;
const number = (description: string) => ({ type: ['integer', 'string'], description }) as const;

const inventoryUpdate = {
  type: 'object',
  required: [
    'customerCode',
    'docDate',
    'docType',
    'merchandiseCode',
    'merchandiseSerno',
    'merchandiseGrade',
    'warehouseCode',
    'operationType',
    'serviceType',
    'inventoryType',
    'qty',
    'uuid',
  ],
  properties: {
    customerCode: text('Whose rows they are.'),
    docDate: number('When it happened: milliseconds or seconds since 1970.'),
    docType: word(DOC_TYPES, 'What the document is about.'),
    orderNo: optionalText('The document behind it.'),
    merchandiseCode: text('The item.'),
    specification: optionalText('Its specification.'),
    merchandiseSerno: text('Another name of the item.'),
    originalMerchandiseSerno: optionalText('Kept in the note.'),
    merchandiseGrade: word(MERCHANDISE_GRADES, 'The condition.'),
    warehouseCode: text('The location.'),
    mainWarehouseCode: optionalText('Its parent. `mainwarehouseCode` is the same.'),
    operationType: word(OPERATION_TYPES, 'What was done under the document.'),
    serviceType: word(SERVICE_TYPES, 'The channel.'),
    inventoryType: word(INVENTORY_TYPES, 'In which state the units are.'),
    qty: number('The signed amount.'),
    uuid: text('The identity of the event: rows that share it are legs of one movement.'),
  },
} as const;

const plain = (word: string, description: string) => ({
  description,
  content: { 'text/plain': { schema: { type: 'string', enum: [word] } } },
});

const params = {
  type: 'object',
  required: ['token'],
  properties: { token: { type: 'string', description: 'The secret of the path.' } },
} as const;

const REFUSALS = {
  401: plain('fail', 'The path is of no connection.'),
  413: plain('fail', 'The body has more than 1 MiB.'),
  500: plain(
    'fail',
    'Not taken. With Retry-After where it makes sense to send it again. A connection may have 200 instead.',
  ),
};

/** What the OpenAPI document says of `POST /webhooks/winit/:token`; wire.ts and decode.ts are what checks. */
export const RECEIVE_INVENTORY_UPDATES = {
  operationId: 'winitReceiveInventoryUpdates',
  tags: ['Winit'],
  summary: 'Receive inventory updates',
  description:
    'Winit EVENT_IMS_SKUINVENTORYUPDATE_V1, in the envelope of the connection: as it is, or sealed with AES-256-GCM by a relay. A row ' +
    'that cannot be used waits in quarantine and the others post.',
  params,
  consumes: ['application/json'],
  body: { type: 'array', maxItems: MAX_ROWS, items: inventoryUpdate },
  response: { 200: plain('success', 'Stored, whatever became of single rows.'), ...REFUSALS },
} satisfies FastifySchema;

/** What it says of `GET` on the same path. */
export const PROBE = {
  operationId: 'winitProbe',
  tags: ['Winit'],
  summary: 'Answer the probe at subscription',
  params,
  response: { 200: plain('success', 'The path is of a connection.'), 401: REFUSALS[401], 500: REFUSALS[500] },
} satisfies FastifySchema;
