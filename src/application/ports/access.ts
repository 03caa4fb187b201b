import type { AddressList } from '../address-list';
import type { UserErrorCode } from '../../domain/errors';
import type { KeyLimits } from '../../domain/key-limits';
import { OperatorError } from './failures';

/**
 * What an API key allows: to read stock and the ledger, to change stock and names, to place adjustment orders, to read and
 * save inventory records with unit costs, to read messages with their bodies, to administer, and to ask what can be sold.
 */
export const SCOPES = [
  'stock:read',
  'stock:write',
  'orders:write',
  'inventory:read',
  'inventory:write',
  'messages:read',
  'admin',
  'sellable:read',
] as const;
export type Scope = (typeof SCOPES)[number];

/** The one scope of a publishable key, which may stand in a web page. No other key has it. */
export const PUBLISHABLE_SCOPE = 'sellable:read' satisfies Scope;

/** What a key can allow that is kept secret. */
export const SECRET_SCOPES: readonly Scope[] = SCOPES.filter((scope) => scope !== PUBLISHABLE_SCOPE);

/** Whether these are the scopes of a publishable key. */
export const isPublishable = (scopes: ReadonlySet<Scope>): boolean =>
  scopes.size === 1 && scopes.has(PUBLISHABLE_SCOPE);

/** Everything that reads, and everything that writes, for whoever need not tell them apart. */
export const SCOPE_SETS = {
  read: ['stock:read', 'inventory:read', 'messages:read'],
  write: ['stock:write', 'orders:write', 'inventory:write'],
} as const satisfies Readonly<Record<string, readonly Scope[]>>;

/** Who calls: an API client of one tenant, with what its key or access token allows. */
export interface Principal {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientName: string;
  /** The API key that was sent; null: an access token. */
  readonly keyId: string | null;
  readonly scopes: ReadonlySet<Scope>;
  /** Whether its adjustment orders keep stock by inventory organisation. */
  readonly inventoryOrganisations: boolean;
  /** Which stock its key is limited to. Null: it is not limited. */
  readonly limits: KeyLimits | null;
  /** The origins of web pages that its key is bound to: a publishable key has some. Null: it is not bound. */
  readonly origins: readonly string[] | null;
  /** The addresses that its key may be used from. Null: any. */
  readonly addresses: AddressList | null;
}

/** Who may look at the GraphQL schema: every API key, those with the scope `admin`, or nobody. */
export const SCHEMA_VIEWERS = ['keys', 'admin', 'nobody'] as const;
export type SchemaViewers = (typeof SCHEMA_VIEWERS)[number];

/** Recognises API keys. */
export interface ApiKeyDirectory {
  /** Revoked and unknown keys give undefined, and both take the same time. */
  authenticate(key: string): Promise<Principal | undefined>;
  /** Notes that a key was used, once nothing speaks against it any more. Nobody waits for it. */
  noteUse(principal: Pick<Principal, 'tenantId' | 'keyId'>): void;
  /** Whether a publishable key of any tenant, one that works, is bound to this origin. */
  isOriginOfKey(origin: string): Promise<boolean>;
}

export interface ApiKeyDraft {
  readonly tenantId: string;
  /** Created when the tenant has no client of that name. Keys of one client share its origin in the ledger. */
  readonly clientName: string;
  readonly scopes: readonly Scope[];
  /**
   * Whether the client's orders keep stock by inventory organisation. It applies to all keys of the client. Left out:
   * it stays unchanged, and is off for a new client.
   */
  readonly inventoryOrganisations?: boolean | undefined;
  /** From when on the key is refused; left out: it does not expire. */
  readonly expiresAt?: Date | undefined;
  /** Codes of the locations that the key is limited to; left out: it is not limited to any. */
  readonly locations?: readonly string[] | undefined;
  /** The channels that it is limited to. Empty: the stock without a channel. */
  readonly channels?: readonly string[] | undefined;
  /** Origins of the web pages that a publishable key is bound to. It needs some, and other keys have none. */
  readonly origins?: readonly string[] | undefined;
  /** Addresses and networks that the key may be used from; left out: any. */
  readonly ipAllowList?: readonly string[] | undefined;
}

export interface CreatedApiKey {
  /** The key itself, which is shown only here: the database has its hash. */
  readonly key: string;
  readonly keyId: string;
  readonly clientId: string;
  /** When it expires; null: it does not. */
  readonly expiresAt: Date | null;
}

export interface RotatedApiKey extends CreatedApiKey {
  readonly clientName: string;
  /** Until when the old key works beside it. */
  readonly oldKeyExpiresAt: Date;
}

interface ApiKeyInfo {
  readonly keyId: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly scopes: readonly Scope[];
  /** Present codes of the locations that it is limited to; null: it is not. */
  readonly locations: readonly string[] | null;
  /** The channels that it is limited to; null: it is not. */
  readonly channels: readonly string[] | null;
  /** The origins that it is bound to; null: it is not. */
  readonly origins: readonly string[] | null;
  /** The addresses and networks that it may be used from; null: any. */
  readonly ipAllowList: readonly string[] | null;
  /** The client's setting, see {@link ApiKeyDraft}. */
  readonly inventoryOrganisations: boolean;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
  readonly expiresAt: Date | null;
  /** To about a minute; null: never. */
  readonly lastUsedAt: Date | null;
}

/** The longest life of a key that expires, and the longest overlap of a rotation. */
export const MAX_KEY_DAYS = 3_650;
export const MAX_KEY_OVERLAP_SECONDS = 2_592_000;
/** Most locations and channels that a key is limited to, and most origins that it is bound to. */
export const MAX_KEY_LOCATIONS = 300;
export const MAX_KEY_CHANNELS = 100;
export const MAX_KEY_ORIGINS = 20;

/** When a key expires that is to live so many days. */
export const afterDays = (days: number): Date => new Date(Date.now() + days * 86_400_000);

/** The API keys of all tenants. */
export interface ApiKeys {
  /** Throws AccessError when there is no such tenant or location, and when the draft contradicts itself. */
  create(draft: ApiKeyDraft): Promise<CreatedApiKey>;
  /**
   * Creates another key of the same client, with the same scopes, limits, origins and addresses, and as long a life. The old one works until
   * the overlap ends, or until it would have expired anyway. Throws AccessError when the tenant has no such key, or it does not work.
   */
  rotate(tenantId: string, keyId: string, overlapMs: number): Promise<RotatedApiKey>;
  /** A tenant's keys, including revoked ones, oldest first. */
  list(tenantId: string): Promise<ApiKeyInfo[]>;
  /**
   * False when the tenant has no such key, or the key is revoked already. Running gateways refuse the key within a
   * second (`CACHE_TTL_MS`).
   */
  revoke(tenantId: string, keyId: string): Promise<boolean>;
}

/** Who asks for a change of keys, token issuers or connections. */
export interface Actor {
  readonly name: string;
  /** The API key that was used; null: an access token, or the command line. */
  readonly keyId: string | null;
  /** Where the request came from; null: the command line. */
  readonly address: string | null;
}

/** What is kept in the audit: changes of access and settings, and what people decide about stock by hand. */
export type AuditAction =
  | 'API_KEY_CREATED'
  | 'API_KEY_ROTATED'
  | 'API_KEY_REVOKED'
  | 'TOKEN_ISSUER_ADDED'
  | 'TOKEN_ISSUER_DISABLED'
  | 'TOKEN_ISSUER_ENABLED'
  | 'TOKEN_ISSUER_REMOVED'
  | 'CONNECTION_CREATED'
  | 'CONNECTION_UPDATED'
  | 'CONNECTION_TOKEN_RENEWED'
  | 'CONNECTION_SECRET_ROTATED'
  | 'CONNECTION_SECRETS_REENCRYPTED'
  | 'CONNECTION_DISABLED'
  | 'CONNECTION_ENABLED'
  | 'DOCUMENT_ADDED'
  | 'DOCUMENT_REMOVED'
  | 'ONLY_TRUSTED_DOCUMENTS_CHANGED'
  | 'QUARANTINE_FIXED'
  | 'QUARANTINE_SUBSTITUTED'
  | 'QUARANTINE_DISMISSED'
  | 'DISCREPANCY_NOTED';

/** A tenant, API client, key or connection can't be created or changed as asked. The message says why, in one line. */
export class AccessError extends OperatorError {
  override readonly name = 'AccessError';
  /** The part of a draft that is at fault; undefined: its client, or none. */
  readonly part: 'scopes' | 'locations' | 'channels' | 'origins' | 'ipAllowList' | undefined;
  readonly code: Extract<UserErrorCode, 'INVALID_INPUT' | 'NOT_ALLOWED'>;

  constructor(
    message: string,
    { part, code = 'INVALID_INPUT', ...options }: ErrorOptions & Partial<Pick<AccessError, 'part' | 'code'>> = {},
  ) {
    super(message, options);
    this.part = part;
    this.code = code;
  }
}
