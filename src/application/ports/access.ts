/** What an API key allows. */
export const SCOPES = ['read', 'write'] as const;
export type Scope = (typeof SCOPES)[number];

/** Who calls: an API client of one tenant, with what its key allows. */
export interface Principal {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Whether its adjustment orders keep stock by inventory organisation. */
  readonly inventoryOrganisations: boolean;
}

/** Recognises API keys. Revoked and unknown keys give undefined, and both take the same time. */
export interface ApiKeyDirectory {
  authenticate(key: string): Promise<Principal | undefined>;
}
