import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import type { Pool } from 'pg';
import { createDataSource, openDataSource, runMigrations } from '../../src/persistence/database/data-source';
import { DatabaseError, explainDatabaseError } from '../../src/persistence/database/errors';
import { serverFault } from '../../src/persistence/database/server-check';
import {
  createDatabase,
  createTestDatabase,
  onDatabase,
  onServer,
  ownerRows,
  testServerUrl,
  type TestDatabase,
} from '../support/database';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

function changed(change: (url: URL) => void): string {
  const url = new URL(database.url);
  change(url);
  return url.href;
}

async function failure(url: string): Promise<DatabaseError> {
  const error: unknown = await openDataSource(url).then(
    (dataSource) => dataSource.destroy(),
    (reason: unknown) => reason,
  );
  if (!(error instanceof DatabaseError))
    throw new Error('It should have failed with a DatabaseError', { cause: error });
  expect(error.message).not.toContain('\n');
  return error;
}

test('says that the server does not answer', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  const url = changed((to) => (to.port = String(port)));
  const { message } = await failure(url);
  expect(message).toContain(`on 127.0.0.1:${port} doesn't answer (ECONNREFUSED): start its server`);
});

test('says that the server is not a PostgreSQL', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  const { message } = await failure(changed((to) => (to.port = String(port))));
  expect(message).toMatch(/doesn't answer \(.*\): start its server, or correct the host and port in DATABASE_URL/);
  server.close();
});

test('says that the host is not known', async () => {
  const { message } = await failure(changed((to) => (to.hostname = 'no-such-host.invalid')));
  expect(message).toMatch(
    /The host of .* on no-such-host\.invalid:\d+ isn't known \((ENOTFOUND|EAI_AGAIN)\): correct its name in DATABASE_URL/,
  );
});

test('says that the password is wrong, without showing it', async () => {
  const { message } = await failure(changed((to) => (to.password = 'wrong-hush')));
  expect(message).toMatch(/refuses the user .*: correct user and password in DATABASE_URL$/);
  expect(message).not.toContain('hush');
});

test('says that a password is missing', async () => {
  const { message } = await failure(changed((to) => (to.password = '')));
  expect(message).toMatch(/wants a password for the user .*: add it to DATABASE_URL$/);
});

test('says that the database does not exist, and how to create it', async () => {
  const { message } = await failure(changed((to) => (to.pathname = 'no_such_database')));
  expect(message).toMatch(
    /^There is no database no_such_database on .*: create it with CREATE DATABASE "no_such_database" ENCODING 'UTF8'/,
  );
});

test('says that a database of another encoding cannot be used', async () => {
  const ascii = await createDatabase("TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'");
  try {
    expect((await failure(ascii.url)).message).toMatch(
      /has the encoding SQL_ASCII, which can't hold every text: create one with/,
    );
  } finally {
    await ascii.drop();
  }
});

test('says that a read-only database cannot be used', async () => {
  const name = new URL(database.url).pathname.slice(1);
  await onServer(testServerUrl(), (client) =>
    client.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`),
  );
  try {
    expect((await failure(database.url)).message).toMatch(/takes no writes: set DATABASE_URL to the primary server$/);
  } finally {
    await onServer(testServerUrl(), (client) =>
      client.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`),
    );
  }
});

test('says that the user may not create tables', async () => {
  const empty = await createDatabase();
  const url = new URL(empty.url);
  await onServer(testServerUrl(), async (client) => {
    await client.query('DROP ROLE IF EXISTS weak');
    await client.query("CREATE ROLE weak LOGIN PASSWORD 'weak-hush'");
  });
  url.username = 'weak';
  url.password = 'weak-hush';
  const dataSource = await openDataSource(url.href);
  try {
    const migrating = runMigrations(dataSource, url.href);
    await expect(migrating).rejects.toThrow(DatabaseError);
    await expect(migrating).rejects.toThrow(
      /The user weak may not do that in .*: give it the database with ALTER DATABASE/,
    );
  } finally {
    await dataSource.destroy();
    await empty.drop();
    await onServer(testServerUrl(), (client) => client.query('DROP ROLE weak'));
  }
});

test('says within seconds that a migration found a table locked, and changes nothing', async () => {
  const locked = await createTestDatabase();
  const dataSource = await openDataSource(locked.url);
  const isPending = async (): Promise<boolean> =>
    (await ownerRows(locked, `SELECT FROM migration WHERE name = 'Attempts1766361600000'`)).length === 0;
  try {
    while (!(await isPending())) await dataSource.undoLastMigration();
    await onDatabase(locked.url, async (client) => {
      await client.query('BEGIN');
      await client.query('SELECT FROM ledger_head');
      const migrating = runMigrations(dataSource, locked.url);
      await expect(migrating).rejects.toThrow(DatabaseError);
      await expect(migrating).rejects.toThrow(
        /^A migration of .* has waited 2s for a table that other sessions use \(process ids \d+\): end their transactions/,
      );
    });
    expect(await isPending()).toBe(true);
    expect(await runMigrations(dataSource, locked.url)).toContain('Attempts1766361600000');
  } finally {
    await dataSource.destroy();
    await locked.drop();
  }
});

test.each([
  [{ versionNumber: 140_011, encoding: 'UTF8', isReadOnly: false }, /is PostgreSQL 14: Stockbridge needs 15 or newer/],
  [{ versionNumber: 90_624, encoding: 'UTF8', isReadOnly: false }, /is PostgreSQL 9: Stockbridge needs 15 or newer/],
])('says that the server is too old', (facts, message) => {
  expect(serverFault(facts, database.url)?.message).toMatch(message);
});

test('takes PostgreSQL 15 and later', () => {
  expect(serverFault({ versionNumber: 150_000, encoding: 'UTF8', isReadOnly: false }, database.url)).toBeNull();
});

test.each(['', 'no url', 'mysql://root:hush@localhost/db', 'postgres://u:hush@host:port/db'])(
  'refuses %j as a URL, without showing it',
  (url) => {
    const open = (): unknown => createDataSource(url);
    expect(open).toThrow(DatabaseError);
    expect(open).toThrow(/^DATABASE_URL is not the URL of a PostgreSQL database: [^\n]*$/);
    expect(open).not.toThrow('hush');
  },
);

test('hides the password when a reason quotes it', () => {
  const error = explainDatabaseError(new Error('timeout for p%40ss and p@ss'), 'postgres://me:p%40ss@db.example/shop');
  expect(error).toMatchObject({ message: expect.stringContaining('shop on db.example:5432') as string });
  expect(String(error)).toContain('timeout for *** and ***');
});

test('leaves an error that is not about the database as it is', () => {
  const bug = new TypeError('x is not a function');
  expect(explainDatabaseError(bug, database.url)).toBe(bug);
});

test('listens to a connection from the moment on that the pool hands it out', async () => {
  const dataSource = await openDataSource(database.url, { max: 1 });
  try {
    const { master } = dataSource.driver as unknown as { readonly master: Pool };
    const listeners = await new Promise<number>((resolve, reject) => {
      master.connect((error, client, release) => {
        const count = client?.listenerCount('error');
        release();
        if (error ?? count === undefined) reject(error ?? new Error('no connection'));
        else resolve(count);
      });
    });
    expect(listeners).toBeGreaterThan(0);
  } finally {
    await dataSource.destroy();
  }
});

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}
