import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { LedgerUnavailableError } from '../../src/application/ports/poster';
import { AccessError, type ApiKeyDirectory } from '../../src/application/ports/access';
import { createApiKeyDirectory, createApiKeys, createTenants } from '../../src/persistence/access';
import { idsInApiKey, newApiKey, publicPartOf } from '../../src/persistence/access/api-key-text';
import { KeyLimits1765584000000 } from '../../migrations/1765584000000-key-limits';
import { AddressesOfKeys1766016000000 } from '../../migrations/1766016000000-addresses-of-keys';
import { LifeOfKeys1765065600000 } from '../../migrations/1765065600000-life-of-keys';
import { Scopes1764979200000 } from '../../migrations/1764979200000-scopes';
import { openDataSource } from '../../src/persistence/database/data-source';
import { LedgerHeadEntity } from '../../src/persistence/tables/ledger-head';
import { createTestDatabase, type TestDatabase } from '../support/database';

let database: TestDatabase;
let dataSource: DataSource;
let tenantId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await openDataSource(database.url);
  tenantId = await createTenants(dataSource).ensure('acme');
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

describe('tenants', () => {
  test('a tenant starts with an empty ledger', async () => {
    expect(await dataSource.getRepository(LedgerHeadEntity).findOneBy({ tenantId })).toEqual({
      tenantId,
      sequence: 0,
      hash: Buffer.alloc(32),
      recordedAt: null,
      catalogueRevision: 0,
      nextOrderNumber: 1,
      nextVendorId: 1,
      attempt: null,
      nextExpiry: null,
      openReservations: 0,
      backOrders: 0,
    });
  });

  test('the id of a tenant follows from its code', async () => {
    // A vector: another id would make a second tenant of the same code.
    expect(tenantId).toBe('0fe2788c-0243-8b5d-850a-a62a7ce97b3d');
    expect(await createTenants(dataSource).byCode('acme')).toMatchObject({ tenantId, code: 'acme' });
    expect(await createTenants(dataSource).byCode('nobody')).toBeUndefined();
  });

  test('ensuring an existing tenant, from many gateways at once, changes nothing', async () => {
    const tenants = createTenants(dataSource);
    await dataSource.query('UPDATE ledger_head SET sequence = 7 WHERE tenant_id = $1', [tenantId]);
    const ids = await Promise.all(Array.from({ length: 8 }, (_, at) => tenants.ensure(at % 2 ? 'acme' : 'beta')));
    expect(new Set(ids)).toEqual(new Set([tenantId, (await tenants.byCode('beta'))?.tenantId]));
    expect((await tenants.list()).map(({ code }) => code)).toEqual(['acme', 'beta']);
    expect(await dataSource.getRepository(LedgerHeadEntity).findOneBy({ tenantId })).toMatchObject({ sequence: 7 });
  });

  test.each(['', 'Acme', 'a b', '-a', 'ä', 'a'.repeat(64)])('refuses the code %j', async (code) => {
    await expect(createTenants(dataSource).ensure(code)).rejects.toThrow(AccessError);
  });
});

describe('API keys', () => {
  test('a key authenticates its client, with its scopes', async () => {
    const { key, keyId, clientId } = await createApiKeys(dataSource).create({
      tenantId,
      clientName: 'shop',
      scopes: ['stock:read'],
    });
    expect(key).toMatch(/^sb_[\w-]{43}_[\w-]{43}$/);
    expect(await createApiKeyDirectory(dataSource).authenticate(key)).toEqual({
      tenantId,
      clientId,
      clientName: 'shop',
      keyId,
      scopes: new Set(['stock:read']),
      inventoryOrganisations: false,
      limits: null,
      origins: null,
      addresses: null,
    });
  });

  test('a second key of a client acts as the same origin', async () => {
    const keys = createApiKeys(dataSource);
    const draft = { tenantId, clientName: 'rotating', scopes: ['stock:read', 'stock:write'] } as const;
    const made = await Promise.all(Array.from({ length: 4 }, () => keys.create(draft)));
    expect(new Set(made.map(({ clientId }) => clientId)).size).toBe(1);
    expect(new Set(made.map(({ key }) => key)).size).toBe(4);
  });

  test('clients of the same name in two tenants stay apart', async () => {
    const other = await createTenants(dataSource).ensure('other');
    const keys = createApiKeys(dataSource);
    const ours = await keys.create({ tenantId, clientName: 'twin', scopes: ['stock:read'] });
    const theirs = await keys.create({ tenantId: other, clientName: 'twin', scopes: ['stock:read'] });
    expect(theirs.clientId).not.toBe(ours.clientId);
    expect(await createApiKeyDirectory(dataSource).authenticate(theirs.key)).toMatchObject({ tenantId: other });
    expect((await keys.list(other)).map(({ keyId }) => keyId)).toEqual([theirs.keyId]);
  });

  test('the database does not store the key itself', async () => {
    const { key, keyId } = await createApiKeys(dataSource).create({ tenantId, clientName: 'shop', scopes: [] });
    const [row] = await dataSource.query<{ text: string }[]>(
      'SELECT api_key::text AS text FROM api_key WHERE key_id = $1',
      [keyId],
    );
    const secret = key.slice(-43);
    expect(row?.text).not.toContain(secret);
    expect(row?.text).not.toContain(Buffer.from(secret, 'base64url').toString('hex'));
  });

  test('a revoked key is refused within a second, when its cache entry expires', async () => {
    let nowMs = 1;
    const keys = createApiKeys(dataSource);
    const directory = createApiKeyDirectory(dataSource, { now: () => nowMs });
    const { key, keyId } = await keys.create({ tenantId, clientName: 'revoked', scopes: ['stock:read'] });
    expect(await directory.authenticate(key)).toBeDefined();

    expect(await keys.revoke(tenantId, keyId)).toBe(true);
    expect(await createApiKeyDirectory(dataSource).authenticate(key)).toBeUndefined();
    nowMs += 1_001;
    expect(await directory.authenticate(key)).toBeUndefined();

    expect(await keys.revoke(tenantId, keyId)).toBe(false);
    const listed = (await keys.list(tenantId)).find((info) => info.keyId === keyId);
    expect(listed).toMatchObject({
      clientName: 'revoked',
      scopes: ['stock:read'],
      revokedAt: expect.any(Date) as Date,
    });
  });

  test('a key stops working at the moment at which it expires', async () => {
    const keys = createApiKeys(dataSource);
    const directory = createApiKeyDirectory(dataSource);
    const now = Date.now();
    const draft = {
      tenantId,
      clientName: 'short-lived',
      scopes: ['stock:read'],
      expiresAt: new Date(now + 60_000),
    } as const;
    const { key } = await keys.create(draft);
    expect(await directory.authenticate(key)).toBeDefined();
    jest.spyOn(Date, 'now').mockReturnValue(now + 59_999);
    expect(await directory.authenticate(key)).toBeDefined();
    jest.spyOn(Date, 'now').mockReturnValue(now + 60_000);
    expect(await directory.authenticate(key)).toBeUndefined();
    jest.restoreAllMocks();
  });

  test('a key that is rotated works beside the next one until the overlap ends', async () => {
    const keys = createApiKeys(dataSource);
    const old = await keys.create({ tenantId, clientName: 'turning', scopes: ['orders:write', 'stock:read'] });
    const next = await keys.rotate(tenantId, old.keyId, 3_600_000);
    expect(next).toMatchObject({ clientId: old.clientId, clientName: 'turning', expiresAt: null });
    expect(next.oldKeyExpiresAt.getTime() - Date.now()).toBeGreaterThan(3_500_000);
    const directory = createApiKeyDirectory(dataSource);
    const before = await directory.authenticate(old.key);
    expect(await directory.authenticate(next.key)).toEqual({ ...before, keyId: next.keyId });

    const last = await keys.rotate(tenantId, next.keyId, 0);
    expect(await createApiKeyDirectory(dataSource).authenticate(next.key)).toBeUndefined();
    expect(await directory.authenticate(last.key)).toMatchObject({ scopes: new Set(['orders:write', 'stock:read']) });
  });

  test('the next key lives as long as the old one was to live, and never makes that one live longer', async () => {
    const keys = createApiKeys(dataSource);
    const expiresAt = new Date(Date.now() + 60_000);
    const old = await keys.create({ tenantId, clientName: 'brief', scopes: [], expiresAt });
    const next = await keys.rotate(tenantId, old.keyId, 3_600_000);
    expect(next.oldKeyExpiresAt).toEqual(expiresAt);
    expect(next.expiresAt?.getTime()).toBeGreaterThanOrEqual(expiresAt.getTime());
    expect(next.expiresAt?.getTime()).toBeLessThan(expiresAt.getTime() + 60_000);
  });

  test('a key that does not work, or is of another tenant, cannot be rotated', async () => {
    const keys = createApiKeys(dataSource);
    const other = await createTenants(dataSource).ensure('other');
    const { keyId } = await keys.create({ tenantId, clientName: 'shop', scopes: [] });
    await expect(keys.rotate(other, keyId, 0)).rejects.toThrow(`There is no key ${keyId}`);
    await keys.revoke(tenantId, keyId);
    await expect(keys.rotate(tenantId, keyId, 0)).rejects.toThrow('was revoked');
    const past = await keys.create({ tenantId, clientName: 'shop', scopes: [], expiresAt: new Date(Date.now() - 1) });
    await expect(keys.rotate(tenantId, past.keyId, 0)).rejects.toThrow('has expired');
  });

  test('every next key of a rotation lives as long as the first was to live', async () => {
    const keys = createApiKeys(dataSource);
    const { keyId } = await keys.create({ tenantId, clientName: 'again', scopes: [] });
    expect((await keys.rotate(tenantId, keyId, 60_000)).expiresAt).toBeNull();
    expect((await keys.rotate(tenantId, keyId.toUpperCase(), 60_000)).expiresAt).toBeNull();
  });

  test.each([
    ['', 'client must not be empty'],
    [' ', 'client must not be empty'],
    ['x\u202ey', 'U+202E'],
    [' Command\u00a0line ', 'stands for the command line'],
  ])('no client is called %j', async (clientName, reason) => {
    await expect(createApiKeys(dataSource).create({ tenantId, clientName, scopes: [] })).rejects.toThrow(reason);
  });

  test('a step back of the migration leaves no key alive that was to expire', async () => {
    const keys = createApiKeys(dataSource);
    const { keyId } = await keys.create({
      ...{ tenantId, clientName: 'mortal', scopes: [] },
      expiresAt: new Date(Date.now() + 86_400_000),
    });
    const queryRunner = dataSource.createQueryRunner();
    try {
      await new LifeOfKeys1765065600000().down(queryRunner);
      await new LifeOfKeys1765065600000().up(queryRunner);
    } finally {
      await queryRunner.release();
    }
    expect((await keys.list(tenantId)).find((info) => info.keyId === keyId)?.revokedAt).not.toBeNull();
  });

  test('without the columns of limits, limited and publishable keys do not work', async () => {
    const keys = createApiKeys(dataSource);
    const limited = await keys.create({ tenantId, clientName: 'limited', scopes: ['stock:read'], channels: ['2C'] });
    const web = { scopes: ['sellable:read'], origins: ['https://down.example'] } as const;
    const publishable = await keys.create({ tenantId, clientName: 'web', ...web });
    const whole = await keys.create({ tenantId, clientName: 'whole', scopes: ['stock:read'] });
    const queryRunner = dataSource.createQueryRunner();
    try {
      await new KeyLimits1765584000000().down(queryRunner);
      await new KeyLimits1765584000000().up(queryRunner);
    } finally {
      await queryRunner.release();
    }
    const directory = createApiKeyDirectory(dataSource);
    for (const { key } of [limited, publishable]) expect(await directory.authenticate(key)).toBeUndefined();
    expect(await directory.authenticate(whole.key)).toMatchObject({ limits: null, origins: null });
  });

  test('without the column of addresses, keys that are bound to some do not work', async () => {
    const keys = createApiKeys(dataSource);
    const draft = { tenantId, clientName: 'erp', scopes: ['stock:read'] } as const;
    const bound = await keys.create({ ...draft, ipAllowList: ['203.0.113.7'] });
    const free = await keys.create(draft);
    const queryRunner = dataSource.createQueryRunner();
    try {
      await new AddressesOfKeys1766016000000().down(queryRunner);
      await new AddressesOfKeys1766016000000().up(queryRunner);
    } finally {
      await queryRunner.release();
    }
    const directory = createApiKeyDirectory(dataSource);
    expect(await directory.authenticate(bound.key)).toBeUndefined();
    expect(await directory.authenticate(free.key)).toMatchObject({ addresses: null });
  });

  test('a stored list that is wrong lets nobody in', async () => {
    const draft = { tenantId, clientName: 'erp', scopes: ['stock:read'], ipAllowList: ['203.0.113.7'] } as const;
    const { key, keyId } = await createApiKeys(dataSource).create(draft);
    await dataSource.query("UPDATE api_key SET ip_allow_list = '{203.0.113.7,nowhere}' WHERE key_id = $1", [keyId]);
    expect(await createApiKeyDirectory(dataSource).authenticate(key)).toBeUndefined();
  });

  test('an actor gives keys no more than it has', async () => {
    const limits = { locationIds: null, channels: ['2B', '2C'] };
    const own = { scopes: new Set(['stock:read', 'admin'] as const), limits };
    const keys = createApiKeys(dataSource, { name: 'root', keyId: null, address: null }, own);
    const draft = { tenantId, clientName: 'given', scopes: ['stock:read'], channels: ['2C'] } as const;
    const { keyId } = await keys.create(draft);
    await keys.rotate(tenantId, keyId, 0);
    const more = [{ scopes: ['stock:write'] }, { channels: undefined }, { channels: ['2C', ''] }] as const;
    for (const part of more) {
      await expect(keys.create({ ...draft, ...part })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
      const made = await createApiKeys(dataSource).create({ ...draft, ...part });
      await expect(keys.rotate(tenantId, made.keyId, 0)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
      expect(await createApiKeyDirectory(dataSource).authenticate(made.key)).toBeDefined();
    }
  });

  test('of two rotations at a time, both give a working key', async () => {
    const keys = createApiKeys(dataSource);
    const { keyId } = await keys.create({ tenantId, clientName: 'twice', scopes: [] });
    const made = await Promise.all([keys.rotate(tenantId, keyId, 60_000), keys.rotate(tenantId, keyId, 60_000)]);
    const directory = createApiKeyDirectory(dataSource);
    for (const { key } of made) expect(await directory.authenticate(key)).toBeDefined();
  });

  test('shows when a key was last used, and notes it once a minute', async () => {
    const keys = createApiKeys(dataSource);
    const { key, keyId } = await keys.create({ tenantId, clientName: 'seen', scopes: [] });
    const lastUse = async (): Promise<Date | null | undefined> =>
      (await keys.list(tenantId)).find((info) => info.keyId === keyId)?.lastUsedAt;
    const directory = createApiKeyDirectory(dataSource);
    expect(await directory.authenticate(key)).toBeDefined();
    expect(await lastUse()).toBeNull();
    directory.noteUse({ tenantId, keyId });
    let first = await lastUse();
    for (const end = Date.now() + 10_000; !first && Date.now() < end; first = await lastUse());
    expect(first).toBeInstanceOf(Date);
    for (let n = 0; n < 5; n += 1) directory.noteUse({ tenantId, keyId });
    expect(await lastUse()).toEqual(first);
  });

  test("a key can't be revoked by another tenant", async () => {
    const { key, keyId } = await createApiKeys(dataSource).create({
      tenantId,
      clientName: 'shop',
      scopes: ['stock:read'],
    });
    const other = await createTenants(dataSource).ensure('other');
    expect(await createApiKeys(dataSource).revoke(other, keyId)).toBe(false);
    expect(await createApiKeyDirectory(dataSource).authenticate(key)).toBeDefined();
  });

  test('unknown keys are refused, however close they are to a real one', async () => {
    const directory = createApiKeyDirectory(dataSource);
    const { key, keyId } = await createApiKeys(dataSource).create({
      tenantId,
      clientName: 'shop',
      scopes: ['stock:read'],
    });
    const otherSecret = newApiKey({ tenantId, keyId });
    const otherKey = newApiKey({ tenantId, keyId: '01890000-0000-7000-8000-00000000dead' });
    const lastChanged = key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A');
    for (const wrong of ['', 'sb_', key.slice(0, -1), `${key}A`, ` ${key}`, lastChanged, otherSecret, otherKey]) {
      expect(await directory.authenticate(wrong)).toBeUndefined();
    }
    expect(await directory.authenticate(key)).toBeDefined();
  });

  test('a key that was never given out is refused without a lookup', async () => {
    const { key, keyId } = await createApiKeys(dataSource).create({
      tenantId,
      clientName: 'shop',
      scopes: ['stock:read'],
    });
    expect(publicPartOf(key)).toBeDefined();
    const random = `sb_${key.slice(3, 46)}_${randomBytes(32).toString('base64url')}`;
    const otherIds = newApiKey({ tenantId, keyId: '01890000-0000-7000-8000-00000000dead' });
    const mixed = `sb_${otherIds.slice(3, 46)}_${key.slice(47)}`;
    expect([random, mixed].map(publicPartOf)).toEqual([undefined, undefined]);
    expect(publicPartOf(newApiKey({ tenantId, keyId }))).toBe(key.slice(3, 46));
  });

  test('the requests of one second cost one database lookup', async () => {
    const { key } = await createApiKeys(dataSource).create({ tenantId, clientName: 'busy', scopes: ['stock:read'] });
    const directory = createApiKeyDirectory(dataSource, { now: () => 1 });
    await directory.authenticate(key);
    const queries = jest.spyOn(dataSource, 'getRepository');
    await Promise.all(Array.from({ length: 50 }, () => directory.authenticate(key)));
    expect(queries).not.toHaveBeenCalled();
    queries.mockRestore();
  });

  test('publishable keys are told by their prefix, and say their origins', async () => {
    const apiKeys = createApiKeys(dataSource);
    const origin = 'https://prefix.example';
    const draft = { tenantId, clientName: 'web', scopes: ['sellable:read'], origins: [origin] } as const;
    const { key, keyId } = await apiKeys.create(draft);
    expect(key).toMatch(/^sbpk_[\w-]{43}_[\w-]{43}$/);
    expect(publicPartOf(key)).toBe(key.slice(5, 48));
    const directory = (): ApiKeyDirectory => createApiKeyDirectory(dataSource);
    expect(await directory().authenticate(key)).toMatchObject({ origins: [origin], limits: null });
    expect(await directory().isOriginOfKey(origin)).toBe(true);
    for (const other of ['https://prefix.example:8443', 'null', '', `${origin}/`]) {
      expect(await directory().isOriginOfKey(other)).toBe(false);
    }
    await apiKeys.revoke(tenantId, keyId);
    expect(await directory().isOriginOfKey(origin)).toBe(false);
    // The test of an older migration has no place for such a key.
    await dataSource.query('DELETE FROM api_key WHERE key_id = $1', [keyId]);
  });

  test('the preflights of one second cost one database look-up, whatever origins they name', async () => {
    const directory = createApiKeyDirectory(dataSource, { now: () => 1 });
    const queries = jest.spyOn(dataSource, 'query');
    await Promise.all(Array.from({ length: 50 }, (_, n) => directory.isOriginOfKey(`https://s${n}.example`)));
    expect(queries).toHaveBeenCalledTimes(1);
    queries.mockRestore();
  });

  test('a key cannot be publishable and secret at once, not even in the database', async () => {
    const key = { tenantId, clientName: 'both', scopes: ['stock:read'] } as const;
    const { keyId } = await createApiKeys(dataSource).create(key);
    for (const change of ["origins = '{https://shop.example}'", "scopes = '{sellable:read}'"]) {
      const changed = dataSource.query(`UPDATE api_key SET ${change} WHERE key_id = $1`, [keyId]);
      await expect(changed).rejects.toThrow('api_key_origins_check');
    }
  });

  test('a database failure is not cached', async () => {
    const { key } = await createApiKeys(dataSource).create({ tenantId, clientName: 'shop', scopes: ['stock:read'] });
    const directory = createApiKeyDirectory(dataSource, { now: () => 1 });
    const failing = jest.spyOn(dataSource, 'getRepository').mockImplementationOnce(() => {
      throw new Error('connection lost');
    });
    await expect(directory.authenticate(key)).rejects.toThrow(LedgerUnavailableError);
    failing.mockRestore();
    expect(await directory.authenticate(key)).toBeDefined();
  });

  test('a key contains the ids of its tenant and of itself', () => {
    const ids = { tenantId, keyId: '01890000-0000-7000-8000-0000000000ff' };
    expect(idsInApiKey(publicPartOf(newApiKey(ids)) ?? '')).toEqual(ids);
  });

  test.each([
    ['an unknown tenant', { tenantId: '01890000-0000-7000-8000-000000000001', clientName: 'shop' }],
    ['an empty name', { clientName: ' ' }],
  ])('refuses to create a key for %s', async (_, draft) => {
    const keys = createApiKeys(dataSource);
    await expect(keys.create({ tenantId, scopes: ['stock:read'], ...draft })).rejects.toThrow(AccessError);
  });
});

describe('the migration to finer scopes', () => {
  const readers = ['stock:read', 'inventory:read', 'messages:read'];
  const writers = ['stock:write', 'orders:write', 'inventory:write'];

  test.each([
    [['read'], readers],
    [['write'], writers],
    [
      ['write', 'read'],
      [...readers, ...writers],
    ],
    [[], []],
  ])('lets a key with %j do what it could, and back', async (before, after) => {
    const { keyId } = await createApiKeys(dataSource).create({ tenantId, clientName: 'old', scopes: [] });
    const stored = async (): Promise<string[]> => {
      const rows: { scopes: string[] }[] = await dataSource.query('SELECT scopes FROM api_key WHERE key_id = $1', [
        keyId,
      ]);
      return rows[0]?.scopes ?? [];
    };
    await dataSource.query('UPDATE api_key SET scopes = $2 WHERE key_id = $1', [keyId, before]);
    const queryRunner = dataSource.createQueryRunner();
    try {
      const migration = new Scopes1764979200000();
      await migration.up(queryRunner);
      expect(await stored()).toEqual(after);
      await migration.down(queryRunner);
      expect((await stored()).toSorted()).toEqual([...before].toSorted());
    } finally {
      await queryRunner.release();
    }
  });
});
