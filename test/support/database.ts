import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** The empty, migrated database that test databases are cloned from. */
export const TEMPLATE_DATABASE = 'stockbridge_template';

/** The variable that tells the worker processes where the server is. */
export const SERVER_URL_VARIABLE = 'STOCKBRIDGE_TEST_SERVER_URL';

export interface TestDatabase {
  /** As a gateway's DATABASE_URL; the user is the superuser. */
  readonly url: string;
  /** Drops the database, even with open connections. */
  drop(): Promise<void>;
}

/** The server of this run, for tests about servers. */
export function testServerUrl(): string {
  const url = process.env[SERVER_URL_VARIABLE];
  if (url === undefined)
    throw new Error('No PostgreSQL was started: the test has to be in test/integration or test/e2e.');
  return url;
}

/** A database of the test's own, with the schema and nothing in it. Made in some 50 ms. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return createDatabase(`TEMPLATE ${TEMPLATE_DATABASE}`);
}

/** A database without a schema, made with further clauses of CREATE DATABASE. */
export async function createDatabase(clauses = "TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"): Promise<TestDatabase> {
  const server = testServerUrl();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onServer(server, (client) => client.query(`CREATE DATABASE ${name} ${clauses}`));
  return {
    url: withDatabase(server, name),
    async drop() {
      await onServer(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

/** Runs a statement or more on the server's own database, as the superuser. */
export async function onServer<T>(url: string, run: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: withDatabase(url, 'postgres') });
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = database;
  return changed.href;
}
