import { createHash } from 'node:crypto';
import type { Sha256 } from '../domain/hashing';

/** SHA-256 of the UTF-8 bytes of a text, in lower-case hex. */
export const sha256: Sha256 = (text) => createHash('sha256').update(text, 'utf8').digest('hex');
