// How the gateway runs over time and under load: a lone message's wait, memory, starts.
import { once } from 'node:events';
import { compare } from '../lib/bench.mjs';
import { showMs } from '../lib/figures.mjs';
import { READY_LINE, gatewayEnvironment, startGateway } from '../lib/gateway.mjs';
import { jerryJob } from '../lib/jobs.mjs';
import { batchesSince, headOf } from '../lib/ledger.mjs';
import { inBench, inProduct } from '../lib/paths.mjs';
import { startServer } from '../lib/processes.mjs';
import { figureOf } from '../lib/statistics.mjs';

/** The p99 of a lone Jerry message while 8 connections send messages of 300 rows. */
export async function loneMessage(bench) {
  const database = await bench.smallDatabase();
  const gateway = await startGateway(await bench.server(), database);
  const batches = [];
  const details = [];
  const figures = await bench.byTurns(
    {
      lone: async () => {
        const before = await headOf(bench, database);
        const jobs = [
          jerryJob(bench, database, gateway, { rows: 1, connections: 1, most: 200, pauseMs: 20 }),
          jerryJob(bench, database, gateway, { rows: 300, connections: 8 }),
        ];
        const [lone, crowd] = await bench.loads(jobs, gateway);
        const batch = await batchesSince(bench, database, before);
        batches.push(batch.msABatch);
        details.push({ lone: lone.latencies, crowd: crowd.latencies, ...batch });
        return lone.latencies.p99;
      },
      'a message of 300 rows alone': async () => {
        const job = jerryJob(bench, database, gateway, { rows: 300, connections: 1 });
        return (await bench.load(job, gateway)).latencies.p50;
      },
    },
    showMs,
  );
  await gateway.stop();
  return [
    {
      title: 'p99 of a lone Jerry message while 8 connections send messages of 300 rows',
      unit: 'ms',
      figure: figures.lone,
      comparisons: [
        compare(figures.lone, "a batch's own time under that load", figureOf(batches), { atMost: 4 }),
        compare(figures.lone, 'a message of 300 rows alone, p50', figures['a message of 300 rows alone'], null),
      ],
      details: { runs: details },
    },
  ];
}

const SAMPLES = 20;
/** Of all messages, after how many the memory must not grow any more. */
const SETTLED_SHARE = 0.1;
/** What a heap differs by from one collection to the next. */
const SLACK_BYTES = 4 * 2 ** 20;

/** The memory of the gateway while it takes a million messages of one row. */
export async function memory(bench) {
  const database = await bench.smallDatabase();
  const gateway = await startGateway(await bench.server(), database, {
    nodeArgs: ['--expose-gc', '--require', inBench('lib/memory-probe.cjs')],
    ipc: true,
  });
  const step = bench.memoryMessages / SAMPLES;
  const samples = [];
  for (let sample = 1; sample <= SAMPLES; sample++) {
    const messages = { rows: 1, connections: 64, maxRequests: step, prepared: 0, warmUpMs: 0, durationMs: 600_000 };
    await bench.load(jerryJob(bench, database, gateway, messages), gateway);
    gateway.child.send('measure');
    const [held] = await once(gateway.child, 'message');
    samples.push({ messages: sample * step, ...held });
    if (sample % 2 === 0) bench.log(`  ${(sample * step).toLocaleString('en')} messages: ${showMiB(held)}`);
  }
  await gateway.stop();
  const settled = samples.filter(({ messages }) => messages > bench.memoryMessages * SETTLED_SHARE);
  const atFirst = samples.find(({ messages }) => messages >= bench.memoryMessages * SETTLED_SHARE);
  const heap = figureOf(settled.slice(-5).map(mibOfHeap));
  const first = figureOf([mibOfHeap(atFirst) + SLACK_BYTES / 2 ** 20]);
  const total = bench.memoryMessages.toLocaleString('en');
  return [
    {
      title: `memory held after ${total} messages`,
      unit: 'MiB',
      figure: heap,
      comparisons: [
        compare(heap, `after the first ${atFirst.messages.toLocaleString('en')}, and 4 MiB`, first, { atMost: 1 }),
      ],
      details: { samples },
      notes: [`resident: ${settled.map(({ rss }) => Math.round(rss / 2 ** 20)).join(', ')} MiB over the run.`],
    },
  ];
}

/** What is held by JavaScript: its heap and the buffers that hang on it. */
const mibOfHeap = ({ heapUsed, external }) => (heapUsed + external) / 2 ** 20;
const showMiB = (held) => `${mibOfHeap(held).toFixed(1)} MiB held, ${(held.rss / 2 ** 20).toFixed(0)} MiB resident`;

/** The time until the gateway is ready: on existing data, and by `npm start` with nothing to rebuild. */
export async function starts(bench) {
  await bench.smallDatabase();
  const server = await bench.server();
  const { dataDir, secretKey } = server;
  await bench.stopServer();
  const env = gatewayEnvironment({ dataDir, secretKey });
  const once = async (command, args) => {
    const gateway = await startServer({ command, args, env, cwd: inProduct('.'), ready: READY_LINE });
    await gateway.stop();
    return gateway.readyAfterMs / 1_000;
  };
  const npmStart = () => once('npm', ['start']);
  // The first start builds what has changed since the last one.
  await npmStart();
  const figures = await bench.byTurns(
    { serve: () => once(process.execPath, [inProduct('dist/src/cli/stockbridge.js'), 'serve']), 'npm start': npmStart },
    (seconds) => `${seconds.toFixed(2)} s`,
  );
  const limit = (seconds) => figureOf([seconds]);
  const line = (title, figure, seconds) => {
    return { title, unit: 's', figure, comparisons: [compare(figure, 'the limit', limit(seconds), { atMost: 1 })] };
  };
  return [
    line('`stockbridge serve` on existing data until ready', figures.serve, 3),
    line('`npm start` with nothing to rebuild until ready', figures['npm start'], 6),
  ];
}
