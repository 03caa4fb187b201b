import { LRUCache } from 'lru-cache';
import type { DataSource } from 'typeorm';
import type { DocumentDirectory } from '../../application/ports/documents';
import { DocumentManifestEntity } from '../tables/document-manifest';
import { TrustedDocumentEntity } from '../tables/trusted-document';
import { cached, type Clock } from './short-cache';
import { orUnavailable } from './unavailable';

type Manifest = Pick<DocumentManifestEntity, 'revision' | 'onlyTrusted'>;

/** Of a tenant that never had documents. */
const NO_DOCUMENTS: Manifest = { revision: 0, onlyTrusted: false };

/** The characters of the texts that are kept. */
const MAX_CACHED = 16 * 1024 * 1024;

/**
 * Finds trusted documents. Their texts are kept until the tenant changes any of its documents, which is looked up once a
 * second. Hashes that are not known are not kept, so that nobody can push out texts with them.
 */
export function createDocumentDirectory(dataSource: DataSource, clock?: Clock): DocumentDirectory {
  const documents = dataSource.getRepository(TrustedDocumentEntity);
  const manifestOf = cached(async (tenantId) => {
    const manifests = dataSource.getRepository(DocumentManifestEntity);
    return (await orUnavailable(manifests.findOneBy({ tenantId }))) ?? NO_DOCUMENTS;
  }, clock);
  const texts = new LRUCache<string, string>({ maxSize: MAX_CACHED, sizeCalculation: ({ length }) => length });
  return {
    async servesOnlyTrusted(tenantId) {
      return (await manifestOf(tenantId)).onlyTrusted;
    },
    async textOf(tenantId, sha256) {
      const { revision } = await manifestOf(tenantId);
      if (revision === 0) return undefined;
      const key = `${tenantId}/${revision}/${sha256}`;
      const known = texts.get(key);
      if (known !== undefined) return known;
      const hash = Buffer.from(sha256, 'hex');
      const document = await orUnavailable(documents.findOneBy({ tenantId, sha256: hash }));
      if (document) texts.set(key, document.text);
      return document?.text;
    },
  };
}
