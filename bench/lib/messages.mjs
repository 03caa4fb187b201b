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
export const SOURCES = { jerry, stockSet, stockAdjust, itemsSave, itemSaves, graphql, get, posts };

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

/** Adds stock; answered with all that a client would look at. */
const STOCK_ADJUST = `mutation StockAdjust($input: StockAdjustInput!) {
  stockAdjust(input: $input) { changes { delta quantityAfter } userErrors { code message } ledgerSequence }
}`;

/**
 * @typedef {object} CommandSpec
 * @property {string} url
 * @property {string[]} apiKeys
 * @property {number} rows
 * @property {number} items that the rows are spread over
 * @property {number} locations
 * @property {number} firstId of the rows, which count up from there
 */

/** Counts, each with another quantity than the one before, so that it has an effect. @param {CommandSpec} spec */
function stockSet(spec) {
  const row = (n) => ({ quantity: 1_000 + ((spec.firstId + n) % 977), changeFromQuantity: null });
  return commands(spec, STOCK_SET, {}, row);
}

/** What is added is never refused, however little there is. @param {CommandSpec} spec */
function stockAdjust(spec) {
  return commands(spec, STOCK_ADJUST, { reason: 'ADJUSTMENT' }, (n) => ({ delta: 1 + (n % 3) }));
}

function commands({ url, apiKeys, rows, items, locations, firstId }, query, common, rowOf) {
  return {
    request(index) {
      const first = index * rows;
      const location = locationCodeOf(index % locations);
      const own = Array.from({ length: rows }, (_, row) => {
        return { sku: skuOf(itemOfRow(first + row, items)), location, ...rowOf(first + row) };
      });
      const input = { idempotencyKey: `bench-${firstId + first}`, ...common, rows: own };
      return graphqlRequest(url, apiKeys[index % apiKeys.length], query, { input });
    },
    expected: '"userErrors":[]',
  };
}

/** @typedef {{url: string, apiKey: string, rows: number, firstId: number}} ItemsSpec `firstId` of the items */

const newItem = (n) => ({ sku: `WARE-${n}`, name: `Ware ${n}` });

/** New items, many in one list. @param {ItemsSpec} spec */
function itemsSave({ url, apiKey, rows, firstId }) {
  const query = 'mutation Items($input: ItemsSaveInput!) { itemsSave(input: $input) { userErrors { code message } } }';
  return {
    request(index) {
      const items = Array.from({ length: rows }, (_, row) => newItem(firstId + index * rows + row));
      return graphqlRequest(url, apiKey, query, { input: { rows: items } });
    },
    expected: '"userErrors":[]',
  };
}

/** New items, each with a mutation of its own. @param {ItemsSpec} spec */
function itemSaves({ url, apiKey, rows, firstId }) {
  const places = Array.from({ length: rows }, (_, row) => row);
  const variables = places.map((row) => `$sku${row}: String!, $name${row}: String`).join(', ');
  const fields = places.map((row) => `i${row}: itemSave(sku: $sku${row}, name: $name${row}) { userErrors { code } }`);
  const query = `mutation Items(${variables}) { ${fields.join(' ')} }`;
  return {
    request(index) {
      const items = places.map((row) => ({ row, ...newItem(firstId + index * rows + row) }));
      const values = items.flatMap(({ row, sku, name }) =>
        Object.entries({ [`sku${row}`]: sku, [`name${row}`]: name }),
      );
      return graphqlRequest(url, apiKey, query, Object.fromEntries(values));
    },
    expected: places.map((row) => `"i${row}":{"userErrors":[]}`).join(','),
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
