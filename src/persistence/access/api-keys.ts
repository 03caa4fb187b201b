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
}

interface CreatedApiKey {
  /** The key itself, which is shown only here: the database has its hash. */
  readonly key: string;
  readonly keyId: string;
  readonly clientId: string;
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
}

export interface ApiKeys {
  /** Throws AccessError when there is no such tenant. */
  create(draft: ApiKeyDraft): Promise<CreatedApiKey>;
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
    async list(tenantId) {
      const [clients, keys] = await Promise.all([
        dataSource.getRepository(ApiClientEntity).findBy({ tenantId }),
        dataSource.getRepository(ApiKeyEntity).find({ where: { tenantId }, order: { keyId: 'ASC' } }),
      ]);
      const clientsById = new Map(clients.map((client) => [client.clientId, client]));
      return keys.map(({ keyId, clientId, scopes, createdAt, revokedAt }) => {
        const { name: clientName = '', inventoryOrganisations = false } = clientsById.get(clientId) ?? {};
        return { keyId, clientId, clientName, scopes, inventoryOrganisations, createdAt, revokedAt };
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
  { tenantId, clientName, scopes, inventoryOrganisations }: ApiKeyDraft,
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
  const keyId = uuidv7();
  const key = newApiKey({ tenantId, keyId });
  const secretHash = hashSecret(key);
  const row = { tenantId, keyId, clientId, secretHash, scopes: [...new Set(scopes)], createdAt, revokedAt: null };
  await manager.insert(ApiKeyEntity, row satisfies RowOf<ApiKeyEntity>);
  return { key, keyId, clientId };
}
