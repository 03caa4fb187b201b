import type { FastifySchema } from 'fastify';
import { MAX_ROWS } from '../../domain/validation';
import { objectSchema } from '../shared/fields';
import { INVENTORY_UPDATE } from './wire';

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

/** What the OpenAPI document says of `POST /webhooks/winit/:token`. */
export const RECEIVE_INVENTORY_UPDATES = {
  operationId: 'winitReceiveInventoryUpdates',
  tags: ['Winit'],
  summary: 'Receive inventory updates',
  description:
    'Winit EVENT_IMS_SKUINVENTORYUPDATE_V1, in the envelope of the connection: as it is, or sealed with AES-256-GCM by a relay. A row ' +
    'that cannot be used waits in quarantine and the others post.',
  params,
  consumes: ['application/json'],
  body: { type: 'array', maxItems: MAX_ROWS, items: objectSchema(INVENTORY_UPDATE) },
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
