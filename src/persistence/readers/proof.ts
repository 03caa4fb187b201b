import { UnknownHeadError, type ProofReads, type TreeHead, type TreeProof } from '../../application/ports/reads';
import {
  FAN_OUT,
  hashOfRange,
  leafHash,
  nodeHash,
  partsOf,
  pathRanges,
  rootOfComplete,
  rowsOf,
  type Part,
} from '../proof/merkle';
import { TREE_FOLLOWER } from '../proof/tree-follower';
import type { ReadDatabase } from './database';
import { Parameters, statement } from './statement';

/** Reads the Merkle trees of ledgers. A proof reads some hundred hashes, however long the ledger is (ADR 28). */
export function createProofReads(database: ReadDatabase): ProofReads {
  return {
    treeProofs: (tenantId, sequences, headSequence) => readProofs(database, tenantId, sequences, headSequence),
    treeHead: (tenantId) => readTreeHead(database, tenantId),
  };
}

async function readProofs(
  database: ReadDatabase,
  tenantId: string,
  sequences: readonly number[],
  headSequence: number | null,
): Promise<(TreeProof | UnknownHeadError | null)[]> {
  const { end, known } = await readReach(database, tenantId);
  const treeSize = headSequence ?? known;
  const paths = sequences.map((sequence) => {
    if (headSequence !== null && (headSequence < sequence || headSequence > end)) {
      return new UnknownHeadError(headSequence, sequence, end);
    }
    return treeSize < sequence || treeSize > known ? null : { sequence, ranges: pathRanges(sequence - 1, treeSize) };
  });
  const needed = paths.flatMap((path) =>
    path && 'ranges' in path ? [leafPart(path.sequence), leafPart(treeSize), ...path.ranges.flatMap(partsOf)] : [],
  );
  const tree = await readTree(database, tenantId, needed);
  return paths.map((asked) => {
    if (asked === null || asked instanceof Error) return asked;
    const { sequence, ranges } = asked;
    const leaf = tree.rootOf(leafPart(sequence));
    const path = ranges.map((range) => hashOfRange(range, tree.rootOf));
    const root = path.reduce((node, sibling, at) => {
      const isRight = (ranges[at]?.from ?? 0) >= sequence;
      return isRight ? nodeHash(node, sibling) : nodeHash(sibling, node);
    }, leaf);
    const head = { sequence: treeSize, hash: tree.movementHash(treeSize), root: root.toString('hex') };
    return { sequence, leaf: leaf.toString('hex'), path: path.map((node) => node.toString('hex')), head };
  });
}

async function readTreeHead(database: ReadDatabase, tenantId: string): Promise<TreeHead | null> {
  const { known } = await readReach(database, tenantId);
  if (known === 0) return null;
  const whole = { from: 0, to: known };
  const tree = await readTree(database, tenantId, [...partsOf(whole), leafPart(known)]);
  return { sequence: known, hash: tree.movementHash(known), root: hashOfRange(whole, tree.rootOf).toString('hex') };
}

const leafPart = (sequence: number): Part => ({ height: 0, index: sequence - 1 });

/** Where the ledger ends, and up to where its tree is known: what is behind the kept part is hashed when it is read. */
async function readReach(database: ReadDatabase, tenantId: string): Promise<{ end: number; known: number }> {
  const parameters = new Parameters(tenantId);
  const text = `SELECT head.sequence AS "end", least(head.sequence, coalesce(f.sequence, 0) + ${FAN_OUT - 1}) AS known
    FROM ledger_head head LEFT JOIN ledger_follower f
      ON f.tenant_id = head.tenant_id AND f.name = ${parameters.add(TREE_FOLLOWER, 'text')}
    WHERE head.tenant_id = $1`;
  const [reach] = await database.query<{ end: number; known: number }>(statement(text, parameters));
  if (!reach) throw new TypeError(`Tenant ${tenantId} has no ledger.`);
  return reach;
}

/** The nodes of a tree that have been read. */
interface ReadTree {
  readonly rootOf: (part: Part) => Buffer;
  /** In hex. */
  readonly movementHash: (sequence: number) => string;
}

async function readTree(database: ReadDatabase, tenantId: string, parts: readonly Part[]): Promise<ReadTree> {
  const wanted = [
    ...new Map(parts.map(rowsOf).map((rows) => [`${rows.height}/${rows.first}/${rows.count}`, rows])).values(),
  ];
  const found = new Map<string, Buffer>();
  for (const isLeaf of [true, false]) {
    const rows = wanted.filter(({ height }) => (height === 0) === isLeaf);
    if (rows.length === 0) continue;
    // By each key: of ranges, PostgreSQL believes that they are a part of the whole table, and reads that.
    const keys = rows.flatMap(({ height, first, count }) =>
      Array.from({ length: count }, (_, at) => ({ height, index: first + at })),
    );
    const parameters = new Parameters(tenantId);
    const text = (isLeaf ? leavesText : nodesText)(parameters, keys);
    const nodes = await database.query<{ height: number; index: number; hash: Buffer }>(statement(text, parameters));
    for (const { height, index, hash } of nodes) found.set(`${height}/${index}`, hash);
  }
  return treeOf(found);
}

function leavesText(parameters: Parameters, keys: readonly Part[]): string {
  const sequences = parameters.add(
    keys.map(({ index }) => index + 1),
    'bigint[]',
  );
  return `SELECT 0 AS height, m.sequence - 1 AS index, m.hash FROM movement m
    WHERE m.tenant_id = $1 AND m.sequence = ANY (${sequences})`;
}

function nodesText(parameters: Parameters, keys: readonly Part[]): string {
  const heights = parameters.add(
    keys.map(({ height }) => height),
    'integer[]',
  );
  const indexes = parameters.add(
    keys.map(({ index }) => index),
    'bigint[]',
  );
  return `SELECT n.height, n.index, n.hash FROM unnest(${heights}, ${indexes}) AS wanted(height, index)
    JOIN ledger_tree_node n ON n.tenant_id = $1 AND n.height = wanted.height AND n.index = wanted.index`;
}

function treeOf(found: ReadonlyMap<string, Buffer>): ReadTree {
  const roots = new Map<string, Buffer>();
  const stored = (height: number, index: number): Buffer => {
    const hash = found.get(`${height}/${index}`);
    if (!hash) throw new TypeError(`The tree lacks node ${index} of height ${height}.`);
    return hash;
  };
  return {
    movementHash: (sequence) => stored(0, sequence - 1).toString('hex'),
    rootOf(part) {
      const key = `${part.height}/${part.index}`;
      const { height, first, count } = rowsOf(part);
      const root =
        roots.get(key) ??
        rootOfComplete(
          Array.from({ length: count }, (_, at) =>
            height === 0 ? leafHash(stored(0, first + at)) : stored(height, first + at),
          ),
        );
      roots.set(key, root);
      return root;
    },
  };
}
