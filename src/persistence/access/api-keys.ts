import { IsNull, type DataSource, type EntityManager } from 'typeorm';
import { uuidv7 } from 'uuidv7';
import type { Scope } from '../../application/ports/access';
import { ApiClientEntity } from '../tables/api-client';
import { ApiKeyEntity } from '../tables/api-key';
import type { RowOf } from '../tables/derived';
import { TenantEntity } from '../tables/tenant';
import { hashSecret } from './secrets';
import { newApiKey } from './api-key-text';
import { AccessError } from './errors';

interface ApiKeyDraft {
  readonly tenantId: string;
  /** Created when the tenant has no client of that name. Keys of one client share its origin in the ledger. */
  readonly clientName: string;
  readonly scopes: readonly Scope[];
  /**
   * Whether the client's orders keep stock by inventory organisation. It applies to all keys of the client. Left out:
   * it stays unchanged, and is off for a new client.
   */
  readonly inventoryOrganisations?: boolean | undefined;
  /** From when on the key is refused; left out: it does not expire. */
  readonly expiresAt?: Date | undefined;
}

interface CreatedApiKey {
  /** The key itself, which is shown only here: the database has its hash. */
  readonly key: string;
  readonly keyId: string;
  readonly clientId: string;
}

interface RotatedApiKey extends CreatedApiKey {
  readonly clientName: string;
  /** When the new key expires; null: it does not. */
  readonly expiresAt: Date | null;
  /** Until when the old key works beside it. */
  readonly oldKeyExpiresAt: Date;
}

interface ApiKeyInfo {
  readonly keyId: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly scopes: readonly Scope[];
  /** The client's setting, see {@link ApiKeyDraft}. */
  readonly inventoryOrganisations: boolean;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
  readonly expiresAt: Date | null;
  /** To about a minute; null: never. */
  readonly lastUsedAt: Date | null;
}

export interface ApiKeys {
  /** Throws AccessError when there is no such tenant. */
  create(draft: ApiKeyDraft): Promise<CreatedApiKey>;
  /**
   * Creates another key of the same client, with the same scopes and as long a life. The old one works until the overlap
   * ends, or until it would have expired anyway. Throws AccessError when the tenant has no such key, or it does not work.
   */
  rotate(tenantId: string, keyId: string, overlapMs: number): Promise<RotatedApiKey>;
  /** A tenant's keys, including revoked ones, oldest first. */
  list(tenantId: string): Promise<ApiKeyInfo[]>;
  /**
   * False when the tenant has no such key, or the key is revoked already. Running gateways refuse the key within a
   * second (`CACHE_TTL_MS`).
   */
  revoke(tenantId: string, keyId: string): Promise<boolean>;
}

export function createApiKeys(dataSource: DataSource): ApiKeys {
  return {
    create: (draft) => dataSource.transaction((manager) => createKey(manager, draft)),
    rotate: (tenantId, keyId, overlapMs) =>
      dataSource.transaction((manager) => rotateKey(manager, tenantId, keyId, overlapMs)),
    async list(tenantId) {
      const [clients, keys] = await Promise.all([
        dataSource.getRepository(ApiClientEntity).findBy({ tenantId }),
        dataSource.getRepository(ApiKeyEntity).find({ where: { tenantId }, order: { keyId: 'ASC' } }),
      ]);
      const clientsById = new Map(clients.map((client) => [client.clientId, client]));
      return keys.map(({ keyId, clientId, scopes, createdAt, revokedAt, expiresAt, lastUsedAt }) => {
        const { name: clientName = '', inventoryOrganisations = false } = clientsById.get(clientId) ?? {};
        const life = { createdAt, revokedAt, expiresAt, lastUsedAt };
        return { keyId, clientId, clientName, scopes, inventoryOrganisations, ...life };
      });
    },
    async revoke(tenantId, keyId) {
      const keys = dataSource.getRepository(ApiKeyEntity);
      const { affected } = await keys.update({ tenantId, keyId, revokedAt: IsNull() }, { revokedAt: new Date() });
      return affected === 1;
    },
  };
}

async function createKey(
  manager: EntityManager,
  { tenantId, clientName, scopes, inventoryOrganisations, expiresAt }: ApiKeyDraft,
): Promise<CreatedApiKey> {
  if (clientName.trim() === '') throw new AccessError('An API client needs a name');
  if (!(await manager.existsBy(TenantEntity, { tenantId }))) throw new AccessError(`There is no tenant ${tenantId}`);
  const createdAt = new Date();
  const ids = { tenantId, clientId: uuidv7() };
  const client: RowOf<ApiClientEntity> = { ...ids, name: clientName, createdAt, inventoryOrganisations: false };
  await manager.createQueryBuilder().insert().into(ApiClientEntity).values(client).orIgnore().execute();
  const { clientId } = await manager.findOneByOrFail(ApiClientEntity, { tenantId, name: clientName });
  if (inventoryOrganisations !== undefined) {
    await manager.update(ApiClientEntity, { tenantId, clientId }, { inventoryOrganisations });
  }
  return insertKey(manager, { tenantId, clientId, scopes, createdAt, expiresAt: expiresAt ?? null });
}

type KeyDraft = Pick<RowOf<ApiKeyEntity>, 'tenantId' | 'clientId' | 'createdAt' | 'expiresAt'> &
  Pick<ApiKeyDraft, 'scopes'>;

async function insertKey(manager: EntityManager, { scopes, ...draft }: KeyDraft): Promise<CreatedApiKey> {
  const { tenantId, clientId } = draft;
  const keyId = uuidv7();
  const key = newApiKey({ tenantId, keyId });
  const unused = { revokedAt: null, lastUsedAt: null };
  const row = { ...draft, keyId, secretHash: hashSecret(key), scopes: [...new Set(scopes)], ...unused };
  await manager.insert(ApiKeyEntity, row satisfies RowOf<ApiKeyEntity>);
  return { key, keyId, clientId };
}

async function rotateKey(
  manager: EntityManager,
  tenantId: string,
  keyId: string,
  overlapMs: number,
): Promise<RotatedApiKey> {
  const now = new Date();
  // Locked, so that of two rotations at a time the second sees the end that the first has set.
  const old = await manager.findOne(ApiKeyEntity, { where: { tenantId, keyId }, lock: { mode: 'pessimistic_write' } });
  if (!old) throw new AccessError(`There is no key ${keyId}`);
  if (old.revokedAt) throw new AccessError(`The key ${keyId} was revoked: create another one`);
  if (old.expiresAt && old.expiresAt <= now) throw new AccessError(`The key ${keyId} has expired: create another one`);
  const { clientId, scopes } = old;
  const { name: clientName } = await manager.findOneByOrFail(ApiClientEntity, { tenantId, clientId });
  const lifeMs = old.expiresAt && old.expiresAt.getTime() - old.createdAt.getTime();
  const expiresAt = lifeMs === null ? null : new Date(now.getTime() + lifeMs);
  const created = await insertKey(manager, { tenantId, clientId, scopes, createdAt: now, expiresAt });
  const overlapEnd = now.getTime() + overlapMs;
  const oldKeyExpiresAt = new Date(Math.min(overlapEnd, old.expiresAt?.getTime() ?? overlapEnd));
  await manager.update(ApiKeyEntity, { tenantId, keyId }, { expiresAt: oldKeyExpiresAt });
  return { ...created, clientName, expiresAt, oldKeyExpiresAt };
}
