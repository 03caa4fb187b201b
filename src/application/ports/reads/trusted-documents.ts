import type { Page, PageRequest } from './page';

/** A trusted document without its text. */
export interface TrustedDocumentView {
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  /** The names of its operations; empty where its only operation has none. */
  readonly operations: readonly string[];
  readonly bytes: number;
  readonly addedAt: string;
  /** Who added it, as the audit has it; null: the audit has nothing of it. */
  readonly addedBy: string | null;
}

/** What holds for all trusted documents of a tenant. */
export interface DocumentManifestView {
  readonly onlyTrusted: boolean;
  /** Goes up with every change; 0: there was none. */
  readonly revision: number;
  readonly documents: number;
  readonly bytes: number;
}

export interface TrustedDocumentReads {
  /** Sort key: the epoch milliseconds when a document was added, and its hash. */
  trustedDocuments(tenantId: string, page: PageRequest): Promise<Page<TrustedDocumentView>>;
  /** In any order; unknown hashes are left out. */
  trustedDocumentsByHash(tenantId: string, sha256s: readonly string[]): Promise<readonly TrustedDocumentView[]>;
  /** In any order; unknown hashes are left out. */
  textsOfDocuments(
    tenantId: string,
    sha256s: readonly string[],
  ): Promise<readonly { readonly sha256: string; readonly text: string }[]>;
  documentManifest(tenantId: string): Promise<DocumentManifestView>;
}
