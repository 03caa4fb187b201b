import type { FastifySchema } from 'fastify';
import { MAX_ROWS } from '../../domain/validation';
import { needsAll, type SecuritySchemes } from '../../http/openapi';
import { objectSchema } from '../shared/fields';
import { bodyAnswers } from '../shared/route-schema';
import { ERROR_CODES } from './encode';
import { CLIENT_SKU, INVENTORIES_BODY, PRODUCTS_BODY } from './wire';

const clientSkusBody = { type: 'array', maxItems: MAX_ROWS, items: objectSchema(CLIENT_SKU) } as const;

const codes = (description: string) => ({ type: 'array', items: { type: 'string' }, description }) as const;

const failed = codes('Codes that did not count in every row, as sent, each once.');
const succeeded = codes('Codes that counted, as sent, each once.');

const error = (description: string) => ({
  description,
  type: 'object',
  required: ['code', 'message', 'description'],
  properties: {
    code: { type: 'string', enum: ERROR_CODES },
    message: { type: 'string' },
    description: { type: 'string' },
  },
});

/** How a call proves whose it is. */
export const INCREFF_SECURITY = {
  increffUsername: {
    type: 'apiKey',
    in: 'header',
    name: 'authUsername',
    description: 'The user name of the connection.',
  },
  increffPassword: {
    type: 'apiKey',
    in: 'header',
    name: 'authPassword',
    description: 'The password of the connection.',
  },
} satisfies SecuritySchemes;

/** What the OpenAPI document says of `PUT /usp/inventories/absolute`, and of the POST beside it. */
export const UPDATE_INVENTORY = {
  operationId: 'increffUpdateInventory',
  tags: ['Increff'],
  security: [needsAll(INCREFF_SECURITY)],
  summary: 'State absolute quantities',
  description:
    'Increff OMS "Update Inventory", in both of its forms: an object with `products`, or the older array; and the form in which ' +
    'Increff itself pushes stock to a client, an object with `inventories`. Every row is a count of ' +
    'available stock without a clock. Rows that cannot count fail their code; the others post together.',
  headers: {
    type: 'object',
    properties: {
      authDomainName: { type: 'string', description: 'Where the connection asks for it.' },
    },
  },
  consumes: ['application/json'],
  body: { oneOf: [objectSchema(PRODUCTS_BODY), objectSchema(INVENTORIES_BODY), clientSkusBody] },
  response: {
    200: {
      description: 'Judged, and what counts is posted. The lists are those of the form that was called.',
      oneOf: [
        {
          type: 'object',
          required: ['failureProducts', 'successProducts'],
          properties: { failureProducts: failed, successProducts: succeeded },
        },
        {
          type: 'object',
          required: ['failureList', 'successList'],
          properties: { failureList: failed, successList: succeeded },
        },
        {
          type: 'object',
          required: ['failureSkus', 'successSkus'],
          properties: { failureSkus: failed, successSkus: succeeded },
        },
      ],
    },
    400: error('The call cannot be read, or names a location that is not known. Nothing of it counts.'),
    401: error('The header fields are those of no connection.'),
    ...bodyAnswers(error),
  },
} satisfies FastifySchema;
