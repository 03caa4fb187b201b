// The formats that `npm run load` sends, to the demo tenant or whoever the access file is of.
import { itemOfRow, upcOf } from './catalogue.mjs';
import { graphqlOnce } from './graphql.mjs';
import { requestBytes } from './http-client.mjs';
import { JERRY_SUCCESS, jerryRequest, jerryTime, stockChange } from './jerry.mjs';
import { graphqlRequest, STOCK_SET } from './messages.mjs';

/** How the items of the load are called. */
const loadSkuOf = (item) => `LOAD-${String(item).padStart(6, '0')}`;

/**
 * @typedef {object} Load
 * @property {any} access what `DATA_DIR/demo.json` holds
 * @property {number} rows in a message
 * @property {number} items that the rows are spread over
 * @property {number} firstId ids count up from here; must not have been used before
 */

/** @type {Readonly<Record<string, (load: Load) => import('./messages.mjs').Source & {url: string}>>} */
export const FORMATS = { jerry, winit, increff, graphql };

function jerry({ access, rows, items, firstId }) {
  const account = access.connections.jerry;
  return {
    url: account.url,
    expected: JERRY_SUCCESS,
    request(index) {
      const time = jerryTime(new Date());
      const goods = rowsOf(index, rows, items, (item, n) => stockChange(firstId + n, upcOf(item), time));
      return jerryRequest(account, goods);
    },
  };
}

function winit({ access, rows, items, firstId }) {
  const { url, customerCode } = access.connections.winit;
  const target = new URL(url);
  return {
    url,
    expected: 'success',
    request(index) {
      const docDate = Date.now();
      const events = rowsOf(index, rows, items, (item, n) => ({
        ...{ customerCode, docDate, docType: 'INBOUND', operationType: 'SHELVES', inventoryType: 'USABLE', qty: 1 },
        ...{ merchandiseCode: loadSkuOf(item), merchandiseSerno: `S-${loadSkuOf(item)}`, merchandiseGrade: 'GOOD' },
        ...{ orderNo: `LOAD${firstId + n}`, serviceType: '2C', specification: '', uuid: `load-${firstId + n}` },
        warehouseCode: LOCATIONS.winit,
      }));
      return requestBytes('POST', target, JSON_TYPE, JSON.stringify(events));
    },
  };
}

function increff({ access, rows, items, firstId }) {
  const { endpoint, authUsername, authPassword } = access.connections.increff;
  const target = new URL(endpoint);
  return {
    url: endpoint,
    expected: '"failureProducts":[]',
    request(index) {
      const products = rowsOf(index, rows, items, (item, n) => ({
        ...{ channelSkuCode: loadSkuOf(item), quantity: quantityOf(firstId + n) },
      }));
      const body = JSON.stringify({ locationCode: LOCATIONS.increff, products });
      return requestBytes('PUT', target, { ...JSON_TYPE, authUsername, authPassword }, body);
    },
  };
}

function graphql({ access, rows, items, firstId }) {
  return {
    url: access.graphql,
    expected: '"userErrors":[]',
    request(index) {
      const counts = rowsOf(index, rows, items, (item, n) => ({
        ...{
          sku: loadSkuOf(item),
          location: LOCATIONS.graphql,
          quantity: quantityOf(firstId + n),
          changeFromQuantity: null,
        },
      }));
      const input = { idempotencyKey: `load-${firstId + index}`, rows: counts };
      return graphqlRequest(access.graphql, access.apiKey, STOCK_SET, { input });
    },
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** One for each format: what one knows as its own channel or lot would be too fine for another to count. */
const LOCATIONS = { winit: 'LOAD-WINIT', increff: 'LOAD-INCREFF', graphql: 'LOAD-GRAPHQL' };

/** Another one each time, so that each count has an effect. */
const quantityOf = (n) => 1_000 + (n % 977);

function rowsOf(index, rows, items, make) {
  const first = index * rows;
  return Array.from({ length: rows }, (_, row) => make(itemOfRow(first + row, items), first + row));
}

const SETTING_UP = 16;

/**
 * Makes the items and locations that the messages name, where they aren't there yet.
 *
 * @param {any} access
 * @param {number} items
 */
export async function prepareCatalogue({ graphql: url, apiKey }, items) {
  const saveLocation = 'mutation Location($code: String!) { locationSave(code: $code) { userErrors { message } } }';
  const saveItem = `mutation Item($sku: String!, $identifiers: [ItemIdentifierInput!]) {
    itemSave(sku: $sku, identifiers: $identifiers) { userErrors { message } }
  }`;
  for (const code of Object.values(LOCATIONS)) await graphqlOnce(url, apiKey, saveLocation, { code });
  let next = 0;
  const worker = async () => {
    for (let item = next++; item < items; item = next++) {
      const identifiers = [{ scheme: 'UPC', value: upcOf(item) }];
      await graphqlOnce(url, apiKey, saveItem, { sku: loadSkuOf(item), identifiers });
    }
  };
  await Promise.all(Array.from({ length: SETTING_UP }, worker));
}
