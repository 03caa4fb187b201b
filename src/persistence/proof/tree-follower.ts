import type { Pool, PoolClient } from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { onConnection } from '../database/pool';
import { byteaArray, run, setTenant, type Statement } from '../database/statement';
import { FAN_OUT, HEIGHT_STEP, leafHash, rootOfComplete } from './merkle';

/** The name under which the job keeps how far it has come. */
export const TREE_FOLLOWER = 'tree';
/** Most movements that are hashed in one transaction: some milliseconds. */
const MAX_MOVEMENTS = 16 * FAN_OUT;
/** Most tenants that are looked up at a time. */
const MAX_TENANTS = 100;
/** The share of the time that it works at most, so that it takes little from who posts at the same time. */
const SHARE = 0.25;
const PAUSE_MS = 1_000;
const PAUSE_AFTER_FAULT_MS = 5_000;

const BEFORE_ALL_IDS = '00000000-0000-0000-0000-000000000000';

const DUE: Statement = {
  name: 'tree_due',
  text: `SELECT head.tenant_id AS "tenantId" FROM ledger_head head
    LEFT JOIN ledger_follower f ON f.tenant_id = head.tenant_id AND f.name = $1
    WHERE head.tenant_id > $2 AND head.sequence >= coalesce(f.sequence, 0) + ${FAN_OUT}
    ORDER BY head.tenant_id LIMIT ${MAX_TENANTS}`,
};

const START: Statement = {
  name: 'tree_start',
  text: 'INSERT INTO ledger_follower (tenant_id, name, sequence) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING',
};

const CLAIM: Statement = {
  name: 'tree_claim',
  text: `SELECT f.sequence AS "after", least(f.sequence + ${MAX_MOVEMENTS}, head.sequence)::bigint AS "upTo"
    FROM ledger_follower f JOIN ledger_head head ON head.tenant_id = f.tenant_id
    WHERE f.tenant_id = $1 AND f.name = $2 AND head.sequence >= f.sequence + ${FAN_OUT}
    FOR UPDATE OF f SKIP LOCKED`,
};

const READ_LEAVES: Statement = {
  name: 'tree_leaves',
  text: 'SELECT hash FROM movement WHERE tenant_id = $1 AND sequence > $2 AND sequence <= $3 ORDER BY sequence',
};

const READ_NODES: Statement = {
  name: 'tree_nodes',
  text: `SELECT hash FROM ledger_tree_node WHERE tenant_id = $1 AND height = $2 AND index >= $3 AND index < $4
    ORDER BY index`,
};

const ADD_NODES: Statement = {
  name: 'tree_add_nodes',
  text: `INSERT INTO ledger_tree_node (tenant_id, height, index, hash)
    SELECT $1, $2, $3::bigint + node.number - 1, node.hash
    FROM unnest($4::bytea[]) WITH ORDINALITY AS node(hash, number)`,
};

const ADVANCE: Statement = {
  name: 'tree_advance',
  text: 'UPDATE ledger_follower SET sequence = $3 WHERE tenant_id = $1 AND name = $2',
};

export interface TreeFollowerOptions {
  /** Its sessions are an operator's. One connection is enough. */
  readonly pool: Pool;
  /** Told of a fault, after which it goes on. */
  readonly warn: (message: string, error: unknown) => void;
}

/**
 * Keeps the Merkle tree of every ledger, behind it: posting knows nothing of it. Several processes may follow one ledger;
 * each stretch is taken by one of them, in the transaction that moves the cursor.
 */
export class TreeFollower {
  readonly #stop = new AbortController();
  #following: Promise<void> | undefined;

  constructor(private readonly options: TreeFollowerOptions) {}

  /** Follows until `close`. */
  start(): void {
    this.#following ??= this.#follow();
  }

  /** Takes in everything that the ledgers hold now. False: a fault kept it from some of them. */
  async catchUp(): Promise<boolean> {
    for (;;) {
      const { moved, failed } = await this.#round();
      if (!moved || failed || this.#isStopped()) return !failed;
    }
  }

  /** Waits for the stretch that it is working on. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#following;
  }

  async #follow(): Promise<void> {
    while (!this.#isStopped()) {
      const { moved, failed } = await this.#round();
      if (failed) await this.#pause(PAUSE_AFTER_FAULT_MS);
      else if (!moved) await this.#pause(PAUSE_MS);
    }
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stop.signal, ref: false }).catch(() => undefined);
  }

  #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Takes one stretch of each ledger that has grown by enough. What fails for one does not keep it from the next. */
  async #round(): Promise<{ readonly moved: boolean; readonly failed: boolean }> {
    const result = { moved: false, failed: false };
    const attempt = async <Value>(work: Promise<Value>): Promise<Value | undefined> => {
      try {
        return await work;
      } catch (error) {
        result.failed = true;
        this.options.warn('a ledger could not be taken into its tree; trying again', error);
        return undefined;
      }
    };
    for (let last: string | undefined = BEFORE_ALL_IDS; last !== undefined && !this.#isStopped();) {
      const due: string[] = (await attempt(this.#due(last))) ?? [];
      for (const tenantId of due) {
        if (this.#isStopped()) break;
        if (await attempt(this.#step(tenantId))) result.moved = true;
      }
      last = due.length < MAX_TENANTS ? undefined : due.at(-1);
    }
    return result;
  }

  async #due(after: string): Promise<string[]> {
    const { rows } = await this.options.pool.query<{ tenantId: string }>({ ...DUE, values: [TREE_FOLLOWER, after] });
    return rows.map(({ tenantId }) => tenantId);
  }

  /** False: there is nothing to do, or another process does it. */
  async #step(tenantId: string): Promise<boolean> {
    const startedAtMs = performance.now();
    // Not in the transaction: another process would wait for its end.
    await this.options.pool.query({ ...START, values: [tenantId, TREE_FOLLOWER] });
    const moved = await onConnection(await this.options.pool.connect(), async (session) => {
      await session.query('BEGIN');
      await setTenant(session, tenantId);
      const grown = await grow(session, tenantId);
      await session.query('COMMIT');
      return grown;
    });
    await this.#pause((performance.now() - startedAtMs) * (1 / SHARE - 1));
    return moved;
  }
}

interface Claimed {
  readonly after: number;
  readonly upTo: number;
}

/** Adds the roots of the parts that the next movements complete. */
async function grow(session: PoolClient, tenantId: string): Promise<boolean> {
  const [claimed] = (await run<Claimed>(session, CLAIM, [tenantId, TREE_FOLLOWER])).rows;
  if (!claimed) return false;
  const { after } = claimed;
  const upTo = claimed.upTo - (claimed.upTo % FAN_OUT);
  let below = (await run<{ hash: Buffer }>(session, READ_LEAVES, [tenantId, after, upTo])).rows.map(({ hash }) =>
    leafHash(hash),
  );
  if (below.length !== upTo - after) throw new Error(`There are movements missing between ${after} and ${upTo}.`);
  for (let height = HEIGHT_STEP; below.length > 0; height += HEIGHT_STEP) {
    const [first, end] = [after, upTo].map((leaves) => Math.floor(leaves / 2 ** height)) as [number, number];
    const roots = Array.from({ length: end - first }, (_, at) =>
      rootOfComplete(below.slice(at * FAN_OUT, (at + 1) * FAN_OUT)),
    );
    if (roots.length > 0) {
      await run(session, ADD_NODES, [tenantId, height, first, byteaArray(roots.map((root) => root.toString('hex')))]);
    }
    below = await childrenOfNext(session, tenantId, height, { after, upTo });
  }
  await run(session, ADVANCE, [tenantId, TREE_FOLLOWER, upTo]);
  return true;
}

/** The nodes of a height that make up what is now complete one step above it. */
async function childrenOfNext(
  session: PoolClient,
  tenantId: string,
  height: number,
  { after, upTo }: Claimed,
): Promise<Buffer[]> {
  const [first, end] = [after, upTo].map((leaves) => Math.floor(leaves / 2 ** (height + HEIGHT_STEP)) * FAN_OUT);
  if (first === end) return [];
  const { rows } = await run<{ hash: Buffer }>(session, READ_NODES, [tenantId, height, first, end]);
  return rows.map(({ hash }) => hash);
}
