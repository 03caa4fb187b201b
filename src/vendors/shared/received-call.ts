import type { ConnectionKind } from '../../application/ports/connections';
import type { MessageDraft } from '../../domain/ledger/inbound-message';
import { sha256Hex } from './hashes';

/** A call as it is stored: the hash of its bytes, and its text without secrets. */
export function receivedCall(
  format: ConnectionKind,
  { body, receivedAtMs }: { readonly body: Buffer; readonly receivedAtMs: number },
  /** The body without secrets: see `readCleanBody`. */
  cleanText: string,
  /** How the sender was recognised. */
  verdict: string,
): Omit<MessageDraft, 'id' | 'connectionId'> {
  return { format, receivedAtMs, bodySha256: sha256Hex(body), body: storable(cleanText), verdict };
}

/** PostgreSQL keeps no NUL, which a body that is not JSON can have. */
export const storable = (text: string): string => text.replaceAll('\0', '\uFFFD');
