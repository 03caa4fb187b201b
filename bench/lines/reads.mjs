// The stock that a frontend shows first, against a bare route and PostGraphile, all on the same Node.
import { itemOfRow, locationCodeOf, skuOf } from '../lib/catalogue.mjs';
import { graphqlOnce } from '../lib/graphql.mjs';
import {
  VARIATIONS,
  askGateway,
  bareJob,
  expectSameNodes,
  gatewayJob,
  pathOf,
  placesOf,
  postgraphileJob,
  rawId,
  readLine,
} from '../lib/reading.mjs';

export const STOCK_FIELDS = `onHand available updatedAt item { id sku specification name } location { id code name }`;
export const STOCK_PAGE = `query StockPage($after: String, $asOf: AsOf) {
  stock(first: 50, after: $after, asOf: $asOf) { nodes { ${STOCK_FIELDS} } pageInfo { hasNextPage endCursor } ledgerSequence }
}`;
const STOCK_ONE = `query StockOne($sku: String!, $location: String!) {
  stock(first: 1, filter: { skus: [$sku], locations: [$location] }) { nodes { ${STOCK_FIELDS} } ledgerSequence }
}`;
const STOCK_AT = `query StockAt($location: String!, $after: String) {
  stock(first: 50, after: $after, filter: { locations: [$location] }) {
    nodes { ${STOCK_FIELDS} } pageInfo { hasNextPage endCursor } ledgerSequence
  }
}`;

const POSTGRAPHILE_ITEM = 'itemByTenantIdAndItemId { itemId sku specification name }';
const POSTGRAPHILE_LOCATION = 'locationByTenantIdAndLocationId { locationId code name }';
const POSTGRAPHILE_NODES = `nodes { quantity updatedAt ${POSTGRAPHILE_ITEM} ${POSTGRAPHILE_LOCATION} } pageInfo { hasNextPage endCursor }`;
const POSTGRAPHILE_PAGE = `query StockPage($tenantId: UUID!, $after: Cursor) {
  allStockLevels(condition: { tenantId: $tenantId }, orderBy: [ITEM_ID_ASC, LOCATION_ID_ASC], first: 50, after: $after) {
    ${POSTGRAPHILE_NODES}
  }
}`;
const POSTGRAPHILE_AT = `query StockAt($tenantId: UUID!, $locationId: UUID!, $after: Cursor) {
  allStockLevels(
    condition: { tenantId: $tenantId, locationId: $locationId }, orderBy: [ITEM_ID_ASC], first: 50, after: $after
  ) {
    ${POSTGRAPHILE_NODES}
  }
}`;
const POSTGRAPHILE_ONE = `query StockOne($tenantId: UUID!, $sku: String!, $locationId: UUID!) {
  allItems(condition: { tenantId: $tenantId, sku: $sku, specification: "" }, first: 1) {
    nodes {
      itemId sku specification name
      stockLevelsByTenantIdAndItemId(condition: { locationId: $locationId }) {
        nodes { quantity updatedAt ${POSTGRAPHILE_LOCATION} }
      }
    }
  }
}`;

const PAGES = {
  ...{ title: '`stock`, 50 nodes with item and location', unit: 'pages/s', sized: true },
  jobsOf: (servers) => pageJobs(servers, { query: STOCK_PAGE, theirs: POSTGRAPHILE_PAGE, path: '/stock' }),
};

/** `stock`, 50 nodes with item and location. */
export async function stockPages(bench) {
  const targets = { 'bare route': { atLeast: 0.7 }, PostGraphile: { atLeast: 1.8 } };
  return [await readLine(bench, await bench.smallDatabase(), { ...PAGES, targets })];
}

/** The same on ten times the items and the ledger. */
export async function stockPagesGrown(bench) {
  const targets = { 'bare route': null, PostGraphile: null };
  return [await readLine(bench, await bench.largeDatabase(), { ...PAGES, targets })];
}

/** The same of one location. */
export async function stockAtLocation(bench) {
  const reading = {
    ...{ title: '`stock`, 50 nodes of one location of ten', unit: 'pages/s' },
    jobsOf: (servers) =>
      pageJobs(servers, { query: STOCK_AT, theirs: POSTGRAPHILE_AT, path: '/stock/at', location: locationCodeOf(3) }),
    targets: { 'bare route': { atLeast: 0.8 }, PostGraphile: { atLeast: 2 } },
  };
  const database = await bench.readDatabase();
  return [await bench.shortened(0.5, () => readLine(bench, database, reading))];
}

/** One stock by sku and location. */
export async function stockByName(bench) {
  const reading = {
    ...{ title: 'one stock by sku and location', unit: 'requests/s', sized: true, jobsOf: oneJobs },
    targets: { 'bare route': { atLeast: 0.5 }, PostGraphile: { atLeast: 1.5 } },
  };
  return [await readLine(bench, await bench.smallDatabase(), reading)];
}

/** @param {import('../lib/reading.mjs').Readers} servers @param {{query: string, theirs: string, path: string, location?: string}} list */
async function pageJobs(servers, { query, theirs, path, location }) {
  const { database, gateway, bare, postgraphile } = servers;
  const { tenantId, apiKey } = database.access;
  const page = (after) => askGateway(servers, query, { location, after });
  const places = await placesOf(page);
  const paths = places.map(({ beside }) => pathOf(path, { at: location, ...lastStock(beside) }));
  for (const [index, { cursor }] of places.slice(0, 2).entries()) {
    await expectSameNodes((await page(cursor)).nodes, bare.origin + paths[index]);
  }
  const locationId = location && (await locationIds(servers)).get(location);
  const condition = { tenantId, locationId };
  const theirPlaces = await placesOf(async (after) => {
    const url = `${postgraphile.origin}/graphql`;
    return (await graphqlOnce(url, undefined, theirs, { ...condition, after })).allStockLevels;
  });
  const starts = (list, more) => list.map(({ cursor }) => ({ ...more, after: cursor }));
  return {
    gateway: gatewayJob(gateway, apiKey, query, starts(places, { location })),
    'bare route': bareJob(bare, paths),
    PostGraphile: postgraphileJob(postgraphile, theirs, starts(theirPlaces, condition)),
  };
}

/** How a bare route is told behind which stock a page begins. */
export const lastStock = (last) =>
  last && { sku: last.item.sku, specification: last.item.specification, location: last.location.code };

async function oneJobs(servers) {
  const { database, gateway, bare, postgraphile } = servers;
  const { tenantId, apiKey } = database.access;
  const { items, locations } = database.size;
  const named = Array.from({ length: VARIATIONS }, (_, n) => ({
    sku: skuOf(itemOfRow(n, items)),
    location: locationCodeOf(n % locations),
  }));
  const idByCode = await locationIds(servers);
  const variables = named.map(({ sku, location }) => ({ tenantId, sku, locationId: idByCode.get(location) }));
  const paths = named.map((names) => pathOf('/stock/one', names));
  return {
    gateway: gatewayJob(gateway, apiKey, STOCK_ONE, named),
    'bare route': bareJob(bare, paths),
    PostGraphile: postgraphileJob(postgraphile, POSTGRAPHILE_ONE, variables),
  };
}

async function locationIds(servers) {
  const query = 'query Locations { locations(first: 100) { nodes { id code } } }';
  const { nodes } = await askGateway(servers, query, {});
  return new Map(nodes.map(({ id, code }) => [code, rawId(id)]));
}
