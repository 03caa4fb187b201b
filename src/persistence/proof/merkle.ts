import { hash } from 'node:crypto';

/**
 * The Merkle tree over a ledger (RFC 9162, section 2.1). Leaf n is the hash of movement n + 1, as 32 bytes. Kept are the
 * roots of complete parts whose height is a multiple of 8, so few rows are kept, and at most 255 are read in place of a
 * root between two of those heights.
 */

/** A complete part of the tree: 2^height leaves, with `index` such parts before it. */
export interface Part {
  readonly height: number;
  readonly index: number;
}

/** The leaves of a range, the last one not included. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** Heights between those that are kept, and how many parts of one make one of the next. */
export const HEIGHT_STEP = 8;
export const FAN_OUT = 2 ** HEIGHT_STEP;

/** In one call and by way of hex: an object that takes the parts one by one costs twice as much. */
const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  Buffer.from(hash('sha256', Buffer.concat(parts), 'hex'), 'hex');
const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

export const leafHash = (movementHash: Uint8Array): Buffer => sha256(LEAF, movementHash);
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(NODE, left, right);

/** The root of nodes that are side by side, as many as a power of two. */
export function rootOfComplete(nodes: readonly Buffer[]): Buffer {
  let level = nodes;
  while (level.length > 1) {
    const below = level;
    level = Array.from({ length: below.length / 2 }, (_, at) =>
      nodeHash(nodeAt(below, 2 * at), nodeAt(below, 2 * at + 1)),
    );
  }
  return nodeAt(level, 0);
}

function nodeAt(nodes: readonly Buffer[], at: number): Buffer {
  const node = nodes[at];
  if (!node) throw new TypeError(`The tree has no node ${at} there.`);
  return node;
}

/** The largest power of two that is not larger than a number above 0. By doubling, since logarithms are not exact. */
function heightWithin(leaves: number): number {
  let height = 0;
  while (2 ** (height + 1) <= leaves) height += 1;
  return height;
}

/** The complete parts of a range that begins where a part as large as it may begin, from left to right. */
export function partsOf({ from, to }: Range): Part[] {
  const parts: Part[] = [];
  for (let at = from; at < to; at += 2 ** (parts.at(-1)?.height ?? 0)) {
    const height = heightWithin(to - at);
    parts.push({ height, index: at / 2 ** height });
  }
  return parts;
}

/** What has to be hashed for the path from a leaf to the root of a tree, from the leaf on. */
export function pathRanges(index: number, treeSize: number): Range[] {
  const path: Range[] = [];
  let [from, to] = [0, treeSize];
  while (to - from > 1) {
    // The largest power of two that is smaller than the range.
    const middle = from + 2 ** heightWithin(to - from - 1);
    path.push(index < middle ? { from: middle, to } : { from, to: middle });
    if (index < middle) to = middle;
    else from = middle;
  }
  return path.reverse();
}

/** The hash of a range, from the roots of its {@link partsOf}. */
export function hashOfRange(range: Range, rootOf: (part: Part) => Buffer): Buffer {
  return partsOf(range)
    .map(rootOf)
    .reduceRight((right, left) => nodeHash(left, right));
}

/** The rows that the root of a part is made of: the part itself where it is kept, else what is kept below it. */
export function rowsOf({ height, index }: Part): {
  readonly height: number;
  readonly first: number;
  readonly count: number;
} {
  const kept = height - (height % HEIGHT_STEP);
  const count = 2 ** (height - kept);
  return { height: kept, first: index * count, count };
}
