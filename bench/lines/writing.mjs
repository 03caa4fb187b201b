// What is posted, by form and size: rows a second over 8 connections, against what the database could take.
import { compare } from '../lib/bench.mjs';
import { perSecond, shortOf, showRate, sizeName } from '../lib/figures.mjs';
import { startGateway } from '../lib/gateway.mjs';
import { jerryJob, stockAdjustJob, stockSetJob } from '../lib/jobs.mjs';
import { batchesSince, headOf } from '../lib/ledger.mjs';
import { leanLimit, rawLimit } from '../lib/limits.mjs';
import { figureOf } from '../lib/statistics.mjs';

const CONNECTIONS = 8;
/** Of the time of a run, where a message has few rows: these lines are many, and their requests too. */
const SHARE_OF_SMALL = 2 / 3;

const FORMS = {
  jerry: { name: 'Jerry messages', job: jerryJob },
  stockSet: { name: '`stockSet`', job: stockSetJob },
  stockAdjust: { name: '`stockAdjust`', job: stockAdjustJob },
};

/**
 * @typedef {object} Writing
 * @property {keyof typeof FORMS} form
 * @property {number} rows of a message or command
 * @property {import('../lib/bench.mjs').Comparison['target']} [lean] target against the lean limit
 * @property {import('../lib/bench.mjs').Comparison['target']} [raw] target against the raw limit
 * @property {'small' | 'large'} [size] of the database, where it is told
 */

/** @type {Readonly<Record<string, Writing>>} */
const WRITING = {
  'jerry-300': { form: 'jerry', rows: 300, lean: { atLeast: 0.6 }, raw: { atLeast: 0.6 }, size: 'small' },
  'jerry-50': { form: 'jerry', rows: 50, lean: { atLeast: 0.6 } },
  'jerry-1-of-8': { form: 'jerry', rows: 1, lean: { atLeast: 0.8 } },
  'stock-set': { form: 'stockSet', rows: 300, lean: { atLeast: 0.4 }, raw: { atLeast: 0.4 } },
  'stock-set-50': { form: 'stockSet', rows: 50, lean: { atLeast: 0.4 } },
  'stock-set-1': { form: 'stockSet', rows: 1, lean: { atLeast: 0.8 } },
  'stock-adjust-50': { form: 'stockAdjust', rows: 50, lean: { atLeast: 0.55 } },
  'stock-adjust-1': { form: 'stockAdjust', rows: 1, lean: { atLeast: 0.8 } },
  'jerry-300-large': { form: 'jerry', rows: 300, raw: null, size: 'large' },
};

/** A line of the bench for each. */
export const WRITING_LINES = Object.fromEntries(
  Object.entries(WRITING).map(([name, writing]) => [
    name,
    (bench) => bench.shortened(writing.rows < 300 ? SHARE_OF_SMALL : 1, () => writingLine(bench, writing)),
  ]),
);

/** @param {import('../lib/bench.mjs').Bench} bench @param {Writing} writing */
async function writingLine(bench, { form, rows, lean, raw, size }) {
  const database = await (size === 'large' ? bench.largeDatabase() : bench.smallDatabase());
  const gateway = await startGateway(await bench.server(), database);
  const job = (connections) => FORMS[form].job(bench, database, gateway, { rows, connections });
  /** @type {Record<'gateway' | 'raw' | 'lean', any[]>} */
  const runs = { gateway: [], raw: [], lean: [] };
  const limits = [
    ...(raw === undefined
      ? []
      : [{ name: 'raw limit', target: raw, measure: () => rawLimit(bench, database, form, rows, runs.raw) }]),
    ...(lean === undefined
      ? []
      : [{ name: 'lean limit', target: lean, measure: () => leanLimit(bench, rows, runs.lean) }]),
  ];
  const figures = await bench.byTurns(
    {
      ...Object.fromEntries(limits.map(({ name, measure }) => [name, measure])),
      gateway: async () => {
        const { rate, ...run } = await takeRows(bench, { database, gateway, form, rows }, job(CONNECTIONS));
        runs.gateway.push(run);
        return rate;
      },
    },
    showRate('rows/s'),
  );
  const latencies = await bench.latencies(gateway, job);
  await gateway.stop();
  return [
    {
      title: `${FORMS[form].name} of ${rows === 1 ? 'one row' : `${rows} rows`}, ${CONNECTIONS} connections`,
      ...(size && { size: sizeName(database) }),
      unit: 'rows/s',
      figure: figures.gateway,
      comparisons: limits.map(({ name, target }) => compare(figures.gateway, name, figures[name], target)),
      latencies,
      details: { runs: runs.gateway, rawRuns: runs.raw, leanRuns: runs.lean },
      notes: [walNote(runs)],
    },
  ];
}

async function takeRows(bench, { database, gateway, form, rows }, job) {
  const before = await headOf(bench, database);
  const result = await bench.load(job, gateway);
  return {
    rate: perSecond(result.requests * rows, result.elapsedMs),
    ...shortOf(result),
    walBytesARow: result.walBytesARequest / rows,
    ...(form === 'jerry' && rows === 300 ? await batchesSince(bench, database, before) : {}),
  };
}

function walNote(runs) {
  const names = { gateway: 'gateway', raw: 'raw limit', lean: 'lean limit' };
  const bytes = Object.entries(names)
    .filter(([kind]) => runs[kind].length > 0)
    .map(([kind, name]) => {
      const { median } = figureOf(runs[kind].map(({ walBytesARow }) => walBytesARow));
      return `${name} ${Math.round(median).toLocaleString('en')}`;
    });
  return `bytes of WAL a row: ${bytes.join(', ')}.`;
}
