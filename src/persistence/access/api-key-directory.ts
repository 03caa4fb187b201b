import type { DataSource } from 'typeorm';
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
  readonly principal: Principal | undefined;
}

/** Compared when there is no key, so that the answer takes as long as with one. */
const NO_KEY: KnownKey = { secretHash: Buffer.alloc(32), principal: undefined };

/** Authenticates API keys. A revoked key stops working within a second. */
export function createApiKeyDirectory(dataSource: DataSource, clock?: Clock): ApiKeyDirectory {
  const knownKey = cached((publicPart) => orUnavailable(readKey(dataSource, publicPart)), clock);
  return {
    async authenticate(key) {
      const publicPart = publicPartOf(key);
      if (publicPart === undefined) return undefined;
      const { secretHash, principal } = await knownKey(publicPart);
      return sameBytes(hashSecret(key), secretHash) ? principal : undefined;
    },
  };
}

async function readKey(dataSource: DataSource, publicPart: string): Promise<KnownKey> {
  const { tenantId, keyId } = idsInApiKey(publicPart);
  const key = await dataSource.getRepository(ApiKeyEntity).findOneBy({ tenantId, keyId });
  if (key === null || key.revokedAt !== null) return NO_KEY;
  const { clientId, secretHash, scopes } = key;
  const client = await dataSource.getRepository(ApiClientEntity).findOneByOrFail({ tenantId, clientId });
  const { name: clientName, inventoryOrganisations } = client;
  return { secretHash, principal: { tenantId, clientId, clientName, scopes: new Set(scopes), inventoryOrganisations } };
}
