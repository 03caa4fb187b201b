import { LRUCache } from 'lru-cache';
import type { DataSource } from 'typeorm';
import { addressList } from '../../application/address-list';
import type { ApiKeyDirectory, Principal } from '../../application/ports/access';
import { ApiClientEntity } from '../tables/api-client';
import { ApiKeyEntity } from '../tables/api-key';
import { hashSecret, sameBytes } from './secrets';
import { idsInApiKey, publicPartOf } from './api-key-text';
import { cached, type Clock } from './short-cache';
import { orUnavailable } from './unavailable';

/** The hash of a key's secret, and who the key belongs to: undefined when there is no such key, or it is revoked. */
interface KnownKey {
  readonly secretHash: Buffer;
  /** In epoch milliseconds; null: it does not expire. */
  readonly expiresAtMs: number | null;
  readonly principal: Principal | undefined;
}

/** Compared when there is no key, so that the answer takes as long as with one. */
const NO_KEY: KnownKey = { secretHash: Buffer.alloc(32), expiresAtMs: null, principal: undefined };

/** A key's last use is noted so often, at most. */
const NOTE_USE_EVERY_MS = 60_000;
/** Most keys whose last note is remembered. */
const MAX_NOTED = 10_000;

/** Authenticates API keys. A revoked key stops working within a second, one that expires at that moment. */
export function createApiKeyDirectory(dataSource: DataSource, clock?: Clock): ApiKeyDirectory {
  const knownKey = cached((publicPart) => orUnavailable(readKey(dataSource, publicPart)), clock);
  const origins = cached(() => orUnavailable(readOrigins(dataSource)), clock);
  return {
    async authenticate(key) {
      const publicPart = publicPartOf(key);
      if (publicPart === undefined) return undefined;
      const { secretHash, expiresAtMs, principal } = await knownKey(publicPart);
      if (!sameBytes(hashSecret(key), secretHash)) return undefined;
      if (expiresAtMs !== null && expiresAtMs <= Date.now()) return undefined;
      return principal;
    },
    noteUse: useNotes(dataSource),
    async isOriginOfKey(origin) {
      return (await origins(ALL_ORIGINS)).has(origin);
    },
  };
}

/** The one key of a cache that holds the origins of all tenants. */
const ALL_ORIGINS = '';
/** Most origins that are known. */
const MAX_ORIGINS = 100_000;

/**
 * The origins that publishable keys are bound to. All are read at once, because anybody can ask for any origin: a look-up for
 * each would keep the connections that recognise keys busy.
 */
async function readOrigins(dataSource: DataSource): Promise<ReadonlySet<string>> {
  const rows = await dataSource.query<{ origin: string }[]>(
    `SELECT DISTINCT unnest(k.origins) AS origin FROM api_key k
      WHERE k.origins IS NOT NULL AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
      LIMIT ${MAX_ORIGINS}`,
  );
  return new Set(rows.map(({ origin }) => origin));
}

/** A note that fails is made with a later use. */
function useNotes(dataSource: DataSource): ApiKeyDirectory['noteUse'] {
  const noted = new LRUCache<string, true>({ max: MAX_NOTED, ttl: NOTE_USE_EVERY_MS });
  return ({ tenantId, keyId }) => {
    if (keyId === null || noted.has(keyId)) return;
    noted.set(keyId, true);
    const keys = dataSource.getRepository(ApiKeyEntity);
    keys.update({ tenantId, keyId }, { lastUsedAt: new Date() }).catch(() => noted.delete(keyId));
  };
}

async function readKey(dataSource: DataSource, publicPart: string): Promise<KnownKey> {
  const { tenantId, keyId } = idsInApiKey(publicPart);
  const key = await dataSource.getRepository(ApiKeyEntity).findOneBy({ tenantId, keyId });
  if (key === null || key.revokedAt !== null) return NO_KEY;
  const { clientId, secretHash, scopes, locationIds, channels, origins, ipAllowList } = key;
  const expiresAtMs = key.expiresAt?.getTime() ?? null;
  const client = await dataSource.getRepository(ApiClientEntity).findOneByOrFail({ tenantId, clientId });
  const { name: clientName, inventoryOrganisations } = client;
  const limits = locationIds === null && channels === null ? null : { locationIds, channels };
  const owner = { tenantId, clientId, clientName, keyId, inventoryOrganisations };
  const addresses = ipAllowList && addressList(ipAllowList);
  // Only a change in the database itself makes such a list. It lets nobody in.
  if (addresses && 'invalid' in addresses) return NO_KEY;
  return { secretHash, expiresAtMs, principal: { ...owner, scopes: new Set(scopes), limits, origins, addresses } };
}
