import type { ClientConfig } from 'pg';
import { parseDatabaseUrl } from './errors';
import { columnTypes, type BytesAs } from '../tables/column-types';

export interface SessionOptions {
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** A statement that runs longer is cancelled; 0: never. */
  readonly statementTimeoutMs?: number;
  /** A statement that waits longer for a lock is cancelled; 0: never. */
  readonly lockTimeoutMs?: number;
  /** How long a caller waits for a connection; left out: {@link CONNECT_TIMEOUT_MS}. */
  readonly connectTimeoutMs?: number;
  /** How `bytea` columns are read; as buffers by default. */
  readonly bytes?: BytesAs;
  /** A query without an answer for this long fails, though the connection seems to be open; left out: never. */
  readonly answerTimeoutMs?: number;
  /** Further settings of the session, in the form of `options` of a connection URL. */
  readonly settings?: string;
  /** Whether statements are sent without waiting for the answers to those before them. */
  readonly pipeline?: boolean;
}

/** How long a caller waits for a new connection, or for one of a pool whose connections are all in use. */
const CONNECT_TIMEOUT_MS = 5_000;
/** The same while serving, where the caller's caller waits too. */
export const CONNECT_WHILE_SERVING_MS = 1_500;
/** A transaction that its process left behind must not keep the ledger's head locked. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;

/** The text forms that our type parsers read. Set for each session, since a server or user may have other defaults. */
const TEXT_FORMS = '-c TimeZone=UTC -c DateStyle=ISO -c bytea_output=hex';

/**
 * One plan for all values, and no JIT: for statements that look rows up by their keys. When PostgreSQL plans for the
 * given values, a look-up of some hundred keys becomes a scan of the whole table while the table is small or its
 * statistics are old. Planning also takes longer than running.
 */
export const PLAN_ONCE = '-c plan_cache_mode=force_generic_plan -c jit=off';

/**
 * A plan for each run, and no JIT: for statements that read stretches of a ledger, beside which planning is little. A plan
 * that was made once, maybe for empty tables, has taken longer than a statement may.
 */
export const PLAN_EACH = '-c plan_cache_mode=force_custom_plan -c jit=off';

/**
 * Rows are looked up and walked by indexes, whatever the statistics say: a plan that was made while the tables were empty
 * has to be good when they have grown. PostgreSQL still does what is switched off where there is no other way. Joins are
 * done in the order in which a statement has them.
 */
export const BY_INDEX = [
  '-c join_collapse_limit=1',
  ...['seqscan', 'hashjoin', 'mergejoin', 'sort', 'material', 'memoize'].map((way) => `-c enable_${way}=off`),
].join(' ');

/** How every session of the gateway is opened: with timeouts, in UTC, and with types that lose nothing. */
export function sessionConfig(url: string, options: SessionOptions): ClientConfig {
  const parsed = parseDatabaseUrl(url);
  // The URL's options override the field `options`, so they are moved there and ours are added.
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
    connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    keepAlive: true,
    pipeline: options.pipeline ?? false,
    ...(options.answerTimeoutMs === undefined ? {} : { query_timeout: options.answerTimeoutMs }),
    types: columnTypes(options.bytes ?? 'BUFFER'),
  };
}
