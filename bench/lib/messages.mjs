// What the load consists of. A load process is told in plain data what to send, since it is a process of its own.
import { itemOfRow, locationCodeOf, skuOf, upcOf } from './catalogue.mjs';
import { requestBytes } from './http-client.mjs';
import { JERRY_SUCCESS, jerryRequest, jerryTime, stockChange } from './jerry.mjs';

/**
 * @typedef {object} Source
 * @property {(index: number) => Buffer} request the bytes of request `index`
 * @property {string} expected what every good answer has in it
 */

/** @type {Readonly<Record<string, (spec: any) => Source>>} */
export const SOURCES = { jerry, stockSet, graphql, get, posts };

/**
 * Signed Jerry messages, every row of its own: spread over items and connections, or all on one hot item.
 *
 * @param {{accesses: import('./jerry.mjs').JerryAccess[], rows: number, items: number, hot?: boolean, firstId: number}} spec
 */
function jerry({ accesses, rows, items, hot = false, firstId }) {
  const time = jerryTime(new Date());
  return {
    request(index) {
      const first = index * rows;
      const goods = Array.from({ length: rows }, (_, row) => {
        const upc = upcOf(hot ? 0 : itemOfRow(first + row, items));
        return stockChange(firstId + first + row, upc, time);
      });
      return jerryRequest(accesses[hot ? 0 : index % accesses.length], goods);
    },
    expected: JERRY_SUCCESS,
  };
}

/** Sets stock; answered with all that a client would look at. */
export const STOCK_SET = `mutation StockSet($input: StockSetInput!) {
  stockSet(input: $input) { results { index status quantity } userErrors { code message } ledgerSequence }
}`;

/** @param {{url: string, apiKeys: string[], rows: number, items: number, locations: number, firstId: number}} spec */
function stockSet({ url, apiKeys, rows, items, locations, firstId }) {
  return {
    request(index) {
      const first = index * rows;
      const location = locationCodeOf(index % locations);
      const counts = Array.from({ length: rows }, (_, row) => {
        const sku = skuOf(itemOfRow(first + row, items));
        // Another quantity each time, so that each count has an effect.
        return { sku, location, quantity: 1_000 + ((firstId + first + row) % 977), changeFromQuantity: null };
      });
      const input = { idempotencyKey: `bench-${firstId + first}`, rows: counts };
      return graphqlRequest(url, apiKeys[index % apiKeys.length], STOCK_SET, { input });
    },
    expected: '"userErrors":[]',
  };
}

/**
 * The same operation with one set of variables after the other, over and over; with several keys, each set has its own.
 *
 * @param {{url: string, apiKeys?: string[], query: string, variables: object[], expected: string}} spec
 */
function graphql({ url, apiKeys = [], query, variables, expected }) {
  const requests = variables.map((values, at) => graphqlRequest(url, apiKeys[at % apiKeys.length], query, values));
  return { request: (index) => requests[index % requests.length], expected };
}

/** @param {{urls: string[], expected: string}} spec */
function get({ urls, expected }) {
  const requests = urls.map((url) => requestBytes('GET', new URL(url), {}));
  return { request: (index) => requests[index % requests.length], expected };
}

/** The same body again and again, whatever the answer. @param {{url: string, body: string}} spec */
function posts({ url, body }) {
  const request = requestBytes('POST', new URL(url), { 'content-type': 'application/json' }, body);
  return { request: () => request, expected: '' };
}

/** The bytes of a GraphQL request. */
export function graphqlRequest(url, apiKey, query, variables) {
  /** @type {Record<string, string>} */
  const authorization = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const headers = { 'content-type': 'application/json', accept: 'application/json', ...authorization };
  return requestBytes('POST', new URL(url), headers, JSON.stringify({ query, variables }));
}
