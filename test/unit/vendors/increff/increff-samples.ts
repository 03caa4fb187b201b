import type { Connection } from '../../../../src/application/ports/connections';
import { connectionOf } from '../shared/ledger-harness';

export const USER_NAME = 'wms-7';
export const PASSWORD = 'correct horse';

/** The header fields of a call that is let in. */
export const CREDENTIALS = { authusername: USER_NAME, authpassword: PASSWORD };

export function increffConnection(
  settings: Readonly<Record<string, unknown>> = {},
  changes: Partial<Connection> = {},
): Connection {
  return connectionOf('increff', { settings, secrets: { authPassword: PASSWORD }, ...changes });
}
