import { Client } from 'pg';
import { SUPERUSER } from './cluster';
import { EmbeddedPostgresError, codeOf, lineOf } from './errors';

/** The database that the application keeps its tables in. */
const DATABASE = 'stockbridge';

const CONNECT_TIMEOUT_MS = 10_000;

/** Where the application's database of an embedded server is. */
export function databaseUrl(port: number, password: string, database: string = DATABASE): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
}

/** Makes the application's database if it isn't there yet. */
export async function ensureDatabase(port: number, password: string): Promise<void> {
  try {
    await connectOnce(databaseUrl(port, password));
  } catch (error) {
    if (codeOf(error) !== UNKNOWN_DATABASE) throw explainConnecting(error, port);
    const create = `CREATE DATABASE ${DATABASE} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'`;
    await connectOnce(databaseUrl(port, password, 'postgres'), create);
  }
}

/** Whether the application's database takes connections. */
export async function takesConnections(port: number, password: string): Promise<boolean> {
  return connectOnce(databaseUrl(port, password)).then(
    () => true,
    () => false,
  );
}

const UNKNOWN_DATABASE = '3D000';
const WRONG_PASSWORD = '28P01';

function explainConnecting(error: unknown, port: number): EmbeddedPostgresError {
  if (codeOf(error) !== WRONG_PASSWORD) {
    const message = `The embedded PostgreSQL on 127.0.0.1:${port} doesn't answer (${lineOf(error)}): see postgres.log in the data folder`;
    return new EmbeddedPostgresError(message, { cause: error });
  }
  return new EmbeddedPostgresError(
    `The password in the data folder isn't the one of its PostgreSQL (${lineOf(error)}): restore postgres.password together with the folder postgres, or set another DATA_DIR`,
    { cause: error },
  );
}

async function connectOnce(connectionString: string, statement?: string): Promise<void> {
  const client = new Client({ connectionString, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  // The server may end under the connection; the query below rejects then, and an event nobody hears would be thrown.
  client.on('error', () => undefined);
  try {
    await client.connect();
    if (statement !== undefined) await client.query(statement);
  } finally {
    await client.end().catch(() => undefined);
  }
}
