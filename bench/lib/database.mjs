// The PostgreSQL of a run: the product's own embedded server with its settings, so durability is on, and the databases
// that are filled in it.
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { makeTenants, withDataSource } from './access.mjs';
import { fill } from './fill.mjs';
import { inBench, inProduct, requireProduct } from './paths.mjs';
import { track } from './processes.mjs';

/**
 * @typedef {object} Database
 * @property {string} url
 * @property {import('./fill.mjs').Size} size
 * @property {import('./access.mjs').Access} access of the tenant that is measured
 */

const TENANT = 'bench';

/** A server on a data folder. */
export class DatabaseServer {
  #tracked;

  constructor(dataDir, started, secretKey) {
    this.dataDir = dataDir;
    this.url = started.ownerUrl;
    this.gatewayUrl = started.url;
    /** Of connection secrets; the gateway is given the same. */
    this.secretKey = secretKey;
    this.#tracked = track(() => started.stop());
  }

  /** @param {string} dataDir */
  static async start(dataDir) {
    const { startEmbeddedPostgres } = requireProduct('embedded-postgres');
    const started = await startEmbeddedPostgres({ dataDir, log: () => undefined });
    return new DatabaseServer(dataDir, started, await secretKeyIn(dataDir));
  }

  /** Process id of the postmaster. */
  get pid() {
    return Number(readFileSync(path.join(this.dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  }

  async stop() {
    await this.#tracked.stop();
  }

  /** @param {string} database */
  urlOf(database) {
    return withDatabase(this.url, database);
  }

  /**
   * For the role that a gateway works as.
   *
   * @param {Database} database
   */
  gatewayUrlOf({ url }) {
    return withDatabase(this.gatewayUrl, new URL(url).pathname.slice(1));
  }

  /** @param {string} database */
  async connect(database) {
    const client = new pg.Client({ connectionString: this.urlOf(database) });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /**
   * A filled database, made where there is none yet that was filled in the same way.
   *
   * @param {string} name
   * @param {import('./fill.mjs').Size} size
   * @param {(line: string) => void} log
   * @returns {Promise<Database>}
   */
  async filled(name, size, log) {
    const form = formOf(size);
    const known = await this.#accessIn(name, form);
    if (known) return { url: this.urlOf(name), size, access: known };
    const { access } = await this.migrated(name, size);
    await fill(() => this.connect(name), { tenantId: access.tenantId, originId: access.jerry[0].originId }, size, log);
    const session = await this.connect(name);
    await session.query('CREATE SCHEMA bench');
    await session.query('CREATE TABLE bench.filled AS SELECT $1::text AS form, $2::jsonb AS access', [form, access]);
    await session.end();
    return { url: this.urlOf(name), size, access };
  }

  /**
   * A new database with the gateway's tables, a tenant and nothing in it.
   *
   * @param {string} name
   * @param {import('./fill.mjs').Size} size that it will have
   * @returns {Promise<Database>}
   */
  async migrated(name, size) {
    const url = await this.empty(name);
    const [access] = await withDataSource(url, async (dataSource) => {
      await requireProduct('persistence/database/data-source').runMigrations(dataSource, url);
      return makeTenants(dataSource, this.secretKey, { codes: [TENANT], locations: size.locations });
    });
    return { url, size, access };
  }

  /**
   * A new database without any table.
   *
   * @param {string} name
   * @returns {Promise<string>} its URL
   */
  async empty(name) {
    await this.#admin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await this.#admin(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'`);
    return this.urlOf(name);
  }

  /** How many bytes of WAL the server has written since it was made. */
  async walPosition() {
    const [{ bytes }] = await this.#admin(`SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS bytes`);
    return Number(bytes);
  }

  /**
   * A copy of a filled database, to be written to.
   *
   * @param {Database} template
   * @param {string} name
   * @returns {Promise<Database>}
   */
  async copyOf(template, name) {
    const from = new URL(template.url).pathname.slice(1);
    await this.#admin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await this.#admin(`CREATE DATABASE ${name} TEMPLATE ${from} STRATEGY FILE_COPY`);
    return { ...template, url: this.urlOf(name) };
  }

  async #accessIn(database, form) {
    try {
      const session = await this.connect(database);
      try {
        const { rows } = await session.query('SELECT access FROM bench.filled WHERE form = $1', [form]);
        return rows[0]?.access;
      } finally {
        await session.end();
      }
    } catch {
      return undefined;
    }
  }

  async #admin(statement) {
    const session = await this.connect('postgres');
    try {
      return (await session.query(statement)).rows;
    } finally {
      await session.end();
    }
  }
}

function withDatabase(server, database) {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

/** What a fill depends on: its size, its code, the schema. */
function formOf(size) {
  const hash = createHash('sha256').update(JSON.stringify(size));
  for (const file of ['lib/fill.mjs', 'lib/rare-stock.mjs', 'lib/level-ids.mjs'])
    hash.update(readFileSync(inBench(file)));
  const migrations = inProduct('dist/migrations');
  for (const file of readdirSync(migrations).sort()) {
    if (file.endsWith('.js')) hash.update(readFileSync(path.join(migrations, file)));
  }
  return hash.digest('hex');
}

async function secretKeyIn(dataDir) {
  const file = path.join(dataDir, 'bench-secret.key');
  const known = await readFile(file, 'utf8').catch(() => undefined);
  const key = known ?? randomBytes(32).toString('base64');
  if (known === undefined) await writeFile(file, key, { mode: 0o600 });
  return key;
}
