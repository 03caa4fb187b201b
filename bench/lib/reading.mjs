// What the lines that read share: who is asked, which pages, and how they are compared.
import { isDeepStrictEqual } from 'node:util';
import { compare } from './bench.mjs';
import { perSecond, shortOf, showMs, showRate, sizeName } from './figures.mjs';
import { startGateway } from './gateway.mjs';
import { graphqlOnce } from './graphql.mjs';
import { readNode } from './read-node.mjs';
import { startYardstick } from './yardsticks.mjs';

const CONNECTIONS = 16;
/** Distinct pages or items that are asked for in turn. */
export const VARIATIONS = 100;
/** More than any server here answers; the requests are few and sent again and again. */
const MOST_REQUESTS_A_SECOND = 30_000;

/**
 * @typedef {object} Readers the gateway and what it is compared with, all on the Node for reads
 * @property {import('./database.mjs').Database} database
 * @property {any} gateway
 * @property {any} bare
 * @property {any} [postgraphile]
 */

/**
 * @param {import('./bench.mjs').Bench} bench
 * @param {import('./database.mjs').Database} database
 * @param {{postgraphile: boolean}} more
 * @returns {Promise<Readers>}
 */
async function startReaders(bench, database, { postgraphile }) {
  const node = await readNode();
  return {
    database,
    gateway: await startGateway(await bench.server(), database, { node }),
    bare: await startYardstick('bare-read', database, node),
    ...(postgraphile && { postgraphile: await startYardstick('postgraphile', database, node) }),
  };
}

/**
 * @typedef {object} Reading
 * @property {string} title
 * @property {string} unit
 * @property {(servers: Readers) => Promise<Record<string, any>>} jobsOf the gateway's job, and those of what it is compared with
 * @property {Readonly<Record<string, import('./bench.mjs').Comparison['target']>>} targets by what it is compared with
 * @property {boolean} [sized] whether the line tells the size of the database
 */

/**
 * @param {import('./bench.mjs').Bench} bench
 * @param {import('./database.mjs').Database} database
 * @param {Reading} reading
 */
export async function readLine(bench, database, { title, unit, jobsOf, targets, sized = false }) {
  const servers = await startReaders(bench, database, { postgraphile: 'PostGraphile' in targets });
  const jobs = await jobsOf(servers);
  const runs = [];
  const loadOf = ({ subject, ...job }, connections) =>
    /** @type {any} */ ({ connections, ...bounded(bench), ...job, origin: subject.origin });
  const measurements = Object.entries(jobs).map(([name, job]) => [
    name,
    async () => {
      const result = await bench.load(loadOf(job, CONNECTIONS), job.subject);
      runs.push({ name, ...shortOf(result) });
      return perSecond(result.requests, result.elapsedMs);
    },
  ]);
  const figures = await bench.byTurns(Object.fromEntries(measurements), showRate(unit));
  const latencies = await bench.latencies(servers.gateway, (connections) => loadOf(jobs.gateway, connections));
  await Promise.all([servers.gateway, servers.bare, servers.postgraphile].map((it) => it?.stop()));
  const comparisons = Object.entries(targets).map(([name, target]) =>
    compare(figures.gateway, name, figures[name], target),
  );
  const size = sized ? { size: sizeName(database) } : {};
  return {
    title: `${title}, ${CONNECTIONS} connections`,
    ...size,
    unit,
    figure: figures.gateway,
    comparisons,
    latencies,
    details: { runs },
  };
}

/** A gateway alone on a database. */
export async function aloneOn(bench, database) {
  return { database, gateway: await startGateway(await bench.server(), database, { node: await readNode() }) };
}

/** The mean time of a request when one is asked at a time. */
export function latenciesByTurns(bench, jobs) {
  const measurements = Object.entries(jobs).map(([name, { subject, ...job }]) => [
    name,
    async () => {
      const asked = { connections: 1, ...bounded(bench), ...job, origin: subject.origin };
      return (await bench.load(asked, subject)).latencies.mean;
    },
  ]);
  return bench.byTurns(Object.fromEntries(measurements), showMs);
}

function bounded({ warmUpMs, runMs }) {
  const maxRequests = Math.ceil((MOST_REQUESTS_A_SECOND * (warmUpMs + runMs)) / 1_000);
  return { maxRequests, prepared: VARIATIONS };
}

/**
 * What the gateway is asked, with one set of variables after the other.
 *
 * @param {any} gateway
 * @param {string} apiKey
 * @param {string} query
 * @param {readonly object[]} variables
 * @param {string} [expected] what every good answer has in it
 */
export function gatewayJob(gateway, apiKey, query, variables, expected = '"nodes":[{') {
  const spec = { url: `${gateway.origin}/graphql`, apiKeys: [apiKey], query, variables, expected };
  return { subject: gateway, kind: 'graphql', spec };
}

/** What the bare route is asked, by its paths. */
export function bareJob(bare, paths, expected = '"nodes":[{') {
  return { subject: bare, kind: 'get', spec: { urls: paths.map((path) => bare.origin + path), expected } };
}

export function postgraphileJob(subject, query, variables) {
  const spec = { url: `${subject.origin}/graphql`, query, variables, expected: '"nodes":[{' };
  return { subject, kind: 'graphql', spec };
}

/** Asks the gateway once and gives the field's value. */
export async function askGateway({ gateway, database }, query, variables) {
  const data = await graphqlOnce(`${gateway.origin}/graphql`, database.access.apiKey, query, variables);
  return Object.values(data)[0];
}

/**
 * @typedef {object} Place where a page begins
 * @property {string} [cursor] none at the begin of the list
 * @property {any} [beside] the node of the page before that is next to it
 */

/**
 * Goes through a list page by page and gives where each begins.
 *
 * @param {(cursor: string | undefined) => Promise<any>} page
 * @param {{backward?: boolean, from?: Place}} [way]
 * @returns {Promise<Place[]>}
 */
export async function placesOf(page, { backward = false, from = {} } = {}) {
  const places = [from];
  while (places.length < VARIATIONS) {
    const { nodes, pageInfo } = await page(places.at(-1)?.cursor);
    if (!(backward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage)) break;
    places.push(
      backward
        ? { cursor: pageInfo.startCursor, beside: nodes?.[0] }
        : { cursor: pageInfo.endCursor, beside: nodes?.at(-1) },
    );
  }
  return places;
}

/**
 * Fails where the gateway and the bare route do not answer with the same nodes. Ids are told in different forms.
 *
 * @param {readonly any[]} nodes the gateway's
 * @param {string} url of the bare route
 */
export async function expectSameNodes(nodes, url) {
  const { nodes: theirs } = /** @type {{nodes: readonly any[]}} */ (await (await fetch(url)).json());
  const [own, other] = [nodes, theirs].map((list) => list.map(withoutIds));
  const at = own.findIndex((node, index) => !isDeepStrictEqual(node, other[index]));
  if (at < 0 && own.length === other.length) return;
  const differ = [own, other].map((list) => JSON.stringify(list[Math.max(at, 0)])).join(' and ');
  throw new Error(`${url} has ${other.length} nodes, the gateway ${own.length}; first that differ: ${differ}`);
}

function withoutIds(value) {
  if (Array.isArray(value)) return value.map(withoutIds);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'id')
      .map(([name, inner]) => [name, withoutIds(inner)]),
  );
}

/** The UUID that an id of the API is, or holds. */
export function rawId(id) {
  const uuid = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/i;
  return (uuid.exec(id) ?? uuid.exec(Buffer.from(id, 'base64url').toString()))?.[0];
}

/** A path with a query of these values; what is undefined is left out. */
export function pathOf(path, values) {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}
