import type { FastifySchema } from 'fastify';
import { HTTP_LIMITS } from '../../http/limits';
import { MAX_PUSH_ROWS } from '../../domain/validation';
import { needsAll } from '../../http/openapi';
import { objectSchema } from '../shared/fields';
import { bodyAnswers, PATH_TOKEN_SECURITY, serverAnswers, TOKEN_PARAMS } from '../shared/route-schema';
import { INVENTORY_UPDATE } from './wire';

const plain = (word: string, description: string) => ({
  description,
  content: { 'text/plain': { schema: { type: 'string', enum: [word] } } },
});

const failure = (description: string) => plain('fail', description);

const OWN_ANSWERS = {
  401: failure('The path is of no connection.'),
  500: failure(
    'Refused, or not stored. With Retry-After where sending it again can help. A connection may answer 200 instead.',
  ),
};

/** What the OpenAPI document says of `POST /webhooks/winit/:token`. */
export const RECEIVE_INVENTORY_UPDATES = {
  operationId: 'winitReceiveInventoryUpdates',
  tags: ['Winit'],
  security: [needsAll(PATH_TOKEN_SECURITY)],
  summary: 'Receive inventory updates',
  description:
    'Winit EVENT_IMS_SKUINVENTORYUPDATE_V1, in the envelope of the connection: as it is, or sealed with AES-256-GCM by a relay. A row ' +
    'that cannot be used waits in quarantine and the others post.',
  params: TOKEN_PARAMS,
  consumes: ['application/json'],
  body: { type: 'array', maxItems: MAX_PUSH_ROWS, items: objectSchema(INVENTORY_UPDATE) },
  response: {
    200: plain('success', 'Stored, whatever became of single rows.'),
    400: failure('The body is not in the content coding that it names.'),
    ...bodyAnswers(failure, HTTP_LIMITS.pushBytes),
    ...OWN_ANSWERS,
  },
} satisfies FastifySchema;

/** What it says of `GET` on the same path. */
export const PROBE = {
  operationId: 'winitProbe',
  tags: ['Winit'],
  security: [needsAll(PATH_TOKEN_SECURITY)],
  summary: 'Answer the probe at subscription',
  params: TOKEN_PARAMS,
  response: { 200: plain('success', 'The path is of a connection.'), ...serverAnswers(failure), ...OWN_ANSWERS },
} satisfies FastifySchema;
