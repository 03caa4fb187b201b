import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { findBinaries } from '../../src/embedded-postgres/binaries';
import { clusterFolder, prepareCluster } from '../../src/embedded-postgres/cluster';
import { databaseUrls, ensureDatabase } from '../../src/embedded-postgres/database';
import { pickFreePort } from '../../src/embedded-postgres/ports';
import {
  endLeftOver,
  startPostmaster,
  type Postmaster,
  type ServerSetup,
} from '../../src/embedded-postgres/postmaster';
import { startServerLog } from '../../src/embedded-postgres/server-log';
import { findServerUser } from '../../src/embedded-postgres/server-user';

export interface DatabaseUrls {
  /** For the role that a gateway works as. */
  readonly url: string;
  /** For the owner of the tables. */
  readonly ownerUrl: string;
}

/** How long a killed server's processes may take to leave its folder. */
const FREE_WITHIN_MS = 30_000;

/** A PostgreSQL of our own with durability on, which the faults kill and start again. */
export class DatabaseServer {
  #postmaster: Postmaster | undefined;
  #hasEnded = true;

  private constructor(
    private readonly setup: ServerSetup,
    private readonly password: string,
    readonly port: number,
    private readonly log: (line: string) => void,
  ) {}

  /** Creates the data in this folder, and starts the server. */
  static async start(dataDir: string, log: (line: string) => void): Promise<DatabaseServer> {
    const folder = clusterFolder(dataDir);
    const user = await findServerUser(folder);
    const binaries = await findBinaries(user, log);
    const { password } = await prepareCluster(dataDir, binaries, user);
    const serverLog = await startServerLog(dataDir);
    const setup = { clusterFolder: folder, binaries, user, serverLog };
    const server = new DatabaseServer(setup, password, await pickFreePort(), log);
    await server.resume();
    await ensureDatabase(server.port, password);
    return server;
  }

  /** The URLs of a database on this server. */
  urls(name: string): DatabaseUrls {
    const { url, ownerUrl } = databaseUrls(this.port, this.password);
    return { url: withDatabase(url, name), ownerUrl: withDatabase(ownerUrl, name) };
  }

  get folder(): string {
    return this.setup.clusterFolder;
  }

  async createDatabase(name: string, template?: string): Promise<void> {
    const source = template === undefined ? `TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'` : `TEMPLATE ${template}`;
    await this.query('postgres', `CREATE DATABASE ${name} ${source}`);
  }

  async dropDatabase(name: string): Promise<void> {
    await this.query('postgres', `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  }

  /** Runs a statement as the owner. */
  async query<Row extends object>(database: string, sql: string, values: unknown[] = []): Promise<Row[]> {
    const client = new Client({ connectionString: this.urls(database).ownerUrl });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(sql, values)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async pid(): Promise<number> {
    return Number((await readFile(path.join(this.folder, 'postmaster.pid'), 'utf8')).split('\n')[0]);
  }

  /** Sends a signal to the postmaster, and waits until it has ended: SIGKILL, or SIGQUIT for an immediate stop. */
  async end(signal: 'SIGKILL' | 'SIGQUIT'): Promise<void> {
    process.kill(await this.pid(), signal);
    await this.#postmaster?.ended;
  }

  /** Kills one process that works for a gateway. The postmaster then restarts all of them. False: there was none. */
  async killBackend(database: string): Promise<boolean> {
    const sql =
      'SELECT pid FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1';
    const [backend] = await this.query<{ pid: number }>('postgres', sql, [database]);
    if (!backend) return false;
    try {
      process.kill(backend.pid, 'SIGKILL');
      return true;
    } catch {
      // Its gateway was killed a moment ago.
      return false;
    }
  }

  /** Starts the server again, as soon as nothing of the one before is left. */
  async resume(): Promise<void> {
    const deadline = Date.now() + FREE_WITHIN_MS;
    for (;;) {
      try {
        await endLeftOver(this.folder, this.log);
        const postmaster = await startPostmaster(this.setup, this.port, new AbortController().signal);
        this.#postmaster = postmaster;
        this.#hasEnded = false;
        void postmaster.ended.then(() => (this.#hasEnded = true));
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await delay(50);
      }
    }
  }

  /** Resolves when the server takes connections. One that has ended by itself is started again. */
  async ready(): Promise<void> {
    const deadline = Date.now() + FREE_WITHIN_MS;
    for (;;) {
      try {
        if (this.#hasEnded) await this.resume();
        await this.query('postgres', 'SELECT 1');
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await delay(20);
      }
    }
  }

  /** How often its log has this text. */
  async said(text: string): Promise<number> {
    return (await readFile(this.setup.serverLog.file, 'utf8')).split(text).length - 1;
  }

  async stop(): Promise<void> {
    this.setup.serverLog.close();
    await this.#postmaster?.stop();
  }
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = database;
  return changed.href;
}
