import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDataSource, runMigrations } from '../../src/persistence/database/data-source';
import { startEmbeddedPostgres } from '../../src/embedded-postgres';
import { onServer, TEMPLATE_DATABASE } from './database';

export interface TestServer {
  /** For the role that a gateway works as. */
  readonly url: string;
  /** For the superuser. */
  readonly ownerUrl: string;
  /** Stops the server and removes its data. */
  stop(): Promise<void>;
}

/** Starts a server in a temporary folder, with the migrated template that test databases are cloned from. */
export async function startTestServer(): Promise<TestServer> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'stockbridge-test-'));
  const log: string[] = [];
  try {
    const server = await startEmbeddedPostgres({ dataDir, log: (line) => log.push(line) });
    const stop = async (): Promise<void> => {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    };
    await makeTemplate(server).catch(async (error: unknown) => {
      await stop();
      throw error;
    });
    return { url: server.url, ownerUrl: server.ownerUrl, stop };
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true });
    throw new Error(`The tests' PostgreSQL didn't start. It said: ${log.join('; ')}`, { cause: error });
  }
}

async function makeTemplate({ url, ownerUrl }: Pick<TestServer, 'url' | 'ownerUrl'>): Promise<void> {
  await onServer(ownerUrl, async (client) => {
    // Nobody needs these data after a crash.
    for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
      await client.query(`ALTER SYSTEM SET ${setting} = off`);
    }
    await client.query('SELECT pg_reload_conf()');
    await client.query(`CREATE DATABASE ${TEMPLATE_DATABASE} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'`);
  });
  const template = new URL(ownerUrl);
  template.pathname = TEMPLATE_DATABASE;
  const dataSource = await openDataSource(template.href);
  try {
    await runMigrations(dataSource, template.href, new URL(url).username);
  } finally {
    await dataSource.destroy();
  }
}
