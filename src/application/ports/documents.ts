/**
 * Trusted documents: GraphQL documents that were saved for a tenant before clients send them. A client then sends the hash
 * of a document instead of its text.
 */

/** The bounds of one tenant's documents. */
export const MAX_DOCUMENTS = 1_000;
export const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;

/** The id by which clients name a document. */
export const documentIdOf = (sha256: string): string => `sha256:${sha256}`;

/** The SHA-256 of an id, with its prefix or without it; undefined for an id of another form, which no document has. */
export const sha256OfDocument = (documentId: string): string | undefined =>
  /^(?:sha256:)?([\da-f]{64})$/.exec(documentId)?.[1];

/** A document that has been checked. */
export interface CheckedDocument {
  readonly text: string;
  /** The names of its operations; empty where its only operation has none. */
  readonly operations: readonly string[];
}

/** A saved document, without its text. */
interface TrustedDocumentInfo {
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  readonly operations: readonly string[];
  readonly bytes: number;
  readonly addedAt: Date;
}

/** Changes the documents of all tenants. Running gateways follow within a second (`CACHE_TTL_MS`). */
export interface TrustedDocuments {
  /**
   * Saves documents, all or none, and returns the hashes of those that are new. Throws AccessError when there is no such
   * tenant, or when it would have too many.
   */
  add(tenantId: string, documents: readonly CheckedDocument[]): Promise<readonly string[]>;
  /** Removes those of the documents that are there, and returns their hashes. */
  remove(tenantId: string, sha256s: readonly string[]): Promise<readonly string[]>;
  /** Sets whether the tenant serves trusted documents only. False when it was so already. */
  setOnly(tenantId: string, only: boolean): Promise<boolean>;
  /** In the order in which they were added. */
  list(tenantId: string): Promise<readonly TrustedDocumentInfo[]>;
}

/** Finds what requests name. */
export interface DocumentDirectory {
  /** The text of a document; undefined when the tenant has none with this hash. */
  textOf(tenantId: string, sha256: string): Promise<string | undefined>;
  /** Whether the tenant serves trusted documents only. */
  servesOnlyTrusted(tenantId: string): Promise<boolean>;
}
