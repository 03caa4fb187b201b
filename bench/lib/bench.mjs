// What the lines of the bench share: sizes, databases, measuring by turns.
import { rm } from 'node:fs/promises';
import { DatabaseServer } from './database.mjs';
import { makeLeanTables } from './lean-tables.mjs';
import { Worker, cpuSecondsOf, cpuSecondsOfPostgres } from './processes.mjs';
import { figureOf } from './statistics.mjs';

const FULL = {
  small: { items: 10_000, locations: 10, entries: 1_000_000 },
  large: { items: 100_000, locations: 10, entries: 10_000_000 },
  runs: 3,
  firstWarmUpMs: 12_000,
  laterWarmUpMs: 2_000,
  runMs: 6_000,
  memoryMessages: 1_000_000,
  importedLevels: 30_000,
};
const QUICK = {
  small: { items: 1_000, locations: 10, entries: 20_000 },
  large: { items: 5_000, locations: 10, entries: 200_000 },
  runs: 3,
  firstWarmUpMs: 2_000,
  laterWarmUpMs: 500,
  runMs: 1_500,
  memoryMessages: 40_000,
  importedLevels: 9_000,
};

/**
 * @typedef {object} Comparison
 * @property {string} yardstick
 * @property {import('./statistics.mjs').Figure} figure in the unit of the line
 * @property {number} ratio of the medians: the line's by the yardstick's
 * @property {{atLeast: number} | {atMost: number} | null} target of the ratio; null where it is only reported
 */

/**
 * @typedef {object} LatencyAt milliseconds
 * @property {number} connections
 * @property {number} count of answers
 * @property {number} p50
 * @property {number} p99
 */

/** The numbers of connections at which latencies are published. */
export const LATENCY_CONNECTIONS = [1, 8];
/** Of the time of a run. */
const LATENCY_SHARE = 0.5;

/**
 * @typedef {object} Line
 * @property {string} title
 * @property {string} [size] of the database, where there are lines of both
 * @property {string} unit
 * @property {import('./statistics.mjs').Figure} figure
 * @property {readonly Comparison[]} comparisons
 * @property {readonly LatencyAt[]} [latencies] of the gateway
 * @property {Readonly<Record<string, unknown>>} [details] for the JSON, and in short below the table
 */

export class Bench {
  #server;
  #databases = new Map();
  // Ids of messages go on where the last run of the bench can't have been.
  #nextId = Date.now() * 1_000;

  /** @param {{quick: boolean, dataDir: string, keep: boolean, log: (line: string) => void}} options */
  constructor(options) {
    this.options = options;
    this.log = options.log;
    const sizes = options.quick ? QUICK : FULL;
    this.small = sizes.small;
    this.large = sizes.large;
    this.memoryMessages = sizes.memoryMessages;
    this.importedLevels = sizes.importedLevels;
    this.runs = sizes.runs;
    this.runMs = sizes.runMs;
    this.firstWarmUpMs = sizes.firstWarmUpMs;
    this.laterWarmUpMs = sizes.laterWarmUpMs;
    this.warmUpMs = sizes.firstWarmUpMs;
  }

  /** The first of so many ids of messages that nobody else has. */
  takeIds(count) {
    const first = this.#nextId;
    this.#nextId += count;
    return first;
  }

  async server() {
    this.#server ??= await DatabaseServer.start(this.options.dataDir);
    return this.#server;
  }

  /** Lets go of the data folder; `server()` takes it up again. */
  async stopServer() {
    await this.#server?.stop();
    this.#server = undefined;
    this.#databases.clear();
  }

  /** The database that is written to: a copy of the small fill, under the name that a gateway on the folder opens. */
  smallDatabase() {
    return this.#once('stockbridge', async (server) =>
      server.copyOf(await this.#filled(server, 'small'), 'stockbridge'),
    );
  }

  /** Another copy, for a yardstick that cannot share the gateway's. */
  smallDatabaseFor(name) {
    return this.#once(name, async (server) => server.copyOf(await this.#filled(server, 'small'), name));
  }

  /** A copy that is only read, so that lists are as long as they were filled. */
  readDatabase() {
    return this.smallDatabaseFor('reads');
  }

  /** The tables of the lean limit, as large as the small database: a balance for each level, an entry for each entry. */
  leanDatabase() {
    return this.#once('lean', async (server) => {
      const { items, locations, entries } = this.small;
      const balances = items * locations;
      const url = await server.empty('lean');
      await makeLeanTables(await server.connect('lean'), { balances, entries });
      return { url, balances };
    });
  }

  largeDatabase() {
    return this.#once('large', (server) => this.#filled(server, 'large'));
  }

  #filled(server, size) {
    return server.filled(size, this[size], (line) => this.log(`  ${size}: ${line}`));
  }

  async #once(name, make) {
    const server = await this.server();
    if (!this.#databases.has(name)) {
      this.log(`  making the database ${name}`);
      this.#databases.set(name, make(server));
    }
    return this.#databases.get(name);
  }

  /**
   * Makes each of several measurements `runs` times, by turns, so that what else the machine does hits all alike. The
   * first time each warms up for longer: programs are compiled while they run.
   *
   * @param {Readonly<Record<string, () => Promise<number>>>} measurements
   * @param {(value: number) => string} show
   * @returns {Promise<Record<string, import('./statistics.mjs').Figure>>}
   */
  async byTurns(measurements, show) {
    /** @type {Record<string, number[]>} */
    const values = Object.fromEntries(Object.keys(measurements).map((name) => [name, []]));
    for (let run = 1; run <= this.runs; run++) {
      this.warmUpMs = run === 1 ? this.firstWarmUpMs : this.laterWarmUpMs;
      for (const [name, measure] of Object.entries(measurements)) {
        const value = await measure();
        values[name].push(value);
        this.log(`  run ${run}, ${name}: ${show(value)}`);
      }
    }
    return Object.fromEntries(Object.entries(values).map(([name, runs]) => [name, figureOf(runs)]));
  }

  /**
   * Sends a load and gives what came of it, with the CPU time that the server, PostgreSQL and the load itself took.
   * Throws where any answer was not a good one: a figure of failures is none.
   *
   * @param {Omit<import('./load-process.mjs').LoadJob, 'warmUpMs' | 'durationMs'>} job
   * @param {{pid: number}} subject
   */
  async load(job, subject) {
    return (await this.loads([job], subject))[0];
  }

  /**
   * Does some work with shorter runs and warm-ups, where less time says the same.
   *
   * @template Result
   * @param {number} share of the usual times
   * @param {() => Promise<Result>} work
   */
  async shortened(share, work) {
    const { firstWarmUpMs, laterWarmUpMs, runMs } = this;
    const shorter = [firstWarmUpMs, laterWarmUpMs, runMs].map((ms) => ms * share);
    [this.firstWarmUpMs, this.laterWarmUpMs, this.runMs] = shorter;
    try {
      return await work();
    } finally {
      Object.assign(this, { firstWarmUpMs, laterWarmUpMs, runMs });
    }
  }

  /**
   * Makes a line, or says why it could not be made: it costs its own figures only.
   *
   * @param {string} title
   * @param {() => Promise<object>} measure
   */
  async attempt(title, measure) {
    try {
      return await measure();
    } catch (error) {
      process.exitCode = 1;
      this.log(`  ${title} failed: ${error.stack}`);
      return { title, failure: String(error.message) };
    }
  }

  /**
   * How long the answers to a load take at each of the published numbers of connections, in one run each.
   *
   * @param {{pid: number}} subject
   * @param {(connections: number) => Parameters<Bench['load']>[0]} jobWith
   * @returns {Promise<LatencyAt[]>}
   */
  latencies(subject, jobWith) {
    return this.shortened(LATENCY_SHARE, async () => {
      this.warmUpMs = this.laterWarmUpMs;
      const found = [];
      for (const connections of LATENCY_CONNECTIONS) {
        const { count, p50, p99 } = (await this.load(jobWith(connections), subject)).latencies;
        this.log(`  ${connections} connections: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`);
        found.push({ connections, count, p50, p99 });
      }
      return found;
    });
  }

  /** Sends several loads at the same time, each from a process of its own. */
  async loads(jobs, subject) {
    const workers = jobs.map(() => new Worker('lib/load-process.mjs'));
    try {
      const prepare = (worker, job) => worker.prepare({ warmUpMs: this.warmUpMs, durationMs: this.runMs, ...job });
      await Promise.all(workers.map((worker, index) => prepare(worker, jobs[index])));
      const send = () => Promise.all(workers.map((worker) => worker.go()));
      const { result: results, ...cost } = await this.costDuring(subject.pid, send);
      for (const [index, { failures, firstFailure }] of results.entries()) {
        if (failures > 0 && !jobs[index].mayFail) throw new Error(`${failures} requests failed: ${firstFailure}`);
      }
      return results.map((result) => ({ ...result, ...costARequest(cost, result) }));
    } finally {
      await Promise.all(workers.map((worker) => worker.stop()));
    }
  }

  /**
   * CPU time that a process and PostgreSQL use during some work, not a number where the system doesn't tell, and the bytes
   * of WAL that all of the server writes.
   *
   * @template Result
   * @param {number} pid
   * @param {() => Promise<Result>} work
   */
  async costDuring(pid, work) {
    const server = await this.server();
    const postmaster = server.pid;
    const used = () => [cpuSecondsOf(pid), cpuSecondsOfPostgres(postmaster)];
    const walBefore = await server.walPosition();
    const before = used();
    const result = await work();
    const [process, postgres] = used().map((seconds, index) => (seconds ?? NaN) - (before[index] ?? NaN));
    const walBytes = (await server.walPosition()) - walBefore;
    return { result, cpuSeconds: { server: process, postgres }, walBytes };
  }

  async close() {
    await this.stopServer();
    if (!this.options.keep) await rm(this.options.dataDir, { recursive: true, force: true });
  }
}

function costARequest({ cpuSeconds, walBytes }, { cpuMs, answered }) {
  const ms = (seconds) => (seconds * 1_000) / answered;
  return {
    cpuMsARequest: { server: ms(cpuSeconds.server), postgres: ms(cpuSeconds.postgres), load: cpuMs / answered },
    walBytesARequest: walBytes / answered,
  };
}

/**
 * @param {import('./statistics.mjs').Figure} figure
 * @param {string} yardstick
 * @param {import('./statistics.mjs').Figure} other
 * @param {{atLeast: number} | {atMost: number} | null} target
 * @returns {Comparison}
 */
export function compare(figure, yardstick, other, target) {
  return { yardstick, figure: other, ratio: figure.median / other.median, target };
}

/** @param {Comparison} comparison */
export function isMet({ ratio, target }) {
  if (target === null) return true;
  return 'atLeast' in target ? ratio >= target.atLeast : ratio <= target.atMost;
}
