import { LRUCache } from 'lru-cache';
import type { DataSource } from 'typeorm';
import type { TokenClients, TokenIssuer } from '../../application/ports/token-issuers';
import { cleanName, shortened } from '../../domain/text';
import { ApiClientEntity } from '../tables/api-client';
import type { RowOf } from '../tables/derived';
import { subjectClientId } from './derived-ids';
import { orUnavailable } from './unavailable';

/** Most clients that are known to be stored. */
const MAX_KNOWN_CLIENTS = 10_000;
/** Longest part of a client's name that is the subject. */
const MAX_SUBJECT_LENGTH = 100;

/** The subjects of tokens as API clients. One that may change something is stored when it first calls. */
export function createTokenClients(dataSource: DataSource): TokenClients {
  const names = new LRUCache<string, string>({ max: MAX_KNOWN_CLIENTS });
  return {
    async clientOf(issuer, subject, isOrigin) {
      const clientId = subjectClientId(issuer.tenantId, issuer.issuer, subject);
      const plainName = nameOf(issuer, subject);
      if (!isOrigin) return { clientId, clientName: plainName };
      const ids = { tenantId: issuer.tenantId, clientId };
      const clientName = names.get(clientId) ?? (await orUnavailable(stored(dataSource, ids, plainName)));
      names.set(clientId, clientName);
      return { clientId, clientName };
    },
  };
}

/** The name under which a client is stored. It keeps its first name, because movements show it. */
async function stored(
  dataSource: DataSource,
  ids: Pick<ApiClientEntity, 'tenantId' | 'clientId'>,
  plainName: string,
): Promise<string> {
  const clients = dataSource.getRepository(ApiClientEntity);
  // The second name is for a client whose plain name another one has.
  for (const name of [plainName, `${plainName} ~${ids.clientId.slice(0, 13)}`]) {
    const row: RowOf<ApiClientEntity> = { ...ids, name, createdAt: new Date(), inventoryOrganisations: false };
    await clients.createQueryBuilder().insert().values(row).orIgnore().execute();
    const known = await clients.findOneBy(ids);
    if (known) return known.name;
  }
  throw new Error(`The client ${ids.clientId} could not be stored`);
}

/** `issuer: subject`, with what nobody sees in the subject written as a question mark. */
function nameOf({ name }: TokenIssuer, subject: string): string {
  const seen = subject.replace(/[\p{White_Space}\p{Cc}\p{Cf}\p{Surrogate}\p{Default_Ignorable_Code_Point}]/gu, '?');
  const reading = cleanName(`${name}: ${shortened(seen, MAX_SUBJECT_LENGTH)}`);
  return 'name' in reading ? reading.name : `${name}: ?`;
}
