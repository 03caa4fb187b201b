import type { Pool, PoolClient, QueryResultRow } from 'pg';
import type { FairQueue } from '../../application/fair-queue';
import type { ReadBudget } from '../../application/ports/reads';
import { inOnePacket } from '../database/pool';
import { setTenant } from '../database/statement';
import type { ReadStatement } from './database';

/**
 * Statements of one tenant that see the ledger as of the first of them: one transaction that can only read. They run one
 * after the other, so a request never has more than one connection.
 */
export class Moment {
  #client: Promise<PoolClient> | undefined;
  #isBegun = false;
  #last: Promise<unknown> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;
  #end: () => void = () => undefined;

  constructor(
    private readonly pool: Pool,
    private readonly turns: FairQueue,
    private readonly tenantId: string,
    private readonly budget: ReadBudget,
  ) {}

  query<Row extends QueryResultRow>(statement: ReadStatement): Promise<Row[]> {
    const answer = this.#last.then(() => this.#run<Row>(statement));
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
    try {
      const { rows } = await inOnePacket(client, () => {
        this.#begin(client);
        return client.query<Row>(statement);
      });
      return rows;
    } catch (error) {
      this.#failure = { error };
      throw error;
    } finally {
      this.budget.spendMs(performance.now() - startedAtMs);
    }
  }

  /** Takes a connection when it is the tenant's turn, and keeps it until the end. */
  #connect(): Promise<PoolClient> {
    return new Promise((resolve, reject) => {
      const turn = this.turns.run(this.tenantId, async () => {
        const client = await this.pool.connect();
        const ended = new Promise<void>((end) => (this.#end = end));
        resolve(client);
        await ended;
        await this.#giveBack(client);
      });
      turn.catch(reject);
    });
  }

  /** If one of these fails, the statement after them fails too. */
  #begin(client: PoolClient): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    client.query('BEGIN ISOLATION LEVEL REPEATABLE READ').catch(() => undefined);
    setTenant(client, this.tenantId).catch(() => undefined);
  }

  async #giveBack(client: PoolClient): Promise<void> {
    try {
      await client.query(this.#failure ? 'ROLLBACK' : 'COMMIT');
      client.release();
    } catch {
      client.release(true);
    }
  }
}
