import { Webhook } from 'standardwebhooks';
import type { Connection } from '../../../../src/application/ports/connections';
import { NOON } from '../../../support/domain/test-ledger';
import { connectionOf } from '../shared/ledger-harness';

const secretOf = (seed: number): string => `whsec_${Buffer.alloc(32, seed).toString('base64')}`;

export const SECRET = secretOf(1);
export const PREVIOUS_SECRET = secretOf(2);
export const FOREIGN_SECRET = secretOf(3);

export function standardConnection(
  settings: Readonly<Record<string, unknown>> = {},
  changes: Partial<Connection> = {},
): Connection {
  const creating = { unknownItems: 'create', unknownLocations: 'create', ...settings };
  return connectionOf('standard', { settings: creating, secrets: { secret: SECRET }, ...changes });
}

/** The header fields of a message, as the library of the standard signs it. */
export function signed(
  body: string,
  { id = 'msg-1', atMs = NOON, secret = SECRET }: { id?: string; atMs?: number; secret?: string } = {},
): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(atMs / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, new Date(atMs), body),
  };
}
