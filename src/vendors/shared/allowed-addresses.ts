import type { FastifyRequest } from 'fastify';
import type { Connection } from '../../application/ports/connections';
import { ConnectionReader } from './connection-reader';
import { refuse } from './door';

/**
 * Whether a request comes from an address that its connection allows (setting `ipAllowList` of every kind). If not, the
 * operator reads why in the log, and the caller gets what an unknown token or account gets.
 *
 * @throws {ConnectionSettingsError} where the setting is wrong
 */
export function isFromAllowedAddress(request: FastifyRequest, connection: Connection): boolean {
  const { ip: address, log } = request;
  const allowed = new ConnectionReader(connection).allowedAddresses();
  if (allowed?.includes(address) ?? true) return true;
  const { tenantId, id: connectionId, name } = connection;
  log.warn({ tenantId, connectionId, name, address }, 'request refused: its address is not in ipAllowList');
  refuse(request, 'ADDRESS', 'the address is not in ipAllowList', connection);
  return false;
}
