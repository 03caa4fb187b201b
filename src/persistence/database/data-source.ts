import { DataSource, DefaultNamingStrategy, MigrationExecutor, type QueryRunner } from 'typeorm';
import { ENTITIES } from '../tables';
import { columnName } from '../tables/derived';
import { codeOf, DatabaseError, describeDatabase, explainDatabaseError } from './errors';
import { MIGRATIONS } from './migrations';
import { grantTo } from './grants';
import { LosableClient } from './losable-client';
import { checkServer } from './server-check';
import { sessionConfig } from './session';

export interface DataSourceOptions {
  /** Shown in `pg_stat_activity`. */
  readonly applicationName?: string;
  /** Most connections at a time. */
  readonly max?: number;
  /** Receives messages for the operator, one line at a time. */
  readonly log?: (line: string) => void;
}

/** Finds keys and connections before their tenant is known. Row-level security opens no part of a ledger by it. */
export const AS_OPERATOR = '-c stockbridge.operator=on';

class SnakeCaseColumns extends DefaultNamingStrategy {
  override columnName(propertyName: string, customName: string): string {
    return customName || columnName(propertyName);
  }
}

/**
 * TypeORM's data source, for what isn't on the posting path: access, connections, migrations. It does not connect yet.
 * Throws DatabaseError for a URL that isn't PostgreSQL's.
 */
export function createDataSource(url: string, options: DataSourceOptions = {}): DataSource {
  return new DataSource({
    type: 'postgres',
    entities: ENTITIES,
    migrations: MIGRATIONS,
    migrationsTableName: 'migration',
    namingStrategy: new SnakeCaseColumns(),
    synchronize: false,
    migrationsRun: false,
    logging: false,
    poolSize: options.max ?? 4,
    poolErrorHandler: (error: Error) => {
      options.log?.(`A connection to the database was lost: ${error.message}`);
    },
    // The URL is given here because TypeORM would parse the option `url` by rules of its own.
    extra: {
      ...sessionConfig(url, { applicationName: options.applicationName ?? 'stockbridge', settings: AS_OPERATOR }),
      Client: LosableClient,
    },
  });
}

/**
 * Connects, after checking that the server can hold a ledger. The caller destroys the data source.
 * @throws DatabaseError that says what to fix.
 */
export async function openDataSource(url: string, options: DataSourceOptions = {}): Promise<DataSource> {
  const dataSource = createDataSource(url, options);
  try {
    await checkServer(url);
    return await dataSource.initialize();
  } catch (error) {
    throw explainDatabaseError(error, url);
  }
}

/** Our advisory lock for migrations; any number that nothing else in the database uses. */
const MIGRATION_LOCK = 5_702_887_001;
/** How long a gateway waits for another gateway's migration. Nothing else waits behind it meanwhile. */
const TURN_TIMEOUT = '60s';
/** How long a migration waits for a table. All who want the table wait behind it. */
const TABLE_LOCK_TIMEOUT = '2s';

/**
 * Migrates the schema in one transaction, and returns the names of the migrations that ran. When gateways start at once,
 * they take turns, and all but the first find nothing to do. `worksAs` is a role that may then work with the tables.
 * @throws DatabaseError that says what to fix.
 */
export async function runMigrations(dataSource: DataSource, url: string, worksAs?: string): Promise<string[]> {
  const queryRunner = dataSource.createQueryRunner();
  let hasTurn = false;
  try {
    await queryRunner.startTransaction();
    await takeTurn(queryRunner);
    hasTurn = true;
    // The executor uses the open transaction, so the session that migrates is the one that holds the lock.
    const migrations = await new MigrationExecutor(dataSource, queryRunner).executePendingMigrations();
    const applied = migrations.map(({ name }) => name);
    if (worksAs !== undefined) await grantTo(worksAs, queryRunner);
    await queryRunner.commitTransaction();
    return applied;
  } catch (error) {
    // The connection itself may have failed, so an error of the rollback must not hide the first one.
    if (queryRunner.isTransactionActive) await queryRunner.rollbackTransaction().catch(() => undefined);
    if (hasTurn && codeOf(error) === '55P03') throw await lockedTable(queryRunner, error, url);
    throw explainDatabaseError(error, url);
  } finally {
    await queryRunner.release();
  }
}

async function takeTurn(queryRunner: QueryRunner): Promise<void> {
  await queryRunner.query('SET LOCAL statement_timeout = 0');
  await queryRunner.query(`SET LOCAL lock_timeout = '${TURN_TIMEOUT}'`);
  await queryRunner.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  await queryRunner.query(`SET LOCAL lock_timeout = '${TABLE_LOCK_TIMEOUT}'`);
}

const HOLDERS = `SELECT string_agg(DISTINCT l.pid::text, ', ') AS pids FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
  WHERE l.granted AND l.pid <> pg_backend_pid() AND c.relnamespace = current_schema()::regnamespace
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

async function lockedTable(queryRunner: QueryRunner, error: unknown, url: string): Promise<DatabaseError> {
  const [holders] = (await queryRunner.query(HOLDERS).catch(() => [])) as { pids: string | null }[];
  const who = holders?.pids == null ? '' : ` (process ids ${holders.pids})`;
  const { server } = describeDatabase(url);
  return new DatabaseError(
    `A migration of ${server} has waited ${TABLE_LOCK_TIMEOUT} for a table that other sessions use${who}: end their transactions, then start again; nothing was changed`,
    { cause: error },
  );
}
