// What one tenant's load costs the others: 20 tenants ask and post calmly, alone and beside one that does all it can.
import { makeTenants, withDataSource } from '../lib/access.mjs';
import { compare } from '../lib/bench.mjs';
import { showMs } from '../lib/figures.mjs';
import { startGateway } from '../lib/gateway.mjs';
import { jerryBody } from '../lib/jerry.mjs';
import { jerryJob } from '../lib/jobs.mjs';
import { saveCatalogue } from '../lib/save-catalogue.mjs';
import { STOCK_PAGE } from './reads.mjs';

const NEIGHBOURS = 20;
/** Of each neighbour. */
const ITEMS = 60;
/** Each of them sends one request a second: half of them read, the others write. */
const PAUSE_MS = 1_000;
/** With fewer requests than this, a 99th percentile says nothing. */
const MEASURED_MS = 15_000;
const PUSH_BYTES = 8 * 2 ** 20;
const ATMOST = 3;

const COUNTS = `{ a: stock(filter: { changedAfterSequence: 0 }, first: 1) { totalCount }
  b: stockLevels(asOf: { sequence: 1 }, first: 1) { totalCount } }`;

/** The p99 of calm tenants beside one at full load, against theirs alone. The gateway has its published limits. */
export async function neighbours(bench) {
  const database = await bench.smallDatabase();
  const gateway = await startGateway(await bench.server(), database, { env: { GRAPHQL_COST_PER_SECOND: '' } });
  const calm = await tenants(bench, database, gateway);
  const loads = { alone: [], ...noises(bench, database, gateway) };
  const details = [];
  const measurements = Object.entries(loads).map(([name, noise]) => [
    name,
    async () => {
      const jobs = [...calmJobs(bench, gateway, calm), ...noise.map((job) => job())];
      const results = await bench.loads(jobs, gateway);
      details.push({
        name,
        runs: results.map(({ requests, failures, latencies }) => ({ requests, failures, latencies })),
      });
      return Math.max(...results.slice(0, 2).map(({ latencies }) => latencies.p99));
    },
  ]);
  const figures = await bench.byTurns(Object.fromEntries(measurements), showMs);
  await gateway.stop();
  return Object.keys(loads)
    .filter((name) => name !== 'alone')
    .map((name) => ({
      title: `p99 of ${NEIGHBOURS} tenants at one request a second beside one tenant's ${name}`,
      unit: 'ms',
      figure: figures[name],
      comparisons: [compare(figures[name], 'theirs alone', figures.alone, { atMost: ATMOST })],
      details: { runs: details.filter((run) => run.name === name) },
    }));
}

/** Makes the tenants, each with its items and a location. @returns {Promise<string[]>} an API key of each */
async function tenants(bench, database, gateway) {
  const { secretKey } = await bench.server();
  const codes = Array.from({ length: NEIGHBOURS }, (_, tenant) => `neighbour-${tenant}`);
  const made = await withDataSource(database.url, (dataSource) =>
    makeTenants(dataSource, secretKey, { codes, locations: 0 }),
  );
  for (const { apiKey } of made) await saveCatalogue(gateway, apiKey, { items: ITEMS, locations: 1 });
  return made.map(({ apiKey }) => apiKey);
}

function calmJobs(bench, { origin }, apiKeys) {
  const connections = NEIGHBOURS / 2;
  const maxRequests = Math.ceil(((bench.warmUpMs + MEASURED_MS) / PAUSE_MS + 1) * connections);
  const common = { origin, connections, maxRequests, pauseMs: PAUSE_MS, durationMs: MEASURED_MS };
  const url = `${origin}/graphql`;
  const variables = apiKeys.map(() => ({}));
  const counts = { rows: 1, items: ITEMS, locations: 1, firstId: bench.takeIds(maxRequests) };
  return [
    { ...common, kind: 'graphql', spec: { url, apiKeys, query: STOCK_PAGE, variables, expected: '"ledgerSequence"' } },
    { ...common, kind: 'stockSet', spec: { url, apiKeys, ...counts } },
  ];
}

/** What one tenant can send, as much as it can. Some of it is refused: that is what limits are for. */
function noises(bench, database, gateway) {
  const { origin } = gateway;
  const { apiKey } = database.access;
  const url = `${origin}/graphql`;
  const common = {
    origin,
    mayFail: true,
    durationMs: MEASURED_MS,
    prepared: 20,
    repeat: true,
    maxRequests: 10_000_000,
  };
  const asks = (query, connections) => () => ({
    ...{ ...common, connections, kind: 'graphql' },
    spec: { url, apiKeys: [apiKey], query, variables: [{}], expected: '"data"' },
  });
  const hostile = (body) => () => ({
    ...{ ...common, connections: 2, kind: 'posts' },
    spec: { url: `${origin}/webhooks/jerry/${database.access.jerry[0].token}`, body },
  });
  return {
    'stock pages': [asks(STOCK_PAGE, 16)],
    counts: [asks(COUNTS, 8)],
    'messages of 300 rows': [
      () => ({
        ...jerryJob(bench, database, gateway, { rows: 300, connections: 8, durationMs: MEASURED_MS }),
        mayFail: true,
      }),
    ],
    'hostile messages of 8 MiB': [
      hostile(
        `{"goods":${'['.repeat(20) + ']'.repeat(20)}${' '.repeat(100)},"x":[${'1,'.repeat(PUSH_BYTES / 2 - 200)}1]}`,
      ),
      hostile(faultyMessage(database.access.jerry[0])),
    ],
  };
}

/** Signed, and each row wrong in all its members. */
function faultyMessage(access) {
  const row = { stockChangeId: 'x'.repeat(700), upc: {}, changeQuantity: 'y'.repeat(700) };
  return jerryBody(
    access,
    Array.from({ length: 5_000 }, () => row),
  );
}
