import { createDecipheriv, type DecipherGCM } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Extracts the JSON bytes of the message from a body; undefined when the body fits none of the secrets. Winit's production
 * bodies are encrypted with a cipher that is not public. A function for it belongs here.
 */
export type Decrypt = (rawBody: Buffer, headers: IncomingHttpHeaders, secrets: readonly string[]) => Buffer | undefined;

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** Part of the tag, so that a message that was encrypted for another purpose with the same key is refused. */
const PURPOSE = Buffer.from('stockbridge.winit.envelope.1');

/** The envelopes that a connection can have. `aes-256-gcm` is ours, for relays; it claims nothing about Winit's. */
export const ENVELOPES = {
  plain: (rawBody) => rawBody,
  'aes-256-gcm': (rawBody, _headers, secrets) =>
    secrets.map((secret) => openAes256Gcm(rawBody, secret)).find((message) => message !== undefined),
} satisfies Record<string, Decrypt>;
export type EnvelopeName = keyof typeof ENVELOPES;

/** What is wrong with the secret of an envelope; undefined when it is usable. */
export function envelopeSecretFault(secret: string): string | undefined {
  const bytes = Buffer.from(secret, 'base64');
  const exact = bytes.length === KEY_BYTES && bytes.toString('base64') === secret;
  return exact ? undefined : `secret envelopeSecret has to be ${KEY_BYTES} bytes in base64`;
}

/** Opens the base64 of `nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes)`. */
function openAes256Gcm(rawBody: Buffer, secret: string): Buffer | undefined {
  const sealed = Buffer.from(rawBody.toString('latin1'), 'base64');
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const tagAt = sealed.length - TAG_BYTES;
  const key = Buffer.from(secret, 'base64');
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(PURPOSE);
  decipher.setAuthTag(sealed.subarray(tagAt));
  return finish(decipher, sealed.subarray(NONCE_BYTES, tagAt));
}

function finish(decipher: DecipherGCM, ciphertext: Buffer): Buffer | undefined {
  const message = decipher.update(ciphertext);
  try {
    return Buffer.concat([message, decipher.final()]);
  } catch {
    // Node throws when the tag does not fit.
    return undefined;
  }
}
