// Webhooks that come in: how many rows a second the gateway takes, against the raw limit and against other services.
import { compare } from '../lib/bench.mjs';
import { jerryAccesses, startGateway } from '../lib/gateway.mjs';
import { Worker } from '../lib/processes.mjs';
import { startYardstick } from '../lib/yardsticks.mjs';

const BATCH_ROWS = 300;
/** More than any server here answers, so that no run ends for want of messages. */
const MOST_ROWS_A_SECOND = 60_000;
const MOST_MESSAGES_A_SECOND = { gateway: 20_000, plain: 4_000, parse: 100_000 };
/** The route that keeps nothing gets the same messages again and again. */
const REPEATED_MESSAGES = 50_000;

export const perSecond = (count, ms) => (count * 1_000) / ms;
export const showRate = (unit) => (value) => `${Math.round(value).toLocaleString('en')} ${unit}`;

/** Jerry messages of 300 rows over 8 connections. */
export async function jerryBatches(bench) {
  return [await batchesOn(bench, await bench.smallDatabase(), { atLeast: 0.6 })];
}

/** The same on ten times the items and the ledger. */
export async function jerryBatchesGrown(bench) {
  return [await batchesOn(bench, await bench.largeDatabase(), null)];
}

async function batchesOn(bench, database, target) {
  const gateway = await startGateway(await bench.server(), database);
  const runs = [];
  const rawRuns = [];
  const figures = await bench.byTurns(
    {
      'raw limit': () => rawLimit(bench, database, 'jerry', BATCH_ROWS, rawRuns),
      gateway: async () => {
        const before = await headOf(bench, database);
        const result = await bench.load(
          jerryJob(bench, database, gateway, { rows: BATCH_ROWS, connections: 8 }),
          gateway,
        );
        runs.push({ ...shortOf(result), ...(await batchesSince(bench, database, before)) });
        return perSecond(result.requests * BATCH_ROWS, result.elapsedMs);
      },
    },
    showRate('rows/s'),
  );
  await gateway.stop();
  return {
    title: `Jerry messages of ${BATCH_ROWS} rows, 8 connections`,
    size: sizeName(database),
    unit: 'rows/s',
    figure: figures.gateway,
    comparisons: [compare(figures.gateway, 'raw limit', figures['raw limit'], target)],
    details: { runs, rawRuns },
  };
}

/** The most rows that a push may have. */
const PUSH_ROWS = 5_000;

/** Pushes of as many rows as one may have over 4 connections, and a lone message beside them. */
export async function jerryPushes(bench) {
  const database = await bench.smallDatabase();
  const gateway = await startGateway(await bench.server(), database);
  const runs = [];
  const lone = [];
  const rate = async (rows, connections) => {
    const result = await bench.load(jerryJob(bench, database, gateway, { rows, connections }), gateway);
    runs.push({ rows, ...shortOf(result) });
    return perSecond(result.requests * rows, result.elapsedMs);
  };
  const figures = await bench.byTurns(
    {
      'raw limit': () => rawLimit(bench, database, 'jerry', PUSH_ROWS),
      gateway: () => rate(PUSH_ROWS, 4),
      'messages of 300 rows': () => rate(BATCH_ROWS, 8),
      beside: async () => {
        const jobs = [
          jerryJob(bench, database, gateway, { rows: 1, connections: 1, most: 200, pauseMs: 20 }),
          jerryJob(bench, database, gateway, { rows: PUSH_ROWS, connections: 4 }),
        ];
        const [alone, crowd] = await bench.loads(jobs, gateway);
        lone.push(alone.latencies.p99 / crowd.latencies.p50);
        return alone.latencies.p99;
      },
    },
    (value) => `${Math.round(value).toLocaleString('en')}`,
  );
  await gateway.stop();
  return [
    {
      title: `Jerry messages of ${PUSH_ROWS.toLocaleString('en')} rows, 4 connections`,
      size: sizeName(database),
      unit: 'rows/s',
      figure: figures.gateway,
      comparisons: [
        compare(figures.gateway, 'raw limit', figures['raw limit'], null),
        compare(figures.gateway, 'messages of 300 rows', figures['messages of 300 rows'], null),
      ],
      details: { runs },
    },
    {
      title: `p99 of a lone Jerry message while 4 connections send messages of ${PUSH_ROWS.toLocaleString('en')} rows`,
      unit: 'ms',
      figure: figures.beside,
      comparisons: [],
      details: { shareOfAPush: lone },
    },
  ];
}

/** One row a message over 64 connections: distinct items, then one hot item. */
export async function jerrySingles(bench) {
  const server = await bench.server();
  const database = await bench.smallDatabase();
  const gateway = await startGateway(server, database);
  const plainDatabase = await bench.smallDatabaseFor('plain');
  const plain = await startYardstick('plain-service', plainDatabase);
  const parse = await startYardstick('parse-only', database);
  const runs = [];
  const messages = async (subject, on, most, options) => {
    const job = jerryJob(bench, on, subject, { rows: 1, connections: 64, most, ...options });
    const result = await bench.load(job, subject);
    runs.push({ ...shortOf(result), most });
    return perSecond(result.requests, result.elapsedMs);
  };
  const { gateway: mostOfGateway, plain: mostOfPlain, parse: mostOfParse } = MOST_MESSAGES_A_SECOND;
  const figures = await bench.byTurns(
    {
      gateway: () => messages(gateway, database, mostOfGateway),
      'gateway, one hot item': () => messages(gateway, database, mostOfGateway, { hot: true }),
      'plain service': () => messages(plain, plainDatabase, mostOfPlain),
      'parsing only': () => messages(parse, database, mostOfParse, { prepared: REPEATED_MESSAGES, repeat: true }),
      'raw, one row a transaction': () => rawLimit(bench, database, 'jerry', 1),
    },
    showRate('messages/s'),
  );
  await Promise.all([gateway, plain, parse].map((it) => it.stop()));
  const { gateway: distinct, 'gateway, one hot item': hot } = figures;
  const unit = 'messages/s';
  return [
    {
      title: 'Jerry messages of one row, 64 connections, distinct items',
      unit,
      figure: distinct,
      comparisons: [
        compare(distinct, 'plain service', figures['plain service'], { atLeast: 5 }),
        compare(distinct, 'route that only parses and checks', figures['parsing only'], { atLeast: 0.5 }),
        compare(distinct, 'raw, one row a transaction', figures['raw, one row a transaction'], null),
      ],
      details: { runs },
    },
    {
      title: 'Jerry messages of one row, 64 connections, one hot item',
      unit,
      figure: hot,
      comparisons: [compare(hot, 'distinct items', distinct, { atLeast: 0.8 })],
    },
  ];
}

/** `stockSet` of 300 rows over 8 connections, each count with an effect. */
export async function stockSets(bench) {
  const database = await bench.smallDatabase();
  const gateway = await startGateway(await bench.server(), database);
  const { items, locations } = database.size;
  const runs = [];
  const rawRuns = [];
  const figures = await bench.byTurns(
    {
      'raw limit': () => rawLimit(bench, database, 'stockSet', BATCH_ROWS, rawRuns),
      gateway: async () => {
        const maxRequests = Math.ceil((MOST_ROWS_A_SECOND / BATCH_ROWS) * ((bench.warmUpMs + bench.runMs) / 1_000));
        const spec = {
          ...{
            url: `${gateway.origin}/graphql`,
            apiKeys: [database.access.apiKey],
            rows: BATCH_ROWS,
            items,
            locations,
          },
          firstId: bench.takeIds(BATCH_ROWS * maxRequests),
        };
        const job = { kind: 'stockSet', origin: gateway.origin, connections: 8, maxRequests, spec };
        const result = await bench.load(job, gateway);
        runs.push(shortOf(result));
        return perSecond(result.requests * BATCH_ROWS, result.elapsedMs);
      },
    },
    showRate('rows/s'),
  );
  await gateway.stop();
  return [
    {
      title: `\`stockSet\` of ${BATCH_ROWS} rows, 8 connections`,
      unit: 'rows/s',
      figure: figures.gateway,
      comparisons: [compare(figures.gateway, 'raw limit', figures['raw limit'], { atLeast: 0.4 })],
      details: { runs, rawRuns },
    },
  ];
}

export const sizeName = ({ size }) =>
  `${size.items.toLocaleString('en')} items × ${size.locations}, ledger of ${size.entries.toLocaleString('en')}`;

/** The load of Jerry messages on a server, the gateway or one that stands in for it. */
/**
 * Messages of Jerry's form for a load.
 *
 * @param {any} bench
 * @param {any} database
 * @param {{origin: string}} subject
 * @param {{rows: number, connections: number, most?: number, hot?: boolean} & Record<string, any>} size
 */
export function jerryJob(bench, database, { origin }, { rows, connections, most, hot = false, ...more }) {
  const rate = most ?? Math.ceil(MOST_ROWS_A_SECOND / rows);
  const durationMs = more.durationMs ?? bench.runMs;
  const maxRequests = more.maxRequests ?? Math.ceil((rate * (bench.warmUpMs + durationMs)) / 1_000);
  const spec = {
    accesses: jerryAccesses(database, origin),
    ...{ rows, hot, items: database.size.items, firstId: bench.takeIds(rows * maxRequests) },
  };
  return { kind: 'jerry', origin, connections, maxRequests, spec, ...more };
}

/** Rows a second of the bare script; see `yardsticks/raw-write.mjs`. */
export async function rawLimit(bench, { url, size, access }, form, rows, runs = []) {
  const worker = new Worker('yardsticks/raw-write.mjs');
  try {
    await worker.prepare({
      ...{ url, form, rows, items: size.items, tenantId: access.tenantId, origins: access.jerry },
      ...{ firstId: bench.takeIds(100_000_000), warmUpMs: bench.warmUpMs, durationMs: bench.runMs },
    });
    const { result, cpuSeconds } = await bench.cpuSecondsDuring(worker.pid, () => worker.go());
    const perBatch = (seconds) => (seconds * 1_000) / result.written;
    runs.push({ cpuMsABatch: { script: perBatch(cpuSeconds.server), postgres: perBatch(cpuSeconds.postgres) } });
    return perSecond(result.rows, result.elapsedMs);
  } finally {
    await worker.stop();
  }
}

export const shortOf = ({ requests, elapsedMs, latencies, cpuMsARequest }) => {
  return { requests, elapsedMs, latencies, cpuMsARequest };
};

/** The sequence of the ledger's last movement. */
export async function headOf(bench, database) {
  const [row] = await query(
    bench,
    database,
    'SELECT sequence::float8 AS sequence FROM ledger_head WHERE tenant_id = $1',
  );
  return row.sequence;
}

/** What is posted beside a load of large messages is no batch of that load. */
const FEWEST_OF_A_BATCH = 100;

/** In how many transactions the large messages after a sequence were posted: the movements of one have one clock. */
export async function batchesSince(bench, database, sequence) {
  const [row] = await query(
    bench,
    database,
    `SELECT count(*)::int AS batches, sum(movements)::float8 AS movements,
       extract(epoch FROM max(recorded_at) - min(recorded_at))::float8 * 1000 AS ms
     FROM (SELECT recorded_at, count(*) AS movements FROM movement WHERE tenant_id = $1 AND sequence > $2
       GROUP BY recorded_at HAVING count(*) >= ${FEWEST_OF_A_BATCH}) batch`,
    sequence,
  );
  const { batches, movements, ms } = row;
  return { batches, movementsABatch: movements / batches, msABatch: ms / (batches - 1) };
}

async function query(bench, database, text, ...values) {
  const session = await (await bench.server()).connect(new URL(database.url).pathname.slice(1));
  try {
    return (await session.query(text, [database.access.tenantId, ...values])).rows;
  } finally {
    await session.end();
  }
}
