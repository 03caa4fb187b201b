import type { Pool, PoolClient, QueryResult } from 'pg';
import { inSlices } from '../../application/turns';
import { findLocation, ReinterpretedCatalogue, type Catalogue } from '../../domain/catalogue/catalogue-map';
import { namesOf } from '../../domain/ledger/asked-names';
import { askedReads, itemLocationKey, type ItemLocation } from '../../domain/ledger/asked-reads';
import { askedOfReservations } from '../../domain/ledger/asked-reservations';
import { LedgerState, type BatchWrites, type LoadedLedger } from '../../domain/ledger/ledger-state';
import { planBatch, type Settled } from '../../domain/plans/plan-batch';
import type { Posting } from '../../domain/ledger/posting';
import type { Reservation } from '../../domain/reservation';
import type { PlanningTools } from '../../domain/ledger/unit-of-work';
import { isConnectionLoss, isTransient } from '../database/faults';
import { onConnection } from '../database/pool';
import { setTenant } from '../database/statement';
import { CatalogueCache, readCatalogue, readItemsById } from './read-catalogue';
import { readInventoryRecords, readOpenRows, readOrders } from './read-documents';
import { enter, lockHead, type LockedHead } from './lock-head';
import { wasCommitted, type Attempt } from './lost-commit';
import {
  MAX_DUE,
  readDue,
  readNamedReservations,
  readReservationsOf,
  readWaitingReservations,
} from './read-reservations';
import { readDeltasAfter, readHoldings, readLevels, readOutcomes, readPasts } from './read-ledger';
import { changesCatalogue, hasWrites, writeBatch } from './write-batch';
import { canSupersede, readWaiting } from './write-inbound-messages';

/** What is read by ids that the catalogue gives. */
type NamedReads = Omit<LoadedLedger, 'head' | 'outcomes' | 'catalogue'>;

/** The reservations that a batch is about. */
interface HoldReads extends NamedReads {
  /** Whether more have expired than were read. */
  readonly isPartOfDue: boolean;
}

/** By how much our clock may be behind the database's, at most, where nothing is planned ahead of an expiry. */
const CLOCKS_APART_MS = 1_000;

/** An attempt whose COMMIT has an unknown fate. */
export interface Undecided extends Attempt {
  /** The results if it was committed. */
  readonly settled: Settled[];
  /** What came instead of the answer to the COMMIT. */
  readonly cause: unknown;
}

export class CommitFateUnknown extends Error {
  constructor(readonly undecided: Undecided) {
    super('It is not known whether a batch was committed.', { cause: undecided.cause });
  }
}

/** The ledger that a batch with a movement leaves, once the COMMIT that it has sent takes effect. */
export interface Foreseen {
  readonly ledger: LedgerState;
  /** How many of the batch's postings it has planned: the rest belongs to the next batch. */
  readonly planned: number;
  /** The attempt that the head shows after the COMMIT, as long as nobody else has written. */
  readonly attempt: string;
}

/** What a batch can be planned on while the batch before is committed. */
export interface Foundation extends Foreseen {
  /** Resolves when the batch before is settled, whatever its result. */
  readonly settled: Promise<unknown>;
}

/** Called with what a batch will leave, when it has sent everything and has no answer yet. */
export type OnSent = (foreseen: Foreseen) => void;

export interface TransactionDeps {
  /** Connections in pipeline mode, with statement and lock timeouts. */
  readonly pool: Pool;
  readonly tools: PlanningTools;
}

/**
 * Posts batches of one tenant, one transaction each. Keeps the catalogue that it has read between batches. The head's
 * catalogue revision, read under the lock, says whether that is still valid.
 */
export class Transactions {
  #cache: CatalogueCache | undefined;
  /** An attempt after which no row waits in quarantine, if it is the last one to be committed. */
  #nothingWaitsAfter: string | undefined;
  #isOpening = false;

  constructor(
    private readonly tenantId: string,
    private readonly deps: TransactionDeps,
  ) {}

  /** Called when a transaction has failed, since the kept catalogue may be the cause. */
  forget(): void {
    this.#cache = undefined;
  }

  /**
   * Locks, reads, plans and writes. Finds out the fate of an undecided attempt first. There may be fewer results than
   * postings: the rest belongs to the next batch.
   */
  async post(
    postings: readonly Posting<unknown>[],
    undecided: Undecided | undefined,
    onSent: OnSent,
  ): Promise<Settled[]> {
    for (;;) {
      const settled = await this.#postOnce(postings, undecided, onSent);
      if (settled) return settled;
    }
  }

  /** Undefined where so many reservations had expired that nothing else was posted. */
  async #postOnce(
    postings: readonly Posting<unknown>[],
    undecided: Undecided | undefined,
    onSent: OnSent,
  ): Promise<Settled[] | undefined> {
    return onConnection(await this.deps.pool.connect(), async (client) => {
      const { locked, loaded } = await this.#load(client, postings);
      // We have the lock, so the transaction of the earlier attempt has ended.
      if (undecided) {
        if (await wasCommitted(client, this.tenantId, locked, undecided)) {
          await client.query('ROLLBACK');
          return undecided.settled;
        }
        // What rejected that COMMIT would reject the next one too.
        if (!isTransient(undecided.cause)) throw undecided.cause;
      }
      const recordedAtMs = Math.max(locked.nowMs, locked.head.recordedAtMs);
      const held = await this.#readHolds(client, postings, loaded, recordedAtMs);
      const read = withMore({ ...loaded, otherExpiryMs: held.otherExpiryMs }, held);
      if (held.isPartOfDue) {
        await this.#expire(client, read, locked, recordedAtMs);
        return undefined;
      }
      const { ledger, settled } = await this.#plan(client, postings, read, recordedAtMs);
      return this.#finish(client, { ledger, locked, settled }, onSent);
    });
  }

  /** Posts that reservations have expired, and nothing else: there are more of them than one batch takes. */
  async #expire(client: PoolClient, read: LoadedLedger, locked: LockedHead, recordedAtMs: number): Promise<void> {
    const ledger = new LedgerState(read, recordedAtMs);
    await inSlices(planBatch(ledger, [], this.deps.tools), 'holding');
    await this.#finish(client, { ledger, locked, settled: [] }, () => undefined);
  }

  /**
   * Reads the reservations that a batch is about, with the levels of what they hold. There is nothing to read as long as
   * the head says that none is due, none waits for units, and none is asked for.
   */
  async #readHolds(
    client: PoolClient,
    postings: readonly Posting<unknown>[],
    loaded: Pick<LoadedLedger, 'head' | 'asked' | 'catalogue' | 'levels' | 'inventoryRecords'>,
    recordedAtMs: number,
    left: readonly Reservation[] = [],
  ): Promise<HoldReads> {
    const { tenantId } = this;
    const { head } = loaded;
    const isDue = head.nextExpiryMs !== null && head.nextExpiryMs <= recordedAtMs;
    const hasOpen = head.openReservations > 0;
    const wholeItems = loaded.asked.flatMap(({ wholeItemIds }) => [...wholeItemIds]);
    const [named, ofItems, { due, nextMs }] = await Promise.all([
      readNamedReservations(client, postings, hasOpen),
      readReservationsOf(client, tenantId, hasOpen ? wholeItems : []),
      isDue ? readDue(client, tenantId, recordedAtMs) : { due: [], nextMs: head.nextExpiryMs },
    ]);
    const places = head.backOrders === 0 ? [] : placesRead(loaded, [...named, ...due]);
    const waiting = await readWaitingReservations(client, tenantId, places);
    const found = new Map([...waiting, ...due, ...ofItems, ...named, ...left].map((one) => [one.id, one]));
    const nothing = { ...NOTHING_NAMED, reservations: [...found.values()], otherExpiryMs: nextMs };
    const isPartOfDue = due.length === MAX_DUE;
    if (found.size === 0) return { ...nothing, isPartOfDue };
    const sold = isPartOfDue ? [] : [...named, ...waiting, ...left];
    const elsewhere = locationsNamed(postings, loaded.catalogue);
    const asked = askedOfReservations([...found.values()], placesOfLines(sold, elsewhere), this.deps.tools.sha256);
    const [levels, inventoryRecords] = await Promise.all([
      readLevels(client, tenantId, asked),
      readInventoryRecords(client, tenantId, asked),
    ]);
    return { ...nothing, asked: [asked], levels, inventoryRecords, isPartOfDue };
  }

  /**
   * Reads and plans while the batch before is committed, on what that batch will leave, and gets the lock when that one
   * has ended. Undefined when this is not possible, or the ledger is not as foreseen then: nothing has been written.
   */
  async postAhead(
    postings: readonly Posting<unknown>[],
    foundation: Foundation,
    onSent: OnSent,
  ): Promise<Settled[] | undefined> {
    const cache = this.#cache;
    if (!cache || cache.isFull || postings.some(readsTail)) return undefined;
    const { nextExpiryMs, backOrders } = foundation.ledger.head;
    // What has expired and what has arrived is looked for under the lock.
    if (backOrders > 0 || (nextExpiryMs !== null && nextExpiryMs <= Date.now() + CLOCKS_APART_MS)) return undefined;
    const spare = await this.#spareConnection(foundation.settled);
    if (!spare) return undefined;
    return onConnection(spare, async (client) => {
      const { nowMs, outcomes, named, locking } = await this.#readAhead(client, postings, cache);
      const { ledger: before } = foundation;
      const recordedAtMs = Math.max(nowMs, before.head.recordedAtMs);
      const read = { head: before.head, outcomes, catalogue: cache.map, ...named };
      const held = await this.#readHolds(client, postings, read, recordedAtMs, leftFor(postings, before));
      const { otherExpiryMs } = held;
      const ledger = new LedgerState(
        withMore(withMore({ ...read, otherExpiryMs }, held), leftBy(before)),
        recordedAtMs,
      );
      const settled = await inSlices(planBatch(ledger, postings, this.deps.tools), 'holding');
      const locked = await locking;
      const isValid = cache.isOf(locked.catalogueRevision);
      if (isValid) this.#cache = cache;
      if (isValid && locked.attempt === foundation.attempt && ledger.catalogue.lateMeanings.size === 0) {
        return this.#finish(client, { ledger, locked, settled }, onSent);
      }
      await client.query('ROLLBACK');
      return undefined;
    });
  }

  /**
   * Reads while the previous batch has the lock, and asks for it. The previous batch's changes are merged into what is read
   * here, whether a read runs before or after that COMMIT. Nobody else writes meanwhile. If the lock shows that somebody
   * has, all this is dropped, and so are names that were read of another revision: until the lock tells, nobody else gets
   * the cache.
   */
  async #readAhead(client: PoolClient, postings: readonly Posting<unknown>[], cache: CatalogueCache) {
    const names = namesOf(postings);
    const begin = async (): Promise<number> =>
      (await Promise.all([client.query('BEGIN'), enter(client, this.tenantId)]))[1];
    let begun: Promise<number> | undefined;
    if (!cache.covers(names)) {
      this.#cache = undefined;
      const first = inOnePacket(client, () => [begin(), readCatalogue(client, this.tenantId, cache, names)] as const);
      [begun] = first;
      await Promise.all(first);
    }
    const { reads, locking } = inOnePacket(client, () => ({
      reads: [begun ?? begin(), readOutcomes(client, postings), this.#readNamed(client, postings, cache.map)] as const,
      locking: lockHead(client, this.tenantId),
    }));
    // When a read fails first, nobody waits for the lock, and its failure is ignored on purpose.
    locking.catch(() => undefined);
    const [nowMs, outcomes, named] = await Promise.all(reads);
    return { nowMs, outcomes, named, locking };
  }

  /**
   * A further connection, unless another batch waits for one, or the batch before is settled first. A connection that
   * opens too late goes back to the pool.
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

  /** Locks the head and reads what the plans ask for: in one round trip when all names are known already, or in two. */
  async #load(
    client: PoolClient,
    postings: readonly Posting<unknown>[],
  ): Promise<{ locked: LockedHead; loaded: LoadedLedger }> {
    const names = namesOf(postings);
    const guess = this.#takeCache();
    const asked = inOnePacket(
      client,
      () =>
        [
          client.query('BEGIN'),
          setTenant(client, this.tenantId),
          lockHead(client, this.tenantId),
          readOutcomes(client, postings),
          guess.covers(names)
            ? this.#readNamed(client, postings, guess.map)
            : readCatalogue(client, this.tenantId, guess, names).then(() => undefined),
        ] as const,
    );
    const [, , locked, outcomes, early] = await Promise.all(asked);
    const isValid = guess.isOf(locked.catalogueRevision);
    const cache = isValid ? guess : new CatalogueCache(locked.catalogueRevision);
    if (!isValid) await readCatalogue(client, this.tenantId, cache, names);
    this.#cache = cache;
    const read = early && isValid ? early : await this.#readNamed(client, postings, cache.map);
    return { locked, loaded: { head: locked.head, outcomes, catalogue: cache.map, ...read } };
  }

  /** Plans the batch. Reads more and plans again when a posting gave an existing item a name that others use. */
  async #plan(
    client: PoolClient,
    postings: readonly Posting<unknown>[],
    loaded: LoadedLedger,
    recordedAtMs: number,
  ): Promise<{ ledger: LedgerState; settled: Settled[] }> {
    const known = new Set<string>();
    for (let read = loaded; ;) {
      const ledger = new LedgerState(read, recordedAtMs);
      const settled = await inSlices(planBatch(ledger, postings, this.deps.tools), 'holding');
      const late = [...ledger.catalogue.lateMeanings].filter(([key]) => !known.has(key));
      if (late.length === 0) return { ledger, settled };
      for (const [key, row] of late) {
        known.add(key);
        read = withMore(read, await this.#readNamed(client, postings, new ReinterpretedCatalogue(read.catalogue, row)));
      }
    }
  }

  /** Reads what is found by ids, which the catalogue gives. */
  async #readNamed(
    client: PoolClient,
    postings: readonly Posting<unknown>[],
    catalogue: Catalogue,
  ): Promise<NamedReads> {
    const asked = askedReads(postings, catalogue, this.deps.tools.sha256);
    const [levels, deltasAfter, pasts, orders, inventoryRecords, wholeItems, holdings, openRows] = await Promise.all([
      readLevels(client, this.tenantId, asked),
      readDeltasAfter(client, this.tenantId, asked.deltasAfter),
      readPasts(client, this.tenantId, asked.pasts),
      readOrders(client, postings),
      readInventoryRecords(client, this.tenantId, asked),
      readItemsById(client, this.tenantId, [...asked.wholeItemIds]),
      readHoldings(client, this.tenantId, asked.holders),
      readOpenRows(client, postings),
    ]);
    const found = { levels, deltasAfter, pasts, orders, inventoryRecords, wholeItems, holdings, openRows };
    return { ...found, asked: [asked], reservations: [], otherExpiryMs: null };
  }

  /** Takes the kept names, or none. Whoever reads more into them puts them back once a lock shows that they are valid. */
  #takeCache(): CatalogueCache {
    const kept = this.#cache;
    this.#cache = undefined;
    return !kept || kept.isFull ? new CatalogueCache() : kept;
  }

  /** Writes what was planned, if anything, and commits. */
  async #finish(
    client: PoolClient,
    { ledger, locked, settled }: { ledger: LedgerState; locked: LockedHead; settled: Settled[] },
    onSent: OnSent,
  ): Promise<Settled[]> {
    const { writes } = ledger;
    if (!hasWrites(ledger)) {
      await client.query('ROLLBACK');
      return settled;
    }
    const attempt: Attempt = {
      id: this.deps.tools.newId(),
      recordedAtMs: ledger.recordedAtMs,
      lastMovement: writes.movements.at(-1),
    };
    const mayWait = writes.quarantinedRows.length > 0 || locked.attempt !== this.#nothingWaitsAfter;
    const sent = inOnePacket(client, () => {
      const written = Promise.all(writeBatch(client, this.tenantId, ledger, locked, attempt, mayWait));
      void this.#noteWaiting(client, writes, attempt, mayWait);
      return { writes: written, commit: client.query('COMMIT') };
    });
    // When a write fails first, nobody waits for the COMMIT, and its failure is ignored on purpose.
    sent.commit.catch(() => undefined);
    if (changesCatalogue(writes)) this.#cache = undefined;
    else if (writes.movements.length > 0) {
      onSent({ ledger, planned: settled.length, attempt: attempt.id });
    }
    try {
      await sent.writes;
    } catch (error) {
      // A transaction in which a write has failed cannot be committed. A lost connection says nothing about the write.
      throw isConnectionLoss(error) ? new CommitFateUnknown({ ...attempt, settled, cause: error }) : error;
    }
    try {
      assertCommitted(await sent.commit);
      return settled;
    } catch (error) {
      // An engine may have committed whatever it says.
      throw new CommitFateUnknown({ ...attempt, settled, cause: error });
    }
  }

  /**
   * Notes whether rows wait in quarantine after an attempt. Only batches make rows wait, and each is an attempt. So while an
   * attempt after which nothing waits is the last one, nobody has to look for rows to close as sent again.
   */
  async #noteWaiting(client: PoolClient, writes: BatchWrites, { id }: Attempt, mayWait: boolean): Promise<void> {
    if (mayWait && !canSupersede(writes)) return;
    // A failure is that of the batch.
    const waits = mayWait && (await readWaiting(client, this.tenantId).catch(() => true));
    if (!waits) this.#nothingWaitsAfter = id;
  }
}

/** PostgreSQL answers ROLLBACK to the COMMIT of a transaction that has failed. */
function assertCommitted({ command }: QueryResult): void {
  if (command !== 'COMMIT') throw new Error(`COMMIT was answered with ${command}.`);
}

/** Sends all statements of `send` to the network at once, instead of one by one. */
function inOnePacket<Sent>({ connection: { stream } }: PoolClient, send: () => Sent): Sent {
  stream.cork();
  try {
    return send();
  } finally {
    stream.uncork();
  }
}

/** Adds to what was read. Of two rows with the same key the later one counts. */
function withMore(read: LoadedLedger, more: NamedReads & Partial<LoadedLedger>): LoadedLedger {
  return {
    ...read,
    outcomes: [...read.outcomes, ...(more.outcomes ?? [])],
    asked: [...read.asked, ...more.asked],
    levels: [...read.levels, ...more.levels],
    deltasAfter: [...read.deltasAfter, ...more.deltasAfter],
    pasts: [...read.pasts, ...more.pasts],
    orders: [...read.orders, ...more.orders],
    reservations: [...read.reservations, ...more.reservations],
    inventoryRecords: [...read.inventoryRecords, ...more.inventoryRecords],
    wholeItems: [...read.wholeItems, ...more.wholeItems],
    holdings: [...read.holdings, ...more.holdings],
    openRows: [...(read.openRows ?? []), ...(more.openRows ?? [])],
  };
}

/** Whether a posting asks for what does not show whether it was read before a COMMIT or after it: a sum, or a row that waits. */
const readsTail = ({ reads }: Posting<unknown>): boolean =>
  (reads.dated ?? []).length > 0 ||
  [reads.wholeItems, reads.holders, reads.waitingRows].some(Boolean) ||
  (reads.counts ?? []).some(({ asOfMs }) => asOfMs !== null);

const NOTHING_NAMED = {
  ...{ asked: [], levels: [], deltasAfter: [], pasts: [], orders: [], reservations: [], inventoryRecords: [] },
  ...{ wholeItems: [], holdings: [], otherExpiryMs: null },
} as const;

/** What a batch leaves for the next one to read. */
function leftBy(batch: LedgerState): NamedReads & Pick<LoadedLedger, 'outcomes'> {
  const { outcomes, newOrders, changedOrders, inventoryRecords } = batch.writes;
  const orders = [...newOrders, ...changedOrders];
  const levels = batch.touchedLevels();
  return { ...NOTHING_NAMED, outcomes, levels, orders, inventoryRecords };
}

/** The reservations of a batch that the next one is about. */
function leftFor(postings: readonly Posting<unknown>[], { writes }: LedgerState): Reservation[] {
  const ids = new Set(postings.flatMap(({ reads }) => reads.reservations ?? []));
  const references = new Set(postings.flatMap(({ reads }) => reads.references ?? []));
  const { newReservations, changedReservations } = writes;
  return [...newReservations, ...changedReservations].filter(
    ({ id, reference }) => ids.has(id) || (reference !== null && references.has(reference)),
  );
}

/** Where a batch may bring units: the places of all levels and records that it has read or asked for. */
function placesRead(
  { asked, levels, inventoryRecords }: Pick<LoadedLedger, 'asked' | 'levels' | 'inventoryRecords'>,
  reservations: readonly Reservation[],
): ItemLocation[] {
  const places = new Map<string, ItemLocation>();
  const add = ({ itemId, locationId }: ItemLocation): void => {
    places.set(itemLocationKey({ itemId, locationId }), { itemId, locationId });
  };
  for (const { levels: keys, siblingsAt } of asked)
    for (const at of [...keys.values(), ...siblingsAt.values()]) add(at);
  for (const { key } of levels) add(key);
  inventoryRecords.forEach(add);
  for (const { lines } of reservations) lines.forEach(add);
  return [...places.values()];
}

/** Where reservations have lines, and where the same items may be moved to. */
const placesOfLines = (reservations: readonly Reservation[], elsewhere: readonly string[]): ItemLocation[] =>
  reservations.flatMap(({ lines }) =>
    lines.flatMap(({ itemId, locationId }) => [locationId, ...elsewhere].map((id) => ({ itemId, locationId: id }))),
  );

/** The locations that postings about reservations name. */
const locationsNamed = (postings: readonly Posting<unknown>[], catalogue: Catalogue): string[] =>
  postings.flatMap(({ reads }) =>
    reads.reservations ? (reads.locations ?? []).flatMap((one) => findLocation(catalogue, one)?.id ?? []) : [],
  );
