import type { Pool, QueryResultRow } from 'pg';
import { FairQueue, type FairQueueOptions } from '../../application/fair-queue';
import {
  ReadsUnavailableError,
  ReadTooSlowError,
  UnreadableTextError,
  type ReadBudget,
} from '../../application/ports/reads';
import { codeOf } from '../database/errors';
import { createPool, type PoolOptions } from '../database/pool';
import { PLAN_ONCE } from '../database/session';
import { isTransient } from '../database/faults';

/** A statement that each session prepares once under its name. Its first value is always the tenant. */
export interface ReadStatement {
  readonly name: string;
  readonly text: string;
  readonly values: [tenantId: string, ...others: unknown[]];
}

/** The part of a database that readers use. Tests wrap it to count statements. */
export interface ReadDatabase {
  /** Rejects with one of the errors of `ports/reads/errors.ts`, unless it is a bug. */
  query<Row extends QueryResultRow>(statement: ReadStatement): Promise<Row[]>;
  /** Of the request that reads. */
  readonly budget: ReadBudget;
  /** Whether its tables have only what a limited key may see, see `limited.ts`. Left out: they have everything. */
  readonly isLimited?: boolean;
}

const READ_ONLY = '-c default_transaction_read_only=on';
/** A statement has one process, so that one tenant's count does not take all processors. */
const ONE_PROCESS = '-c max_parallel_workers_per_gather=0';

/** A pool whose sessions can only read, for {@link readDatabase}. It connects on first use. */
export function createReadPool(url: string, options: Omit<PoolOptions, 'settings'>): Pool {
  return createPool(url, { ...options, settings: `${PLAN_ONCE} ${READ_ONLY} ${ONE_PROCESS}` });
}

/** Most statements of one tenant that wait for a connection. */
const MAX_WAITING = 1_000;

/** One connection less for one tenant, so that the first read of another need not wait. */
const queueOptions = (slots: number): FairQueueOptions => ({
  slots,
  slotsOfOne: Math.max(1, slots - 1),
  maxWaiting: MAX_WAITING,
});

/** Reads through a pool, which the tenants share fairly. */
export function readDatabase(pool: Pool): (budget: ReadBudget) => ReadDatabase {
  let shared: FairQueue | undefined;
  const queue = (): FairQueue => (shared ??= new FairQueue(queueOptions(pool.options.max)));
  return (budget) => ({
    budget,
    query: <Row extends QueryResultRow>(statement: ReadStatement) =>
      queue().run(statement.values[0], async () => {
        budget.takeStatement();
        const startedAtMs = performance.now();
        try {
          const { rows } = await pool.query<Row>(statement);
          return rows;
        } catch (error) {
          throw explained(error);
        } finally {
          budget.spendMs(performance.now() - startedAtMs);
        }
      }),
  });
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
