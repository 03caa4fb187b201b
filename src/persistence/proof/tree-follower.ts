import type { Pool, PoolClient } from 'pg';
import { onConnection } from '../database/pool';
import { byteaArray } from '../database/binary-arrays';
import { run, setTenant, type Statement } from '../database/statement';
import { LedgerRounds, MAX_TENANTS, type StepResult } from '../follow-ledgers';
import { FAN_OUT, HEIGHT_STEP, leafHash, rootOfComplete } from './merkle';

/** The name under which the job keeps how far it has come. */
export const TREE_FOLLOWER = 'tree';
/** Most movements that are hashed in one transaction: some milliseconds. */
const MAX_MOVEMENTS = 16 * FAN_OUT;
/** The share of the time that it works at most, so that it takes little from who posts at the same time. */
const SHARE = 0.25;

const DUE: Statement = {
  name: 'tree_due',
  text: `SELECT head.tenant_id AS "tenantId" FROM ledger_head head
    LEFT JOIN ledger_follower f ON f.tenant_id = head.tenant_id AND f.name = $1
    WHERE head.tenant_id > $2 AND head.sequence >= coalesce(f.sequence, 0) + ${FAN_OUT}
    ORDER BY head.tenant_id LIMIT ${MAX_TENANTS}`,
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
  readonly #rounds: LedgerRounds;

  constructor(private readonly options: TreeFollowerOptions) {
    this.#rounds = new LedgerRounds({
      ...{ name: TREE_FOLLOWER, pool: options.pool, due: DUE },
      step: (tenantId) => this.#step(tenantId),
      warn: (error) => {
        options.warn('a ledger could not be taken into its tree; trying again', error);
      },
    });
  }

  /** Follows until `close`. */
  start(): void {
    this.#rounds.start();
  }

  /** Takes in everything that the ledgers hold now. False: a fault kept it from some of them. */
  catchUp(): Promise<boolean> {
    return this.#rounds.catchUp();
  }

  /** Waits for the stretch that it is working on. */
  close(): Promise<void> {
    return this.#rounds.close();
  }

  /** NOTHING: there is nothing to do, or another process does it. */
  async #step(tenantId: string): Promise<StepResult> {
    const startedAtMs = performance.now();
    await this.#rounds.begin(tenantId);
    const moved = await onConnection(await this.options.pool.connect(), async (session) => {
      await session.query('BEGIN');
      await setTenant(session, tenantId);
      const grown = await grow(session, tenantId);
      await session.query('COMMIT');
      return grown;
    });
    await this.#rounds.pause((performance.now() - startedAtMs) * (1 / SHARE - 1));
    return moved ? 'MOVED' : 'NOTHING';
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
