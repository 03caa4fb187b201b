import type { DataSource } from 'typeorm';
import { createDataSource, openDataSource, runMigrations } from '../../src/persistence/database/data-source';
import { MIGRATIONS } from '../../src/persistence/database/migrations';
import { ENTITIES } from '../../src/persistence/tables';
import { selectList, selectPlain, selectTexts, tableOf, type EntityClass } from '../../src/persistence/tables/derived';
import { createDatabase, createTestDatabase, type TestDatabase } from '../support/database';

const NAMES = MIGRATIONS.map(({ name }) => name);

let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await openDataSource(database.url);
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

test('TypeORM finds no difference on a migrated database', async () => {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  expect(upQueries.map(({ query }) => query)).toEqual([]);
});

test('entities and migrations create the same columns, constraints and indexes', async () => {
  const empty = await createDatabase();
  const fromEntities = await openDataSource(empty.url);
  try {
    // TypeORM compares constraints only by name, so its schema is created and compared.
    await fromEntities.driver.createSchemaBuilder().build();
    const all = await schemaOf(dataSource);
    const migrated = all.filter(({ definition }) => !/ gin_trgm_ops\)/.test(definition));
    expect(all.filter((one) => !migrated.includes(one)).map(({ definition }) => definition)).toEqual([
      'CREATE INDEX item_name_search_idx ON public.item USING gin (tenant_id, name gin_trgm_ops)',
      'CREATE INDEX item_sku_search_idx ON public.item USING gin (tenant_id, sku gin_trgm_ops)',
    ]);
    expect(new Set(migrated.map(({ table }) => table)).size).toBe(fromEntities.entityMetadatas.length);
    expect(await schemaOf(fromEntities)).toEqual(migrated);
  } finally {
    await fromEntities.destroy();
    await empty.drop();
  }
});

test('the columns that statements are derived from are those that TypeORM knows', () => {
  for (const { target, tableName, columns } of dataSource.entityMetadatas) {
    const derived = tableOf(target as EntityClass<object>);
    const known = columns.filter(({ databaseName }) => databaseName !== 'tenant_id');
    expect(derived.name).toBe(tableName);
    expect(derived.columns.map(({ property, name, isKey }) => [property, name, isKey])).toEqual(
      known.map(({ propertyName, databaseName, isPrimary }) => [propertyName, databaseName, isPrimary]),
    );
  }
});

test('PostgreSQL runs what is derived from every entity, and has its types', async () => {
  const entities: readonly EntityClass<object>[] = ENTITIES;
  for (const entity of entities) {
    const { name, columns } = tableOf(entity);
    for (const list of [selectList(entity, 't'), selectPlain(entity, 't'), selectTexts(entity, 't')]) {
      await expect(dataSource.query(`SELECT ${list} FROM ${name} t`)).resolves.toEqual([]);
    }
    const typed = columns.map((column) => `pg_typeof(t.${column.name}) = '${column.type}'::regtype AS ${column.name}`);
    const [row] = await dataSource.query<object[]>(
      `SELECT ${typed.join(', ')} FROM (SELECT) one LEFT JOIN ${name} t ON true`,
    );
    expect(row).toEqual(Object.fromEntries(columns.map((column) => [column.name, true])));
  }
});

test('every table, unique constraint and foreign key starts with the tenant', async () => {
  const keys = await dataSource.query<{ name: string; first: string }[]>(`
    SELECT conname AS name, attname AS first
    FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
    WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f') AND conrelid <> 'migration'::regclass`);
  expect(keys.length).toBeGreaterThan(20);
  expect(keys.filter(({ first }) => first !== 'tenant_id')).toEqual([]);
});

test('reverting all migrations leaves nothing', async () => {
  const scratch = await createTestDatabase();
  const own = await openDataSource(scratch.url);
  try {
    while (await hasMigrations(own)) await own.undoLastMigration();
    expect((await schemaOf(own)).map(({ table }) => table)).toEqual([]);
    expect(await own.query('SELECT proname FROM pg_proc WHERE pronamespace = $1::regnamespace', ['public'])).toEqual(
      [],
    );
    expect(await runMigrations(own, scratch.url)).toEqual(NAMES);
  } finally {
    await own.destroy();
    await scratch.drop();
  }
});

test('gateways that start together migrate an empty database once', async () => {
  const empty = await createDatabase();
  const gateways = await Promise.all(Array.from({ length: 4 }, () => openDataSource(empty.url)));
  try {
    const applied = await Promise.all(gateways.map((gateway) => runMigrations(gateway, empty.url)));
    expect(applied.flat()).toEqual(NAMES);
    expect(await runMigrations(dataSource, database.url)).toEqual([]);
  } finally {
    await Promise.all(gateways.map((gateway) => gateway.destroy()));
    await empty.drop();
  }
});

test('the schema is never synchronised by TypeORM', () => {
  expect(createDataSource(database.url).options).toMatchObject({ synchronize: false, migrationsRun: false });
});

async function hasMigrations(source: DataSource): Promise<boolean> {
  return (await source.query<object[]>('SELECT FROM migration LIMIT 1')).length > 0;
}

/** What there is in the database, as PostgreSQL itself writes it. */
async function schemaOf(source: DataSource): Promise<{ table: string; definition: string }[]> {
  return source.query(`
    WITH described AS (
      SELECT attrelid AS table_id, concat_ws(' ', attname, format_type(atttypid, atttypmod),
        CASE WHEN attnotnull THEN 'NOT NULL' END, 'COLLATE ' || nullif(collname, 'default'), pg_get_expr(adbin, adrelid)) AS definition
      FROM pg_attribute
        LEFT JOIN pg_collation ON pg_collation.oid = attcollation
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
      WHERE attnum > 0 AND NOT attisdropped
      UNION ALL
      SELECT conrelid, conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE contype <> 'n'
      UNION ALL
      SELECT indrelid, pg_get_indexdef(indexrelid) FROM pg_index
    )
    SELECT relname AS table, definition
    FROM described JOIN pg_class ON pg_class.oid = table_id
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'migration'
    ORDER BY relname COLLATE "C", definition COLLATE "C"`);
}
