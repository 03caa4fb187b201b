import type { Pool } from 'pg';
import { uuidv7 } from 'uuidv7';
import { createTenants } from '../../src/persistence/access';
import { openDataSource } from '../../src/persistence/database/data-source';
import { createPool, type PoolOptions } from '../../src/persistence/database/pool';
import { FEW_LEGS } from '../../src/persistence/poster/lane';
import { createPoster, createPostPool, type ClosablePoster } from '../../src/persistence/poster/poster';
import { sha256 } from '../../src/persistence/sha256';
import { CommitProxy } from './commit-proxy';
import type { TestDatabase } from './database';

const POOL = { applicationName: 'ledger test', max: 8, log: () => undefined };

/** A table of the outcomes of all external ids, whether a movement keeps them or a row of their own. */
export const ALL_OUTCOMES = `(SELECT tenant_id, origin_id, external_id, content_hash AS fingerprint, sequence, result FROM outcome UNION ALL
  SELECT tenant_id, origin_id, external_id, fingerprint, sequence, NULL FROM movement WHERE fingerprint IS NOT NULL) known`;

/** A poster with its pool, as in the gateway. */
export interface TestPoster extends ClosablePoster {
  /** The errors that caused retries of batches. */
  readonly retries: unknown[];
}

/** What a posting carries that is planned ahead though it has few legs. */
export const MANY_ROWS = { rows: FEW_LEGS + 1, characters: 0 };

/** The posters, pools, proxies and tenants of one test file on one database. `close` closes all of them. */
export class LedgerHarness {
  readonly #closers: (() => Promise<void>)[] = [];
  /** Reads the tables as the owner of the database. */
  readonly pool: Pool;

  constructor(private readonly database: Pick<TestDatabase, 'url' | 'gatewayUrl'>) {
    this.pool = this.openPool({ max: 4, statementTimeoutMs: 0, lockTimeoutMs: 0 }, this.url);
  }

  /** For the owner of the database. */
  get url(): string {
    return this.database.url;
  }

  /** For the role that a gateway works as. */
  get gatewayUrl(): string {
    return this.database.gatewayUrl;
  }

  openPool(options: Partial<PoolOptions>, url = this.database.gatewayUrl): Pool {
    return this.#closing(createPool(url, { ...POOL, ...options }));
  }

  /** A pool as the gateway's poster has it. */
  openPostPool(options: Partial<PoolOptions> = {}, url = this.database.gatewayUrl): Pool {
    return this.#closing(createPostPool(url, { ...POOL, applicationName: 'test poster', ...options }));
  }

  #closing(pool: Pool): Pool {
    this.#closers.push(() => pool.end());
    return pool;
  }

  openPoster(options: Partial<PoolOptions> = {}, url = this.database.gatewayUrl): TestPoster {
    const retries: unknown[] = [];
    const poster = createPoster({
      pool: this.openPostPool(options, url),
      tools: { sha256, newId: uuidv7 },
      onRetry: (error) => retries.push(error),
    });
    this.#closers.push(() => poster.close());
    return { ...poster, retries };
  }

  /** A proxy in front of the database. */
  async openProxy(): Promise<CommitProxy> {
    const proxy = await CommitProxy.start(this.database.gatewayUrl);
    this.#closers.push(() => proxy.close());
    return proxy;
  }

  /** Creates tenants with empty ledgers. */
  async tenants(...codes: readonly string[]): Promise<string[]> {
    const dataSource = await openDataSource(this.url);
    try {
      const tenants = createTenants(dataSource);
      const ids: string[] = [];
      for (const code of codes) ids.push(await tenants.ensure(code));
      return ids;
    } finally {
      await dataSource.destroy();
    }
  }

  /** The quantities of a tenant's levels by sku, location and bucket. */
  async quantities(tenantId: string): Promise<Record<string, number>> {
    const { rows } = await this.pool.query<{ name: string; quantity: number }>(
      `SELECT concat_ws(' ', i.sku, p.code, l.bucket) AS name, l.quantity FROM stock_level l
       JOIN item i USING (tenant_id, item_id) JOIN location p USING (tenant_id, location_id)
       WHERE l.tenant_id = $1 ORDER BY 1`,
      [tenantId],
    );
    return Object.fromEntries(rows.map(({ name, quantity }) => [name, quantity]));
  }

  /** How many rows a tenant has in a table. */
  async count(table: string, tenantId: string): Promise<number> {
    const sql = `SELECT count(*) AS count FROM ${table} WHERE tenant_id = $1`;
    return (await this.pool.query<{ count: number }>(sql, [tenantId])).rows[0]?.count ?? 0;
  }

  async close(): Promise<void> {
    for (const close of this.#closers.toReversed()) await close();
  }
}
