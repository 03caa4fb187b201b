// The processes that a measurement consists of. Every one that was started is stopped again, by its own handle.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { inBench } from './paths.mjs';

/** @typedef {import('node:stream').Readable} Readable */

/** @type {Set<{stop: () => Promise<void>}>} */
const running = new Set();

/** Stops what is still running, the youngest first; `kept` stays. */
export async function stopEverything(kept = new Set()) {
  for (const it of [...running].reverse()) if (!kept.has(it)) await it.stop().catch(() => undefined);
}

/** What is running now. */
export const runningNow = () => new Set(running);

/** Remembers something that has to be stopped, whatever happens. */
export function track(stop) {
  const it = {
    stop: async () => {
      if (running.delete(it)) await stop();
    },
  };
  running.add(it);
  return it;
}

const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 20_000;

/**
 * @typedef {object} Server
 * @property {number} pid
 * @property {string} ready the part of its line that `ready` asked for: its origin
 * @property {number} readyAfterMs from its start
 * @property {import('node:child_process').ChildProcess} child
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a program and waits for the line that says that it is ready.
 *
 * @param {object} options
 * @param {string} options.command
 * @param {readonly string[]} options.args
 * @param {Readonly<Record<string, string>>} [options.env] beside the bench's own
 * @param {string} [options.cwd]
 * @param {RegExp} options.ready its first group is what is handed on
 * @param {boolean} [options.ipc]
 * @returns {Promise<Server>}
 */
export async function startServer({ command, args, env = {}, cwd, ready, ipc = false }) {
  const startedMs = performance.now();
  /** @type {import('node:child_process').StdioOptions} */
  const stdio = ipc ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'];
  const child = /** @type {import('node:child_process').ChildProcessByStdio<null, Readable, Readable>} */ (
    spawn(command, args, { cwd, env: { ...process.env, NODE_ENV: 'production', ...env }, stdio })
  );
  const exited = once(child, 'exit');
  const tracked = track(() => stopChild(child, exited));
  const errors = [];
  createInterface(child.stderr).on('line', (line) => {
    errors.push(line);
    if (errors.length > 50) errors.shift();
    if (process.env['BENCH_VERBOSE']) process.stderr.write(`  ${line}\n`);
  });
  const said = await new Promise((resolve, reject) => {
    const name = [command, ...args].join(' ');
    const timer = setTimeout(() => reject(new Error(`${name} did not get ready`)), START_WITHIN_MS);
    createInterface(child.stdout).on('line', (line) => {
      const found = ready.exec(line)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    });
    child.once('error', reject);
    void exited.then(() => {
      clearTimeout(timer);
      reject(new Error(`${name} ended before it was ready:\n${errors.join('\n')}`));
    });
  });
  return { pid: child.pid ?? 0, ready: said, readyAfterMs: performance.now() - startedMs, child, stop: tracked.stop };
}

async function stopChild(child, exited) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await exited;
  clearTimeout(timer);
}

/** A process that prepares a job when told what, does it when told to go, and reports. */
export class Worker {
  #child;
  #exited;
  #tracked;

  /** @param {string} file in the folder of the bench */
  constructor(file) {
    this.#child = fork(inBench(file), [], { serialization: 'advanced' });
    this.#exited = once(this.#child, 'exit');
    this.#tracked = track(() => stopChild(this.#child, this.#exited));
  }

  get pid() {
    return this.#child.pid;
  }

  async prepare(job) {
    this.#child.send({ type: 'prepare', job });
    await this.#message('ready');
  }

  async go() {
    this.#child.send({ type: 'go' });
    return (await this.#message('done')).result;
  }

  async stop() {
    await this.#tracked.stop();
  }

  async #message(type) {
    const ended = this.#exited.then(() => {
      throw new Error('A process of the bench ended before it was done');
    });
    const [message] = await Promise.race([once(this.#child, 'message'), ended]);
    if (message.type !== type) throw new Error(`Expected ${type} of a process of the bench, not ${message.type}`);
    return message;
  }
}

const TICKS_A_SECOND = 100;

/** CPU seconds that a process has used; undefined where the system has no /proc. */
export function cpuSecondsOf(pid) {
  try {
    return cpuSecondsIn(readFileSync(`/proc/${pid}/stat`, 'utf8'), 11, 12);
  } catch {
    return undefined;
  }
}

/** CPU seconds of a PostgreSQL server: of its processes that run now, and of those that have ended. */
export function cpuSecondsOfPostgres(postmasterPid) {
  try {
    const statOf = (pid) => readFileSync(`/proc/${pid}/stat`, 'utf8');
    let seconds = cpuSecondsIn(statOf(postmasterPid), 11, 12, 13, 14);
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const stat = statOf(pid);
        if (fieldsOf(stat)[1] === String(postmasterPid)) seconds += cpuSecondsIn(stat, 11, 12);
      } catch {
        // Ended while the list was gone through.
      }
    }
    return seconds;
  } catch {
    return undefined;
  }
}

/** The fields behind the program's name, which may hold anything; see proc_pid_stat(5). */
const fieldsOf = (stat) => stat.slice(stat.lastIndexOf(')') + 2).split(' ');

function cpuSecondsIn(stat, ...places) {
  const fields = fieldsOf(stat);
  return places.reduce((sum, place) => sum + Number(fields[place]), 0) / TICKS_A_SECOND;
}

/** Resident memory of a process in MiB; undefined where the system has no /proc. */
export function residentMiB(pid) {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return undefined;
  }
}
