import type { ClientConfig } from 'pg';
import { parseDatabaseUrl } from './errors';
import { columnTypes, type BytesAs } from '../tables/column-types';

export interface SessionOptions {
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** A statement that runs longer is given up; 0: never. */
  readonly statementTimeoutMs?: number;
  /** A statement that waits longer for a lock is given up; 0: never. */
  readonly lockTimeoutMs?: number;
  /** How `bytea` columns come; buffers unless said. */
  readonly bytes?: BytesAs;
  /** Where no answer comes for this long, though the connection seems to stand, it is given up; left out: never. */
  readonly answerTimeoutMs?: number;
  /** Further settings of the session, in the form of `options` of a connection URL. */
  readonly settings?: string;
  /** Whether statements are sent without waiting for the answers to those before them. */
  readonly pipeline?: boolean;
}

/** Waiting for a connection, be it a new one or one of a pool that is all in use. */
const CONNECT_TIMEOUT_MS = 5_000;
/** A transaction that its process left behind must not keep the ledger's head locked. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;

/** What our types are read from; set for each session, since a server or user may have them otherwise. */
const TEXT_FORMS = '-c TimeZone=UTC -c DateStyle=ISO -c bytea_output=hex';

/**
 * One plan for all values, and no compiling: for statements that look rows up by their keys. Planned for the values at
 * hand, a look-up of some hundred keys becomes a scan of the whole table while that is small or has grown unnoticed,
 * and planning takes longer than running.
 */
export const PLAN_ONCE = '-c plan_cache_mode=force_generic_plan -c jit=off';

/** How every session of the gateway is opened: bounded, in UTC, and with types that lose nothing. */
export function sessionConfig(url: string, options: SessionOptions): ClientConfig {
  const parsed = parseDatabaseUrl(url);
  // What the URL says outweighs the other fields, so its options have to be taken out to be added to.
  const fromUrl = parsed.searchParams.get('options');
  const own = options.settings === undefined ? TEXT_FORMS : `${TEXT_FORMS} ${options.settings}`;
  parsed.searchParams.delete('options');
  return {
    connectionString: fromUrl === null ? url : parsed.href,
    options: fromUrl === null ? own : `${fromUrl} ${own}`,
    application_name: options.applicationName,
    statement_timeout: options.statementTimeoutMs ?? 5_000,
    lock_timeout: options.lockTimeoutMs ?? 2_000,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    pipeline: options.pipeline ?? false,
    ...(options.answerTimeoutMs === undefined ? {} : { query_timeout: options.answerTimeoutMs }),
    types: columnTypes(options.bytes ?? 'BUFFER'),
  };
}
