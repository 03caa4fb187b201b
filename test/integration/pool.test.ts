import { once } from 'node:events';
import type { Pool } from 'pg';
import { createPool, type PoolOptions } from '../../src/persistence/database/pool';
import { isoInstant } from '../../src/persistence/tables/column-types';
import { createTestDatabase, onServer, testServerUrl, type TestDatabase } from '../support/database';

let database: TestDatabase;
let pools: Pool[];
let log: string[];

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

beforeEach(() => {
  pools = [];
  log = [];
});

afterEach(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
});

function open(options: Partial<PoolOptions> = {}, url = database.url): Pool {
  const pool = createPool(url, { max: 2, applicationName: 'pool test', log: (line) => log.push(line), ...options });
  pools.push(pool);
  return pool;
}

async function valueOf(pool: Pool, expression: string): Promise<unknown> {
  const { rows } = await pool.query<{ value: unknown }>(`SELECT ${expression} AS value`);
  return rows[0]?.value;
}

test.each([
  ['TimeZone', 'UTC'],
  ['application_name', 'pool test'],
  ['statement_timeout', '5s'],
  ['lock_timeout', '2s'],
  ['idle_in_transaction_session_timeout', '10s'],
])('sessions have %s = %s', async (setting, value) => {
  expect(await valueOf(open(), `current_setting('${setting}')`)).toBe(value);
});

test('statement limits are those that were configured', async () => {
  const pool = open({ statementTimeoutMs: 1234, lockTimeoutMs: 567 });
  expect(await valueOf(pool, `current_setting('statement_timeout')`)).toBe('1234ms');
  expect(await valueOf(pool, `current_setting('lock_timeout')`)).toBe('567ms');
});

test('options in the URL apply beside the pool’s own', async () => {
  const pool = open({}, `${database.url}?options=-c%20work_mem%3D3MB%20-c%20TimeZone%3DAsia/Tokyo`);
  expect(await valueOf(pool, `current_setting('work_mem')`)).toBe('3MB');
  expect(await valueOf(pool, `current_setting('TimeZone')`)).toBe('UTC');
});

test("a user's own date and number formats do not change what is read", async () => {
  const pool = open();
  const name = new URL(database.url).pathname.slice(1);
  await pool.query(`ALTER DATABASE ${name} SET DateStyle = 'SQL, DMY'`);
  await pool.query(`ALTER DATABASE ${name} SET bytea_output = 'escape'`);
  await pool.query(`ALTER DATABASE ${name} SET TimeZone = 'America/New_York'`);
  const later = open();
  expect(await valueOf(later, `'2026-02-03 04:05:06+00'::timestamptz`)).toBe('2026-02-03T04:05:06.000Z');
  expect(await valueOf(open({ bytes: 'HEX' }), `'\\x00ff5c'::bytea`)).toBe('00ff5c');
});

test.each([
  [`9007199254740991::bigint`, 9007199254740991],
  [`-9007199254740991::bigint`, -9007199254740991],
  [`ARRAY[1, null, -2]::bigint[]`, [1, null, -2]],
  [`null::bigint`, null],
  [`'2026-02-03 04:05:06.789+02'::timestamptz(3)`, '2026-02-03T02:05:06.789Z'],
  [`'2026-02-03 04:05:06.7+00'::timestamptz(3)`, '2026-02-03T04:05:06.700Z'],
  [`ARRAY['2026-02-03Z', null]::timestamptz[]`, ['2026-02-03T00:00:00.000Z', null]],
  [`'01890000-0000-7000-8000-000000000001'::uuid`, '01890000-0000-7000-8000-000000000001'],
  [`ARRAY['01890000-0000-7000-8000-000000000001']::uuid[]`, ['01890000-0000-7000-8000-000000000001']],
  [`'\\x00ff'::bytea`, Buffer.from([0, 255])],
  [`ARRAY['\\x00ff', null]::bytea[]`, [Buffer.from([0, 255]), null]],
  [`'{"a": 1}'::jsonb`, { a: 1 }],
  [`7::integer`, 7],
  [`true`, true],
])('reads %s as %j', async (expression, value) => {
  expect(await valueOf(open(), expression)).toEqual(value);
});

test('reads bytes as hex digits on request', async () => {
  const pool = open({ bytes: 'HEX' });
  expect(await valueOf(pool, `'\\x00ff'::bytea`)).toBe('00ff');
  expect(await valueOf(pool, `ARRAY['\\x00ff', '\\x', null]::bytea[]`)).toEqual(['00ff', '', null]);
});

test.each(['9007199254740992', '-9007199254740992', '9223372036854775807'])('refuses to round %s', async (number) => {
  const pool = open({ max: 1 });
  await expect(valueOf(pool, `'${number}'::bigint`)).rejects.toThrow(`${number} lies beyond ±(2^53−1)`);
  expect(await valueOf(pool, '1')).toBe(1);
});

test.each([
  ['2026-02-03 04:05:06+00', '2026-02-03T04:05:06.000Z'],
  ['2026-02-03 04:05:06.7+00', '2026-02-03T04:05:06.700Z'],
  ['2026-02-03 04:05:06.78+00', '2026-02-03T04:05:06.780Z'],
  ['2026-02-03 04:05:06.789+00', '2026-02-03T04:05:06.789Z'],
  ['2026-02-03 04:05:06.789999+00', '2026-02-03T04:05:06.789Z'],
  ['0001-01-01 00:00:00+00', '0001-01-01T00:00:00.000Z'],
  ['2026-02-03 04:05:06.5+05:30', '2026-02-02T22:35:06.500Z'],
  ['10000-01-01 00:00:00+00', '+010000-01-01T00:00:00.000Z'],
  ['0044-03-15 12:00:00+00 BC', '-000043-03-15T12:00:00.000Z'],
])('writes %s as %s', (text, iso) => {
  expect(isoInstant(text)).toBe(iso);
  expect(new Date(isoInstant(text)).toISOString()).toBe(iso);
});

test.each(['infinity', '-infinity'])('refuses %s as a moment', (text) => {
  expect(() => isoInstant(text)).toThrow(RangeError);
});

test('a lost idle connection is logged and replaced', async () => {
  const pool = open({ max: 1 });
  const pid = await valueOf(pool, 'pg_backend_pid()');
  const lost = once(pool, 'error').catch((error: unknown) => [error]);
  await onServer(testServerUrl(), (client) => client.query('SELECT pg_terminate_backend($1)', [pid]));
  await lost;
  expect(log).toEqual([expect.stringMatching(/^A connection to the database was lost: terminating connection/)]);
  expect(await valueOf(pool, '1')).toBe(1);
});

test('a connection lost while in use fails its next query, not the process', async () => {
  const pool = open({ max: 1 });
  const client = await pool.connect();
  await client.query('BEGIN');
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  // Not `once` of node:events, which would reject because of the error that comes first.
  const lost = new Promise((resolve) => client.once('end', resolve));
  await onServer(testServerUrl(), (other) => other.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]));
  await lost;
  await expect(client.query('SELECT 1')).rejects.toThrow();
  client.release(true);
  expect(await valueOf(pool, '1')).toBe(1);
});

test('waiting for a lock times out', async () => {
  const pool = open({ lockTimeoutMs: 1 });
  const holder = await pool.connect();
  try {
    await holder.query('BEGIN; LOCK TABLE tenant');
    await expect(pool.query('LOCK TABLE tenant')).rejects.toMatchObject({ code: '25P01' });
    await expect(pool.query('SELECT * FROM tenant')).rejects.toMatchObject({ code: '55P03' });
  } finally {
    await holder.query('ROLLBACK');
    holder.release();
  }
});
