import { setTimeout as delay } from 'node:timers/promises';
import { pickFreePort } from './ports';
import {
  type Postmaster,
  PostmasterNotReady,
  type ServerSetup,
  cannotStart,
  endLeftOver,
  startPostmaster,
} from './postmaster';
import { lineOf } from './errors';

/** How long the processes of a killed server may take to end. */
const FOLDER_FREE_WITHIN_MS = 10_000;

const MAX_PORTS = 10;

/** Restarts in a row before giving up. With the pauses they take about two minutes. */
const MAX_RESTARTS = 15;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 15_000;

/** After this long, a server counts as healthy, and the next restart counts as the first one. */
const WELL_AFTER_MS = 60_000;

/** A server that is started again when it ends by itself. */
export interface SupervisedServer {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Starts the server on a free port. Restarts use the same port, so that the application's connections find it again.
 * @throws EmbeddedPostgresError when it can't be started.
 */
export async function superviseServer(setup: ServerSetup, log: (line: string) => void): Promise<SupervisedServer> {
  const stopping = new AbortController();
  try {
    const first = await startOnFreePort(setup, log, stopping.signal);
    const supervision = supervise(setup, log, first, stopping.signal);
    return {
      port: first.port,
      stop: async () => {
        stopping.abort();
        await supervision;
      },
    };
  } catch (error) {
    throw error instanceof PostmasterNotReady ? cannotStart(error, setup) : error;
  }
}

async function startOnFreePort(
  setup: ServerSetup,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<Postmaster> {
  for (let tries = 1; ; tries++) {
    try {
      return await startWhenFree(setup, log, await pickFreePort(), signal);
    } catch (error) {
      const taken = error instanceof PostmasterNotReady && error.obstacle === 'PORT_TAKEN';
      if (!taken || tries === MAX_PORTS) throw error;
    }
  }
}

/** Starts the server as soon as no process of an earlier server uses the data. */
async function startWhenFree(
  setup: ServerSetup,
  log: (line: string) => void,
  port: number,
  signal: AbortSignal,
): Promise<Postmaster> {
  const deadline = Date.now() + FOLDER_FREE_WITHIN_MS;
  for (;;) {
    await endLeftOver(setup.clusterFolder, log);
    try {
      return await startPostmaster(setup, port, signal);
    } catch (error) {
      const inUse = error instanceof PostmasterNotReady && error.obstacle === 'FOLDER_IN_USE';
      if (!inUse || Date.now() > deadline) throw error;
      if (await isStoppedWithin(FIRST_PAUSE_MS, signal)) throw error;
    }
  }
}

/** Returns when the server has been stopped, or can't be started again. */
async function supervise(
  setup: ServerSetup,
  log: (line: string) => void,
  first: Postmaster,
  signal: AbortSignal,
): Promise<void> {
  let current: Postmaster | undefined = first;
  let failures = 0;
  while (current !== undefined) {
    const startedAt = Date.now();
    const how = await endOrStop(current, signal);
    if (how === undefined) return;
    if (Date.now() - startedAt > WELL_AFTER_MS) failures = 0;
    log(`PostgreSQL ended by itself (${how}); starting it again`);
    [current, failures] = await startAgain(setup, log, first.port, failures, signal);
  }
}

/** How the server ended by itself. Undefined when we stopped it. */
async function endOrStop(postmaster: Postmaster, signal: AbortSignal): Promise<string | undefined> {
  const aborted = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    const onAbort = (): void => {
      resolve(undefined);
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  const how = await Promise.race([aborted, postmaster.ended]);
  if (how === undefined) await postmaster.stop();
  return how;
}

async function startAgain(
  setup: ServerSetup,
  log: (line: string) => void,
  port: number,
  failuresBefore: number,
  signal: AbortSignal,
): Promise<[Postmaster | undefined, number]> {
  for (let failures = failuresBefore; failures < MAX_RESTARTS; failures++) {
    const ms = failures === 0 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
    if (await isStoppedWithin(ms, signal)) return [undefined, failures];
    try {
      const postmaster = await startWhenFree(setup, log, port, signal);
      log(`PostgreSQL is back on 127.0.0.1:${port}`);
      return [postmaster, failures + 1];
    } catch (error) {
      if (!signal.aborted) log(`PostgreSQL did not start again: ${lineOf(error)}`);
    }
  }
  log(
    `PostgreSQL failed to start ${MAX_RESTARTS} times in a row; see ${setup.serverLog.file}, then restart the gateway`,
  );
  return [undefined, MAX_RESTARTS];
}

async function isStoppedWithin(ms: number, signal: AbortSignal): Promise<boolean> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
  return signal.aborted;
}
