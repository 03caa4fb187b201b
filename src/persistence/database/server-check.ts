import { DatabaseError, describeDatabase } from './errors';
import { LosableClient } from './losable-client';
import { sessionConfig } from './session';

/** The oldest PostgreSQL that the schema and the statements support. */
const MIN_POSTGRES_MAJOR = 15;

/**
 * Connects once. Throws DatabaseError for a server that can't hold a ledger, and the driver's error when none answers.
 */
export async function checkServer(url: string): Promise<void> {
  const client = new LosableClient(sessionConfig(url, { applicationName: 'stockbridge' }));
  try {
    await client.connect();
    const { rows } = await client.query<ServerFacts>(SERVER_FACTS);
    const fault = rows[0] && serverFault(rows[0], url);
    if (fault) throw fault;
  } finally {
    // Also after a failure: a connection that stopped before its password would stay open for a minute.
    await client.end().catch(() => undefined);
  }
}

const SERVER_FACTS = `
  SELECT current_setting('server_version_num')::integer AS "versionNumber",
         current_setting('server_encoding') AS encoding,
         pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean AS "isReadOnly"`;

/** What a server reports about itself on the first connection. */
export interface ServerFacts {
  /** In the form of `server_version_num`: 150004 for 15.4. */
  readonly versionNumber: number;
  readonly encoding: string;
  readonly isReadOnly: boolean;
}

/** Why a server that answers can't be used; null when it can. */
export function serverFault({ versionNumber, encoding, isReadOnly }: ServerFacts, url: string): DatabaseError | null {
  const major = Math.floor(versionNumber / 10_000);
  const { server, database } = describeDatabase(url);
  if (major < MIN_POSTGRES_MAJOR) {
    const message = `The database server ${server} is PostgreSQL ${major}: Stockbridge needs ${MIN_POSTGRES_MAJOR} or newer, so upgrade it or set another DATABASE_URL`;
    return new DatabaseError(message);
  }
  if (encoding !== 'UTF8') {
    const create = `CREATE DATABASE "${database}" TEMPLATE template0 ENCODING 'UTF8'`;
    const message = `The database ${server} has the encoding ${encoding}, which can't hold every text: create one with ${create}, or set another DATABASE_URL`;
    return new DatabaseError(message);
  }
  if (isReadOnly) {
    return new DatabaseError(`The database ${server} takes no writes: set DATABASE_URL to the primary server`);
  }
  return null;
}
