import { Pool, type PoolClient } from 'pg';
import { LosableClient } from './losable-client';
import { sessionConfig, type SessionOptions } from './session';

export interface PoolOptions extends SessionOptions {
  /** Most connections at a time. */
  readonly max: number;
  /** Receives messages for the operator, one line at a time. */
  readonly log: (line: string) => void;
}

/**
 * A pool of sessions with timeouts and in UTC, for the poster and the readers. `columnTypes` says how rows are read. It
 * does not connect yet. Throws DatabaseError for a URL that isn't PostgreSQL's.
 */
export function createPool(url: string, options: PoolOptions): Pool {
  const pool = new Pool({ ...sessionConfig(url, options), max: options.max, Client: LosableClient });
  pool.on('error', (error) => {
    // A pool that is ending may see the server stop before its last socket closes.
    if (pool.ending) return;
    options.log(`A connection to the database was lost: ${error.message}`);
  });
  return pool;
}

/** Works on a pool's connection, and gives it back. After a fault it is closed: the server then rolls back its transaction. */
export async function onConnection<Result>(
  client: PoolClient,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  try {
    const result = await work(client);
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}
