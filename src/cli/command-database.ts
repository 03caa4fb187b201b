import { pino } from 'pino';
import type { DataSource } from 'typeorm';
import { readConfig } from '../config';
import { openDatabase, type LineLog, type OpenDatabase } from '../open-database';
import { AccessError, createTenants, type Tenant, type Tenants } from '../persistence/access';
import { openDataSource, runMigrations } from '../persistence/database/data-source';
import { openServices, type Services } from '../services';

/** Enough for a command, which does one thing at a time. */
const COMMAND_CONNECTIONS = 2;

/** What a command works with that reads no secret of a connection. */
export interface CommandDatabase {
  readonly url: string;
  readonly dataSource: DataSource;
  readonly tenants: Tenants;
  /** The key that connection secrets are encrypted with; not tried on those that are stored. Throws ConfigError. */
  readonly secretKey: () => Promise<Uint8Array>;
  /** The migrations that this command found due, and has run. */
  readonly migrated: readonly string[];
}

/**
 * Runs a command on the database, with its schema up to date: `DATABASE_URL`, else the data folder's embedded one,
 * whether a gateway runs on it or not.
 * @throws OperatorError where the operator has to fix something first.
 */
export async function withDatabase(run: (database: CommandDatabase) => Promise<void>): Promise<void> {
  await withOpenDatabase(async ({ url, secretKey }) => {
    const dataSource = await openDataSource(url, {
      applicationName: 'stockbridge command',
      max: COMMAND_CONNECTIONS,
      log: QUIET.warn,
    });
    try {
      const migrated = await runMigrations(dataSource, url);
      await run({ url, dataSource, tenants: createTenants(dataSource), secretKey, migrated });
    } finally {
      await dataSource.destroy();
    }
  });
}

/** As {@link withDatabase}, with all that a gateway has: for commands that post, or make connection secrets. */
export async function withServices(run: (services: Services) => Promise<void>): Promise<void> {
  await withOpenDatabase(async ({ url, secretKey }) => {
    const services = await openServices(
      url,
      await secretKey(),
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
  throw new AccessError(`There is no tenant ${code}: see "stockbridge tenants list", or make it with "tenants create"`);
}

/** A command's own output says what it did; of the server only warnings are told. */
const QUIET: LineLog = {
  info: () => undefined,
  warn: (line) => {
    process.stderr.write(`stockbridge: ${line}\n`);
  },
};

async function withOpenDatabase(run: (database: OpenDatabase) => Promise<void>): Promise<void> {
  const database = await openDatabase(readConfig(), 'COMMAND', QUIET);
  // A server that was started for this command would outlive an interrupted one.
  const interrupted = (): void => {
    void database.close().finally(() => process.exit(EXIT_INTERRUPTED));
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    await run(database);
  } finally {
    await database.close();
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  }
}

/** What shells report of a command that Ctrl-C has ended. */
const EXIT_INTERRUPTED = 130;
