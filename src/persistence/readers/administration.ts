import type { AdministrationReads, ApiKeyView, AuditEntryView } from '../../application/ports/reads';
import { ApiKeyEntity } from '../tables/api-key';
import { AuditEntryEntity } from '../tables/audit-entry';
import { selectList } from '../tables/derived';
import { countAmong, matching } from './count';
import type { ReadDatabase } from './database';
import { pageStatement, toPage, type ListSql, type PageColumns } from './page';
import { and, Parameters, statement } from './statement';

type Columns<View> = View & Record<string, unknown>;

const KEY_COLUMNS = selectList(ApiKeyEntity, 'k', {
  only: ['keyId', 'scopes', 'channels', 'origins', 'ipAllowList', 'createdAt', 'expiresAt', 'lastUsedAt', 'revokedAt'],
});
/** The present codes of the locations that a key is limited to; NULL: it is not. */
const LOCATIONS = `(SELECT array_agg(l.code ORDER BY l.code) FROM location l
  WHERE l.tenant_id = $1 AND l.location_id = ANY (k.location_ids))`;

const KEYS = `${KEY_COLUMNS}, ${LOCATIONS} AS locations, c.name AS client FROM api_key k
  JOIN api_client c ON c.tenant_id = k.tenant_id AND c.client_id = k.client_id WHERE k.tenant_id = $1`;

const AUDIT_COLUMNS = selectList(AuditEntryEntity, 'a', {
  only: ['auditEntryId', 'at', 'actor', 'keyId', 'action', 'subject', 'address'],
});
const ENTRIES = `${AUDIT_COLUMNS}, a.before::text AS before, a.after::text AS after FROM audit_entry a
  WHERE a.tenant_id = $1`;

/** Reads keys, without anything secret, and what has been done to keys and connections. */
export function createAdministrationReads(database: ReadDatabase): AdministrationReads {
  return {
    async apiKeys(tenantId, page) {
      const parameters = new Parameters(tenantId);
      const list: ListSql = {
        key: [{ column: 'k.key_id', type: 'uuid' }],
        select: (bounds, tail) => `SELECT true AS "isRow", ${KEYS}${bounds}${tail}`,
      };
      const rows = await database.query<Columns<ApiKeyView> & PageColumns>(pageStatement(parameters, list, page));
      return toPage(rows, page, (row): ApiKeyView => row);
    },
    apiKeysById(tenantId, ids) {
      const parameters = new Parameters(tenantId);
      const text = `SELECT ${KEYS} AND k.key_id = ANY (${parameters.add(ids, 'uuid[]')})`;
      return database.query<Columns<ApiKeyView>>(statement(text, parameters));
    },
    async auditEntries(tenantId, { subject, actor, page }) {
      const parameters = new Parameters(tenantId);
      const ofSubject = subject === null ? [] : [`a.subject = ${parameters.add(subject, 'text')}`];
      const byActor = actor === null ? [] : [`a.actor = ${parameters.add(actor, 'text')}`];
      const list: ListSql = {
        key: [{ column: 'a.audit_entry_id', type: 'uuid' }],
        select: (bounds, tail) =>
          `SELECT true AS "isRow", ${ENTRIES}${and([...ofSubject, ...byActor])}${bounds}${tail}`,
        count: countAmong(
          (tail) => `SELECT ${matching(byActor)} FROM audit_entry a WHERE a.tenant_id = $1${and(ofSubject)}${tail}`,
        ),
      };
      const rows = await database.query<Columns<AuditEntryView> & PageColumns>(pageStatement(parameters, list, page));
      return toPage(rows, page, (row): AuditEntryView => row);
    },
    auditEntriesById(tenantId, ids) {
      const parameters = new Parameters(tenantId);
      const text = `SELECT ${ENTRIES} AND a.audit_entry_id = ANY (${parameters.add(ids, 'uuid[]')})`;
      return database.query<Columns<AuditEntryView>>(statement(text, parameters));
    },
  };
}
