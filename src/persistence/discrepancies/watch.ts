import type { Pool, PoolClient } from 'pg';
import { codeOf } from '../database/errors';
import { onConnection } from '../database/pool';
import { run, setTenant, type Statement } from '../database/statement';
import type { Session } from '../database/statement';
import { LedgerRounds, MAX_TENANTS, type StepResult } from '../follow-ledgers';
import { LEVEL_FOLLOWER, PAST_FOLLOWER } from './followers';
import { judgeLevels } from './judge-levels';
import { judgePast } from './negative-in-the-past';
import type { Stretch } from './stretch';

/** Most movements that are looked at in one transaction. It gets fewer when they take too long. */
const MAX_MOVEMENTS = 1_000;
/** Most entries of these movements, unless the first of them has more. */
const MAX_ENTRIES = 10_000;
/** How often a movement is tried alone before it is passed by: the database may have been slow for another reason. */
const MAX_TRIES = 3;
/** The share of the time that it works for a tenant at most, so that it takes little from who posts at the same time. */
const SHARE = 0.1;
/** The longest rest of all tenants for what one of them takes. */
const MAX_SHARED_REST_MS = 200;

const DUE: Statement = {
  name: 'discrepancies_due',
  text: `SELECT head.tenant_id AS "tenantId" FROM ledger_head head
    LEFT JOIN ledger_follower f ON f.tenant_id = head.tenant_id AND f.name = $1
    WHERE head.tenant_id > $2 AND head.sequence > coalesce(f.sequence, 0) ORDER BY head.tenant_id LIMIT ${MAX_TENANTS}`,
};

const CLAIM: Statement = {
  name: 'discrepancies_claim',
  text: `SELECT f.sequence AS "after", least(f.sequence + $3, head.sequence, (
      SELECT greatest(f.sequence + 1, e.sequence - 1) FROM ledger_entry e
      WHERE e.tenant_id = $1 AND e.sequence > f.sequence AND e.sequence <= f.sequence + $3
      ORDER BY e.sequence, e.leg OFFSET ${MAX_ENTRIES} LIMIT 1))::bigint AS "upTo"
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

/** What is looked for along one cursor. */
interface Task {
  /** The name under which it keeps how far it has come. */
  readonly name: string;
  readonly judge: (session: Session, stretch: Stretch) => Promise<void>;
  /**
   * Whether it goes on behind a movement that takes too long alone. What a level holds is judged by what it held before,
   * so there nothing may be passed by.
   */
  readonly passesBy: boolean;
}

/** The past has a cursor of its own: it can take long, and of older ledgers it is not looked at. */
const TASKS: readonly Task[] = [
  { name: LEVEL_FOLLOWER, judge: judgeLevels, passesBy: false },
  { name: PAST_FOLLOWER, judge: judgePast, passesBy: true },
];

/**
 * Follows every ledger and keeps its discrepancies. It reads what is committed, so posting never waits for it. Several
 * processes may watch one database: each stretch of a ledger is taken by one of them.
 */
export class DiscrepancyWatch {
  readonly #tasks: readonly FollowedTask[];

  constructor(options: DiscrepancyWatchOptions) {
    this.#tasks = TASKS.map((task) => new FollowedTask(task, options));
  }

  /** Watches until `close`. */
  start(): void {
    for (const { rounds } of this.#tasks) rounds.start();
  }

  /** Looks at everything that the ledgers hold now. False: a fault kept it from some of them. */
  async catchUp(): Promise<boolean> {
    let hasAll = true;
    for (const { rounds } of this.#tasks) hasAll = (await rounds.catchUp()) && hasAll;
    return hasAll;
  }

  /** Waits for the stretches that it is looking at. */
  async close(): Promise<void> {
    await Promise.all(this.#tasks.map(({ rounds }) => rounds.close()));
  }
}

/** One task in all ledgers. */
class FollowedTask {
  readonly rounds: LedgerRounds;
  /** How many movements of a tenant are looked at next, after a stretch that took too long. */
  readonly #sizes = new Map<string, number>();
  /** How often the next movement of a tenant took too long alone. */
  readonly #tries = new Map<string, number>();
  /** Until when a tenant rests, by the clock that never goes back. */
  readonly #restsUntilMs = new Map<string, number>();

  constructor(
    private readonly task: Task,
    private readonly options: DiscrepancyWatchOptions,
  ) {
    this.rounds = new LedgerRounds({
      ...{ name: task.name, pool: options.pool, due: DUE },
      step: (tenantId) => this.#step(tenantId),
      warn: (error) => {
        options.warn('discrepancies could not be looked for; trying again', error);
      },
    });
  }

  /** Looks at the next movements of a tenant. NOTHING: there are none, or another process is looking at them. */
  async #step(tenantId: string): Promise<StepResult> {
    if ((this.#restsUntilMs.get(tenantId) ?? 0) > performance.now()) return 'RESTS';
    let startedAtMs = performance.now();
    const most = this.#sizes.get(tenantId) ?? MAX_MOVEMENTS;
    let stretch: Stretch | undefined;
    try {
      await this.rounds.begin(tenantId);
      const { name, judge } = this.task;
      const client = await this.options.pool.connect();
      // The other task may have had the connection until now.
      startedAtMs = performance.now();
      await onConnection(client, async (session) => {
        await session.query('BEGIN');
        await setTenant(session, tenantId);
        stretch = await claim(session, tenantId, name, most);
        if (stretch) await judge(session, stretch);
        if (stretch) await run(session, ADVANCE, [tenantId, name, stretch.upTo]);
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
    await this.rounds.pause(Math.min(restMs, MAX_SHARED_REST_MS));
    return stretch === undefined ? 'NOTHING' : 'MOVED';
  }

  /** Takes less the next time, or goes on behind a movement that takes too long alone. */
  async #tookTooLong({ tenantId, after, upTo }: Stretch, error: unknown): Promise<void> {
    this.#sizes.set(tenantId, Math.max(1, Math.floor((upTo - after) / 10)));
    if (upTo - after > 1) return;
    const tries = (this.#tries.get(tenantId) ?? 0) + 1;
    this.#tries.set(tenantId, tries);
    if (tries < MAX_TRIES) return;
    if (!this.task.passesBy) throw error;
    this.#tries.delete(tenantId);
    this.options.warn(`movement ${upTo} of tenant ${tenantId} was not looked at for discrepancies`, error);
    await this.options.pool.query({ ...ADVANCE, values: [tenantId, this.task.name, upTo] });
  }
}

/** query_canceled, by statement_timeout. */
const TIMED_OUT = '57014';

async function claim(session: PoolClient, tenantId: string, name: string, most: number): Promise<Stretch | undefined> {
  const { rows } = await run<{ after: number; upTo: number }>(session, CLAIM, [tenantId, name, most]);
  return rows[0] && { tenantId, ...rows[0] };
}
