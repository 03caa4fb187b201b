import { hash, timingSafeEqual } from 'node:crypto';

/** SHA-256 as 64 lower-case hex digits; a text is hashed as UTF-8. */
export function sha256Hex(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex');
}

/**
 * Compares what was sent with a secret, in a time that does not depend on either. Both are hashed first, because
 * `timingSafeEqual` throws for different lengths, which would reveal the length of the secret.
 */
export function sameSecret(sent: string, secret: string): boolean {
  return timingSafeEqual(digest(sent), digest(secret));
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
