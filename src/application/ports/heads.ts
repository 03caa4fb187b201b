/** The end of a ledger, as it is signed. Whoever keeps it can show later that the past was rewritten. */
interface LedgerHeadStatement {
  readonly tenantId: string;
  readonly sequence: number;
  /** Hex. */
  readonly hash: string;
  /** Of the Merkle tree over the ledger; null: it is not stated. */
  readonly root: string | null;
}

interface SignedHead {
  /** Ed25519, in base64. */
  readonly signature: string;
  /** The statement with its signature: a line of JSON, as docs/verify-ledger.mjs takes it. */
  readonly line: string;
}

/** A public key as RFC 8037 writes it. */
export interface PublicKeyJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly alg: 'EdDSA';
  readonly use: 'sig';
  readonly kid: string;
  readonly x: string;
}

/** Signs heads with the key of this deployment. */
export interface HeadSigner {
  sign(head: LedgerHeadStatement): SignedHead;
  readonly publicKeys: { readonly keys: readonly PublicKeyJwk[] };
}
