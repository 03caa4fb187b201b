import type { Pool, PoolClient } from 'pg';
import { ReinterpretedCatalogue, type Catalogue } from '../../domain/catalogue/catalogue-map';
import { askedReads } from '../../domain/ledger/asked-reads';
import { LedgerState, type LoadedLedger } from '../../domain/ledger/ledger-state';
import { planBatch, type Settled } from '../../domain/ledger/plan-batch';
import type { Posting } from '../../domain/ledger/posting';
import type { PlanningTools } from '../../domain/ledger/unit-of-work';
import { isConnectionLoss } from './faults';
import { CatalogueCache, namesOf, readCatalogue } from './read-catalogue';
import { readInventoryRecords, readOrders } from './read-documents';
import {
  lockHead,
  readClock,
  readDeltasAfter,
  readLevels,
  readOutcomes,
  rowVersionLeftBy,
  wasCommitted,
  type AttemptedCommit,
  type LockedHead,
} from './read-ledger';
import { changesCatalogue, hasWrites, writeBatch } from './write-batch';

/** What is read by ids that the catalogue gives. */
type NamedReads = Pick<LoadedLedger, 'asked' | 'levels' | 'deltasAfter' | 'orders' | 'inventoryRecords'>;

/** What a COMMIT of unknown fate would have meant. */
export interface Undecided extends AttemptedCommit {
  readonly settled: Settled[];
}

export class CommitFateUnknown extends Error {
  constructor(
    readonly undecided: Undecided,
    cause: unknown,
  ) {
    super('The connection was lost while a batch was being committed.', { cause });
  }
}

/** The ledger as a batch with a movement leaves it once its COMMIT, which has been sent, takes effect. */
export interface Foreseen {
  readonly ledger: LedgerState;
  /** Of the head's row, once the COMMIT has taken effect and as long as nobody else has written. */
  readonly rowVersion: string;
}

/** What a batch can be planned on while the one before is being committed. */
export interface Foundation extends Foreseen {
  /** Resolves when the batch before is settled, however that ended. */
  readonly settled: Promise<unknown>;
}

/** Hears of what a batch leaves, when everything has been sent and nothing of it is known to have arrived. */
export type OnSent = (foreseen: Foreseen) => void;

export interface TransactionDeps {
  /** Connections in pipeline mode, with statement and lock timeouts. */
  readonly pool: Pool;
  readonly tools: PlanningTools;
}

/**
 * Posts batches of one tenant, one transaction each. Keeps what it has read of the catalogue between batches; the
 * head's catalogue revision, read under the lock, tells whether that is still good.
 */
export class Transactions {
  #cache: CatalogueCache | undefined;
  #isOpening = false;

  constructor(
    private readonly tenantId: string,
    private readonly deps: TransactionDeps,
  ) {}

  /** To be called when a transaction has failed: whatever was kept may be why. */
  forget(): void {
    this.#cache = undefined;
  }

  /** Locks, reads, plans and writes. With the fate of an earlier attempt undecided, finds out about that first. */
  async post(
    postings: readonly Posting<unknown>[],
    undecided: Undecided | undefined,
    onSent: OnSent,
  ): Promise<Settled[]> {
    return onConnection(await this.deps.pool.connect(), async (client) => {
      const { locked, nowMs, loaded } = await this.#load(client, postings);
      // The lock is ours, so whoever held it for the earlier attempt has committed or gone.
      if (undecided && (await wasCommitted(client, this.tenantId, locked, undecided))) {
        await client.query('ROLLBACK');
        return undecided.settled;
      }
      const recordedAtMs = Math.max(nowMs, locked.head.recordedAtMs);
      const { ledger, settled } = await this.#plan(client, postings, loaded, recordedAtMs);
      return this.#finish(client, { ledger, locked, settled }, onSent);
    });
  }

  /**
   * Reads and plans while the batch before is being committed, on what that one will leave, and takes the lock when it
   * is through. Undefined where this cannot be done, or the ledger is not as foreseen then: nothing has been written.
   */
  async postAhead(
    postings: readonly Posting<unknown>[],
    foundation: Foundation,
    onSent: OnSent,
  ): Promise<Settled[] | undefined> {
    const cache = this.#cache;
    // Sums of the ledger's tail can be read before the other's COMMIT or after it, and do not say which.
    const sumsDeltas = postings.some(({ reads }) => reads.counts?.some(({ asOfMs }) => asOfMs !== null));
    if (sumsDeltas || cache?.covers(namesOf(postings)) !== true) return undefined;
    const spare = await this.#spareConnection(foundation.settled);
    if (!spare) return undefined;
    return onConnection(spare, async (client) => {
      // What the batch before writes are new rows and new values of rows, which are laid over what is read: be it read
      // before its COMMIT or after. Nobody else writes meanwhile, as it has the lock.
      const { reads, locking } = inOnePacket(client, () => ({
        reads: [
          client.query('BEGIN'),
          readClock(client),
          readOutcomes(client, postings),
          this.#readNamed(client, postings, cache.map),
        ] as const,
        locking: lockHead(client, this.tenantId),
      }));
      // Where a read fails first, nobody waits for it.
      locking.catch(() => undefined);
      const [, nowMs, outcomes, named] = await Promise.all(reads);
      const { ledger: before } = foundation;
      const read = { head: before.head, outcomes, catalogue: cache.map, ...named };
      const ledger = new LedgerState(withMore(read, leftBy(before)), Math.max(nowMs, before.head.recordedAtMs));
      const settled = planBatch(ledger, postings, this.deps.tools);
      const locked = await locking;
      if (isAsForeseen(locked, foundation) && ledger.catalogue.lateMeanings.size === 0) {
        return this.#finish(client, { ledger, locked, settled }, onSent);
      }
      await client.query('ROLLBACK');
      return undefined;
    });
  }

  /**
   * A further connection, where one can be had without taking it from a tenant whose batch waits for one, and before the
   * batch before is settled: one that is slow to open is for those that come later.
   */
  async #spareConnection(settled: Promise<unknown>): Promise<PoolClient | undefined> {
    const { pool } = this.deps;
    const isFree = pool.waitingCount === 0 && (pool.idleCount > 0 || pool.totalCount < pool.options.max);
    if (this.#isOpening || !isFree) return undefined;
    this.#isOpening = true;
    const opening = pool
      .connect()
      .catch(() => undefined)
      .finally(() => {
        this.#isOpening = false;
      });
    const opened = await Promise.race([opening, settled.then(() => undefined)]);
    if (!opened) void opening.then((late) => late?.release());
    return opened;
  }

  /** Locks the head and reads what the plans ask for; one round trip where the catalogue's names are known already. */
  async #load(
    client: PoolClient,
    postings: readonly Posting<unknown>[],
  ): Promise<{ locked: LockedHead; nowMs: number; loaded: LoadedLedger }> {
    const names = namesOf(postings);
    const guess = this.#cache?.covers(names) === true ? this.#cache : undefined;
    const asked = inOnePacket(
      client,
      () =>
        [
          client.query('BEGIN'),
          lockHead(client, this.tenantId),
          readClock(client),
          readOutcomes(client, postings),
          guess ? this.#readNamed(client, postings, guess.map) : Promise.resolve(undefined),
        ] as const,
    );
    const [, locked, nowMs, outcomes, early] = await Promise.all(asked);
    const cache = this.#validCache(locked);
    if (cache !== guess) await readCatalogue(client, this.tenantId, cache, names);
    const read = early && cache === guess ? early : await this.#readNamed(client, postings, cache.map);
    return { locked, nowMs, loaded: { head: locked.head, outcomes, catalogue: cache.map, ...read } };
  }

  /** Plans the batch; once more, with more levels read, where postings have given a name to an item that was there. */
  async #plan(
    client: PoolClient,
    postings: readonly Posting<unknown>[],
    loaded: LoadedLedger,
    recordedAtMs: number,
  ): Promise<{ ledger: LedgerState; settled: Settled[] }> {
    const known = new Set<string>();
    for (let read = loaded; ;) {
      const ledger = new LedgerState(read, recordedAtMs);
      const settled = planBatch(ledger, postings, this.deps.tools);
      const late = [...ledger.catalogue.lateMeanings].filter(([key]) => !known.has(key));
      if (late.length === 0) return { ledger, settled };
      for (const [key, row] of late) {
        known.add(key);
        read = withMore(read, await this.#readNamed(client, postings, new ReinterpretedCatalogue(read.catalogue, row)));
      }
    }
  }

  /** Reads what has to be named by ids, which the catalogue gives. */
  async #readNamed(
    client: PoolClient,
    postings: readonly Posting<unknown>[],
    catalogue: Catalogue,
  ): Promise<NamedReads> {
    const asked = askedReads(postings, catalogue, this.deps.tools.sha256);
    const [levels, deltasAfter, orders, inventoryRecords] = await Promise.all([
      readLevels(client, this.tenantId, asked),
      readDeltasAfter(client, this.tenantId, asked.deltasAfter),
      readOrders(client, postings),
      readInventoryRecords(client, this.tenantId, [...asked.recordsAt.values()]),
    ]);
    return { asked: [asked], levels, deltasAfter, orders, inventoryRecords };
  }

  #validCache({ catalogueRevision }: LockedHead): CatalogueCache {
    if (this.#cache?.revision !== catalogueRevision || this.#cache.isFull) {
      this.#cache = new CatalogueCache(catalogueRevision);
    }
    return this.#cache;
  }

  /** Writes what was planned under the lock, if anything, and commits. */
  async #finish(
    client: PoolClient,
    { ledger, locked, settled }: { ledger: LedgerState; locked: LockedHead; settled: Settled[] },
    onSent: OnSent,
  ): Promise<Settled[]> {
    const { writes } = ledger;
    if (!hasWrites(writes)) {
      await client.query('ROLLBACK');
      return settled;
    }
    const sent = inOnePacket(client, () => [...writeBatch(client, this.tenantId, ledger), client.query('COMMIT')]);
    if (changesCatalogue(writes)) this.#cache = undefined;
    else if (writes.movements.length > 0) onSent({ ledger, rowVersion: rowVersionLeftBy(locked) });
    try {
      await Promise.all(sent);
      return settled;
    } catch (error) {
      const undecided = { locked, lastMovement: writes.movements.at(-1), settled };
      throw isConnectionLoss(error) ? new CommitFateUnknown(undecided, error) : error;
    }
  }
}

async function onConnection<Result>(
  client: PoolClient,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  try {
    const result = await work(client);
    client.release();
    return result;
  } catch (error) {
    // A connection in an unknown state is not worth mending: the server rolls back what it had begun.
    client.release(true);
    throw error;
  }
}

/**
 * Whether the ledger is as the batch before was to leave it. Its last movement's hash says that it was committed, for
 * which a transaction's id alone would not do (ADR 4); the row version says that nothing without a movement came after.
 */
function isAsForeseen({ head, rowVersion }: LockedHead, foreseen: Foreseen): boolean {
  return rowVersion === foreseen.rowVersion && head.hash === foreseen.ledger.head.hash;
}

/** Hands what `send` asks of a pipelined connection to the network at once, instead of statement by statement. */
function inOnePacket<Sent>({ connection: { stream } }: PoolClient, send: () => Sent): Sent {
  stream.cork();
  try {
    return send();
  } finally {
    stream.uncork();
  }
}

/** What was read and more of it: of two with the same key the later one stands. */
function withMore(read: LoadedLedger, more: NamedReads & Partial<LoadedLedger>): LoadedLedger {
  return {
    ...read,
    outcomes: [...read.outcomes, ...(more.outcomes ?? [])],
    asked: [...read.asked, ...more.asked],
    levels: [...read.levels, ...more.levels],
    deltasAfter: [...read.deltasAfter, ...more.deltasAfter],
    orders: [...read.orders, ...more.orders],
    inventoryRecords: [...read.inventoryRecords, ...more.inventoryRecords],
  };
}

/** What a batch leaves for the next one to read. */
function leftBy(batch: LedgerState): NamedReads & Pick<LoadedLedger, 'outcomes'> {
  const { outcomes, newOrders, changedOrders, inventoryRecords } = batch.writes;
  const orders = [...newOrders, ...changedOrders];
  return { outcomes, asked: [], levels: batch.touchedLevels(), deltasAfter: [], orders, inventoryRecords };
}
