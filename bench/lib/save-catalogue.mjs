// Gives a tenant its items and locations through the gateway, as its owner would.
import { locationCodeOf, skuOf, upcOf } from './catalogue.mjs';
import { graphqlOnce } from './graphql.mjs';

/** The most that one mutation takes. */
const ROWS = 300;
const MUTATION = `mutation Catalogue($items: ItemsSaveInput!, $locations: LocationsSaveInput!) {
  itemsSave(input: $items) { userErrors { message } } locationsSave(input: $locations) { userErrors { message } }
}`;

/**
 * Saves items with their barcodes, and locations.
 *
 * @param {{origin: string}} gateway
 * @param {string} apiKey
 * @param {{items: number, locations: number}} size
 */
export async function saveCatalogue({ origin }, apiKey, { items, locations }) {
  const locationRows = Array.from({ length: locations }, (_, location) => ({ code: locationCodeOf(location) }));
  for (let first = 0; first < items; first += ROWS) {
    const rows = Array.from({ length: Math.min(ROWS, items - first) }, (_, row) => itemRow(first + row));
    const data = await graphqlOnce(`${origin}/graphql`, apiKey, MUTATION, {
      items: { rows },
      locations: { rows: locationRows },
    });
    const [error] = [...data.itemsSave.userErrors, ...data.locationsSave.userErrors];
    if (error) throw new Error(`The catalogue was not saved: ${error.message}`);
  }
}

const itemRow = (item) => ({
  sku: skuOf(item),
  name: `Item ${item}`,
  identifiers: [{ scheme: 'UPC', value: upcOf(item) }],
});
