import type { AuditAction } from '../../application/ports/access';
import type { DocumentManifestView, TrustedDocumentReads, TrustedDocumentView } from '../../application/ports/reads';
import { documentNodeId } from '../../domain/node-ids';
import { epochMs, selectList } from '../tables/derived';
import { TrustedDocumentEntity } from '../tables/trusted-document';
import type { ReadDatabase } from './database';
import { pageStatement, toPage, type ListSql, type PageColumns } from './page';
import { Parameters, statement } from './statement';
import { BYTES_AROUND_A_ROW, readWeighed } from './weighed';

type Columns<View> = View & Record<string, unknown>;

const HASH = `encode(d.sha256, 'hex')`;
const ADDED = 'DOCUMENT_ADDED' satisfies AuditAction;

/** A document can be removed and added again: who did it last. */
const ADDED_BY = `(SELECT a.actor FROM audit_entry a
  WHERE a.tenant_id = $1 AND a.subject = '${documentNodeId('')}' || ${HASH} AND a.action = '${ADDED}'
  ORDER BY a.audit_entry_id DESC LIMIT 1)`;

const COLUMNS = selectList(TrustedDocumentEntity, 'd', { only: ['sha256', 'operations', 'bytes', 'addedAt'] });
const FROM = 'FROM trusted_document d WHERE d.tenant_id = $1';
const DOCUMENTS = `${COLUMNS}, ${ADDED_BY} AS "addedBy" ${FROM}`;

const MANIFEST = `SELECT coalesce(m.only_trusted, false) AS "onlyTrusted", coalesce(m.revision, 0) AS revision,
    held.documents, held.bytes
  FROM (SELECT count(*) AS documents, coalesce(sum(d.bytes), 0) AS bytes ${FROM}) held
  LEFT JOIN document_manifest m ON m.tenant_id = $1`;

/** Reads the trusted documents of a tenant, and what holds for all of them. */
export function createTrustedDocumentReads(database: ReadDatabase): TrustedDocumentReads {
  const ofHashes = (parameters: Parameters, sha256s: readonly string[]): string =>
    `AND d.sha256 = ANY (SELECT decode(given, 'hex') FROM unnest(${parameters.add(sha256s, 'text[]')}) given)`;
  return {
    async trustedDocuments(tenantId, page) {
      const parameters = new Parameters(tenantId);
      const list: ListSql = {
        key: [
          { column: epochMs('d.added_at'), type: 'bigint' },
          { column: `${HASH} COLLATE "C"`, type: 'text' },
        ],
        select: (bounds, tail) => `SELECT true AS "isRow", ${DOCUMENTS}${bounds}${tail}`,
      };
      const rows = await database.query<Columns<TrustedDocumentView> & PageColumns>(
        pageStatement(parameters, list, page),
      );
      return toPage(rows, page, (row): TrustedDocumentView => row);
    },
    trustedDocumentsByHash(tenantId, sha256s) {
      const parameters = new Parameters(tenantId);
      const text = `SELECT ${DOCUMENTS} ${ofHashes(parameters, sha256s)}`;
      return database.query<Columns<TrustedDocumentView>>(statement(text, parameters));
    },
    textsOfDocuments(tenantId, sha256s) {
      const parameters = new Parameters(tenantId);
      const from = `${FROM} ${ofHashes(parameters, sha256s)}`;
      return readWeighed<{ sha256: string; text: string }>(database, parameters, {
        weight: `SELECT sum(d.bytes + ${BYTES_AROUND_A_ROW}) ${from}`,
        rows: `SELECT ${HASH} AS sha256, d.text ${from}`,
        order: '',
      });
    },
    async documentManifest(tenantId) {
      const [row] = await database.query<Columns<DocumentManifestView>>(statement(MANIFEST, new Parameters(tenantId)));
      return row ?? { onlyTrusted: false, revision: 0, documents: 0, bytes: 0 };
    },
  };
}
