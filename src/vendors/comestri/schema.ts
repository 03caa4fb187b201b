import type { FastifySchema } from 'fastify';
import { needsAll, problemResponse, type SecuritySchemes } from '../../http/openapi';
import { PROBLEM_MEDIA_TYPE } from '../../http/problem';
import { DEFAULT_PER_PAGE, MAX_PAGE, MAX_PER_PAGE } from './page';
import { objectSchema } from '../shared/fields';
import { bodyAnswers, serverAnswers } from '../shared/route-schema';
import { INVENTORY, TERMS } from './wire';

const { properties: terms } = objectSchema(TERMS);

const SHOWN = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    qty: { type: 'integer', description: 'Units in good, available condition now.' },
    ...(terms as object),
    support_shipping: { type: 'boolean' },
    inventory_source: { type: 'object', properties: { id: { type: 'integer' }, name: { type: 'string' } } },
  },
} as const;

const string = { type: 'string' } as const;

const FAULTS = {
  description: 'Values have to be fixed; `errors` names each. Nothing of the request is applied.',
  content: {
    [PROBLEM_MEDIA_TYPE]: {
      schema: {
        type: 'object',
        required: ['type', 'title', 'status', 'errors', 'requestId'],
        properties: {
          type: string,
          title: string,
          status: { type: 'integer' },
          detail: string,
          errors: {
            type: 'array',
            items: { type: 'object', required: ['detail', 'pointer'], properties: { detail: string, pointer: string } },
          },
          requestId: string,
        },
      },
    },
  },
} as const;

/** How a call proves whose it is. */
export const COMESTRI_SECURITY = {
  comestriToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'The token of the connection. The older form `Token token=…,email=…` is read too.',
  },
} satisfies SecuritySchemes;

const COMMON = {
  tags: ['Comestri'],
  security: [needsAll(COMESTRI_SECURITY)],
};

const UNAUTHORIZED = { 401: problemResponse('The token is of no connection.') };

/** What the OpenAPI document says of the POST. */
export const SAVE_INVENTORY = {
  ...COMMON,
  operationId: 'comestriSaveInventory',
  summary: 'State an inventory',
  description:
    'Creates the inventory of a product at a source, or updates the one that is there. Null clears a value; a value that is left out stays.',
  consumes: ['application/json'],
  body: {
    type: 'object',
    required: ['inventory'],
    properties: {
      inventory: objectSchema(INVENTORY),
    },
  },
  response: {
    200: { description: 'Updated; or left alone, where it was counted later already.', ...SHOWN },
    201: { description: 'Created.', ...SHOWN },
    400: problemResponse('The body is not JSON.'),
    403: problemResponse('The connection may read only.'),
    422: FAULTS,
    ...UNAUTHORIZED,
    ...bodyAnswers(problemResponse),
  },
} satisfies FastifySchema;

/** What the OpenAPI document says of the list. */
export const LIST_INVENTORIES = {
  ...COMMON,
  operationId: 'comestriListInventories',
  summary: 'List inventories',
  description: 'In the order of their ids.',
  querystring: {
    type: 'object',
    properties: {
      page: { type: 'integer', minimum: 1, maximum: MAX_PAGE, default: 1 },
      per_page: { type: 'integer', minimum: 1, maximum: MAX_PER_PAGE, default: DEFAULT_PER_PAGE },
    },
  },
  response: {
    200: {
      description: 'One page.',
      type: 'object',
      properties: {
        page: { type: 'integer' },
        per_page: { type: 'integer' },
        total_pages: { type: 'integer' },
        total_entries: { type: 'integer' },
        entries: { type: 'array', items: SHOWN },
      },
    },
    422: FAULTS,
    ...UNAUTHORIZED,
    ...serverAnswers(problemResponse),
  },
} satisfies FastifySchema;

/** What the OpenAPI document says of one inventory. */
export const SHOW_INVENTORY = {
  ...COMMON,
  operationId: 'comestriShowInventory',
  summary: 'Show an inventory',
  params: { type: 'object', required: ['id'], properties: { id: { type: 'integer', minimum: 1 } } },
  response: {
    200: { description: 'The inventory.', ...SHOWN },
    404: problemResponse('There is none with this id.'),
    ...UNAUTHORIZED,
    ...serverAnswers(problemResponse),
  },
} satisfies FastifySchema;
