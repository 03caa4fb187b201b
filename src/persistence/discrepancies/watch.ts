import type { Pool, PoolClient } from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from '../database/errors';
import { onConnection } from '../database/pool';
import { run, setTenant, type Statement } from '../database/statement';
import { judgeStretch } from './judge';
import type { Stretch } from './read-events';

/** The name under which the job keeps how far it has come. */
const FOLLOWER = 'discrepancies';
/** Most movements that are looked at in one transaction. It gets fewer when they take too long. */
const MAX_MOVEMENTS = 1_000;
/** How often a movement is tried alone before it is passed by: the database may have been slow for another reason. */
const MAX_TRIES = 3;
/** Most tenants that are looked up at a time. */
const MAX_TENANTS = 100;
/** The share of the time that it works for a tenant at most, so that it takes little from who posts at the same time. */
const SHARE = 0.1;
/** The longest rest of all tenants for what one of them takes. */
const MAX_SHARED_REST_MS = 200;
/** How long it waits when all ledgers have been read to their end, when tenants rest, and after a fault. */
const PAUSE_MS = 1_000;
const PAUSE_OF_REST_MS = 100;
const PAUSE_AFTER_FAULT_MS = 5_000;

const BEFORE_ALL_IDS = '00000000-0000-0000-0000-000000000000';

const DUE: Statement = {
  name: 'discrepancies_due',
  text: `SELECT head.tenant_id AS "tenantId" FROM ledger_head head
    LEFT JOIN ledger_follower f ON f.tenant_id = head.tenant_id AND f.name = $1
    WHERE head.tenant_id > $2 AND head.sequence > coalesce(f.sequence, 0) ORDER BY head.tenant_id LIMIT ${MAX_TENANTS}`,
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

/** What became of one look at each tenant. */
interface Round {
  /** Whether anything was looked at. */
  readonly moved: boolean;
  /** Whether a tenant rests that has news. */
  readonly rests: boolean;
  readonly failed: boolean;
}

/**
 * Follows every ledger and keeps its discrepancies. It reads what is committed, so posting never waits for it. Several
 * processes may watch one database: each stretch of a ledger is taken by one of them.
 */
export class DiscrepancyWatch {
  readonly #stop = new AbortController();
  /** How many movements of a tenant are looked at next, after a stretch that took too long. */
  readonly #sizes = new Map<string, number>();
  /** How often the next movement of a tenant took too long alone. */
  readonly #tries = new Map<string, number>();
  /** Until when a tenant rests, by the clock that never goes back. */
  readonly #restsUntilMs = new Map<string, number>();
  #watching: Promise<void> | undefined;

  constructor(private readonly options: DiscrepancyWatchOptions) {}

  /** Watches until `close`. */
  start(): void {
    this.#watching ??= this.#watch();
  }

  /** Looks at everything that the ledgers hold now. False: a fault kept it from some of them. */
  async catchUp(): Promise<boolean> {
    for (;;) {
      const { moved, rests, failed } = await this.#round();
      if ((!moved && !rests) || failed || this.#isStopped()) return !failed;
      if (!moved) await this.#pause(PAUSE_OF_REST_MS);
    }
  }

  /** Waits for the stretch that it is looking at. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    while (!this.#isStopped()) {
      const { moved, rests, failed } = await this.#round();
      if (failed) await this.#pause(PAUSE_AFTER_FAULT_MS);
      else if (!moved) await this.#pause(rests ? PAUSE_OF_REST_MS : PAUSE_MS);
    }
  }

  /** Waits, or until it is told to stop. */
  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stop.signal, ref: false }).catch(() => undefined);
  }

  /** Looks at one stretch of each tenant that has news. What fails for one tenant does not keep it from the next. */
  async #round(): Promise<Round> {
    const result = { moved: false, rests: false, failed: false };
    const attempt = async <Value>(work: Promise<Value>): Promise<Value | undefined> => {
      try {
        return await work;
      } catch (error) {
        result.failed = true;
        this.options.warn('discrepancies could not be looked for; trying again', error);
        return undefined;
      }
    };
    for (let last: string | undefined = BEFORE_ALL_IDS; last !== undefined && !this.#isStopped();) {
      const due: string[] = (await attempt(this.#due(last))) ?? [];
      for (const tenantId of due) {
        if (this.#isStopped()) break;
        const rests = (this.#restsUntilMs.get(tenantId) ?? 0) > performance.now();
        if (rests) result.rests = true;
        else if (await attempt(this.#step(tenantId))) result.moved = true;
      }
      last = due.length < MAX_TENANTS ? undefined : due.at(-1);
    }
    return result;
  }

  #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  async #due(after: string): Promise<string[]> {
    const { rows } = await this.options.pool.query<{ tenantId: string }>({ ...DUE, values: [FOLLOWER, after] });
    return rows.map(({ tenantId }) => tenantId);
  }

  /** Looks at the next movements of a tenant. False: there are none, or another process is looking at them. */
  async #step(tenantId: string): Promise<boolean> {
    const startedAtMs = performance.now();
    const most = this.#sizes.get(tenantId) ?? MAX_MOVEMENTS;
    let stretch: Stretch | undefined;
    try {
      // Not in the transaction: another process would wait for its end.
      await this.options.pool.query({ ...START, values: [tenantId, FOLLOWER] });
      await onConnection(await this.options.pool.connect(), async (session) => {
        await session.query('BEGIN');
        await setTenant(session, tenantId);
        stretch = await claim(session, tenantId, most);
        if (stretch) await judgeStretch(session, stretch);
        if (stretch) await run(session, ADVANCE, [tenantId, FOLLOWER, stretch.upTo]);
        await session.query('COMMIT');
      });
      this.#tries.delete(tenantId);
      if (most < MAX_MOVEMENTS) this.#sizes.set(tenantId, Math.min(most * 2, MAX_MOVEMENTS));
      else this.#sizes.delete(tenantId);
    } catch (error) {
      if (codeOf(error) !== TIMED_OUT || stretch === undefined) throw error;
      await this.#tookTooLong(stretch, error);
    }
    const restMs = (performance.now() - startedAtMs) * (1 / SHARE - 1);
    this.#restsUntilMs.set(tenantId, performance.now() + restMs);
    await this.#pause(Math.min(restMs, MAX_SHARED_REST_MS));
    return stretch !== undefined;
  }

  /** Takes less the next time, or goes on behind a movement that takes too long alone. */
  async #tookTooLong({ tenantId, after, upTo }: Stretch, error: unknown): Promise<void> {
    this.#sizes.set(tenantId, Math.max(1, Math.floor((upTo - after) / 10)));
    if (upTo - after > 1) return;
    const tries = (this.#tries.get(tenantId) ?? 0) + 1;
    this.#tries.set(tenantId, tries);
    if (tries < MAX_TRIES) return;
    this.#tries.delete(tenantId);
    this.options.warn(`movement ${upTo} of tenant ${tenantId} was not looked at for discrepancies`, error);
    await this.options.pool.query({ ...ADVANCE, values: [tenantId, FOLLOWER, upTo] });
  }
}

/** query_canceled, by statement_timeout. */
const TIMED_OUT = '57014';

async function claim(session: PoolClient, tenantId: string, most: number): Promise<Stretch | undefined> {
  const { rows } = await run<{ after: number; upTo: number }>(session, CLAIM, [tenantId, FOLLOWER, most]);
  return rows[0] && { tenantId, ...rows[0] };
}
