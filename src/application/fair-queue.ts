import { BusyError } from './ports/failures';

export interface FairQueueOptions {
  /** How many run at a time, at most. */
  readonly slots: number;
  /** Most of them for one tenant while nobody else has work. */
  readonly slotsOfOne: number;
  /** How many of one tenant wait, at most. */
  readonly maxWaiting: number;
  /** How long they wait, at most; left out: until it is their turn. */
  readonly maxWaitMs?: number;
  /** Milliseconds of any clock; by default a monotonic one. */
  readonly now?: () => number;
}

/** How long after its last work a tenant still counts as one that has some. */
const ACTIVE_FOR_MS = 2_000;
/** No tenant gets less, so that what belongs together need not be done one after the other. */
const LEAST_SLOTS = 2;
/** How often the shares are counted, at most. */
const RECOUNT_AFTER_MS = 50;
/** After this time, half of what a tenant has used is forgotten. */
const HALF_LIFE_MS = 1_000;

interface Tenant {
  running: number;
  lastAtMs: number;
  /** Time that its work ran, most of it lately. Whoever has used least goes first. */
  usedMs: number;
  readonly waiting: (() => void)[];
}

/**
 * Shares slots among the tenants, of connections or of requests: each has a queue of its own, and its share of the slots.
 * So one tenant's expensive work makes its own wait, and not that of the others.
 */
export class FairQueue {
  readonly #tenants = new Map<string, Tenant>();
  readonly #now: () => number;
  #running = 0;
  #share: number;
  #countedAtMs = 0;

  constructor(private readonly options: FairQueueOptions) {
    this.#now = options.now ?? (() => performance.now());
    this.#share = options.slotsOfOne;
  }

  /** Runs the work when it is the tenant's turn. Rejects with {@link BusyError} when too much of it waits, or too long. */
  async run<Result>(tenantId: string, work: () => Promise<Result>): Promise<Result> {
    const now = this.#now();
    const tenant = this.#tenantOf(tenantId, now);
    if (now - this.#countedAtMs > RECOUNT_AFTER_MS) this.#recount(now);
    const isFree = this.#running < this.options.slots && tenant.running < this.#share && tenant.waiting.length === 0;
    if (isFree) this.#start(tenant);
    else await this.#turnOf(tenant);
    const startedAtMs = this.#now();
    try {
      return await work();
    } finally {
      this.#end(tenant, startedAtMs);
    }
  }

  #tenantOf(tenantId: string, now: number): Tenant {
    const known = this.#tenants.get(tenantId);
    if (known) {
      known.lastAtMs = now;
      return known;
    }
    const tenant: Tenant = { running: 0, lastAtMs: now, usedMs: 0, waiting: [] };
    this.#tenants.set(tenantId, tenant);
    this.#recount(now);
    return tenant;
  }

  #start(tenant: Tenant): void {
    this.#running += 1;
    tenant.running += 1;
  }

  #turnOf(tenant: Tenant): Promise<void> {
    if (tenant.waiting.length >= this.options.maxWaiting) return Promise.reject(new BusyError());
    const { maxWaitMs } = this.options;
    return new Promise((resolve, reject) => {
      if (maxWaitMs === undefined) {
        tenant.waiting.push(resolve);
        return;
      }
      const start = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        tenant.waiting.splice(tenant.waiting.indexOf(start), 1);
        reject(new BusyError());
      }, maxWaitMs);
      tenant.waiting.push(start);
    });
  }

  #end(tenant: Tenant, startedAtMs: number): void {
    const now = this.#now();
    this.#running -= 1;
    tenant.running -= 1;
    tenant.usedMs += now - startedAtMs;
    tenant.lastAtMs = now;
    while (this.#running < this.options.slots) {
      const next = this.#next();
      if (!next) return;
      this.#start(next);
      next.waiting.shift()?.();
    }
  }

  /** Of the tenants that wait and have not got their share, the one that has used least. */
  #next(): Tenant | undefined {
    let least: Tenant | undefined;
    for (const tenant of this.#tenants.values()) {
      if (tenant.waiting.length === 0 || tenant.running >= this.#share) continue;
      if (!least || tenant.usedMs < least.usedMs) least = tenant;
    }
    return least;
  }

  /** Divides the slots among those that have work, and forgets the others. */
  #recount(now: number): void {
    const kept = 2 ** ((this.#countedAtMs - now) / HALF_LIFE_MS);
    for (const [id, tenant] of this.#tenants) {
      const isIdle = tenant.running === 0 && tenant.waiting.length === 0 && now - tenant.lastAtMs > ACTIVE_FOR_MS;
      if (isIdle) this.#tenants.delete(id);
      else tenant.usedMs *= kept;
    }
    const { slots, slotsOfOne } = this.options;
    const share = Math.floor(slots / Math.max(1, this.#tenants.size));
    this.#share = Math.max(LEAST_SLOTS, Math.min(slotsOfOne, share));
    this.#countedAtMs = now;
  }
}
