import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** The empty, migrated database that test databases are cloned from. */
export const TEMPLATE_DATABASE = 'stockbridge_template';

/** The variables that tell the worker processes where the server is. */
export const SERVER_URL_VARIABLE = 'STOCKBRIDGE_TEST_SERVER_URL';
export const GATEWAY_URL_VARIABLE = 'STOCKBRIDGE_TEST_GATEWAY_URL';

export interface TestDatabase {
  /** For the superuser, who owns the tables. */
  readonly url: string;
  /** For the role that a gateway works as. */
  readonly gatewayUrl: string;
  /** Drops the database, even with open connections. */
  drop(): Promise<void>;
}

/** The server of this run, for tests about servers. */
export function testServerUrl(variable = SERVER_URL_VARIABLE): string {
  const url = process.env[variable];
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
    gatewayUrl: withDatabase(testServerUrl(GATEWAY_URL_VARIABLE), name),
    async drop() {
      await onServer(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

/** Runs a statement or more on the server's own database, as the superuser. */
export async function onServer<T>(url: string, run: (client: Client) => Promise<T>): Promise<T> {
  return onDatabase(withDatabase(url, 'postgres'), run);
}

/** Runs statements as the user of the URL. */
export async function onDatabase<T>(url: string, run: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
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

/** The rows of a statement that runs as the owner of the tables, for whom there is no row-level security. */
export async function ownerRows<Row extends object>(
  { url }: Pick<TestDatabase, 'url'>,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return (await onDatabase(url, (client) => client.query<Row>(sql, values))).rows;
}
