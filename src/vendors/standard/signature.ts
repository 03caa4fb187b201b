import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { sameSecret } from '../shared/hashes';

/** How far the sender's clock may be off ours, either way (Standard Webhooks 1.0 leaves it open; its libraries take this). */
const TOLERANCE_MS = 5 * 60_000;

/** Standard Webhooks 1.0: between 24 and 64 bytes, written in base64 behind this prefix. */
const SECRET_PREFIX = 'whsec_';
const MIN_SECRET_BYTES = 24;
const MAX_SECRET_BYTES = 64;

/** Visible ASCII: what every HTTP library sends as it is, so that both sides sign the same bytes. */
const MESSAGE_ID = /^[\x21-\x7e]{1,255}$/;

/** The keys that a message may be signed with: the current one and, during a rotation, the previous one. */
export interface SigningKeys {
  readonly present: Buffer;
  readonly previous: Buffer | null;
}

/** The key that a secret stands for, or what keeps the text from being one. */
export function signingKey(secret: string): { readonly key: Buffer } | { readonly fault: string } {
  const base64 = secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : '';
  const key = Buffer.from(base64, 'base64');
  const exact = key.toString('base64') === base64;
  if (exact && key.length >= MIN_SECRET_BYTES && key.length <= MAX_SECRET_BYTES) return { key };
  return { fault: `has to be ${SECRET_PREFIX} and ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} bytes in base64` };
}

/** A message whose sender knows a key. */
export interface VerifiedMessage {
  readonly id: string;
  readonly signedBy: keyof SigningKeys;
}

/** Checks `webhook-id`, `webhook-timestamp` and `webhook-signature`; or says what to look at, and nothing that helps a forger. */
export function verifyMessage(
  headers: IncomingHttpHeaders,
  body: Uint8Array,
  keys: SigningKeys,
  nowMs: number,
): VerifiedMessage | { readonly refused: string } {
  const id = fieldOf(headers, 'webhook-id');
  if (!MESSAGE_ID.test(id))
    return { refused: 'webhook-id is missing, or is no visible ASCII of up to 255 characters.' };
  const timestamp = fieldOf(headers, 'webhook-timestamp');
  if (!/^\d{1,11}$/.test(timestamp))
    return { refused: 'webhook-timestamp is missing, or is no time in seconds since 1970.' };
  if (Math.abs(nowMs - Number(timestamp) * 1000) > TOLERANCE_MS) {
    const now = new Date(nowMs).toISOString();
    return { refused: `webhook-timestamp is more than 5 minutes off the clock of the gateway, which says ${now}.` };
  }
  const signatures = fieldOf(headers, 'webhook-signature').split(' ');
  // Both keys and all signatures are compared, so that timing does not reveal which came close.
  const byPresent = isSignedBy(keys.present, signatures, id, timestamp, body);
  const byPrevious = keys.previous !== null && isSignedBy(keys.previous, signatures, id, timestamp, body);
  if (byPresent || byPrevious) return { id, signedBy: byPresent ? 'present' : 'previous' };
  const signed = 'webhook-id, webhook-timestamp and the body, joined by full stops';
  return { refused: `webhook-signature has no v1 signature by a secret of this connection over ${signed}.` };
}

function isSignedBy(
  key: Buffer,
  signatures: readonly string[],
  id: string,
  timestamp: string,
  body: Uint8Array,
): boolean {
  const hmac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return signatures.filter((signature) => sameSecret(signature, `v1,${hmac}`)).length > 0;
}

function fieldOf(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}
