import type { Pool, QueryResultRow } from 'pg';
import { ReadsUnavailableError, ReadTooSlowError, UnreadableTextError } from '../../application/ports/reads';
import { codeOf } from '../database/errors';
import { createPool, type PoolOptions } from '../database/pool';
import { PLAN_ONCE } from '../database/session';
import { isTransient } from '../database/faults';

/** A statement that each session prepares once under its name. */
export interface ReadStatement {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

/** The part of a database that readers use. Tests wrap it to count statements. */
export interface ReadDatabase {
  /** Rejects with one of the errors of `ports/reads/errors.ts`, unless it is a bug. */
  query<Row extends QueryResultRow>(statement: ReadStatement): Promise<Row[]>;
}

/** A pool whose sessions can only read, for {@link readDatabase}. It connects on first use. */
export function createReadPool(url: string, options: Omit<PoolOptions, 'settings'>): Pool {
  return createPool(url, { ...options, settings: `${PLAN_ONCE} -c default_transaction_read_only=on` });
}

/** Reads through a pool. */
export function readDatabase(pool: Pool): ReadDatabase {
  return {
    async query<Row extends QueryResultRow>(statement: ReadStatement) {
      try {
        const { rows } = await pool.query<Row>(statement);
        return rows;
      } catch (error) {
        throw explained(error);
      }
    },
  };
}

/** SQLSTATE codes: PostgreSQL manual, appendix A. */
function explained(error: unknown): unknown {
  switch (codeOf(error)) {
    case '57014': // query_canceled, by statement_timeout
      return new ReadTooSlowError(error);
    case '22021': // character_not_in_repertoire
      return new UnreadableTextError(error);
    case undefined:
    default:
      return isTransient(error) ? new ReadsUnavailableError(error) : error;
  }
}
