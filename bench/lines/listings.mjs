// The other lists that people ask for, each against a bare route with one prepared statement.
import { itemOfRow, locationCodeOf, skuOf } from '../lib/catalogue.mjs';
import {
  VARIATIONS,
  askGateway,
  bareJob,
  expectSameNodes,
  gatewayJob,
  pathOf,
  placesOf,
  rawId,
  readLine,
} from '../lib/reading.mjs';
import { STOCK_FIELDS, lastStock } from './reads.mjs';

const TARGETS = { 'bare route': { atLeast: 0.7 } };
/** Of the time of a run: there are many of these lines. */
const SHARE = 0.5;
const LOCATION = locationCodeOf(3);
/** The reason of every 20th movement after the openings, see `lib/fill.mjs`. */
const REASON = 'ADJUSTMENT';

/**
 * @typedef {object} Asked one of the requests of a list
 * @property {object} variables
 * @property {string} path of the bare route
 */

/**
 * @typedef {object} Listing
 * @property {string} title
 * @property {string} query
 * @property {(servers: import('../lib/reading.mjs').Readers, page: (variables: object) => Promise<any>) => Promise<Asked[]> | Asked[]} asked
 * @property {string} [expected] what every good answer has in it, where that is no node
 */

const forward = (given, pathOfPlace) => async (_servers, page) =>
  (await placesOf((after) => page({ ...given, after }))).map(({ cursor, beside }) => ({
    variables: { ...given, after: cursor },
    path: pathOfPlace(beside),
  }));

/** @type {Readonly<Record<string, Listing>>} */
const LISTINGS = {
  'stock-skus': {
    title: '`stock` of 30 skus at all ten locations, 200 nodes',
    query: `query StockOf($skus: [String!]!) { stock(first: 200, filter: { skus: $skus }) {
      nodes { ${STOCK_FIELDS} } pageInfo { hasNextPage endCursor } ledgerSequence
    } }`,
    asked: ({ database }) =>
      Array.from({ length: VARIATIONS }, (_, n) => {
        const skus = Array.from({ length: 30 }, (_, at) => skuOf(itemOfRow(n * 30 + at, database.size.items)));
        return { variables: { skus }, path: pathOf('/stock/of', { skus: skus.join(',') }) };
      }),
  },
  'stock-last': {
    title: '`stock`, the last 50 nodes and the pages before them',
    query: `query StockBack($before: String) { stock(last: 50, before: $before) {
      nodes { ${STOCK_FIELDS} } pageInfo { hasPreviousPage startCursor } ledgerSequence
    } }`,
    asked: async (_servers, page) =>
      (await placesOf((before) => page({ before }), { backward: true })).map(({ cursor, beside }) => ({
        variables: { before: cursor },
        path: pathOf('/stock/back', { ...lastStock(beside) }),
      })),
  },
  'stock-middle': {
    title: '`stock`, pages of 50 from the middle of the list on',
    query: `query StockOn($after: String) { stock(first: 50, after: $after) {
      nodes { ${STOCK_FIELDS} } pageInfo { hasNextPage endCursor } ledgerSequence
    } }`,
    asked: fromTheMiddle,
  },
  'page-info': {
    title: '`stock`, only the `pageInfo` of pages of 50',
    query: `query PageInfo($after: String) { stock(first: 50, after: $after) {
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    } }`,
    expected: '"endCursor":"',
    asked: async (servers) => {
      const nodes = `query Nodes($after: String) { stock(first: 50, after: $after) {
        nodes { item { sku specification } location { code } } pageInfo { hasNextPage endCursor }
      } }`;
      const walk = forward({}, (last) => pathOf('/stock/page-info', { ...lastStock(last) }));
      return walk(servers, (variables) => askGateway(servers, nodes, variables));
    },
  },
  'levels-at': {
    title: '`stockLevels`, 50 nodes of one location of ten',
    query: `query LevelsAt($location: String!, $after: String) {
      stockLevels(first: 50, after: $after, filter: { locations: [$location] }) {
        nodes { id bucket condition quantity version updatedAt item { id sku specification name } location { id code name } }
        pageInfo { hasNextPage endCursor } ledgerSequence
      }
    }`,
    asked: forward({ location: LOCATION }, (last) =>
      pathOf('/levels/at', { at: LOCATION, ...lastStock(last), level: last && rawId(last.id) }),
    ),
  },
  'entries-at': {
    title: '`ledgerEntries`, 50 nodes of one location of ten',
    query: `query EntriesAt($location: String!, $after: String) {
      ledgerEntries(first: 50, after: $after, filter: { locations: [$location] }) {
        nodes { sequence leg delta quantityAfter recordedAt movement { reason reference occurredAt } }
        pageInfo { hasNextPage endCursor }
      }
    }`,
    asked: forward({ location: LOCATION }, (last) =>
      pathOf('/entries/at', { at: LOCATION, sequence: last?.sequence, leg: last?.leg }),
    ),
  },
  'movements-of': {
    title: '`movements`, 50 nodes of a reason that one of twenty has',
    query: `query MovementsOf($reason: MovementReason!, $afterSequence: Quantity!) {
      movements(first: 50, filter: { reasons: [$reason], afterSequence: $afterSequence }) {
        nodes { sequence reason reference externalId occurredAt recordedAt } pageInfo { hasNextPage endCursor }
      }
    }`,
    asked: ({ database: { size } }) => {
      const openings = size.items * size.locations;
      const step = Math.floor((size.entries - openings - 1_000) / VARIATIONS);
      return Array.from({ length: VARIATIONS }, (_, n) => {
        const afterSequence = openings + n * step;
        const path = pathOf('/movements/of', { reason: REASON, after: afterSequence });
        return { variables: { reason: REASON, afterSequence }, path };
      });
    },
  },
  'items-stock': {
    title: '`items`, 50 nodes with the stock of each at ten locations',
    query: `query ItemsWithStock($after: String) { items(first: 50, after: $after) {
      nodes { id sku specification name stock { onHand available updatedAt location { id code name } } }
      pageInfo { hasNextPage endCursor }
    } }`,
    asked: forward({}, (last) => pathOf('/items', { sku: last?.sku, specification: last?.specification })),
  },
};

/** A line of the bench for each. */
export const LISTING_LINES = Object.fromEntries(
  Object.entries(LISTINGS).map(([name, { title, ...listing }]) => [
    name,
    async (bench) => {
      const reading = { title, unit: 'pages/s', jobsOf: (servers) => listingJobs(servers, listing), targets: TARGETS };
      const database = await bench.readDatabase();
      return [await bench.shortened(SHARE, () => readLine(bench, database, reading))];
    },
  ]),
);

/** @param {import('../lib/reading.mjs').Readers} servers @param {Omit<Listing, 'title'>} listing */
async function listingJobs(servers, { query, asked, expected }) {
  const { database, gateway, bare } = servers;
  const page = (variables) => askGateway(servers, query, variables);
  const all = await asked(servers, page);
  for (const { variables, path } of [all[0], all[Math.floor(all.length / 2)]]) {
    const { nodes } = await page(variables);
    if (nodes) await expectSameNodes(nodes, bare.origin + path);
  }
  const variables = all.map((one) => one.variables);
  const paths = all.map(({ path }) => path);
  return {
    gateway: gatewayJob(gateway, database.access.apiKey, query, variables, expected),
    'bare route': bareJob(bare, paths, expected),
  };
}

const LARGE_PAGE = 200;

/** Goes half through the list in large pages. A cursor is good for pages of any size. */
async function fromTheMiddle(servers, page) {
  const { items, locations } = servers.database.size;
  const skip = `query Skip($after: String) { stock(first: ${LARGE_PAGE}, after: $after) { pageInfo { endCursor } } }`;
  let cursor;
  for (let left = Math.floor((items * locations) / 2 / LARGE_PAGE); left > 0; left--) {
    cursor = (await askGateway(servers, skip, { after: cursor })).pageInfo.endCursor;
  }
  const { nodes, pageInfo } = await page({ after: cursor });
  const from = { cursor: pageInfo.endCursor, beside: nodes.at(-1) };
  return (await placesOf((after) => page({ after }), { from })).map((place) => ({
    variables: { after: place.cursor },
    path: pathOf('/stock', { ...lastStock(place.beside) }),
  }));
}
