import { DataSource, DefaultNamingStrategy, MigrationExecutor, type QueryRunner } from 'typeorm';
import { ENTITIES } from '../tables';
import { columnName } from '../tables/derived';
import { explainDatabaseError } from './errors';
import { MIGRATIONS } from './migrations';
import { checkServer } from './server-check';
import { sessionConfig } from './session';

export interface DataSourceOptions {
  /** Shown in `pg_stat_activity`. */
  readonly applicationName?: string;
  /** Most connections at a time. */
  readonly max?: number;
  /** Takes what a person may want to know, a line at a time. */
  readonly log?: (line: string) => void;
}

class SnakeCaseColumns extends DefaultNamingStrategy {
  override columnName(propertyName: string, customName: string): string {
    return customName || columnName(propertyName);
  }
}

/**
 * TypeORM's view of the database, for what isn't on the posting path: access, connections, migrations. Nothing connects
 * yet. Throws DatabaseError where the URL isn't one.
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
    // The URL is in here and not above, where TypeORM would take it apart by rules of its own.
    extra: sessionConfig(url, { applicationName: options.applicationName ?? 'stockbridge' }),
  });
}

/**
 * Connects, after making sure that the server is one that the ledger can live on. The caller destroys it.
 * @throws DatabaseError that says what to mend.
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

/** A number of our own among the advisory locks of the database. */
const MIGRATION_LOCK = 5_702_887_001;
/** How long a gateway waits for another one that migrates. */
const MIGRATION_LOCK_TIMEOUT = '60s';

/**
 * Brings the schema up to date, in one transaction, and returns the names of the migrations that were due. Gateways
 * that start together take turns, and all but the first find nothing to do.
 * @throws DatabaseError that says what to mend.
 */
export async function runMigrations(dataSource: DataSource, url: string): Promise<string[]> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    await queryRunner.startTransaction();
    const applied = await migrateLocked(dataSource, queryRunner);
    await queryRunner.commitTransaction();
    return applied;
  } catch (error) {
    // The connection may be what failed; the first error is the one that tells.
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
  // Given a transaction, the executor works within it: the lock is held by the session that migrates.
  const applied = await new MigrationExecutor(dataSource, queryRunner).executePendingMigrations();
  return applied.map(({ name }) => name);
}
