import { In, IsNull, type DataSource, type EntityManager } from 'typeorm';
import { uuidv7 } from 'uuidv7';
import {
  AccessError,
  type Actor,
  type ApiKeyDraft,
  type ApiKeys,
  type CreatedApiKey,
  type RotatedApiKey,
} from '../../application/ports/access';
import { checkGrant, type Granted } from '../../application/grants';
import { collisionKey } from '../../domain/catalogue/collision-key';
import { apiKeyNodeId } from '../../domain/node-ids';
import { tidyName } from '../../domain/text';
import { checkName } from '../../domain/validation';
import { ApiClientEntity } from '../tables/api-client';
import { ApiKeyEntity } from '../tables/api-key';
import { LocationEntity } from '../tables/location';
import type { RowOf } from '../tables/derived';
import { TenantEntity } from '../tables/tenant';
import { newApiKey } from './api-key-text';
import { addAuditEntry, COMMAND_LINE } from './audit';
import { enterTenant } from './enter-tenant';
import { channelsOfDraft, ipAllowListOfDraft, locationsOfDraft, originsOfDraft } from './key-draft';
import { hashSecret } from './secrets';
import { CHANGE_WITHIN_MS, orUnavailable } from './unavailable';

/**
 * The keys of all tenants. Changes are kept as the actor's.
 *
 * @param own what the actor has, if it may give keys no more than that; left out: it may give anything
 */
export function createApiKeys(dataSource: DataSource, actor: Actor = COMMAND_LINE, own?: Granted): ApiKeys {
  const change = <Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> =>
    orUnavailable(dataSource.transaction(work), CHANGE_WITHIN_MS);
  return {
    create: (draft) => change((manager) => createKey(manager, actor, draft, own)),
    rotate: (tenantId, keyId, overlapMs) =>
      change((manager) => rotateKey(manager, actor, { tenantId, keyId: keyId.toLowerCase(), overlapMs, own })),
    async list(tenantId) {
      const [clients, keys] = await Promise.all([
        dataSource.getRepository(ApiClientEntity).findBy({ tenantId }),
        dataSource.getRepository(ApiKeyEntity).find({ where: { tenantId }, order: { keyId: 'ASC' } }),
      ]);
      const clientsById = new Map(clients.map((client) => [client.clientId, client]));
      const limitedTo = keys.flatMap(({ locationIds }) => locationIds ?? []);
      const codes = await dataSource.transaction((manager) => codesOf(manager, tenantId, limitedTo));
      return keys.map(({ keyId, clientId, scopes, locationIds, channels, origins, ipAllowList, ...key }) => {
        const { name: clientName = '', inventoryOrganisations = false } = clientsById.get(clientId) ?? {};
        const locations = locationIds?.map((id) => codes.get(id) ?? id).sort() ?? null;
        const { createdAt, revokedAt, expiresAt, lastUsedAt } = key;
        const life = { createdAt, revokedAt, expiresAt, lastUsedAt };
        const may = { scopes, locations, channels, origins, ipAllowList };
        return { keyId, clientId, clientName, ...may, inventoryOrganisations, ...life };
      });
    },
    revoke: (tenantId, keyId) => change((manager) => revokeKey(manager, actor, tenantId, keyId.toLowerCase())),
  };
}

/** The present codes of locations, by their ids. */
async function codesOf(
  manager: EntityManager,
  tenantId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  await enterTenant(manager, tenantId);
  const locations = await manager.findBy(LocationEntity, { tenantId, locationId: In([...new Set(ids)]) });
  return new Map(locations.map(({ locationId, code }) => [locationId, code]));
}

async function createKey(
  manager: EntityManager,
  actor: Actor,
  draft: ApiKeyDraft,
  own: Granted | undefined,
): Promise<CreatedApiKey> {
  const { tenantId, scopes, inventoryOrganisations, expiresAt } = draft;
  const clientName = checkedName(draft.clientName);
  const origins = originsOfDraft(draft);
  const channels = channelsOfDraft(draft);
  const ipAllowList = ipAllowListOfDraft(draft);
  if (!(await manager.existsBy(TenantEntity, { tenantId }))) throw new AccessError(`There is no tenant ${tenantId}`);
  const locations = await locationsOfDraft(manager, draft);
  const each = [...new Set(scopes)];
  const may = { scopes: each, locationIds: locations?.ids ?? null, channels, origins, ipAllowList };
  if (own) checkGrant(own, may);
  const createdAt = new Date();
  const ids = { tenantId, clientId: uuidv7() };
  const client: RowOf<ApiClientEntity> = { ...ids, name: clientName, createdAt, inventoryOrganisations: false };
  await manager.createQueryBuilder().insert().into(ApiClientEntity).values(client).orIgnore().execute();
  const { clientId } = await manager.findOneByOrFail(ApiClientEntity, { tenantId, name: clientName });
  if (inventoryOrganisations !== undefined) {
    await manager.update(ApiClientEntity, { tenantId, clientId }, { inventoryOrganisations });
  }
  const lifeMs = expiresAt ? expiresAt.getTime() - createdAt.getTime() : null;
  const created = await insertKey(manager, { tenantId, clientId, ...may, createdAt, lifeMs });
  await addAuditEntry(manager, actor, {
    ...{ tenantId, action: 'API_KEY_CREATED', subject: apiKeyNodeId(created.keyId), before: null },
    after: {
      ...{ client: clientName, scopes: each, expiresAt: created.expiresAt },
      ...(locations && { locations: locations.codes }),
      ...(channels && { channels }),
      ...(origins && { origins }),
      ...(ipAllowList && { ipAllowList }),
      ...(inventoryOrganisations === undefined ? {} : { inventoryOrganisations }),
    },
  });
  return created;
}

/** The name of a client, as names are cleaned at every door. It is shown as the origin of movements, and in the audit. */
function checkedName(given: string): string {
  const name = tidyName(given);
  const [fault] = checkName(name, ['client'], true);
  if (fault) throw new AccessError(fault.message.replace(/\.$/, ''));
  if (collisionKey(name) === collisionKey(COMMAND_LINE.name)) {
    throw new AccessError(`The name ${name} stands for the command line in the audit: take another one`);
  }
  return name;
}

type KeyDraft = Omit<RowOf<ApiKeyEntity>, 'keyId' | 'secretHash' | 'revokedAt' | 'expiresAt' | 'lastUsedAt'>;

async function insertKey(manager: EntityManager, draft: KeyDraft): Promise<CreatedApiKey> {
  const { tenantId, clientId, createdAt, lifeMs, origins } = draft;
  const expiresAt = lifeMs === null ? null : new Date(createdAt.getTime() + lifeMs);
  const keyId = uuidv7();
  const key = newApiKey({ tenantId, keyId }, origins === null ? 'SECRET' : 'PUBLISHABLE');
  const unused = { revokedAt: null, lastUsedAt: null };
  const row = { ...draft, keyId, secretHash: hashSecret(key), expiresAt, ...unused };
  await manager.insert(ApiKeyEntity, row satisfies RowOf<ApiKeyEntity>);
  return { key, keyId, clientId, expiresAt };
}

interface Rotation {
  readonly tenantId: string;
  readonly keyId: string;
  readonly overlapMs: number;
  readonly own: Granted | undefined;
}

async function rotateKey(
  manager: EntityManager,
  actor: Actor,
  { tenantId, keyId, overlapMs, own }: Rotation,
): Promise<RotatedApiKey> {
  const old = await workingKey(manager, tenantId, keyId);
  // Whoever asks gets to see the new key.
  if (own) checkGrant(own, old);
  // After the lock: waiting for it must not shorten the overlap.
  const now = new Date();
  const { clientId, scopes, locationIds, channels, origins, ipAllowList, lifeMs } = old;
  const { name: clientName } = await manager.findOneByOrFail(ApiClientEntity, { tenantId, clientId });
  const may = { scopes, locationIds, channels, origins, ipAllowList };
  const created = await insertKey(manager, { tenantId, clientId, ...may, createdAt: now, lifeMs });
  const overlapEnd = now.getTime() + overlapMs;
  const oldKeyExpiresAt = new Date(Math.min(overlapEnd, old.expiresAt?.getTime() ?? overlapEnd));
  await manager.update(ApiKeyEntity, { tenantId, keyId }, { expiresAt: oldKeyExpiresAt });
  await addAuditEntry(manager, actor, {
    ...{ tenantId, action: 'API_KEY_ROTATED', subject: apiKeyNodeId(old.keyId), before: { expiresAt: old.expiresAt } },
    after: { expiresAt: oldKeyExpiresAt, next: apiKeyNodeId(created.keyId) },
  });
  return { ...created, clientName, oldKeyExpiresAt };
}

/** Locks the key, so that of two rotations at a time the second sees the end that the first has set. */
async function workingKey(manager: EntityManager, tenantId: string, keyId: string): Promise<ApiKeyEntity> {
  const key = await manager.findOne(ApiKeyEntity, { where: { tenantId, keyId }, lock: { mode: 'pessimistic_write' } });
  if (!key) throw new AccessError(`There is no key ${keyId}`);
  if (key.revokedAt) throw new AccessError(`The key ${keyId} was revoked: create another one`);
  if (key.expiresAt && key.expiresAt.getTime() <= Date.now())
    throw new AccessError(`The key ${keyId} has expired: create another one`);
  return key;
}

async function revokeKey(manager: EntityManager, actor: Actor, tenantId: string, keyId: string): Promise<boolean> {
  const revokedAt = new Date();
  const { affected } = await manager.update(ApiKeyEntity, { tenantId, keyId, revokedAt: IsNull() }, { revokedAt });
  if (affected !== 1) return false;
  await addAuditEntry(manager, actor, {
    ...{ tenantId, action: 'API_KEY_REVOKED', subject: apiKeyNodeId(keyId) },
    ...{ before: { revokedAt: null }, after: { revokedAt } },
  });
  return true;
}
