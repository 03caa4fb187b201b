import { In, type DataSource, type EntityManager } from 'typeorm';
import { AccessError, type Actor } from '../../application/ports/access';
import {
  MAX_DOCUMENT_BYTES,
  MAX_DOCUMENTS,
  type CheckedDocument,
  type TrustedDocuments,
} from '../../application/ports/documents';
import { documentNodeId } from '../../domain/node-ids';
import { sha256 } from '../sha256';
import type { RowOf } from '../tables/derived';
import { DocumentManifestEntity } from '../tables/document-manifest';
import { TenantEntity } from '../tables/tenant';
import { TrustedDocumentEntity } from '../tables/trusted-document';
import { addAuditEntry, COMMAND_LINE } from './audit';
import { orUnavailable } from './unavailable';

/** Longer than a statement may take; a thousand documents have a thousand audit entries. */
const CHANGE_WITHIN_MS = 20_000;

type Row = RowOf<TrustedDocumentEntity>;

/** All columns but the text, which can be long. */
const WITHOUT_TEXT = { sha256: true, operations: true, bytes: true, addedAt: true } as const;

/** What an audit entry of a setting of all documents is about. */
const ALL_DOCUMENTS = documentNodeId('all');

/** The trusted documents of all tenants. Changes are kept as the actor's. */
export function createTrustedDocuments(dataSource: DataSource, actor: Actor = COMMAND_LINE): TrustedDocuments {
  const change = <Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> =>
    orUnavailable(dataSource.transaction(work), CHANGE_WITHIN_MS);
  return {
    add: (tenantId, drafts) => change((manager) => add(manager, actor, tenantId, drafts)),
    remove: (tenantId, sha256s) => change((manager) => remove(manager, actor, tenantId, sha256s)),
    setOnly: (tenantId, only) => change((manager) => setOnly(manager, actor, tenantId, only)),
    async list(tenantId) {
      const order = { addedAt: 'ASC', sha256: 'ASC' } as const;
      const documents = dataSource.getRepository(TrustedDocumentEntity);
      const rows = await documents.find({ where: { tenantId }, select: WITHOUT_TEXT, order });
      return rows.map(({ sha256: hash, operations, bytes, addedAt }) => ({
        ...{ sha256: hash.toString('hex'), operations, bytes, addedAt },
      }));
    },
  };
}

async function add(
  manager: EntityManager,
  actor: Actor,
  tenantId: string,
  drafts: readonly CheckedDocument[],
): Promise<readonly string[]> {
  if (!(await manager.existsBy(TenantEntity, { tenantId }))) throw new AccessError(`There is no tenant ${tenantId}`);
  await lockManifest(manager, tenantId);
  const stored = await manager.find(TrustedDocumentEntity, { where: { tenantId }, select: WITHOUT_TEXT });
  const known = new Set(stored.map(({ sha256: hash }) => hash.toString('hex')));
  const rows = newRows(tenantId, drafts).filter(({ sha256: hash }) => !known.has(hash.toString('hex')));
  if (rows.length === 0) return [];
  checkBounds([...stored, ...rows]);
  await manager.createQueryBuilder().insert().into(TrustedDocumentEntity).values(rows).execute();
  await changed(manager, tenantId);
  for (const { sha256: hash, operations, bytes } of rows) {
    const subject = documentNodeId(hash.toString('hex'));
    const after = { operations, bytes };
    await addAuditEntry(manager, actor, { tenantId, action: 'DOCUMENT_ADDED', subject, before: null, after });
  }
  return rows.map(({ sha256: hash }) => hash.toString('hex'));
}

/** One row for each text. */
function newRows(tenantId: string, drafts: readonly CheckedDocument[]): Row[] {
  const addedAt = new Date();
  const textsByHash = new Map(drafts.map((draft) => [sha256(draft.text), draft]));
  return [...textsByHash].map(([hash, { text, operations }]) => ({
    ...{ tenantId, sha256: Buffer.from(hash, 'hex'), operations: [...operations], text, addedAt },
    bytes: Buffer.byteLength(text),
  }));
}

function checkBounds(documents: readonly Pick<Row, 'bytes'>[]): void {
  const bytes = documents.reduce((sum, document) => sum + document.bytes, 0);
  if (documents.length <= MAX_DOCUMENTS && bytes <= MAX_DOCUMENT_BYTES) return;
  const most = `${MAX_DOCUMENTS} with ${MAX_DOCUMENT_BYTES} bytes are kept: remove those that no client uses`;
  throw new AccessError(`The tenant would have ${documents.length} documents with ${bytes} bytes; at most ${most}`);
}

async function remove(
  manager: EntityManager,
  actor: Actor,
  tenantId: string,
  sha256s: readonly string[],
): Promise<readonly string[]> {
  if (!(await lockManifest(manager, tenantId, false))) return [];
  const hashes = sha256s.map((hash) => Buffer.from(hash, 'hex'));
  const where = { tenantId, sha256: In(hashes) };
  const rows = await manager.find(TrustedDocumentEntity, { where, select: WITHOUT_TEXT });
  if (rows.length === 0) return [];
  await manager.delete(TrustedDocumentEntity, { tenantId, sha256: In(rows.map(({ sha256: hash }) => hash)) });
  await changed(manager, tenantId);
  for (const { sha256: hash, operations, bytes } of rows) {
    const subject = documentNodeId(hash.toString('hex'));
    const before = { operations, bytes };
    await addAuditEntry(manager, actor, { tenantId, action: 'DOCUMENT_REMOVED', subject, before, after: null });
  }
  return rows.map(({ sha256: hash }) => hash.toString('hex'));
}

async function setOnly(manager: EntityManager, actor: Actor, tenantId: string, only: boolean): Promise<boolean> {
  const manifest = await lockManifest(manager, tenantId);
  if (manifest?.onlyTrusted === only) return false;
  await manager.update(DocumentManifestEntity, { tenantId }, { onlyTrusted: only });
  await changed(manager, tenantId);
  await addAuditEntry(manager, actor, {
    ...{ tenantId, action: 'ONLY_TRUSTED_DOCUMENTS_CHANGED', subject: ALL_DOCUMENTS },
    ...{ before: { onlyTrusted: !only }, after: { onlyTrusted: only } },
  });
  return true;
}

/** Changes of one tenant's documents wait for each other, so that two together cannot pass the bounds. */
async function lockManifest(
  manager: EntityManager,
  tenantId: string,
  create = true,
): Promise<DocumentManifestEntity | null> {
  const empty: RowOf<DocumentManifestEntity> = { tenantId, revision: 0, onlyTrusted: false };
  if (create)
    await manager.createQueryBuilder().insert().into(DocumentManifestEntity).values(empty).orIgnore().execute();
  return manager.findOne(DocumentManifestEntity, { where: { tenantId }, lock: { mode: 'pessimistic_write' } });
}

async function changed(manager: EntityManager, tenantId: string): Promise<void> {
  await manager.increment(DocumentManifestEntity, { tenantId }, 'revision', 1);
}
