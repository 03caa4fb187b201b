// What a frontend reads, against bare routes and PostGraphile, all on the same Node; and how reads grow with the ledger.
import { compare } from '../lib/bench.mjs';
import { itemOfRow, locationCodeOf, skuOf } from '../lib/catalogue.mjs';
import { startGateway } from '../lib/gateway.mjs';
import { graphqlOnce } from '../lib/graphql.mjs';
import { readNode } from '../lib/read-node.mjs';
import { startYardstick } from '../lib/yardsticks.mjs';
import { perSecond, shortOf, showRate, sizeName } from './ingestion.mjs';

const CONNECTIONS = 16;
/** Distinct pages or items that are asked for in turn. */
const VARIATIONS = 100;
/** More than any server here answers; the requests are few and sent again and again. */
const MOST_REQUESTS_A_SECOND = 30_000;

const STOCK_FIELDS = `onHand available updatedAt item { id sku specification name } location { id code name }`;
export const STOCK_PAGE = `query StockPage($after: String, $asOf: AsOf) {
  stock(first: 50, after: $after, asOf: $asOf) { nodes { ${STOCK_FIELDS} } pageInfo { hasNextPage endCursor } ledgerSequence }
}`;
const STOCK_ONE = `query StockOne($sku: String!, $location: String!) {
  stock(first: 1, filter: { skus: [$sku], locations: [$location] }) { nodes { ${STOCK_FIELDS} } ledgerSequence }
}`;
const LEDGER_PAGE = `query LedgerPage($sku: String!) {
  ledgerEntries(first: 100, filter: { skus: [$sku] }) {
    nodes { sequence leg delta quantityAfter recordedAt movement { reason reference occurredAt } }
    pageInfo { hasNextPage endCursor }
  }
}`;

const POSTGRAPHILE_ITEM = 'itemByTenantIdAndItemId { itemId sku specification name }';
const POSTGRAPHILE_LOCATION = 'locationByTenantIdAndLocationId { locationId code name }';
const POSTGRAPHILE_PAGE = `query StockPage($tenantId: UUID!, $after: Cursor) {
  allStockLevels(condition: { tenantId: $tenantId }, orderBy: [ITEM_ID_ASC, LOCATION_ID_ASC], first: 50, after: $after) {
    nodes { quantity updatedAt ${POSTGRAPHILE_ITEM} ${POSTGRAPHILE_LOCATION} } pageInfo { hasNextPage endCursor }
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

/** `stock`, 50 nodes with item and location. */
export async function stockPages(bench) {
  const title = '`stock`, 50 nodes with item and location, 16 connections';
  return [await readLine(bench, await bench.smallDatabase(), title, pageJobs, 'pages/s', [0.7, 1.8])];
}

/** The same on ten times the items and the ledger. */
export async function stockPagesGrown(bench) {
  const title = '`stock`, 50 nodes with item and location, 16 connections';
  return [await readLine(bench, await bench.largeDatabase(), title, pageJobs, 'pages/s', [])];
}

/** One stock by sku and location. */
export async function stockByName(bench) {
  const title = 'one stock by sku and location, 16 connections';
  return [await readLine(bench, await bench.smallDatabase(), title, oneJobs, 'requests/s', [0.5, 1.5])];
}

/** Targets are of the bare route's figure and of PostGraphile's. */
async function readLine(bench, database, title, jobsOf, unit, targets) {
  const servers = await readers(bench, database);
  const line = await compareReads(bench, servers, jobsOf, unit);
  await Promise.all([servers.gateway, servers.bare, servers.postgraphile].map((it) => it.stop()));
  const comparisons = line.comparisons.map((comparison, index) => ({
    ...comparison,
    target: targets[index] === undefined ? null : { atLeast: targets[index] },
  }));
  return { ...line, title, size: sizeName(database), comparisons };
}

/** The gateway and what it is compared with, all on the Node for reads. */
async function readers(bench, database) {
  const node = await readNode();
  return {
    database,
    gateway: await startGateway(await bench.server(), database, { node }),
    bare: await startYardstick('bare-read', database, node),
    postgraphile: await startYardstick('postgraphile', database, node),
  };
}

async function compareReads(bench, servers, jobsOf, unit) {
  const jobs = await jobsOf(servers);
  const runs = [];
  const measurements = Object.entries(jobs).map(([name, { subject, ...job }]) => [
    name,
    async () => {
      const result = await bench.load(
        { connections: CONNECTIONS, ...bounded(bench), ...job, origin: subject.origin },
        subject,
      );
      runs.push({ name, ...shortOf(result) });
      return perSecond(result.requests, result.elapsedMs);
    },
  ]);
  const figures = await bench.byTurns(Object.fromEntries(measurements), showRate(unit));
  const others = Object.keys(jobs).filter((name) => name !== 'gateway');
  const comparisons = others.map((name) => compare(figures.gateway, name, figures[name], null));
  return { unit, figure: figures.gateway, comparisons, details: { runs } };
}

function bounded({ warmUpMs, runMs }) {
  const maxRequests = Math.ceil((MOST_REQUESTS_A_SECOND * (warmUpMs + runMs)) / 1_000);
  return { maxRequests, prepared: VARIATIONS };
}

async function pageJobs({ database, gateway, bare, postgraphile }) {
  const { tenantId, apiKey } = database.access;
  const pages = await walk((after) => pageOf(gateway, apiKey, { after }));
  const theirs = await walk(async (after) => {
    const url = `${postgraphile.origin}/graphql`;
    return (await graphqlOnce(url, undefined, POSTGRAPHILE_PAGE, { tenantId, after })).allStockLevels;
  });
  const urls = [undefined, ...pages.map(({ nodes }) => nodes.at(-1))].map((last) => bare.origin + barePath(last));
  const variables = startsOf(theirs).map((after) => ({ tenantId, ...after }));
  return {
    gateway: { subject: gateway, ...gatewayJob(gateway, apiKey, STOCK_PAGE, startsOf(pages)) },
    'bare route': { subject: bare, kind: 'get', spec: { urls, expected: '"nodes":[{' } },
    PostGraphile: postgraphileJob(postgraphile, POSTGRAPHILE_PAGE, variables),
  };
}

function barePath(last) {
  if (last === undefined) return '/stock';
  const { item, location } = last;
  return `/stock?sku=${item.sku}&specification=${item.specification}&location=${location.code}`;
}

async function oneJobs({ database, gateway, bare, postgraphile }) {
  const { tenantId, apiKey } = database.access;
  const { items, locations } = database.size;
  const named = Array.from({ length: VARIATIONS }, (_, n) => ({
    sku: skuOf(itemOfRow(n, items)),
    location: locationCodeOf(n % locations),
  }));
  const urls = named.map(({ sku, location }) => `${bare.origin}/stock/one?sku=${sku}&location=${location}`);
  const idByCode = await locationIds(gateway, apiKey);
  const variables = named.map(({ sku, location }) => ({ tenantId, sku, locationId: idByCode.get(location) }));
  return {
    gateway: { subject: gateway, ...gatewayJob(gateway, apiKey, STOCK_ONE, named) },
    'bare route': { subject: bare, kind: 'get', spec: { urls, expected: '"nodes":[{' } },
    PostGraphile: postgraphileJob(postgraphile, POSTGRAPHILE_ONE, variables),
  };
}

function gatewayJob({ origin }, apiKey, query, variables) {
  const spec = { url: `${origin}/graphql`, apiKeys: [apiKey], query, variables, expected: '"nodes":[{' };
  return { kind: 'graphql', spec };
}

function postgraphileJob(subject, query, variables) {
  const spec = { url: `${subject.origin}/graphql`, query, variables, expected: '"nodes":[{' };
  return { subject, kind: 'graphql', spec };
}

/** Where each page begins, and the one behind the last. */
const startsOf = (pages) => [{}, ...pages.map(({ pageInfo }) => ({ after: pageInfo.endCursor }))];

async function pageOf({ origin }, apiKey, variables) {
  return (await graphqlOnce(`${origin}/graphql`, apiKey, STOCK_PAGE, variables)).stock;
}

/** Goes through a list from its begin, page by page. */
async function walk(page) {
  const pages = [];
  for (let after; pages.length < VARIATIONS - 1; after = pages.at(-1).pageInfo.endCursor) {
    pages.push(await page(after));
    if (!pages.at(-1).pageInfo.hasNextPage) break;
  }
  return pages;
}

async function locationIds({ origin }, apiKey) {
  const query = 'query Locations { locations(first: 100) { nodes { id code } } }';
  const { locations } = await graphqlOnce(`${origin}/graphql`, apiKey, query, {});
  return new Map(locations.nodes.map(({ id, code }) => [code, rawId(id)]));
}

/** The UUID that an id of the API is, or holds. */
function rawId(id) {
  const uuid = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/i;
  return (uuid.exec(id) ?? uuid.exec(Buffer.from(id, 'base64url').toString()))?.[0];
}

/** `ledgerEntries` of one item, page of 100, in the small ledger and in the large one. */
export async function ledgerEntries(bench) {
  const [small, large] = [
    await alone(bench, await bench.smallDatabase()),
    await alone(bench, await bench.largeDatabase()),
  ];
  const figures = await latenciesByTurns(bench, { small: ledgerJob(small), large: ledgerJob(large) });
  await Promise.all([small.gateway.stop(), large.gateway.stop()]);
  const title = `\`ledgerEntries\` of one item, page of 100, ${entriesOf(large)} entries`;
  const comparison = compare(figures.large, `ledger of ${entriesOf(small)}`, figures.small, { atMost: 1.5 });
  return [{ title, unit: 'ms', figure: figures.large, comparisons: [comparison] }];
}

/** `stock` as it was in the middle of the ledger, against the same pages as they are now. */
export async function stockAsOf(bench) {
  const reader = await alone(bench, await bench.largeDatabase());
  const asOf = { sequence: reader.database.size.entries / 2 };
  const figures = await latenciesByTurns(bench, {
    then: await asOfJob(reader, { asOf }),
    now: await asOfJob(reader, {}),
  });
  await reader.gateway.stop();
  const title = `\`stock\` asOf, 50 nodes, ${entriesOf(reader)} entries`;
  const comparison = compare(figures.then, 'the same pages now', figures.now, { atMost: 3 });
  return [{ title, unit: 'ms', figure: figures.then, comparisons: [comparison] }];
}

const entriesOf = ({ database }) => database.size.entries.toLocaleString('en');

async function alone(bench, database) {
  const gateway = await startGateway(await bench.server(), database, { node: await readNode() });
  return { database, gateway };
}

function ledgerJob({ database, gateway }) {
  const items = Array.from({ length: VARIATIONS }, (_, n) => ({ sku: skuOf(itemOfRow(n, database.size.items)) }));
  return { subject: gateway, ...gatewayJob(gateway, database.access.apiKey, LEDGER_PAGE, items) };
}

async function asOfJob({ database, gateway }, moment) {
  const { apiKey } = database.access;
  const pages = await walk((after) => pageOf(gateway, apiKey, { ...moment, after }));
  const variables = startsOf(pages).map((after) => ({ ...moment, ...after }));
  return { subject: gateway, ...gatewayJob(gateway, apiKey, STOCK_PAGE, variables) };
}

/** The mean time of a request when one is asked at a time. */
function latenciesByTurns(bench, jobs) {
  const measurements = Object.entries(jobs).map(([name, { subject, ...job }]) => [
    name,
    async () => {
      const asked = { connections: 1, ...bounded(bench), ...job, origin: subject.origin };
      return (await bench.load(asked, subject)).latencies.mean;
    },
  ]);
  return bench.byTurns(Object.fromEntries(measurements), (ms) => `${ms.toFixed(2)} ms`);
}
