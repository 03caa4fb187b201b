import type { Pool, PoolClient } from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from '../database/errors';
import { run, type Statement } from '../database/statement';
import { findDiscrepancies, type Stretch } from './find';

/** The name under which the job keeps how far it has come. */
const FOLLOWER = 'discrepancies';
/** Most movements that are looked at in one transaction. */
const MAX_MOVEMENTS = 1_000;
/** Most tenants that are looked up at a time. */
const MAX_TENANTS = 100;
/** The share of the time that it works at most, so that it takes little from who posts at the same time. */
const SHARE = 0.1;
/** How long it waits when all ledgers have been read to their end, and when the database does not answer. */
const PAUSE_MS = 1_000;
const PAUSE_AFTER_FAULT_MS = 5_000;

const DUE: Statement = {
  name: 'discrepancies_due',
  text: `SELECT head.tenant_id AS "tenantId" FROM ledger_head head
    LEFT JOIN ledger_follower f ON f.tenant_id = head.tenant_id AND f.name = $1
    WHERE head.sequence > coalesce(f.sequence, 0) LIMIT ${MAX_TENANTS}`,
};

const START: Statement = {
  name: 'discrepancies_start',
  text: `INSERT INTO ledger_follower (tenant_id, name, sequence) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING`,
};

const CLAIM: Statement = {
  name: 'discrepancies_claim',
  text: `SELECT f.sequence AS "after", least(f.sequence + $3, head.sequence)::bigint AS "upTo"
    FROM ledger_follower f JOIN ledger_head head ON head.tenant_id = f.tenant_id
    WHERE f.tenant_id = $1 AND f.name = $2 AND head.sequence > f.sequence
    FOR UPDATE OF f SKIP LOCKED`,
};

const ADVANCE: Statement = {
  name: 'discrepancies_advance',
  text: 'UPDATE ledger_follower SET sequence = $3 WHERE tenant_id = $1 AND name = $2 AND sequence < $3',
};

export interface DiscrepancyWatchOptions {
  /** One connection is enough. */
  readonly pool: Pool;
  /** Told of a fault, after which the watch goes on, and of a movement that it could not judge. */
  readonly warn: (message: string, error: unknown) => void;
}

/**
 * Follows every ledger and keeps its discrepancies. It reads what is committed, so posting never waits for it. Several
 * processes may watch one database: each stretch of a ledger is taken by one of them.
 */
export class DiscrepancyWatch {
  readonly #stop = new AbortController();
  #watching: Promise<void> | undefined;

  constructor(private readonly options: DiscrepancyWatchOptions) {}

  /** Watches until `close`. */
  start(): void {
    this.#watching ??= this.#watch();
  }

  /** Looks at everything that the ledgers hold now. */
  async catchUp(): Promise<void> {
    for (;;) {
      const { rows } = await this.options.pool.query<{ tenantId: string }>({ ...DUE, values: [FOLLOWER] });
      let steps = 0;
      for (const { tenantId } of rows) {
        if (this.#stop.signal.aborted) return;
        const startedAtMs = performance.now();
        if (await this.#step(tenantId, MAX_MOVEMENTS)) steps += 1;
        await this.#pause((performance.now() - startedAtMs) * (1 / SHARE - 1));
      }
      if (steps === 0) return;
    }
  }

  /** Waits for the stretch that it is looking at. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      let pauseMs = PAUSE_MS;
      try {
        await this.catchUp();
      } catch (error) {
        this.options.warn('discrepancies could not be looked for; trying again', error);
        pauseMs = PAUSE_AFTER_FAULT_MS;
      }
      await this.#pause(pauseMs);
    }
  }

  /** Waits, or until it is told to stop. */
  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stop.signal, ref: false }).catch(() => undefined);
  }

  /** Looks at the next movements of a tenant. False: there are none, or another process is looking at them. */
  async #step(tenantId: string, most: number): Promise<boolean> {
    let stretch: Stretch | undefined;
    try {
      await this.#inTransaction(async (session) => {
        stretch = await claim(session, tenantId, most);
        if (stretch) await findDiscrepancies(session, stretch);
        if (stretch) await run(session, ADVANCE, [tenantId, FOLLOWER, stretch.upTo]);
      });
      return stretch !== undefined;
    } catch (error) {
      if (codeOf(error) !== TIMED_OUT || stretch === undefined) throw error;
      if (stretch.upTo - stretch.after > 1) return this.#step(tenantId, Math.ceil((stretch.upTo - stretch.after) / 10));
      await this.#pass(stretch, error);
      return true;
    }
  }

  /** Goes on behind a movement that takes too long to judge, so that those after it are looked at. */
  async #pass({ tenantId, upTo }: Stretch, error: unknown): Promise<void> {
    this.options.warn(`movement ${upTo} of tenant ${tenantId} was not looked at for discrepancies`, error);
    await this.options.pool.query({ ...ADVANCE, values: [tenantId, FOLLOWER, upTo] });
  }

  async #inTransaction(work: (session: PoolClient) => Promise<void>): Promise<void> {
    const session = await this.options.pool.connect();
    let isUsable = true;
    try {
      await session.query('BEGIN');
      await work(session);
      await session.query('COMMIT');
    } catch (error) {
      isUsable = await session.query('ROLLBACK').then(
        () => true,
        () => false,
      );
      throw error;
    } finally {
      session.release(!isUsable);
    }
  }
}

/** query_canceled, by statement_timeout. */
const TIMED_OUT = '57014';

async function claim(session: PoolClient, tenantId: string, most: number): Promise<Stretch | undefined> {
  await run(session, START, [tenantId, FOLLOWER]);
  const { rows } = await run<{ after: number; upTo: number }>(session, CLAIM, [tenantId, FOLLOWER, most]);
  return rows[0] && { tenantId, ...rows[0] };
}
