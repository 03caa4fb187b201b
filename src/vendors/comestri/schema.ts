import type { FastifySchema } from 'fastify';
import { MAX_QUANTITY } from '../../domain/ledger/quantity';
import { MAX_TEXT_LENGTH } from '../../domain/validation';
import { BEARER, problemResponse } from '../../http/openapi';
import { PROBLEM_MEDIA_TYPE } from '../../http/problem';
import { DEFAULT_PER_PAGE, MAX_PAGE, MAX_PER_PAGE } from './page';
import {
  BACK_ORDER_HANDLINGS,
  DISPATCH_TIME_UNITS,
  LEAD_TIME_UNITS,
  MAX_WHOLE_TERM,
  STOCK_AVAILABILITIES,
  STYLES,
  type Inventory,
} from './wire';

const text = { type: ['string', 'null'], maxLength: MAX_TEXT_LENGTH } as const;
const wholeTerm = { type: ['integer', 'null'], minimum: 0, maximum: MAX_WHOLE_TERM } as const;
const instant = { type: ['string', 'null'], format: 'date-time' } as const;
const quantity = { type: 'integer', minimum: 0, maximum: MAX_QUANTITY } as const;
const oneOf = (words: readonly string[]) => ({ type: ['string', 'null'], enum: [...words, null] });

const TERMS = {
  sku: { ...text, description: "The item's sku at this source." },
  available_qty: { type: ['integer', 'null'], description: 'What the source says is available; may exceed qty.' },
  stock_availability: oneOf(STOCK_AVAILABILITIES),
  out_of_stock_threshold: wholeTerm,
  dispatch_time: wholeTerm,
  dispatch_time_unit: oneOf(DISPATCH_TIME_UNITS),
  lead_time: wholeTerm,
  lead_time_unit: oneOf(LEAD_TIME_UNITS),
  stock_arrival_date: instant,
  back_order_handling: oneOf(BACK_ORDER_HANDLINGS),
  back_order_allocation: wholeTerm,
  source_system_stock_timestamp: { ...instant, description: 'When qty was counted; null or left out: now.' },
  unit_cost: {
    type: ['number', 'null'],
    minimum: 0,
    description: 'Exact: at most 15 digits before and 10 behind the point.',
  },
  style: oneOf(STYLES),
} as const;

const PARAMETERS = {
  inventory_source: {
    type: 'string',
    minLength: 1,
    maxLength: MAX_TEXT_LENGTH,
    description: 'Name or code of a location.',
  },
  product_code: { ...text, description: 'The item. Exactly one of this and product_id.' },
  product_id: { type: ['integer', 'null'], minimum: 1, description: 'The item. Exactly one of this and product_code.' },
  qty: { ...quantity, description: 'How many there are: a count of available stock.' },
  ...TERMS,
} satisfies Record<keyof Inventory, object>;

const SHOWN = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    qty: { type: 'integer', description: 'Units in good, available condition now.' },
    ...TERMS,
    support_shipping: { type: 'boolean' },
    inventory_source: { type: 'object', properties: { id: { type: 'integer' }, name: { type: 'string' } } },
  },
} as const;

const string = { type: 'string' } as const;

const FAULTS = {
  description: 'Values have to be mended; `errors` names each. Nothing of the request is applied.',
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

const COMMON = {
  tags: ['Comestri'],
  security: [{ [BEARER]: [] }],
};

const REFUSALS = {
  401: problemResponse('The token is of no connection.'),
  500: problemResponse('A fault of the gateway.'),
  503: problemResponse('Not taken in, for want of room or of the database: send it again after Retry-After.'),
};

/** What the OpenAPI document says of the POST; decode.ts is what checks. */
export const SAVE_INVENTORY = {
  ...COMMON,
  operationId: 'comestriSaveInventory',
  summary: 'State an inventory',
  description:
    'Makes the inventory of a product at a source, or updates the one that is there. Null clears a value, none leaves it.',
  consumes: ['application/json'],
  body: {
    type: 'object',
    required: ['inventory'],
    properties: {
      inventory: { type: 'object', required: ['inventory_source', 'qty'], properties: PARAMETERS },
    },
  },
  response: {
    200: { description: 'Updated; or left alone, where it was counted later already.', ...SHOWN },
    201: { description: 'Made.', ...SHOWN },
    400: problemResponse('The body is not JSON.'),
    403: problemResponse('The connection may read only.'),
    413: problemResponse('The body has more than 1 MiB.'),
    422: FAULTS,
    ...REFUSALS,
  },
} satisfies FastifySchema;

/** What the OpenAPI document says of the list; page.ts is what checks. */
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
    ...REFUSALS,
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
    ...REFUSALS,
  },
} satisfies FastifySchema;
