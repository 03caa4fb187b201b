import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findBinaries } from './binaries';
import { clusterFolder, prepareCluster, readPassword } from './cluster';
import { databaseUrls, ensureDatabase, takesConnections, type DatabaseUrls } from './database';
import { EmbeddedPostgresError, explainFileError } from './errors';
import { type FolderLock, type Holder, type HolderRole, folderHolder, takeFolderLock } from './folder-lock';
import { endLeftOver } from './postmaster';
import { startServerLog } from './server-log';
import { findServerUser } from './server-user';
import { superviseServer } from './supervisor';

export { EmbeddedPostgresError } from './errors';

/** A PostgreSQL server on a data folder. Its URLs stay the same when the server restarts. */
export interface EmbeddedPostgres extends DatabaseUrls {
  /** Stops the server and releases the folder. Call it last, after the gateway has drained. A second call waits for the first. */
  stop(): Promise<void>;
}

interface Options {
  /** The folder for the data. It is created if it does not exist. */
  readonly dataDir: string;
  /** Takes messages for a person, one line at a time. */
  readonly log: (line: string) => void;
}

/** How long a command waits for a gateway that is starting, or for another command. */
const BORROW_WITHIN_MS = 30_000;
const BORROW_POLL_MS = 100;

/**
 * Starts the PostgreSQL of a gateway on the data folder. The first start creates the data. If the server ends by itself, it
 * is started again.
 * @throws EmbeddedPostgresError when a gateway already uses the folder, or the operator has to fix something else.
 */
export async function startEmbeddedPostgres(options: Options): Promise<EmbeddedPostgres> {
  const started = await start(options, 'gateway');
  if ('heldBy' in started) throw alreadyInUse(path.resolve(options.dataDir), started.heldBy);
  return started;
}

/**
 * For commands: uses the server of a gateway that runs on the folder, or starts one for the duration. `stop()` does not stop
 * the server of a gateway.
 * @throws EmbeddedPostgresError when another command does not release the folder, or the operator has to fix something.
 */
export async function borrowEmbeddedPostgres(options: Options): Promise<EmbeddedPostgres> {
  const dataDir = path.resolve(options.dataDir);
  const deadline = Date.now() + BORROW_WITHIN_MS;
  try {
    for (;;) {
      const holder = await folderHolder(dataDir);
      // Another command stops its server when it is done, so this one waits instead of using that server.
      if (holder?.role === 'gateway' && holder.port !== null) {
        const password = await readPassword(dataDir);
        if (await takesConnections(holder.port, password)) return borrowed(holder.port, password);
      }
      if (holder === undefined) {
        const started = await start(options, 'command');
        if (!('heldBy' in started)) return started;
      } else if (Date.now() > deadline) throw stillInUse(dataDir, holder);
      await delay(BORROW_POLL_MS);
    }
  } catch (error) {
    throw explainFileError(error, dataDir);
  }
}

function borrowed(port: number, password: string): EmbeddedPostgres {
  return { ...databaseUrls(port, password), stop: () => Promise.resolve() };
}

async function start(options: Options, role: HolderRole): Promise<EmbeddedPostgres | { heldBy: Holder }> {
  const dataDir = path.resolve(options.dataDir);
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const taken = await takeFolderLock(dataDir, role);
    if ('heldBy' in taken) return taken;
    try {
      return await startLocked(dataDir, taken.lock, options.log);
    } catch (error) {
      await taken.lock.release();
      throw error;
    }
  } catch (error) {
    throw explainFileError(error, dataDir);
  }
}

async function startLocked(dataDir: string, lock: FolderLock, log: (line: string) => void): Promise<EmbeddedPostgres> {
  const folder = clusterFolder(dataDir);
  const user = await findServerUser(folder);
  const binaries = await findBinaries(user, log);
  const { password } = await prepareCluster(dataDir, binaries, user);
  // Before the log is renamed, because the old server still writes to it.
  await endLeftOver(folder, log);
  const serverLog = await startServerLog(dataDir);
  let server: Awaited<ReturnType<typeof superviseServer>> | undefined;
  const stop = async (): Promise<void> => {
    await server?.stop();
    serverLog.close();
    await lock.release();
  };
  try {
    server = await superviseServer({ clusterFolder: folder, binaries, user, serverLog }, log);
    await ensureDatabase(server.port, password);
    await lock.announce(server.port);
  } catch (error) {
    await stop();
    throw error;
  }
  log(`PostgreSQL ${binaries.majorVersion} is running on 127.0.0.1:${server.port} with its data in ${folder}`);
  let stopped: Promise<void> | undefined;
  return { ...databaseUrls(server.port, password), stop: () => (stopped ??= stop()) };
}

function alreadyInUse(dataDir: string, holder: Holder): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    holder.role === 'gateway'
      ? `A gateway (pid ${holder.pid}) is already running on ${dataDir}: stop it, or set another DATA_DIR`
      : `A stockbridge command (pid ${holder.pid}) is working on ${dataDir}: wait until it has ended, or set another DATA_DIR`,
  );
}

function stillInUse(dataDir: string, holder: Holder): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    holder.role === 'gateway'
      ? `The gateway (pid ${holder.pid}) on ${dataDir} has no PostgreSQL that answers: see postgres.log there, or stop the gateway`
      : `Another stockbridge command (pid ${holder.pid}) is working on ${dataDir}: wait until it has ended`,
  );
}
