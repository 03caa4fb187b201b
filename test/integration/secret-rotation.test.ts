import { createCipheriv, randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import {
  createConnectionDirectory,
  createConnections,
  createTenants,
  keysInUse,
  listAuditEntries,
  rotateSecrets,
} from '../../src/persistence/access';
import { createSecretBox, SecretKeyError } from '../../src/persistence/access/secrets';
import { openDataSource } from '../../src/persistence/database/data-source';
import { connectionNodeId } from '../../src/domain/node-ids';
import { createTestDatabase, type TestDatabase } from '../support/database';

const [OLD, NEW, OLDEST] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const before = createSecretBox(OLD);
const after = createSecretBox(NEW, OLD);
/** More than two steps of a rotation. */
const MANY = 230;

let database: TestDatabase;
let dataSource: DataSource;
let tenants: string[];
let ids: { tenantId: string; connectionId: string }[];

beforeEach(async () => {
  database = await createTestDatabase();
  dataSource = await openDataSource(database.url);
  tenants = [await createTenants(dataSource).ensure('acme'), await createTenants(dataSource).ensure('other')];
  ids = [];
});

afterEach(async () => {
  await dataSource.destroy();
  await database.drop();
});

const secretsOf = (at: number): Record<string, string> => ({ apiPassword: `hush ${at}` });

async function addConnections(count: number, box = before): Promise<void> {
  const connections = createConnections(dataSource, box);
  for (let at = 0; at < count; at += 1) {
    const tenantId = tenants[ids.length % 2] ?? '';
    const secrets = secretsOf(ids.length);
    const draft = { tenantId, kind: 'jerry', name: `jerry ${ids.length}`, locationCode: null, settings: {}, secrets };
    ids.push({ tenantId, connectionId: (await connections.create({ ...draft, kind: 'jerry' })).connectionId });
  }
}

const rotate = (box = after, onStep: (done: number) => void = () => undefined) =>
  rotateSecrets(dataSource, tenants, box, onStep);

/** Reads each connection as a gateway does that has these keys. */
async function expectReadable(box = createSecretBox(NEW)): Promise<void> {
  const directory = createConnectionDirectory(dataSource, box);
  for (const [at, { tenantId, connectionId }] of ids.entries()) {
    expect((await directory.byId(tenantId, connectionId))?.secrets).toEqual(secretsOf(at));
  }
}

const rotationsIn = async (tenantId: string) =>
  (await listAuditEntries(dataSource, tenantId)).filter(({ action }) => action === 'CONNECTION_SECRETS_REENCRYPTED');

test('all secrets come under the present key, with an audit entry each, and a second run changes nothing', async () => {
  await addConnections(MANY);
  const steps: number[] = [];
  expect(await rotate(after, (done) => steps.push(done))).toMatchObject({ reencrypted: MANY, unreadable: [] });
  expect(steps.length).toBeGreaterThan(2);
  expect(steps.at(-1)).toBe(MANY);
  await expectReadable();
  const entries = (await Promise.all(tenants.map(rotationsIn))).flat();
  expect(entries.map(({ subject }) => subject).sort()).toEqual(
    ids.map(({ connectionId }) => connectionNodeId(connectionId)).sort(),
  );
  expect(entries[0]).toMatchObject({
    actor: 'command line',
    before: { secretKey: before.presentKeyId },
    after: { secretKey: after.presentKeyId },
  });
  const stored: unknown = await dataSource.query('SELECT secrets FROM connection ORDER BY connection_id');
  expect(await rotate()).toMatchObject({ reencrypted: 0, unreadable: [] });
  expect(await dataSource.query('SELECT secrets FROM connection ORDER BY connection_id')).toEqual(stored);
  expect((await Promise.all(tenants.map(rotationsIn))).flat()).toHaveLength(MANY);
});

test('a rotation that was interrupted leaves everything readable, and the next one goes on', async () => {
  await addConnections(MANY);
  const interrupted = rotate(after, () => {
    throw new Error('killed');
  });
  await expect(interrupted).rejects.toThrow('killed');
  const [use] = (await keysInUse(dataSource)).filter(({ keyId }) => keyId === after.presentKeyId);
  expect(use?.connections).toBe(100);
  await expectReadable(createSecretBox(OLD, NEW));
  expect(await rotate()).toMatchObject({ reencrypted: MANY - 100 });
  await expectReadable();
});

test('two rotations and a gateway at the same time disturb each other in nothing', async () => {
  await addConnections(MANY);
  const rotations = [rotate(), rotate()];
  const gateway = createConnections(dataSource, createSecretBox(OLD, NEW));
  const [tenantId = ''] = tenants;
  const created = await gateway.create({
    tenantId,
    kind: 'jerry',
    name: 'created meanwhile',
    locationCode: null,
    settings: {},
    secrets: secretsOf(MANY),
  });
  await expectReadable(createSecretBox(OLD, NEW));
  const done = (await Promise.all(rotations)).reduce((sum, { reencrypted }) => sum + reencrypted, 0);
  ids.push({ tenantId, connectionId: created.connectionId });
  // What a gateway with the other order of keys stored behind the rotation, the next one finds.
  const { reencrypted } = await rotate();
  expect(done + reencrypted).toBe(MANY + 1);
  await expectReadable();
});

test('secrets under a key that is not given stay, and the gateway does not start', async () => {
  await addConnections(2);
  await addConnections(3, createSecretBox(OLDEST));
  const { presentKeyId: oldest } = createSecretBox(OLDEST);
  const sealed = 'SELECT secrets FROM connection WHERE connection_id = ANY($1) ORDER BY connection_id';
  const theirs = ids.slice(2).map(({ connectionId }) => connectionId);
  const stored: unknown = await dataSource.query(sealed, [theirs]);
  expect(await rotate()).toEqual({ reencrypted: 2, missing: new Map([[oldest, 3]]), unreadable: [] });
  expect(await dataSource.query(sealed, [theirs])).toEqual(stored);
  const check = (...others: Buffer[]) =>
    createConnections(dataSource, createSecretBox(NEW, ...others)).checkSecretKey();
  await expect(check()).rejects.toThrow(SecretKeyError);
  await expect(check(OLD)).rejects.toThrow(
    `The secrets of 3 connections are under the key ${oldest}, which is not given: add it to STOCKBRIDGE_SECRET_KEY (or DATA_DIR/secret.key), after the present key`,
  );
  await expect(check(OLDEST)).resolves.toBeUndefined();
  expect(await rotate(createSecretBox(NEW, OLDEST))).toMatchObject({ reencrypted: 3, missing: new Map() });
  await expectReadable();
});

test('secrets copied from another connection are named, and stay', async () => {
  await addConnections(3);
  const [from, , to] = ids;
  await dataSource.query(
    'UPDATE connection SET secrets = (SELECT secrets FROM connection WHERE connection_id = $1) WHERE connection_id = $2',
    [from?.connectionId, to?.connectionId],
  );
  expect(await rotate()).toMatchObject({ reencrypted: 2, unreadable: [to?.connectionId] });
});

test('secrets from before key ids are encrypted again too', async () => {
  await addConnections(2);
  for (const [at, { tenantId, connectionId }] of ids.entries()) {
    const nonce = randomBytes(12);
    const bound = Buffer.from(`stockbridge.secrets.1:${tenantId}:${connectionId}`);
    const cipher = createCipheriv('aes-256-gcm', OLD, nonce).setAAD(bound);
    const text = Buffer.concat([cipher.update(JSON.stringify(secretsOf(at)), 'utf8'), cipher.final()]);
    const sealed = Buffer.concat([Uint8Array.of(1), nonce, text, cipher.getAuthTag()]);
    await dataSource.query('UPDATE connection SET secrets = $1 WHERE connection_id = $2', [sealed, connectionId]);
  }
  expect(await keysInUse(dataSource)).toEqual([{ keyId: null, connections: 2 }]);
  await expect(createConnections(dataSource, after).checkSecretKey()).resolves.toBeUndefined();
  await expect(createConnections(dataSource, createSecretBox(NEW)).checkSecretKey()).rejects.toThrow(SecretKeyError);
  expect(await rotate(createSecretBox(NEW))).toMatchObject({ reencrypted: 0 });
  await expectReadable(before);
  expect(await rotate()).toMatchObject({ reencrypted: 2 });
  await expectReadable();
});
