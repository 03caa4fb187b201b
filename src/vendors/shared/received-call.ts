import { storedBody } from '../../application/commands/redact-secrets';
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
  return { format, receivedAtMs, bodySha256: sha256Hex(body), body: storedBody(body.toString(), connection), verdict };
}
