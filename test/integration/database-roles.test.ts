import { randomBytes } from 'node:crypto';
import { createTenants } from '../../src/persistence/access';
import { openDataSource } from '../../src/persistence/database/data-source';
import { prepareSchema, weaknessOfRole } from '../../src/persistence/database/prepare-schema';
import { createDatabase, onDatabase, onServer, testServerUrl, type TestDatabase } from '../support/database';

jest.setTimeout(60_000);

/** Who owns the tables, who works with them, and what the operator is told. No role here is a superuser. */

const SUFFIX = randomBytes(6).toString('hex');
const OWNER = `owner_${SUFFIX}`;
const WORKER = `worker_${SUFFIX}`;
const MEMBER = `member_${SUFFIX}`;

const databases: TestDatabase[] = [];

beforeAll(async () => {
  await onServer(testServerUrl(), async (client) => {
    for (const role of [OWNER, WORKER, MEMBER]) await client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'test'`);
    await client.query(`GRANT ${OWNER} TO ${MEMBER}`);
  });
});

afterAll(async () => {
  for (const database of databases) await database.drop();
  await onServer(testServerUrl(), (client) => client.query(`DROP ROLE ${OWNER}, ${WORKER}, ${MEMBER}`));
});

/** An empty database of the owner, as each role opens it. */
async function ownedDatabase(): Promise<(role: string) => string> {
  const database = await createDatabase(`OWNER ${OWNER} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'`);
  databases.push(database);
  return (role) => {
    const url = new URL(database.url);
    url.username = role;
    url.password = 'test';
    return url.href;
  };
}

/** Starts as a gateway does, and adds a tenant. Returns what the operator is told. */
async function start(url: string, ownerUrl?: string): Promise<string | undefined> {
  const dataSource = await openDataSource(url);
  try {
    await prepareSchema(dataSource, url, ownerUrl);
    await createTenants(dataSource).ensure('acme');
    return await weaknessOfRole(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

test('one role that is no superuser can own the tables and work with them', async () => {
  const as = await ownedDatabase();
  expect(await start(as(OWNER))).toContain(`the role ${OWNER} owns the tables`);
  const search = "SELECT * FROM items_matching('%tea%', 'tea', 5)";
  await onDatabase(as(OWNER), async (client) => {
    expect((await client.query(search)).rows).toEqual([]);
    // The setting that the search works with has not outlived it.
    await client.query('BEGIN');
    await client.query(search);
    const { rows } = await client.query("SELECT current_setting('stockbridge.searching', true) AS searching");
    expect(rows).toEqual([{ searching: '' }]);
    await client.query('ROLLBACK');
  });
});

test('the owner keeps its rights when both URLs name it', async () => {
  const as = await ownedDatabase();
  for (let starts = 0; starts < 2; starts += 1) {
    expect(await start(as(OWNER), as(OWNER))).toContain(`the role ${OWNER} owns the tables`);
  }
  await onDatabase(as(OWNER), (client) => client.query('DELETE FROM migration'));
});

test('the owner keeps its rights when a superuser migrates', async () => {
  const as = await ownedDatabase();
  await start(as(OWNER));
  expect(await start(as(OWNER), databases.at(-1)?.url)).toContain(`the role ${OWNER} owns the tables`);
  await onDatabase(as(OWNER), (client) => client.query('DELETE FROM migration'));
});

test('a role of its own works with the tables of another, and nothing is said', async () => {
  const as = await ownedDatabase();
  expect(await start(as(WORKER), as(OWNER))).toBeUndefined();
  // The owner's URL is needed for migrations only.
  expect(await start(as(WORKER))).toBeUndefined();
});

test('a role that can act as the owner is told of', async () => {
  const as = await ownedDatabase();
  expect(await start(as(MEMBER), as(OWNER))).toContain(`the role ${MEMBER} owns the tables that it works with, or can`);
});

test('a superuser is told of', async () => {
  await ownedDatabase();
  expect(await start(databases.at(-1)?.url ?? '')).toContain('row-level security does not hold for the role postgres');
});

/** A table as the catalogue has it. */
interface Table {
  readonly relname: string;
  readonly relacl: string;
}

test('a start that finds the grants as they have to be changes none', async () => {
  const as = await ownedDatabase();
  await start(as(WORKER), as(OWNER));
  const versions = `SELECT relname, xmin::text, relacl::text FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relacl::text LIKE '%${WORKER}%' ORDER BY relname`;
  const before = await onDatabase(as(OWNER), (client) => client.query<Table>(versions));
  expect(before.rows.length).toBeGreaterThan(20);
  await start(as(WORKER), as(OWNER));
  expect((await onDatabase(as(OWNER), (client) => client.query(versions))).rows).toEqual(before.rows);
  await onDatabase(as(OWNER), (client) =>
    client.query(`GRANT DELETE ON movement TO ${WORKER}; REVOKE INSERT ON item FROM ${WORKER}`),
  );
  await start(as(WORKER), as(OWNER));
  const acls = (rows: readonly Table[]) => rows.map(({ relname, relacl }) => [relname, relacl]);
  const after = await onDatabase(as(OWNER), (client) => client.query<Table>(versions));
  expect(acls(after.rows)).toEqual(acls(before.rows));
});
