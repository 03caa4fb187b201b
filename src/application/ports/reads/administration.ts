import type { AuditAction, Scope } from '../access';
import type { Page, PageRequest } from './page';

/** An API key without its secret. Instants are ISO 8601 in UTC. */
export interface ApiKeyView {
  readonly keyId: string;
  readonly client: string;
  readonly scopes: readonly Scope[];
  /** Present codes of the locations that it is limited to; null: it is not. */
  readonly locations: readonly string[] | null;
  /** The channels that it is limited to; null: it is not. */
  readonly channels: readonly string[] | null;
  /** The origins of the web pages that it is bound to; null: it is not. */
  readonly origins: readonly string[] | null;
  /** The addresses and networks that it may be used from; null: any. */
  readonly ipAllowList: readonly string[] | null;
  readonly createdAt: string;
  /** From when on it is refused; null: it does not expire. */
  readonly expiresAt: string | null;
  /** To about a minute; null: never. */
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

/** One change of a key, token issuer or connection. */
export interface AuditEntryView {
  readonly auditEntryId: string;
  readonly at: string;
  readonly actor: string;
  /** Of the API key that was used; null: an access token, or the command line. */
  readonly keyId: string | null;
  readonly action: AuditAction;
  /** The id of what was changed. */
  readonly subject: string;
  /** JSON without secrets; null: it was not there, or only secrets have changed. */
  readonly before: string | null;
  readonly after: string | null;
  readonly address: string | null;
}

/** All conditions must hold. One that is null does not restrict. */
interface AuditQuery {
  readonly subject: string | null;
  readonly actor: string | null;
  readonly page: PageRequest;
}

export interface AdministrationReads {
  /** Sort key: id, so in the order in which they were created. */
  apiKeys(tenantId: string, page: PageRequest): Promise<Page<ApiKeyView>>;
  /** In any order; unknown ids are left out. */
  apiKeysById(tenantId: string, ids: readonly string[]): Promise<readonly ApiKeyView[]>;
  /** Sort key: id, so in the order of time. */
  auditEntries(tenantId: string, query: AuditQuery): Promise<Page<AuditEntryView>>;
  /** In any order; unknown ids are left out. */
  auditEntriesById(tenantId: string, ids: readonly string[]): Promise<readonly AuditEntryView[]>;
}
