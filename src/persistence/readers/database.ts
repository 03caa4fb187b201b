import type { Pool, QueryResultRow } from 'pg';
import { FairQueue } from '../../application/fair-queue';
import { RetryableError } from '../../application/ports/failures';
import {
  ReadsUnavailableError,
  ReadTooSlowError,
  UnreadableTextError,
  UNMETERED,
  type ReadBudget,
  type RequestReads,
} from '../../application/ports/reads';
import { codeOf } from '../database/errors';
import { createPool, type PoolOptions } from '../database/pool';
import { BY_INDEX, PLAN_ONCE } from '../database/session';
import { isTransient } from '../database/faults';
import { atPresent } from './expired-holds';
import type { ReadStatement } from './statement';
import { Moment, prepareMoments, readAlone, type Source } from './moment';

/** The part of a database that readers use. Tests wrap it to count statements. */
export interface ReadDatabase {
  /** Rejects with one of the errors of `ports/reads/errors.ts`, unless it is a bug. */
  query<Row extends QueryResultRow>(statement: ReadStatement): Promise<Row[]>;
  /** Of the request that reads. */
  readonly budget: ReadBudget;
  /** Whether its tables have only what a limited key may see, see `limited.ts`. Left out: they have everything. */
  readonly isLimited?: boolean;
}

/** The statements of one request, which are of one tenant. */
interface RequestDatabase extends ReadDatabase, Omit<RequestReads, 'reads'> {}

/** Gives up waiting for an answer when the database is lost. */
type Guard = <Value>(answer: Promise<Value>) => Promise<Value>;

/** A pool that the tenants share fairly. */
export interface SharedPool {
  ofRequest(budget: ReadBudget): RequestDatabase;
  /** Each statement is a moment of its own. */
  readonly ofStatements: ReadDatabase;
}

const READ_ONLY = '-c default_transaction_read_only=on';
/** A statement has one process, so that one tenant's count does not take all processors. */
const ONE_PROCESS = '-c max_parallel_workers_per_gather=0';

/** Looked-up rows may be remembered: that is never slower by much, and reads no more, whatever the statistics say. */
const REMEMBERED = '-c enable_memoize=on';

/** How the sessions of readers plan and what they may do. */
export const READER_SETTINGS = [PLAN_ONCE, BY_INDEX, REMEMBERED, READ_ONLY, ONE_PROCESS].join(' ');

/** A pool whose sessions can only read, for {@link sharedPool}. It connects on first use. */
export function createReadPool(url: string, options: Omit<PoolOptions, 'settings' | 'pipeline'>): Pool {
  const pool = createPool(url, { ...options, pipeline: true, settings: READER_SETTINGS });
  pool.on('connect', prepareMoments);
  return pool;
}

/** Most requests of one tenant that wait for a connection. */
const MAX_WAITING = 1_000;
/** How long they wait. */
const MAX_WAIT_MS = 1_500;

/** One connection less for one tenant, so that the first read of another need not wait. */
const turnsOf = (slots: number): FairQueue =>
  new FairQueue({ slots, slotsOfOne: Math.max(1, slots - 1), maxWaiting: MAX_WAITING, maxWaitMs: MAX_WAIT_MS });

/** Reads through a pool. */
export function sharedPool(pool: Pool, guard: Guard = (answer) => answer): SharedPool {
  let turns: FairQueue | undefined;
  const source: Source = {
    pool,
    get turns() {
      return (turns ??= turnsOf(pool.options.max));
    },
  };
  return {
    ofRequest: (budget) => new RequestStatements(source, budget, guard),
    ofStatements: {
      budget: UNMETERED,
      async query(statement) {
        refuseNul(statement);
        return explained(readAlone(source, atPresent(statement), UNMETERED), guard);
      },
    },
  };
}

class RequestStatements implements RequestDatabase {
  #moment: Moment | undefined;
  #isAlone = false;
  #isClosed = false;
  #asked = 0;

  constructor(
    private readonly source: Source,
    readonly budget: ReadBudget,
    private readonly guard: Guard,
  ) {}

  get asked(): number {
    return this.#asked;
  }

  async query<Row extends QueryResultRow>(asked: ReadStatement): Promise<Row[]> {
    const statement = atPresent(asked);
    if (this.#isClosed) throw new TypeError('The request has been answered.');
    refuseNul(statement);
    this.#asked += 1;
    if (!this.#isAlone) {
      this.#moment ??= new Moment(this.source, statement.values[0], this.budget);
      return explained(this.#moment.query<Row>(statement), this.guard);
    }
    if (this.#asked > 1) throw new TypeError('One statement was expected.');
    return explained(readAlone<Row>(this.source, statement, this.budget), this.guard);
  }

  expectOne(): void {
    this.#isAlone = true;
  }

  startOver(): void {
    this.endMoment();
    this.#isAlone = false;
    this.#asked = 0;
  }

  endMoment(): void {
    this.#moment?.end();
    this.#moment = undefined;
  }

  close(): void {
    this.#isClosed = true;
    this.endMoment();
  }
}

/** SQLSTATE codes: PostgreSQL manual, appendix A. */
function explanationOf(error: unknown): unknown {
  if (error instanceof RetryableError) return error;
  switch (codeOf(error)) {
    case '57014': // query_canceled, by statement_timeout
      return new ReadTooSlowError(error);
    case undefined:
    default:
      return isTransient(error) ? new ReadsUnavailableError(error) : error;
  }
}

const explained = <Rows>(answer: Promise<Rows>, guard: Guard): Promise<Rows> =>
  guard(answer).catch((error: unknown) => {
    throw explanationOf(error);
  });

/** PostgreSQL's texts have no NUL. It would refuse the rest of the moment's statements too. */
function refuseNul({ values }: ReadStatement): void {
  const hasNul = (value: unknown): boolean =>
    Array.isArray(value) ? value.some(hasNul) : typeof value === 'string' && value.includes('\0');
  if (values.some(hasNul)) throw new UnreadableTextError();
}
