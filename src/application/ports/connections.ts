import type { UserError } from '../../domain/errors';
import { AccessError } from './access';

/** The kinds of counterparts that a connection can have. */
export const CONNECTION_KINDS = ['jerry', 'winit', 'increff', 'comestri', 'standard'] as const;
export type ConnectionKind = (typeof CONNECTION_KINDS)[number];

/** One configured counterpart of a tenant. */
export interface Connection {
  readonly tenantId: string;
  readonly id: string;
  readonly name: string;
  readonly kind: ConnectionKind;
  /** The location of its messages when they name none. */
  readonly locationCode: string | null;
  /** As stored; each vendor folder parses its own. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Decrypted; never logged, never stored elsewhere. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Those that were rotated and still prove a sender, until their overlap ends. Left out: none was. */
  readonly previousSecrets?: Readonly<Record<string, string>>;
}

/**
 * What proves a sender: the present secret of that name and, during a rotation, the one before. Never an empty text,
 * which everybody knows.
 */
export function provingSecrets({ secrets, previousSecrets }: Connection, name: string): string[] {
  return [secrets[name] ?? '', previousSecrets?.[name] ?? ''].filter((secret) => secret !== '');
}

/** Finds connections by what a request carries. Disabled ones are not found. */
export interface ConnectionDirectory {
  /** By the secret path token, or bearer token, that the connection was created with. */
  byToken(kind: ConnectionKind, token: string): Promise<Connection | undefined>;
  /** By the account name in the vendor's form. Tenants may share a name, and the secret then decides between them. */
  byHandle(kind: ConnectionKind, handle: string): Promise<readonly Connection[]>;
  byId(tenantId: string, id: string): Promise<Connection | undefined>;
}

export interface ConnectionDraft {
  readonly tenantId: string;
  readonly kind: ConnectionKind;
  /** Unique in the tenant. */
  readonly name: string;
  readonly locationCode: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** The account name in the vendor's messages; left out for kinds that have none. */
  readonly handle?: string;
}

interface CreatedConnection {
  readonly connectionId: string;
  /** The secret in its webhook's path, or its bearer token. It is shown only here: the database has its hash. */
  readonly token: string;
}

interface RenewedToken {
  /** Shown only here: the database has its hash. */
  readonly token: string;
  /** Until when the token before works too. */
  readonly oldTokenUntil: Date;
}

/** Until when something that was rotated works beside its successor. */
export interface Overlap {
  /** The name of the secret; null: the token in the path, or the bearer token. */
  readonly secret: string | null;
  readonly until: Date;
}

/** A connection without its secrets. */
export interface ConnectionInfo extends Omit<Connection, 'secrets' | 'previousSecrets'> {
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
  /** Those that have not ended. */
  readonly overlaps: readonly Overlap[];
}

/** What becomes of a connection. */
export type ConnectionChange = ConnectionUpdate | { readonly rotation: Rotation };

/** What is left out stays as it is. */
export interface ConnectionUpdate {
  readonly name?: string;
  readonly locationCode?: string | null;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly handle?: string;
  /** Take the place of those of the same name at once. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** Takes the place of a secret, the token or both, which work beside it until the overlap ends. */
export interface Rotation {
  readonly overlapMs: number;
  readonly secret?: { readonly name: string; readonly value: string };
  readonly withToken?: boolean;
  /** Secrets that are removed at once. */
  readonly dropped?: readonly string[];
}

/** What became of a change; `token` is the new one where it was rotated. */
export type ChangedConnection =
  { readonly refused: readonly UserError[] } | { readonly token: string | null; readonly overlaps: readonly Overlap[] };

/** Decides on a connection as it is while nobody else can change it. */
type DecideChange = (connection: Connection) => ConnectionChange | { readonly refused: readonly UserError[] };

/** Most connections of a tenant, disabled ones too. */
export const MAX_CONNECTIONS = 1_000;

/** The connections of all tenants. Every change is an audit entry, in the same transaction. */
export interface Connections {
  /** Throws AccessError when there is no such tenant, or it has a connection of that name. */
  create(draft: ConnectionDraft): Promise<CreatedConnection>;
  /** A tenant's connections, including disabled ones, ordered by name. */
  list(tenantId: string): Promise<ConnectionInfo[]>;
  /** With its secrets, also when it is disabled. */
  find(tenantId: string, connectionId: string): Promise<Connection | undefined>;
  /** Undefined when the tenant has no such connection. Throws ConnectionTakenError. */
  change(tenantId: string, connectionId: string, decide: DecideChange): Promise<ChangedConnection | undefined>;
  /**
   * Replaces the token. The old one works until the overlap ends; one that was replaced before stops working within a
   * second. Throws AccessError when there is no connection.
   */
  renewToken(tenantId: string, connectionId: string, overlapMs?: number): Promise<RenewedToken>;
  /** A disabled connection takes nothing. False when the tenant has no such connection, or it is disabled already. */
  disable(tenantId: string, connectionId: string): Promise<boolean>;
  /** False when the tenant has no such connection, or it is not disabled. */
  enable(tenantId: string, connectionId: string): Promise<boolean>;
  /** Tries the key on a stored connection, so that a wrong key is found at the start. Throws SecretKeyError. */
  checkSecretKey(): Promise<void>;
}

/** Another connection has the name, or too many have the handle. */
export class ConnectionTakenError extends AccessError {
  constructor(
    message: string,
    readonly field: 'name' | 'handle',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
