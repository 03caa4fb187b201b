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
}

/** Finds connections by what a request carries. Disabled ones are not found. */
export interface ConnectionDirectory {
  /** By the secret path token, or bearer token, that the connection was created with. */
  byToken(kind: ConnectionKind, token: string): Promise<Connection | undefined>;
  /** By the account name in the vendor's form. Tenants may share a name, and the secret then decides between them. */
  byHandle(kind: ConnectionKind, handle: string): Promise<readonly Connection[]>;
  byId(tenantId: string, id: string): Promise<Connection | undefined>;
}
