import type { Pool, PoolClient, QueryResultRow } from 'pg';
import type { FairQueue } from '../../application/fair-queue';
import type { ReadBudget } from '../../application/ports/reads';
import { queryAfter, type PreparedCall } from '../database/led-query';
import { SET_TENANT, type Statement } from '../database/statement';
import type { ReadStatement } from './statement';

const BEGIN: Statement = { name: 'begin_moment', text: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' };

const ofTenant = (tenantId: string): PreparedCall => ({ statement: SET_TENANT, values: [tenantId] });
const beginOf = (tenantId: string): PreparedCall[] => [{ statement: BEGIN, values: [] }, ofTenant(tenantId)];

/** What statements run on: a pool whose connections the tenants take in turns. */
export interface Source {
  readonly pool: Pool;
  readonly turns: FairQueue;
}

/** Reads by a statement, and by its fallback when that is needed. */
async function withFallback<Row extends QueryResultRow>(
  statement: ReadStatement,
  read: (statement: ReadStatement) => Promise<Row[]>,
): Promise<Row[]> {
  const rows = await read(statement);
  const { fallback } = statement;
  return fallback?.isNeeded(rows) ? withFallback(fallback.statement(), read) : rows;
}

/** Reads by one statement that is a moment of its own. It is sent together with its tenant, so it needs no transaction. */
export const readAlone = <Row extends QueryResultRow>(
  { pool, turns }: Source,
  statement: ReadStatement,
  budget: ReadBudget,
): Promise<Row[]> =>
  turns.run(statement.values[0], () => withFallback(statement, (one) => readOn<Row>(pool, one, budget)));

async function readOn<Row extends QueryResultRow>(
  pool: Pool,
  statement: ReadStatement,
  budget: ReadBudget,
): Promise<Row[]> {
  budget.takeStatement();
  const client = await pool.connect();
  const startedAtMs = performance.now();
  let isLost = true;
  try {
    const { rows } = await queryAfter<Row>(client, [ofTenant(statement.values[0])], statement);
    isLost = false;
    return rows;
  } finally {
    client.release(isLost);
    budget.spendMs(performance.now() - startedAtMs);
  }
}

/** Prepares a new session for moments. Its first statement waits for this. */
export function prepareMoments(client: PoolClient): void {
  const sent = [client.query({ ...BEGIN }), client.query({ ...SET_TENANT, values: [''] }), client.query('COMMIT')];
  // If one fails, so does the first statement.
  for (const answer of sent) answer.catch(() => undefined);
}

/**
 * Statements of one tenant that see the ledger as of the first of them: one transaction that can only read. They run one
 * after the other, so a request never has more than one connection.
 */
export class Moment {
  #client: Promise<PoolClient> | undefined;
  #isBegun = false;
  #last: Promise<unknown> = Promise.resolve();
  #failure: { readonly error: unknown; readonly isFirst: boolean } | undefined;
  #end: () => void = () => undefined;

  constructor(
    private readonly source: Source,
    private readonly tenantId: string,
    private readonly budget: ReadBudget,
  ) {}

  query<Row extends QueryResultRow>(statement: ReadStatement): Promise<Row[]> {
    const answer = this.#last.then(() => withFallback(statement, (one) => this.#run<Row>(one)));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  /** Gives the connection back once the last statement has its answer. */
  end(): void {
    void this.#last.then(() => {
      this.#end();
    });
  }

  async #run<Row extends QueryResultRow>(statement: ReadStatement): Promise<Row[]> {
    // PostgreSQL takes no further statement of a transaction in which one has failed.
    if (this.#failure) throw this.#failure.error;
    this.budget.takeStatement();
    const client = await (this.#client ??= this.#connect());
    const startedAtMs = performance.now();
    const isFirst = !this.#isBegun;
    this.#isBegun = true;
    try {
      const answer = isFirst
        ? queryAfter<Row>(client, beginOf(this.tenantId), statement)
        : client.query<Row>(statement);
      return (await answer).rows;
    } catch (error) {
      this.#failure = { error, isFirst };
      throw error;
    } finally {
      this.budget.spendMs(performance.now() - startedAtMs);
    }
  }

  /** Takes a connection when it is the tenant's turn, and keeps it until the end. */
  #connect(): Promise<PoolClient> {
    return new Promise((resolve, reject) => {
      const turn = this.source.turns.run(this.tenantId, async () => {
        const client = await this.source.pool.connect();
        const ended = new Promise<void>((end) => (this.#end = end));
        resolve(client);
        await ended;
        await this.#giveBack(client);
      });
      turn.catch(reject);
    });
  }

  async #giveBack(client: PoolClient): Promise<void> {
    // The session may lack what it was to prepare. Then no moment on it could begin.
    if (this.#failure?.isFirst) {
      client.release(true);
      return;
    }
    try {
      await client.query(this.#failure ? 'ROLLBACK' : 'COMMIT');
      client.release();
    } catch {
      client.release(true);
    }
  }
}
