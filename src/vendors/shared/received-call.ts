import { redactSecrets } from '../../application/commands/redact-secrets';
import type { Connection, ConnectionKind } from '../../application/ports/connections';
import type { MessageDraft } from '../../domain/ledger/inbound-message';
import { sha256Hex } from './hashes';

/** A call as it is stored: the hash of its bytes, and its text without the connection's secrets. */
export function receivedCall(
  connection: Connection,
  format: ConnectionKind,
  { body, receivedAtMs }: { readonly body: Buffer; readonly receivedAtMs: number },
  /** How the sender was recognised. */
  verdict: string,
): Omit<MessageDraft, 'id' | 'connectionId'> {
  // PostgreSQL keeps no NUL; the hash is of the bytes as they came.
  const text = redactSecrets(body.toString(), connection).replaceAll('\0', '\uFFFD');
  return { format, receivedAtMs, bodySha256: sha256Hex(body), body: text, verdict };
}
