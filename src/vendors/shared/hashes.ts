import { hash, timingSafeEqual } from 'node:crypto';

/** SHA-256 as 64 lower-case hex digits; of a text, that of its UTF-8 bytes. */
export function sha256Hex(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex');
}

/**
 * Compares what was sent with a secret in a time that tells nothing of either. Hashed first, so that the two always have one
 * length: `timingSafeEqual` would throw for others, and the length itself would show.
 */
export function sameSecret(sent: string, secret: string): boolean {
  return timingSafeEqual(digest(sent), digest(secret));
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
