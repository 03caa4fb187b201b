import { createHash } from 'node:crypto';

/** The definitions of RFC 9162, section 2.1, word by word: a reference that shares nothing with the gateway. */

const HASH = (text: Uint8Array): Buffer => createHash('sha256').update(text).digest();

/** MTH(D[n]) */
export function rootOf(leaves: readonly Uint8Array[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return HASH(Buffer.alloc(0));
  if (leaves.length === 1) return HASH(Buffer.concat([Buffer.from('00', 'hex'), only]));
  const k = split(leaves.length);
  return HASH(Buffer.concat([Buffer.from('01', 'hex'), rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k))]));
}

/** PATH(m, D[n]) */
export function pathOf(m: number, leaves: readonly Uint8Array[]): Buffer[] {
  if (leaves.length <= 1) return [];
  const k = split(leaves.length);
  return m < k
    ? [...pathOf(m, leaves.slice(0, k)), rootOf(leaves.slice(k))]
    : [...pathOf(m - k, leaves.slice(k)), rootOf(leaves.slice(0, k))];
}

/** "Let k be the largest power of two smaller than n." */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}
