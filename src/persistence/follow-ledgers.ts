import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Statement } from './database/statement';

/** Most tenants that are looked up at a time: the LIMIT of a `due` statement. */
export const MAX_TENANTS = 100;
/** How long a job waits when all ledgers have been read to their end, when tenants rest, and after a fault. */
const PAUSE_MS = 1_000;
const PAUSE_OF_REST_MS = 100;
const PAUSE_AFTER_FAULT_MS = 5_000;

const BEFORE_ALL_IDS = '00000000-0000-0000-0000-000000000000';

const START: Statement = {
  name: 'follower_start',
  text: 'INSERT INTO ledger_follower (tenant_id, name, sequence) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING',
};

/** What became of one look at a tenant. RESTS: it has news, and is looked at later. */
export type StepResult = 'MOVED' | 'NOTHING' | 'RESTS';

/** A job that follows every ledger with a cursor of its own. */
export interface Follower {
  /** The name under which it keeps how far it has come. */
  readonly name: string;
  readonly pool: Pool;
  /** The tenants behind an id that have news, in the order of their ids: `$1` is the name, `$2` the id. */
  readonly due: Statement;
  readonly step: (tenantId: string) => Promise<StepResult>;
  /** Told of a fault, after which it goes on. */
  readonly warn: (error: unknown) => void;
}

/** What became of one look at each tenant. */
interface Round {
  readonly moved: boolean;
  readonly rests: boolean;
  readonly failed: boolean;
}

/** Takes one stretch of each ledger after the other, again and again. */
export class LedgerRounds {
  readonly #stop = new AbortController();
  #following: Promise<void> | undefined;

  constructor(private readonly follower: Follower) {}

  /** Follows until `close`. */
  start(): void {
    this.#following ??= this.#follow();
  }

  /** Takes everything that the ledgers hold now. False: a fault kept it from some of them. */
  async catchUp(): Promise<boolean> {
    for (;;) {
      const { moved, rests, failed } = await this.#round();
      if ((!moved && !rests) || failed || this.#isStopped()) return !failed;
      if (!moved) await this.pause(PAUSE_OF_REST_MS);
    }
  }

  /** Waits for the stretch that is being taken. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#following;
  }

  /** Waits, or until it is told to stop. */
  async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stop.signal, ref: false }).catch(() => undefined);
  }

  /** Makes a cursor where there is none. Not in the transaction of a step: another process would wait for its end. */
  async begin(tenantId: string): Promise<void> {
    const { pool, name } = this.follower;
    await pool.query({ ...START, values: [tenantId, name] });
  }

  async #follow(): Promise<void> {
    while (!this.#isStopped()) {
      const { moved, rests, failed } = await this.#round();
      if (failed) await this.pause(PAUSE_AFTER_FAULT_MS);
      else if (!moved) await this.pause(rests ? PAUSE_OF_REST_MS : PAUSE_MS);
    }
  }

  /** Takes one stretch of each tenant that has news. What fails for one tenant does not keep it from the next. */
  async #round(): Promise<Round> {
    const result = { moved: false, rests: false, failed: false };
    const attempt = async <Value>(work: Promise<Value>): Promise<Value | undefined> => {
      try {
        return await work;
      } catch (error) {
        result.failed = true;
        this.follower.warn(error);
        return undefined;
      }
    };
    for (let last: string | undefined = BEFORE_ALL_IDS; last !== undefined && !this.#isStopped();) {
      const due: string[] = (await attempt(this.#due(last))) ?? [];
      for (const tenantId of due) {
        if (this.#isStopped()) break;
        const became = await attempt(this.follower.step(tenantId));
        if (became === 'MOVED') result.moved = true;
        if (became === 'RESTS') result.rests = true;
      }
      last = due.length < MAX_TENANTS ? undefined : due.at(-1);
    }
    return result;
  }

  async #due(after: string): Promise<string[]> {
    const { pool, due, name } = this.follower;
    const { rows } = await pool.query<{ tenantId: string }>({ ...due, values: [name, after] });
    return rows.map(({ tenantId }) => tenantId);
  }

  #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }
}
