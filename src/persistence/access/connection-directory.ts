import { IsNull, MoreThan, type DataSource, type FindOptionsWhere } from 'typeorm';
import type { Connection, ConnectionDirectory } from '../../application/ports/connections';
import { isUuid } from '../../domain/uuid';
import { ConnectionEntity } from '../tables/connection';
import { hashSecret, type SecretBox } from './secrets';
import { MAX_SHARED_HANDLES, opened } from './change-connection';
import { handleHash } from './derived-ids';
import { cached, type Clock } from './short-cache';
import { orUnavailable } from './unavailable';

/**
 * Finds the connections of a request by its token, handle or id. A disabled connection is found for another second at
 * most. Tokens and handles are looked up by their hash, so the time it takes reveals nothing about the secret.
 */
export function createConnectionDirectory(dataSource: DataSource, box: SecretBox, clock?: Clock): ConnectionDirectory {
  const repository = dataSource.getRepository(ConnectionEntity);
  const find = async (...wheres: FindOptionsWhere<ConnectionEntity>[]): Promise<Connection[]> => {
    const enabled = wheres.map((where) => ({ ...where, disabledAt: IsNull() }));
    const asked = { where: enabled, order: { createdAt: 'ASC' }, take: MAX_SHARED_HANDLES } as const;
    const rows = await orUnavailable(repository.find(asked));
    return rows.map((row) => opened(row, box));
  };
  const byTokenHash = cached((hash) => {
    const tokenHash = Buffer.from(hash, 'hex');
    return find({ tokenHash }, { previousTokenHash: tokenHash, previousTokenUntil: MoreThan(new Date()) });
  }, clock);
  const byHandleHash = cached((hash) => find({ handleHash: Buffer.from(hash, 'hex') }), clock);
  const byIds = cached((ids) => {
    const [tenantId = '', connectionId = ''] = ids.split('/');
    return find({ tenantId, connectionId });
  }, clock);
  return {
    async byToken(kind, token) {
      const found = await byTokenHash(hashSecret(token).toString('hex'));
      return found.find((connection) => connection.kind === kind);
    },
    byHandle: (kind, handle) => byHandleHash(handleHash(kind, handle).toString('hex')),
    async byId(tenantId, id) {
      if (!isUuid(tenantId) || !isUuid(id)) return undefined;
      return (await byIds(`${tenantId}/${id}`))[0];
    },
  };
}
