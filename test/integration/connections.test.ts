import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { AccessError } from '../../src/application/ports/access';
import type { ConnectionDraft, Connections } from '../../src/application/ports/connections';
import { createConnectionDirectory, createConnections, createTenants } from '../../src/persistence/access';
import { openDataSource } from '../../src/persistence/database/data-source';
import { createSecretBox, SecretKeyError } from '../../src/persistence/access/secrets';
import { createTestDatabase, type TestDatabase } from '../support/database';

const box = createSecretBox(randomBytes(32));
let database: TestDatabase;
let dataSource: DataSource;
let connections: Connections;
let tenantId: string;
let otherTenantId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await openDataSource(database.url);
  connections = createConnections(dataSource, box);
  tenantId = await createTenants(dataSource).ensure('acme');
  otherTenantId = await createTenants(dataSource).ensure('other');
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

let count = 0;

function jerry(changes: Partial<ConnectionDraft> = {}): ConnectionDraft {
  count += 1;
  return {
    tenantId,
    kind: 'jerry',
    name: `jerry ${count}`,
    locationCode: 'JERRY-1',
    settings: { unknownItems: 'create', tracked: ['owner'] },
    secrets: { apiPassword: 'hush', key: 'k' },
    ...changes,
  };
}

test('a connection is found by its token, its handle and its id', async () => {
  const draft = jerry();
  const { connectionId, token } = await connections.create({ ...draft, handle: 'DUMMY DUCK' });
  const expected = { ...draft, id: connectionId };
  const directory = createConnectionDirectory(dataSource, box);

  expect(await directory.byToken('jerry', token)).toEqual(expected);
  expect(await directory.byHandle('jerry', 'DUMMY DUCK')).toEqual([expected]);
  expect(await directory.byId(tenantId, connectionId)).toEqual(expected);
});

test('an unknown token, handle or id finds nothing', async () => {
  const { connectionId, token } = await connections.create(jerry({ handle: 'SOMEBODY' }));
  const directory = createConnectionDirectory(dataSource, box);

  expect(await directory.byToken('winit', token)).toBeUndefined();
  expect(await directory.byToken('jerry', token.slice(1))).toBeUndefined();
  expect(await directory.byToken('jerry', '')).toBeUndefined();
  expect(await directory.byHandle('winit', 'SOMEBODY')).toEqual([]);
  expect(await directory.byHandle('jerry', 'somebody')).toEqual([]);
  expect(await directory.byHandle('jerry', connectionId.slice(1))).toEqual([]);
  expect(await directory.byId(otherTenantId, connectionId)).toBeUndefined();
  expect(await directory.byId(tenantId, 'no id')).toBeUndefined();
});

test('connections without a handle do not share one', async () => {
  await connections.create(jerry({ kind: 'winit' }));
  await connections.create(jerry({ kind: 'winit' }));
  expect(await createConnectionDirectory(dataSource, box).byHandle('winit', '')).toEqual([]);
});

test('tenants may share a handle', async () => {
  const ours = await connections.create(jerry({ handle: 'SHARED' }));
  const theirs = await connections.create(jerry({ handle: 'SHARED', tenantId: otherTenantId }));
  const found = await createConnectionDirectory(dataSource, box).byHandle('jerry', 'SHARED');
  expect(found.map(({ id }) => id)).toEqual([ours.connectionId, theirs.connectionId]);
});

test('a disabled connection is not found after a second, when its cache entry expires', async () => {
  let nowMs = 1;
  const directory = createConnectionDirectory(dataSource, box, { now: () => nowMs });
  const { connectionId, token } = await connections.create(jerry({ handle: 'LEAVING' }));
  expect(await directory.byToken('jerry', token)).toBeDefined();
  expect(await directory.byId(tenantId, connectionId)).toBeDefined();

  expect(await connections.disable(otherTenantId, connectionId)).toBe(false);
  expect(await connections.disable(tenantId, connectionId)).toBe(true);
  expect(await connections.disable(tenantId, connectionId)).toBe(false);
  nowMs += 1_001;
  expect(await directory.byToken('jerry', token)).toBeUndefined();
  expect(await directory.byId(tenantId, connectionId)).toBeUndefined();
  expect(await directory.byHandle('jerry', 'LEAVING')).toEqual([]);
});

test('a renewed token replaces the old one', async () => {
  const { connectionId, token } = await connections.create(jerry());
  const { token: renewed } = await connections.renewToken(tenantId, connectionId);
  const directory = createConnectionDirectory(dataSource, box);
  expect(await directory.byToken('jerry', token)).toBeUndefined();
  expect(await directory.byToken('jerry', renewed)).toMatchObject({ id: connectionId });
  await expect(connections.renewToken(otherTenantId, connectionId)).rejects.toThrow(AccessError);
});

test('a token that is renewed with an overlap works beside the next one until then', async () => {
  const { connectionId, token: first } = await connections.create(jerry());
  const { token: second } = await connections.renewToken(tenantId, connectionId, 60_000);
  const found = async (token: string) => (await createConnectionDirectory(dataSource, box).byToken('jerry', token))?.id;
  expect(await Promise.all([first, second].map(found))).toEqual([connectionId, connectionId]);
  const end = `UPDATE connection SET previous_token_until = now() WHERE connection_id = $1`;
  await dataSource.query(end, [connectionId]);
  expect(await Promise.all([first, second].map(found))).toEqual([undefined, connectionId]);
  const { token: third } = await connections.renewToken(tenantId, connectionId, 60_000);
  expect(await Promise.all([first, second, third].map(found))).toEqual([undefined, connectionId, connectionId]);
});

test('a running gateway takes a rotated secret within a second, and the old one until the overlap ends', async () => {
  let nowMs = 1;
  const directory = createConnectionDirectory(dataSource, box, { now: () => nowMs });
  const { connectionId, token } = await connections.create(jerry());
  const known = async () => {
    nowMs += 1_001;
    const { secrets, previousSecrets } = (await directory.byToken('jerry', token)) ?? {};
    return { secrets, previousSecrets };
  };
  const rotate = (value: string, overlapMs: number) =>
    connections.change(tenantId, connectionId, () => ({ rotation: { overlapMs, secret: { name: 'key', value } } }));
  await rotate('second', 60_000);
  expect(await known()).toEqual({ secrets: { apiPassword: 'hush', key: 'second' }, previousSecrets: { key: 'k' } });
  await rotate('third', 60_000);
  expect(await known()).toMatchObject({ secrets: { key: 'third' }, previousSecrets: { key: 'second' } });
  const ended = `UPDATE connection SET secret_overlaps = '{"key": "2020-01-01T00:00:00.000Z"}' WHERE connection_id = $1`;
  await dataSource.query(ended, [connectionId]);
  expect(await known()).toEqual({ secrets: { apiPassword: 'hush', key: 'third' }, previousSecrets: undefined });
  await rotate('fourth', 0);
  expect(await known()).toMatchObject({ secrets: { key: 'fourth' }, previousSecrets: undefined });
  const [row] = await dataSource.query<{ secret_overlaps: null }[]>(
    'SELECT secret_overlaps FROM connection WHERE connection_id = $1',
    [connectionId],
  );
  expect(row).toEqual({ secret_overlaps: null });
});

test('of rotations at the same time each replaces what the one before has made', async () => {
  const { connectionId } = await connections.create(jerry());
  const made = ['a', 'b', 'c', 'd', 'e'];
  const seen: string[] = [];
  await Promise.all(
    made.map((value) =>
      connections.change(tenantId, connectionId, ({ secrets }) => {
        seen.push(secrets['key'] ?? '');
        return { rotation: { overlapMs: 60_000, secret: { name: 'key', value } } };
      }),
    ),
  );
  const { secrets, previousSecrets } = (await connections.find(tenantId, connectionId)) ?? {};
  expect([...seen, secrets?.['key']].sort()).toEqual(['k', ...made].sort());
  expect(previousSecrets).toEqual({ key: seen.at(-1) });
  const [row] = await dataSource.query<{ n: number }[]>(
    `SELECT count(*)::int AS n FROM audit_entry WHERE subject = $1 AND action = 'CONNECTION_SECRET_ROTATED'`,
    [`Connection:${connectionId}`],
  );
  expect(row?.n).toBe(made.length);
});

test('a change whose audit entry cannot be kept is not made', async () => {
  const { connectionId } = await connections.create(jerry());
  const before = await connections.find(tenantId, connectionId);
  await dataSource.query(
    `ALTER TABLE audit_entry ADD CONSTRAINT refuse_one CHECK (subject <> 'Connection:${connectionId}') NOT VALID`,
  );
  const changes = [
    connections.change(tenantId, connectionId, () => ({ name: 'other' })),
    connections.change(tenantId, connectionId, () => ({ rotation: { overlapMs: 0, withToken: true } })),
    connections.disable(tenantId, connectionId),
  ];
  for (const change of await Promise.allSettled(changes)) expect(change.status).toBe('rejected');
  await dataSource.query('ALTER TABLE audit_entry DROP CONSTRAINT refuse_one');
  expect(await connections.find(tenantId, connectionId)).toEqual(before);
  expect(await connections.disable(tenantId, connectionId)).toBe(true);
});

test('a tenant uses up no account name for the others', async () => {
  for (let n = 0; n < 10; n += 1) await connections.create(jerry({ handle: 'POPULAR' }));
  const refusal = connections.create(jerry({ handle: 'POPULAR' }));
  await expect(refusal).rejects.toThrow('10 connections have this account name already');
  await connections.create(jerry({ handle: 'POPULAR', tenantId: otherTenantId }));
  const { connectionId } = await connections.create(jerry({ handle: 'RARE' }));
  const taken = connections.change(tenantId, connectionId, () => ({ handle: 'POPULAR' }));
  await expect(taken).rejects.toThrow(AccessError);
  await expect(connections.change(tenantId, connectionId, () => ({ handle: 'RARE' }))).resolves.toMatchObject({
    token: null,
  });
});

test('the list shows a tenant its own connections, by name and without secrets', async () => {
  const fresh = await createTenants(dataSource).ensure('fresh');
  await connections.create(jerry({ tenantId: fresh, name: 'b', locationCode: null }));
  const { connectionId } = await connections.create(jerry({ tenantId: fresh, name: 'a' }));
  await connections.disable(fresh, connectionId);

  const listed = await connections.list(fresh);
  expect(listed.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(listed.map(({ disabledAt }) => disabledAt !== null)).toEqual([true, false]);
  expect(Object.keys(listed[0] ?? {})).not.toContain('secrets');
  expect(JSON.stringify(listed)).not.toContain('hush');
});

test('the database stores neither secrets nor tokens in plain text', async () => {
  const { connectionId, token } = await connections.create(jerry({ handle: 'CLEAR' }));
  const [row] = await dataSource.query<Record<string, unknown>[]>('SELECT * FROM connection WHERE connection_id = $1', [
    connectionId,
  ]);
  const bytes = Object.values(row ?? {}).map((value) =>
    Buffer.isBuffer(value) ? value.toString('latin1') : JSON.stringify(value),
  );
  for (const secret of ['hush', token, 'CLEAR']) expect(bytes.join()).not.toContain(secret);
});

test('secrets copied to another connection cannot be decrypted', async () => {
  const [ours, theirs] = [
    await connections.create(jerry()),
    await connections.create(jerry({ tenantId: otherTenantId })),
  ];
  await dataSource.query(
    'UPDATE connection SET secrets = (SELECT secrets FROM connection WHERE connection_id = $1) WHERE connection_id = $2',
    [ours.connectionId, theirs.connectionId],
  );
  const directory = createConnectionDirectory(dataSource, box);
  await expect(directory.byId(otherTenantId, theirs.connectionId)).rejects.toThrow(SecretKeyError);
});

test('a wrong secret key is detected at start', async () => {
  await connections.create(jerry());
  await expect(connections.checkSecretKey()).resolves.toBeUndefined();
  const stranger = createConnections(dataSource, createSecretBox(randomBytes(32)));
  await expect(stranger.checkSecretKey()).rejects.toThrow(SecretKeyError);
});

test.each([
  ['a name that is taken', () => ({ name: 'taken' }), 'The tenant has a connection named taken already'],
  ['an unknown tenant', () => ({ tenantId: '01890000-0000-7000-8000-000000000001' }), 'There is no tenant'],
  ['no name', () => ({ name: '' }), 'A connection needs a name'],
])('refuses to create a connection with %s', async (_, changes, message) => {
  await connections.create(jerry({ name: 'taken' })).catch(() => undefined);
  const refusal = connections.create(jerry(changes()));
  await expect(refusal).rejects.toThrow(AccessError);
  await expect(refusal).rejects.toThrow(message);
});
