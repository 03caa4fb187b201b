/** The end of a ledger, with the root of the Merkle tree over it. */
export interface TreeHead {
  readonly sequence: number;
  /** Hex, as all hashes here. */
  readonly hash: string;
  readonly root: string;
}

/** That a movement is part of a ledger (RFC 9162, section 2.1.3). */
export interface TreeProof {
  readonly sequence: number;
  readonly leaf: string;
  /** From the leaf to the root. */
  readonly path: readonly string[];
  readonly head: TreeHead;
}

export interface ProofReads {
  /**
   * Proofs of movements that the ledger has, aligned with them, for a head, or for the latest whose tree is known. Null
   * stands for a proof whose tree is not known yet, and {@link UnknownHeadError} for one that cannot be.
   */
  treeProofs(
    tenantId: string,
    sequences: readonly number[],
    headSequence: number | null,
  ): Promise<readonly (TreeProof | UnknownHeadError | null)[]>;
  /** The latest head whose tree is known. Null when the ledger is empty. */
  treeHead(tenantId: string): Promise<TreeHead | null>;
}

/** A proof is asked for a head that has no such movement, or that the ledger has not reached. */
export class UnknownHeadError extends Error {
  constructor(asked: number, first: number, last: number) {
    super(`headSequence is ${asked}: give one from ${first}, the movement's own, to ${last}, the end of the ledger.`);
  }
}
