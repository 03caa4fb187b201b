/**
 * What an API key allows: to read stock and the ledger, to change stock and names, to place adjustment orders, to read and
 * save inventory records with unit costs, to read messages with their bodies, and to administer.
 */
export const SCOPES = [
  'stock:read',
  'stock:write',
  'orders:write',
  'inventory:read',
  'inventory:write',
  'messages:read',
  'admin',
] as const;
export type Scope = (typeof SCOPES)[number];

/** Everything that reads, and everything that writes, for whoever need not tell them apart. */
export const SCOPE_SETS = {
  read: ['stock:read', 'inventory:read', 'messages:read'],
  write: ['stock:write', 'orders:write', 'inventory:write'],
} as const satisfies Readonly<Record<string, readonly Scope[]>>;

/** Who calls: an API client of one tenant, with what its key allows. */
export interface Principal {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly keyId: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Whether its adjustment orders keep stock by inventory organisation. */
  readonly inventoryOrganisations: boolean;
}

/** Recognises API keys. Revoked and unknown keys give undefined, and both take the same time. */
export interface ApiKeyDirectory {
  authenticate(key: string): Promise<Principal | undefined>;
}
