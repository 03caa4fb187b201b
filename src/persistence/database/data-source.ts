import { DataSource, DefaultNamingStrategy, MigrationExecutor, type QueryRunner } from 'typeorm';
import { ENTITIES } from '../tables';
import { columnName } from '../tables/derived';
import { explainDatabaseError } from './errors';
import { MIGRATIONS } from './migrations';
import { grantTo } from './grants';
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
    extra: sessionConfig(url, {
      applicationName: options.applicationName ?? 'stockbridge',
      settings: AS_OPERATOR,
    }),
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
/** How long a gateway waits for another gateway's migration. */
const MIGRATION_LOCK_TIMEOUT = '60s';

/**
 * Migrates the schema in one transaction, and returns the names of the migrations that ran. When gateways start at once,
 * they take turns, and all but the first find nothing to do. `worksAs` is a role that may then work with the tables.
 * @throws DatabaseError that says what to fix.
 */
export async function runMigrations(dataSource: DataSource, url: string, worksAs?: string): Promise<string[]> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    await queryRunner.startTransaction();
    const applied = await migrateLocked(dataSource, queryRunner);
    if (worksAs !== undefined) await grantTo(worksAs, queryRunner);
    await queryRunner.commitTransaction();
    return applied;
  } catch (error) {
    // The connection itself may have failed, so an error of the rollback must not hide the first one.
    if (queryRunner.isTransactionActive) await queryRunner.rollbackTransaction().catch(() => undefined);
    throw explainDatabaseError(error, url);
  } finally {
    await queryRunner.release();
  }
}

async function migrateLocked(dataSource: DataSource, queryRunner: QueryRunner): Promise<string[]> {
  await queryRunner.query(`SET LOCAL lock_timeout = '${MIGRATION_LOCK_TIMEOUT}'`);
  await queryRunner.query('SET LOCAL statement_timeout = 0');
  await queryRunner.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  // The executor uses the open transaction, so the session that migrates is the one that holds the lock.
  const applied = await new MigrationExecutor(dataSource, queryRunner).executePendingMigrations();
  return applied.map(({ name }) => name);
}
