// Jerry messages as large as they may be, and as small: how much of them the gateway takes.
import { compare } from '../lib/bench.mjs';
import { perSecond, shortOf, showRate, sizeName } from '../lib/figures.mjs';
import { startGateway } from '../lib/gateway.mjs';
import { jerryJob } from '../lib/jobs.mjs';
import { rawLimit } from '../lib/limits.mjs';
import { startYardstick } from '../lib/yardsticks.mjs';

const BATCH_ROWS = 300;
/** More than any server here answers, so that no run ends for want of messages. */
const MOST_MESSAGES_A_SECOND = { gateway: 20_000, plain: 4_000, parse: 100_000 };
/** The route that keeps nothing gets the same messages again and again. */
const REPEATED_MESSAGES = 50_000;

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
