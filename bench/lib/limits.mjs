// The limits of writing, measured by scripts that have the database for themselves.
import { perSecond } from './figures.mjs';
import { Worker } from './processes.mjs';

/** Of the lean limit, whose script and plans are warm soon. */
const LEAN_WARM_UP_MS = 1_000;

/**
 * @typedef {object} LimitRun
 * @property {number} walBytesARow
 * @property {{script: number, postgres: number}} cpuMsABatch
 */

/**
 * Rows a second of the bare script; see `yardsticks/raw-write.mjs`.
 *
 * @param {import('./bench.mjs').Bench} bench
 * @param {import('./database.mjs').Database} database
 * @param {string} form that the script knows
 * @param {number} rows
 * @param {LimitRun[]} [runs] gets what the run cost
 */
export async function rawLimit(bench, { url, size, access }, form, rows, runs = []) {
  const { rate, ...cost } = await limitOf(bench, 'raw-write', {
    ...{ url, form, rows, items: size.items, tenantId: access.tenantId, origins: access.jerry },
    ...{ warmUpMs: bench.warmUpMs, durationMs: bench.runMs },
  });
  runs.push(cost);
  return rate;
}

/**
 * Rows a second of the leanest ledger; see `yardsticks/lean-write.mjs`.
 *
 * @param {import('./bench.mjs').Bench} bench
 * @param {number} rows
 * @param {LimitRun[]} [runs] gets what the run cost
 */
export async function leanLimit(bench, rows, runs = []) {
  const { url, balances } = await bench.leanDatabase();
  const warmUpMs = Math.min(bench.warmUpMs, LEAN_WARM_UP_MS);
  const { rate, ...cost } = await limitOf(bench, 'lean-write', {
    ...{ url, balances, rows, warmUpMs, durationMs: bench.runMs },
  });
  runs.push(cost);
  return rate;
}

async function limitOf(bench, script, job) {
  const worker = new Worker(`yardsticks/${script}.mjs`);
  try {
    await worker.prepare({ ...job, firstId: bench.takeIds(100_000_000) });
    const { result, cpuSeconds, walBytes } = await bench.costDuring(worker.pid, () => worker.go());
    const perBatch = (seconds) => (seconds * 1_000) / result.written;
    return {
      rate: perSecond(result.rows, result.elapsedMs),
      cpuMsABatch: { script: perBatch(cpuSeconds.server), postgres: perBatch(cpuSeconds.postgres) },
      walBytesARow: walBytes / (result.written * job.rows),
    };
  } finally {
    await worker.stop();
  }
}
