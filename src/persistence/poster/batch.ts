import type { Pool, PoolClient } from 'pg';
import { LedgerUnavailableError } from '../../application/poster';
import { ReinterpretedCatalogue, type Catalogue } from '../../domain/catalogue-map';
import { LedgerState, type LoadedLedger } from '../../domain/ledger-state';
import { planBatch, type Settled } from '../../domain/plan-batch';
import type { Posting } from '../../domain/posting';
import type { PlanningTools } from '../../domain/unit-of-work';
import { isConnectionLoss, isTransient } from './faults';
import { CatalogueCache, namesOf, readCatalogue } from './read-catalogue';
import { readInventoryRecords, readOrders } from './read-documents';
import {
  lockHead,
  readClock,
  readDeltasAfter,
  readLevels,
  readOutcomes,
  wasCommitted,
  type AttemptedCommit,
  type LockedHead,
} from './read-ledger';
import { changesCatalogue, hasWrites, writeBatch } from './write-batch';

/** How long a batch is tried again while the database is in trouble, before its callers are told to come back. */
const RETRY_FOR_MS = 20_000;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

export interface BatchDeps {
  /** Connections in pipeline mode, with statement and lock timeouts. */
  readonly pool: Pool;
  readonly tools: PlanningTools;
  /** Called once for each retry, for the log. */
  readonly onRetry: (error: unknown) => void;
}

/** What is read by ids that the catalogue gives. */
type NamedReads = Pick<LoadedLedger, 'levels' | 'deltasAfter' | 'orders' | 'inventoryRecords'>;

/** What a COMMIT of unknown fate would have meant. */
interface Undecided extends AttemptedCommit {
  readonly settled: Settled[];
}

class CommitFateUnknown extends Error {
  constructor(
    readonly undecided: Undecided,
    cause: unknown,
  ) {
    super('The connection was lost while a batch was being committed.', { cause });
  }
}

/**
 * Posts batches of one tenant, one transaction each. Keeps what it has read of the catalogue between batches; the
 * head's catalogue revision, read under the lock, tells whether that is still good.
 */
export class BatchRunner {
  #cache: CatalogueCache | undefined;
  /** Set when the poster is closing and the database in trouble: what still waits is not worth its wait. */
  #hasGivenUp = false;

  constructor(
    private readonly tenantId: string,
    private readonly deps: BatchDeps,
    /** Aborted once the poster is closing: from then on a batch is not tried again. */
    private readonly closing: AbortSignal,
  ) {}

  /** Settles every posting, in order. Never rejects: what fails settles as an error. */
  async settle(postings: readonly Posting<unknown>[]): Promise<Settled[]> {
    if (this.#hasGivenUp) return postings.map(() => ({ error: new LedgerUnavailableError() }));
    const deadline = Date.now() + RETRY_FOR_MS;
    let undecided: Undecided | undefined;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return await this.#inTransaction(postings, undecided);
      } catch (error) {
        this.#cache = undefined;
        if (error instanceof CommitFateUnknown) undecided = error.undecided;
        else if (!isTransient(error)) return this.#splitAroundFault(postings, error);
        this.#hasGivenUp = this.closing.aborted;
        if (this.#hasGivenUp || Date.now() + pauseMs > deadline) {
          return postings.map(() => ({ error: new LedgerUnavailableError(error) }));
        }
        this.deps.onRetry(error);
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }

  /** Halves the batch until the posting at fault stands alone, so that nobody fails for a neighbour. */
  async #splitAroundFault(postings: readonly Posting<unknown>[], error: unknown): Promise<Settled[]> {
    if (postings.length === 1) return [{ error }];
    const half = postings.length >> 1;
    const first = await this.settle(postings.slice(0, half));
    return [...first, ...(await this.settle(postings.slice(half)))];
  }

  async #inTransaction(postings: readonly Posting<unknown>[], undecided: Undecided | undefined): Promise<Settled[]> {
    const client = await this.deps.pool.connect();
    try {
      const settled = await this.#lockPlanWrite(client, postings, undecided);
      client.release();
      return settled;
    } catch (error) {
      // A connection in an unknown state is not worth mending: the server rolls back what it had begun.
      client.release(true);
      throw error;
    }
  }

  async #lockPlanWrite(
    client: PoolClient,
    postings: readonly Posting<unknown>[],
    undecided: Undecided | undefined,
  ): Promise<Settled[]> {
    const { locked, nowMs, loaded } = await this.#load(client, postings);
    // The lock is ours, so whoever held it for the earlier attempt has committed or gone.
    if (undecided && (await wasCommitted(client, this.tenantId, locked, undecided))) {
      await client.query('ROLLBACK');
      return undecided.settled;
    }
    const recordedAtMs = Math.max(nowMs, locked.head.recordedAtMs);
    const { ledger, settled } = await this.#plan(client, postings, loaded, recordedAtMs);
    if (!hasWrites(ledger.writes)) {
      await client.query('ROLLBACK');
      return settled;
    }
    await this.#writeAndCommit(client, ledger, { locked, lastMovement: ledger.writes.movements.at(-1), settled });
    if (changesCatalogue(ledger.writes)) this.#cache = undefined;
    return settled;
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
      const late = [...ledger.lateMeanings].filter(([key]) => !known.has(key));
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
    const [levels, deltasAfter, orders, inventoryRecords] = await Promise.all([
      readLevels(client, postings, catalogue),
      readDeltasAfter(client, postings, catalogue),
      readOrders(client, postings),
      readInventoryRecords(client, postings, catalogue),
    ]);
    return { levels, deltasAfter, orders, inventoryRecords };
  }

  #validCache({ catalogueRevision }: LockedHead): CatalogueCache {
    if (this.#cache?.revision !== catalogueRevision || this.#cache.isFull) {
      this.#cache = new CatalogueCache(catalogueRevision);
    }
    return this.#cache;
  }

  async #writeAndCommit(client: PoolClient, ledger: LedgerState, undecided: Undecided): Promise<void> {
    try {
      const sent = inOnePacket(client, () => [...writeBatch(client, this.tenantId, ledger), client.query('COMMIT')]);
      await Promise.all(sent);
    } catch (error) {
      throw isConnectionLoss(error) ? new CommitFateUnknown(undecided, error) : error;
    }
  }
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

/** What is read twice is the same, as the head is locked. */
function withMore(read: LoadedLedger, more: NamedReads): LoadedLedger {
  return {
    ...read,
    levels: [...read.levels, ...more.levels],
    deltasAfter: [...read.deltasAfter, ...more.deltasAfter],
    orders: [...read.orders, ...more.orders],
    inventoryRecords: [...read.inventoryRecords, ...more.inventoryRecords],
  };
}
