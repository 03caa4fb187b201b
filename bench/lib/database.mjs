// The PostgreSQL of a run: the product's own embedded server with its settings, so durability is on, and the databases
// that are filled in it.
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { locationCodeOf } from './catalogue.mjs';
import { fill } from './fill.mjs';
import { inBench, inProduct, requireProduct } from './paths.mjs';
import { track } from './processes.mjs';

/**
 * @typedef {object} Access of the tenant that is measured
 * @property {string} tenantId
 * @property {string} apiKey
 * @property {{originId: string, token: string, userName: string, apiPassword: string, key: string}[]} jerry one a location
 */

/**
 * @typedef {object} Database
 * @property {string} url
 * @property {import('./fill.mjs').Size} size
 * @property {Access} access
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
    await this.#admin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await this.#admin(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'`);
    const access = await makeAccess(this.urlOf(name), this.secretKey, size);
    await fill(() => this.connect(name), { tenantId: access.tenantId, originId: access.jerry[0].originId }, size, log);
    const session = await this.connect(name);
    await session.query('CREATE SCHEMA bench');
    await session.query('CREATE TABLE bench.filled AS SELECT $1::text AS form, $2::jsonb AS access', [form, access]);
    await session.end();
    return { url: this.urlOf(name), size, access };
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
      await session.query(statement);
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
  const hash = createHash('sha256')
    .update(JSON.stringify(size))
    .update(readFileSync(inBench('lib/fill.mjs')));
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

/** Makes the tenant with an API key and a Jerry connection for each location, by the product's own modules. */
async function makeAccess(url, secretKey, { locations }) {
  const { openDataSource, runMigrations } = requireProduct('persistence/database/data-source');
  const { createTenants, createApiKeys, createConnections } = requireProduct('persistence/access');
  const { createSecretBox } = requireProduct('persistence/access/secrets');
  const dataSource = await openDataSource(url);
  try {
    await runMigrations(dataSource, url);
    const tenantId = await createTenants(dataSource).ensure(TENANT);
    const draft = { tenantId, clientName: 'bench', scopes: ['stock:read', 'stock:write'] };
    const { key: apiKey } = await createApiKeys(dataSource).create(draft);
    const connections = createConnections(dataSource, createSecretBox(Buffer.from(secretKey, 'base64')));
    const jerry = [];
    for (let location = 0; location < locations; location++) {
      const secrets = {
        userName: 'BENCH',
        apiPassword: randomBytes(12).toString('hex'),
        key: randomBytes(12).toString('hex'),
      };
      const locationCode = locationCodeOf(location);
      const { connectionId, token } = await connections.create({
        tenantId,
        kind: 'jerry',
        name: `jerry ${locationCode}`,
        locationCode,
        settings: {},
        secrets,
      });
      jerry.push({ originId: connectionId, token, ...secrets });
    }
    return { tenantId, apiKey, jerry };
  } finally {
    await dataSource.destroy();
  }
}
