import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { readDemoFile, writeDemoFile, type DemoAccess } from '../../src/demo/demo-file';
import { seedDemo } from '../../src/demo/seed';
import { createPool } from '../../src/persistence/database/pool';
import { openServices, type Services } from '../../src/services';
import { createTestDatabase, onDatabase, type TestDatabase } from '../support/database';
import { expectIntactLedgers } from '../support/invariants';

const KEY = randomBytes(32);
const ORIGIN = 'http://127.0.0.1:4000';

let database: TestDatabase;
let services: Services;
let dataDir: string;

beforeEach(async () => {
  database = await createTestDatabase();
  services = await open();
  dataDir = await mkdtemp(path.join(tmpdir(), 'stockbridge-seed-'));
});

afterEach(async () => {
  const owner = createPool(database.url, { applicationName: 'test', max: 1, log: () => undefined });
  await expectIntactLedgers(owner);
  await owner.end();
  await services.close();
  await database.drop();
  await rm(dataDir, { recursive: true });
});

const open = (): Promise<Services> =>
  openServices({ url: database.gatewayUrl, ownerUrl: database.url }, [KEY], pino({ level: 'silent' }));

/** Seeds the demo as a start of the gateway does, with its own caches. */
async function start(): Promise<DemoAccess> {
  await services.close();
  services = await open();
  const demo = await seedDemo(services, dataDir);
  await writeDemoFile(dataDir, ORIGIN, demo);
  return demo;
}

async function movements(): Promise<number> {
  const count = 'SELECT count(*)::text AS movements FROM movement';
  const { rows } = await onDatabase(database.url, (owner) => owner.query<{ movements: string }>(count));
  return Number(rows[0]?.movements);
}

/** The actions of the tenant's audit entries, in their order. */
async function auditEntries(): Promise<string[]> {
  const all = 'SELECT action FROM audit_entry ORDER BY audit_entry_id';
  const { rows } = await onDatabase(database.url, (owner) => owner.query<{ action: string }>(all));
  return rows.map(({ action }) => action);
}

test('a second start posts nothing, changes nothing and writes the same access', async () => {
  const first = await start();
  expect(await movements()).toBe(1);
  const changes = await auditEntries();
  expect(await start()).toEqual(first);
  expect(await movements()).toBe(1);
  expect(await auditEntries()).toEqual(changes);
  expect(await services.tenants.list()).toMatchObject([{ code: 'demo' }]);
});

test('later changes to the demo tenant are not undone', async () => {
  await start();
  await onDatabase(database.url, (owner) => owner.query(`UPDATE item SET name = 'Renamed' WHERE sku = '216401'`));
  await start();
  const { rows } = await onDatabase(database.url, (owner) => owner.query(`SELECT name FROM item WHERE sku = '216401'`));
  expect(rows).toEqual([{ name: 'Renamed' }]);
});

test('a lost file is created again: with the stored secrets, new tokens and a new key', async () => {
  const first = await start();
  await rm(path.join(dataDir, 'demo.json'));
  const second = await start();
  expect(second.apiKey).not.toBe(first.apiKey);
  expect(second.jerry.pathToken).not.toBe(first.jerry.pathToken);
  expect(second.comestri.token).not.toBe(first.comestri.token);
  expect({ ...second.jerry, pathToken: first.jerry.pathToken }).toEqual(first.jerry);
  expect({ ...second.winit, pathToken: first.winit.pathToken }).toEqual(first.winit);
  expect(second.increff).toEqual(first.increff);
  expect(await services.connectionDirectory.byToken('jerry', first.jerry.pathToken)).toBeUndefined();
  expect(await movements()).toBe(1);
});

test.each(['', '[]', '{"apiKey": 7, "connections": {"jerry": []}}'])('a file of %j counts as lost', async (text) => {
  await writeFile(path.join(dataDir, 'demo.json'), text);
  expect(await start()).toMatchObject({ jerry: { name: 'jerry' } });
});

test('a revoked key and a disabled connection are replaced, and nothing else is', async () => {
  const first = await start();
  const { tenantId = '' } = (await services.tenants.byCode('demo')) ?? {};
  for (const { keyId } of await services.apiKeys.list(tenantId)) await services.apiKeys.revoke(tenantId, keyId);
  const stored = await services.connections.list(tenantId);
  const jerry = stored.find(({ name }) => name === 'jerry');
  await services.connections.disable(tenantId, jerry?.id ?? '');
  const second = await start();
  expect(await services.apiKeyDirectory.authenticate(second.apiKey)).toMatchObject({ tenantId, clientName: 'demo' });
  expect(second.jerry.name).toBe('jerry-2');
  expect(second.jerry.key).not.toBe(first.jerry.key);
  expect({ ...second, apiKey: first.apiKey, jerry: first.jerry }).toEqual(first);
  expect(await start()).toEqual(second);
});

test("another data folder's demo on the same database works as well", async () => {
  const first = await start();
  const ours = dataDir;
  dataDir = await mkdtemp(path.join(tmpdir(), 'stockbridge-seed-'));
  const second = await start();
  expect(second.winit.token).toBe(first.winit.token);
  expect(await movements()).toBe(1);
  await rm(ours, { recursive: true });
});

test('a connection that somebody else created is not used', async () => {
  const tenantId = await services.tenants.ensure('demo');
  const secrets = { userName: 'someone', apiPassword: 'p', key: 'k' };
  const theirs = { tenantId, kind: 'jerry', name: 'jerry', locationCode: 'JERRY-1', settings: {}, secrets } as const;
  await services.connections.create(theirs);
  expect((await start()).jerry).toMatchObject({ name: 'jerry-2', userName: 'DUMMY DUCK' });
});

test('the file is readable by its owner only, and never half written', async () => {
  await start();
  const file = path.join(dataDir, 'demo.json');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(dataDir)).toEqual(['demo.json']);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(await readDemoFile(dataDir));
});
