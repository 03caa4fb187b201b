import type DataLoader from 'dataloader';
import type { Reads, TrustedDocumentView } from '../../application/ports/reads';
import { loadOne } from '../paging/loading';

export interface TrustedDocumentLoaders {
  /** By hash; so is the other. */
  readonly document: DataLoader<string, TrustedDocumentView | null>;
  readonly text: DataLoader<string, { readonly text: string } | null>;
}

export function trustedDocumentLoaders(reads: Reads, tenantId: string): TrustedDocumentLoaders {
  return {
    document: loadOne(
      (sha256s) => reads.trustedDocumentsByHash(tenantId, sha256s),
      ({ sha256 }) => sha256,
    ),
    text: loadOne(
      (sha256s) => reads.textsOfDocuments(tenantId, sha256s),
      ({ sha256 }) => sha256,
    ),
  };
}
