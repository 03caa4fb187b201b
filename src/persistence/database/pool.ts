import { Pool } from 'pg';
import { sessionConfig, type SessionOptions } from './session';

export interface PoolOptions extends SessionOptions {
  /** Most connections at a time. */
  readonly max: number;
  /** Takes what a person may want to know, a line at a time. */
  readonly log: (line: string) => void;
}

/**
 * A pool of bounded sessions in UTC, for the poster and the readers; see `columnTypes` for what its rows hold. Nothing
 * connects yet. Throws DatabaseError where the URL isn't one.
 */
export function createPool(url: string, options: PoolOptions): Pool {
  const pool = new Pool({ ...sessionConfig(url, options), max: options.max });
  pool.on('error', (error) => {
    // The server may be stopped before the last socket of a pool that has been ended is closed.
    if (pool.ending) return;
    options.log(`A connection to the database was lost: ${error.message}`);
  });
  // While a connection is lent out the pool doesn't listen to it, and an error that nobody hears ends the process. The
  // one who borrowed it learns of the loss by its next query.
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
  });
  return pool;
}
