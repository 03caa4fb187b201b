import { Client } from 'pg';
import { SUPERUSER } from './cluster';
import { EmbeddedPostgresError, codeOf, lineOf } from './errors';

/** The database with the application's tables. */
const DATABASE = 'stockbridge';

const CONNECT_TIMEOUT_MS = 10_000;

/** The URL of a database of the embedded server; by default the application's. */
export function databaseUrl(port: number, password: string, database: string = DATABASE): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
}

/** Creates the application's database if it does not exist yet. */
export async function ensureDatabase(port: number, password: string): Promise<void> {
  try {
    await connectOnce(databaseUrl(port, password));
  } catch (error) {
    if (codeOf(error) !== UNKNOWN_DATABASE) throw explainConnecting(error, port);
    const create = `CREATE DATABASE ${DATABASE} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'`;
    await connectOnce(databaseUrl(port, password, 'postgres'), create);
  }
}

/** Whether the application's database accepts connections. */
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
    `PostgreSQL rejects the password in the data folder (${lineOf(error)}): restore postgres.password together with the folder postgres, or set another DATA_DIR`,
    { cause: error },
  );
}

async function connectOnce(connectionString: string, statement?: string): Promise<void> {
  const client = new Client({ connectionString, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  // If the server ends, the query below rejects. Without a listener, the error event would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    if (statement !== undefined) await client.query(statement);
  } finally {
    await client.end().catch(() => undefined);
  }
}
