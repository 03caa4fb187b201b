import { ReadsBusyError } from '../../application/ports/reads';

export interface FairQueueOptions {
  /** Most statements that run at a time. */
  readonly slots: number;
  /** Most of them for one tenant while nobody else reads. */
  readonly slotsOfOne: number;
  /** Most statements of one tenant that wait. */
  readonly maxWaiting: number;
  /** Milliseconds of any clock; by default a monotonic one. */
  readonly now?: () => number;
}

/** How long after its last statement a tenant still counts as one that reads. */
const ACTIVE_FOR_MS = 2_000;
/** No tenant gets less, so that a page and what hangs on it need not be read one after the other. */
const LEAST_SLOTS = 2;
/** How often the shares are counted, at most. */
const RECOUNT_AFTER_MS = 50;
/** After this time, half of what a tenant has used is forgotten. */
const HALF_LIFE_MS = 1_000;

interface Tenant {
  running: number;
  lastAtMs: number;
  /** Time that its statements ran, most of it lately. Whoever has used least goes first. */
  usedMs: number;
  readonly waiting: (() => void)[];
}

/**
 * Shares the connections among the tenants: each has a queue of its own, and its share of the slots. So one tenant's
 * expensive reads make its own wait, and not those of the others.
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

  /** Runs the work when it is the tenant's turn. Rejects with {@link ReadsBusyError} when too much of it waits. */
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
    this.#countedAtMs = -Infinity;
    return tenant;
  }

  #start(tenant: Tenant): void {
    this.#running += 1;
    tenant.running += 1;
  }

  #turnOf(tenant: Tenant): Promise<void> {
    if (tenant.waiting.length >= this.options.maxWaiting) return Promise.reject(new ReadsBusyError());
    return new Promise((resolve) => tenant.waiting.push(resolve));
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

  /** Divides the slots among those that read, and forgets the others. */
  #recount(now: number): void {
    const kept = this.#countedAtMs === -Infinity ? 1 : 2 ** ((this.#countedAtMs - now) / HALF_LIFE_MS);
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
