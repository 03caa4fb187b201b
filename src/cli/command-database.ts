import { pino } from 'pino';
import type { DataSource } from 'typeorm';
import { readConfig, type SecretKeys } from '../config';
import { EXIT } from '../failures';
import { openDatabase, type LineLog, type OpenDatabase } from '../open-database';
import { AccessError } from '../application/ports/access';
import type { Reads } from '../application/ports/reads';
import { createTenants, type Tenant, type Tenants } from '../persistence/access';
import { openDataSource } from '../persistence/database/data-source';
import { prepareSchema } from '../persistence/database/prepare-schema';
import { createReadPool, createReads, sharedPool } from '../persistence/readers';
import { openServices, type Services } from '../services';

/** A command does one thing at a time. */
const COMMAND_CONNECTIONS = 2;

/** What a command works with when it reads no connection secrets. */
export interface CommandDatabase {
  readonly url: string;
  readonly dataSource: DataSource;
  readonly tenants: Tenants;
  /** The keys that connection secrets are encrypted with. They are not tried on the stored secrets. Throws ConfigError. */
  readonly secretKeys: () => Promise<SecretKeys>;
  /** The migrations that were due and that this command has run. */
  readonly migrated: readonly string[];
}

/**
 * Runs a command on the database, after any due migrations. The database is `DATABASE_URL`, or the embedded one of the
 * data folder. A gateway may be running on it.
 * @throws OperatorError when the operator has to fix something first.
 */
export async function withDatabase(run: (database: CommandDatabase) => Promise<void>): Promise<void> {
  await withOpenDatabase(async ({ url, ownerUrl, secretKeys }) => {
    const dataSource = await openDataSource(url, {
      applicationName: 'stockbridge command',
      max: COMMAND_CONNECTIONS,
      log: QUIET.warn,
    });
    try {
      const migrated = await prepareSchema(dataSource, url, ownerUrl);
      await run({ url, dataSource, tenants: createTenants(dataSource), secretKeys, migrated });
    } finally {
      await dataSource.destroy();
    }
  });
}

/** Like {@link withDatabase}, for commands that read as the gateway does, a tenant at a time. */
export async function withReads(
  run: (database: Pick<CommandDatabase, 'tenants'> & { readonly reads: Reads }) => Promise<void>,
): Promise<void> {
  await withDatabase(async ({ url, tenants }) => {
    const options = { applicationName: 'stockbridge command', max: 1, log: QUIET.warn };
    const pool = createReadPool(url, options);
    try {
      await run({ tenants, reads: createReads(sharedPool(pool).ofStatements) });
    } finally {
      await pool.end();
    }
  });
}

/** Like {@link withDatabase}, with all services of a gateway, for commands that post or create connection secrets. */
export async function withServices(run: (services: Services) => Promise<void>): Promise<void> {
  await withOpenDatabase(async (database) => {
    const services = await openServices(
      database,
      await database.secretKeys(),
      pino({ level: 'warn', base: null }, pino.destination(2)),
    );
    try {
      await run(services);
    } finally {
      await services.close();
    }
  });
}

/** The tenant of a code. Throws AccessError. */
export async function tenantOf(tenants: Tenants, code: string): Promise<Tenant> {
  const tenant = await tenants.byCode(code);
  if (tenant) return tenant;
  throw new AccessError(
    `There is no tenant ${code}: list the tenants with "stockbridge tenants list", or create it with "stockbridge tenants create ${code}"`,
  );
}

/** Commands report what they did themselves, so only warnings of the database server are shown. */
const QUIET: LineLog = {
  info: () => undefined,
  warn: (line) => {
    process.stderr.write(`stockbridge: ${line}\n`);
  },
};

async function withOpenDatabase(run: (database: OpenDatabase) => Promise<void>): Promise<void> {
  const database = await openDatabase(readConfig(), 'COMMAND', QUIET);
  // An interrupted command stops the server that it started, which would otherwise keep running.
  const interrupted = (): void => {
    void database.close().finally(() => process.exit(EXIT.INTERRUPTED));
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    await run(database);
  } finally {
    await database.close();
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  }
}
