import type {
  DoorRefusal,
  KeptRefusal,
  RefusalCount,
  RefusalEvidence,
  RefusalReason,
  RefusalStore,
} from '../ports/refusals';

/** What the database is spared: it gets what was refused in so many milliseconds at once. */
const FLUSH_EVERY_MS = 1_000;
const RETRY_AFTER_MS = 5_000;
const LINE_EVERY_MS = 60_000;
/** Refusals that wait to be kept, of one connection and of all. Further ones are only counted. */
const MAX_WAITING_OF_CONNECTION = 10;
const MAX_WAITING = 200;
/** Connections whose counts wait. Of others, refusals are counted as those of no connection. */
const MAX_COUNTED_CONNECTIONS = 10_000;
const MAX_DETAIL_LENGTH = 500;

export interface RefusalKeeperDeps {
  readonly store: RefusalStore;
  /** A new UUIDv7. */
  readonly newId: () => string;
  readonly log: {
    info(line: object, message: string): void;
    warn(line: object, message: string): void;
  };
}

type Counts = Map<RefusalReason, { refused: number; lastAtMs: number }>;

/** What waits of a tenant. */
interface Waiting {
  readonly counts: Map<string, Counts>;
  readonly kept: KeptRefusal[];
}

/**
 * Counts every refusal, and keeps the first ones of each second. They wait in memory, so that a sender costs no statement.
 * What a sender can make it take is bounded: memory, rows and statements a second.
 */
export class RefusalKeeper {
  #waiting = new Map<string, Waiting>();
  #connections = 0;
  #kept = 0;
  /** Of no connection, since the last line in the log; so are the next two. */
  #unknown: Partial<Record<RefusalReason, number>> = {};
  #refused: Partial<Record<RefusalReason, number>> = {};
  #countedOnly = 0;
  #timer: NodeJS.Timeout | undefined;
  #lineTimer: NodeJS.Timeout | undefined;
  #flushing: Promise<boolean> | undefined;
  #isFailing = false;

  constructor(private readonly deps: RefusalKeeperDeps) {}

  /** Counts a refusal, and keeps it while there is room. */
  note({ connection, reason, atMs, evidence }: DoorRefusal): void {
    this.#lineTimer ??= setTimeout(() => {
      this.#writeLine();
    }, LINE_EVERY_MS).unref();
    const counts = connection && this.#countsOf(connection.tenantId, connection.id);
    if (!connection || !counts) {
      this.#unknown[reason] = (this.#unknown[reason] ?? 0) + 1;
      return;
    }
    this.#refused[reason] = (this.#refused[reason] ?? 0) + 1;
    add(counts, reason, 1, atMs);
    this.#keep(connection.tenantId, connection.id, reason, atMs, evidence);
    this.#flushLater(this.#isFailing ? RETRY_AFTER_MS : FLUSH_EVERY_MS);
  }

  /** Stores what waits. False: the database did not take all of it, and the rest waits on. */
  async flush(): Promise<boolean> {
    // One at a time, so that what fails can go back to where it was.
    await this.#flushing;
    this.#flushing = this.#store();
    return this.#flushing;
  }

  /** Stores what waits, and says in the log what cannot be stored. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    clearTimeout(this.#lineTimer);
    await this.flush();
    this.#writeLine();
    const lost = [...this.#waiting].map(([tenantId, { counts }]) => ({ tenantId, refused: totalOf(counts) }));
    if (lost.length > 0) {
      const refused = lost.reduce((sum, tenant) => sum + tenant.refused, 0);
      this.deps.log.warn({ refused, tenants: lost.slice(0, 100) }, 'counts of refused requests could not be stored');
    }
  }

  #countsOf(tenantId: string, connectionId: string): Counts | undefined {
    const waiting = this.#waiting.get(tenantId);
    const known = waiting?.counts.get(connectionId);
    if (known) return known;
    if (this.#connections >= MAX_COUNTED_CONNECTIONS) return undefined;
    this.#connections += 1;
    const counts: Counts = new Map();
    if (waiting) waiting.counts.set(connectionId, counts);
    else this.#waiting.set(tenantId, { counts: new Map([[connectionId, counts]]), kept: [] });
    return counts;
  }

  #keep(tenantId: string, connectionId: string, reason: RefusalReason, atMs: number, of: () => RefusalEvidence): void {
    const kept = this.#waiting.get(tenantId)?.kept;
    const own = kept?.filter((refusal) => refusal.connectionId === connectionId).length ?? 0;
    if (!kept || own >= MAX_WAITING_OF_CONNECTION || this.#kept >= MAX_WAITING) {
      this.#countedOnly += 1;
      return;
    }
    const { detail, ...evidence } = of();
    this.#kept += 1;
    const id = this.deps.newId();
    kept.push({ ...evidence, id, connectionId, reason, atMs, detail: detail.slice(0, MAX_DETAIL_LENGTH) });
  }

  #flushLater(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.flush().then((done) => {
        if (!done) this.#flushLater(RETRY_AFTER_MS);
      });
    }, ms).unref();
  }

  async #store(): Promise<boolean> {
    const taken = this.#waiting;
    this.#waiting = new Map();
    this.#connections = 0;
    this.#kept = 0;
    let failure: unknown;
    for (const [tenantId, { counts, kept }] of taken) {
      try {
        if (failure === undefined) await this.deps.store.add(tenantId, rowsOf(counts), kept);
      } catch (error) {
        failure = error ?? new Error('unknown');
      }
      if (failure !== undefined) this.#putBack(tenantId, counts, kept);
    }
    if (failure !== undefined && !this.#isFailing) {
      this.deps.log.warn({ err: failure }, 'refused requests could not be stored; trying again');
    }
    this.#isFailing = failure !== undefined;
    return !this.#isFailing;
  }

  #putBack(tenantId: string, counts: Waiting['counts'], kept: readonly KeptRefusal[]): void {
    for (const [connectionId, reasons] of counts) {
      const own = this.#countsOf(tenantId, connectionId);
      for (const [reason, { refused, lastAtMs }] of reasons) {
        if (own) add(own, reason, refused, lastAtMs);
        else this.#unknown[reason] = (this.#unknown[reason] ?? 0) + refused;
      }
    }
    const waiting = this.#waiting.get(tenantId);
    const fitting = kept.slice(0, Math.max(0, MAX_WAITING - this.#kept));
    waiting?.kept.unshift(...fitting);
    this.#kept += waiting ? fitting.length : 0;
    this.#countedOnly += kept.length - (waiting ? fitting.length : 0);
  }

  /** Once a minute, while there is something to say. */
  #writeLine(): void {
    this.#lineTimer = undefined;
    const [refused, ofNoConnection, countedOnly] = [this.#refused, this.#unknown, this.#countedOnly];
    if (Object.keys(refused).length + Object.keys(ofNoConnection).length === 0) return;
    this.#refused = {};
    this.#unknown = {};
    this.#countedOnly = 0;
    this.deps.log.info({ refused, ofNoConnection, countedOnly }, 'requests refused at the door');
  }
}

function add(counts: Counts, reason: RefusalReason, refused: number, atMs: number): void {
  const { refused: before = 0, lastAtMs = atMs } = counts.get(reason) ?? {};
  counts.set(reason, { refused: before + refused, lastAtMs: Math.max(lastAtMs, atMs) });
}

const totalOf = (counts: Waiting['counts']): number => rowsOf(counts).reduce((sum, { refused }) => sum + refused, 0);

const rowsOf = (counts: Waiting['counts']): RefusalCount[] =>
  [...counts].flatMap(([connectionId, reasons]) =>
    [...reasons].map(([reason, { refused, lastAtMs }]) => ({ connectionId, reason, refused, lastAtMs })),
  );
