import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Binaries } from './binaries';
import { EmbeddedPostgresError, lineOf, whatToFix } from './errors';
import { readIfThere } from './files';
import { endProcess, isPostmasterOf } from './processes';
import type { ServerLog } from './server-log';
import { type ServerUser, onData } from './server-user';
import { serverSettings } from './settings';
import { watch } from './watchdog';

/** What is needed to start a server process. */
export interface ServerSetup {
  readonly clusterFolder: string;
  readonly binaries: Binaries;
  readonly user: ServerUser | undefined;
  readonly serverLog: ServerLog;
}

/** A running server process. */
export interface Postmaster {
  readonly port: number;
  /** Resolves to the exit code or signal when the process has ended. */
  readonly ended: Promise<string>;
  /** Stops the process, and kills it if it does not stop in time. */
  stop(): Promise<void>;
}

/** A server process ended before it was ready. Another port or a later start may succeed. */
export class PostmasterNotReady extends Error {
  constructor(
    readonly obstacle: 'PORT_TAKEN' | 'FOLDER_IN_USE' | 'OTHER',
    readonly reason: string,
  ) {
    super(reason);
  }
}

/** A fast shutdown with a checkpoint, then an immediate one, which loses no commits, then a kill. */
const STOP_STEPS = [
  ['SIGINT', 8_000],
  ['SIGQUIT', 3_000],
  ['SIGKILL', 2_000],
] as const;

const POLL_MS = 15;

/** Recovery replays up to max_wal_size after a crash, which is slow on a slow disk. */
const READY_WITHIN_MS = 300_000;

/**
 * Starts a server process and waits until it accepts connections. The process has its own group, so that Ctrl-C in the
 * terminal reaches only the gateway, which stops the server after draining.
 * @throws PostmasterNotReady when it ended, or the signal stopped it, before it was ready.
 */
export async function startPostmaster(setup: ServerSetup, port: number, signal: AbortSignal): Promise<Postmaster> {
  const logStart = await setup.serverLog.sizeBytes();
  const { child, ended } = await spawnServer(setup, port);
  const postmaster = { port, ended, stop: () => stopChild(child, ended) };
  const state = { over: false };
  void ended.then(() => (state.over = true));
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await isReady(setup.clusterFolder, child.pid))) {
    if (state.over) throw notReady(await setup.serverLog.readFrom(logStart), await ended);
    if (signal.aborted || Date.now() > deadline) {
      await postmaster.stop();
      throw new PostmasterNotReady('OTHER', signal.aborted ? 'it was stopped' : 'it was not ready within 5 minutes');
    }
    await delay(POLL_MS);
  }
  return postmaster;
}

/**
 * Stops the server that a killed gateway left running, and removes the file that would prevent a new start. Only the holder
 * of the folder lock may do this.
 */
export async function endLeftOver(clusterFolder: string, log: (line: string) => void): Promise<void> {
  const pid = (await readPidFile(clusterFolder))?.pid;
  if (pid === undefined) return;
  if (await isPostmasterOf(pid, clusterFolder)) {
    log(`stopping the PostgreSQL (pid ${pid}) that an earlier gateway left running`);
    if (await endProcess(pid, STOP_STEPS)) return;
    throw new EmbeddedPostgresError(
      `A PostgreSQL (pid ${pid}) that an earlier gateway left running can't be stopped: stop it, or set another DATA_DIR`,
    );
  }
  // PostgreSQL ignores the file of an ended process. It does not start if another program has got the same id, or the
  // process is a zombie.
  if (exists(pid)) await rm(path.join(clusterFolder, 'postmaster.pid'), { force: true });
}

async function spawnServer(setup: ServerSetup, port: number): Promise<{ child: ChildProcess; ended: Promise<string> }> {
  const { dataPath, spawn: options } = onData(setup.clusterFolder, setup.user);
  const output = await setup.serverLog.open();
  try {
    const child = spawn(setup.binaries.postgres, ['-D', dataPath, ...serverSettings(port)], {
      ...options,
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
    });
    watch(child);
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => {
        resolve(lineOf(error));
      });
      child.once('exit', (code, signal) => {
        resolve(signal === null ? `exit code ${String(code)}` : `signal ${signal}`);
      });
    });
    return { child, ended };
  } finally {
    await output.close();
  }
}

async function stopChild(child: ChildProcess, ended: Promise<string>): Promise<void> {
  for (const [signal, timeoutMs] of STOP_STEPS) {
    child.kill(signal);
    const timer = new AbortController();
    const timeout = delay(timeoutMs, 'timeout', { signal: timer.signal }).catch(() => 'stopped');
    if ((await Promise.race([ended, timeout])) !== 'timeout') {
      timer.abort();
      return;
    }
  }
  throw new Error(`PostgreSQL (pid ${String(child.pid)}) can't be stopped`);
}

function notReady(log: string, how: string): PostmasterNotReady {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  const complaint = lines.findLast((line) => /\b(?:FATAL|PANIC):/.test(line));
  const reason = complaint === undefined ? how : lineOf(complaint.replace(/^.*?(?:FATAL|PANIC):/, ''));
  if (/could not create any TCP\/IP sockets/.test(log)) return new PostmasterNotReady('PORT_TAKEN', reason);
  // The first is a rival server. The second are processes of a killed server, which end by themselves soon.
  if (/lock file "postmaster.pid" already exists|pre-existing shared memory block/.test(log)) {
    return new PostmasterNotReady('FOLDER_IN_USE', reason);
  }
  return new PostmasterNotReady('OTHER', reason);
}

export function cannotStart(error: PostmasterNotReady, setup: ServerSetup): EmbeddedPostgresError {
  const message = `PostgreSQL did not start (${error.reason}; see ${setup.serverLog.file}): ${whatToFix(error.reason)}`;
  return new EmbeddedPostgresError(message, { cause: error });
}

async function isReady(clusterFolder: string, pid: number | undefined): Promise<boolean> {
  const found = await readPidFile(clusterFolder);
  return found !== undefined && found.pid === pid && found.status === 'ready';
}

/** Reads postmaster.pid. PostgreSQL's utils/pidfile.h defines its lines. */
async function readPidFile(clusterFolder: string): Promise<{ pid: number; status: string | undefined } | undefined> {
  const lines = (await readIfThere(path.join(clusterFolder, 'postmaster.pid')))?.split('\n');
  const pid = Number(lines?.[0]);
  return Number.isSafeInteger(pid) && pid > 1 ? { pid, status: lines?.[7]?.trim() } : undefined;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
