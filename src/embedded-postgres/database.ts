import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { SUPERUSER } from './cluster';
import { EmbeddedPostgresError, codeOf, lineOf } from './errors';

/** The database with the application's tables. */
const DATABASE = 'stockbridge';

/** The role that the gateway works as: it owns nothing, and row-level security holds for it. */
const GATEWAY = 'stockbridge';

const CONNECT_TIMEOUT_MS = 10_000;

/** Who may connect to a database of the embedded server. */
export interface DatabaseUrls {
  /** For the gateway's own role. */
  readonly url: string;
  /** For the owner of the tables, who migrates them. */
  readonly ownerUrl: string;
}

/** The URLs of the application's database. */
export const databaseUrls = (port: number, password: string): DatabaseUrls => ({
  url: urlOf(port, `${GATEWAY}:${gatewayPassword(password)}`, DATABASE),
  ownerUrl: ownerUrl(port, password, DATABASE),
});

const ownerUrl = (port: number, password: string, database: string): string =>
  urlOf(port, `${SUPERUSER}:${password}`, database);

const urlOf = (port: number, user: string, database: string): string =>
  `postgres://${user}@127.0.0.1:${port}/${database}`;

/** Derived, so that the data folder has one password to keep and a command knows it too. */
const gatewayPassword = (password: string): string => createHash('sha256').update(`gateway ${password}`).digest('hex');

/** Creates the application's database and the gateway's role if they do not exist yet. */
export async function ensureDatabase(port: number, password: string): Promise<void> {
  const url = ownerUrl(port, password, DATABASE);
  try {
    await connectOnce(url);
  } catch (error) {
    if (codeOf(error) !== UNKNOWN_DATABASE) throw explainConnecting(error, port);
    const create = `CREATE DATABASE ${DATABASE} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'`;
    await connectOnce(ownerUrl(port, password, 'postgres'), create);
  }
  await connectOnce(url, ensureRole(gatewayPassword(password)));
}

/** Statements that create roles take no parameters. The password is hexadecimal. */
const ensureRole = (password: string): string => `DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${GATEWAY}') THEN CREATE ROLE ${GATEWAY}; END IF;
  ALTER ROLE ${GATEWAY} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD '${password}';
END $$`;

/** Whether the application's database accepts connections. */
export async function takesConnections(port: number, password: string): Promise<boolean> {
  return connectOnce(databaseUrls(port, password).url).then(
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
