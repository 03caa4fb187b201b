export { createApiKeyDirectory } from './api-key-directory';
export { createApiKeys } from './api-keys';
export { createConnectionDirectory } from './connection-directory';
export { createConnections } from './connections';
export { createTenants, type Tenant, type Tenants } from './tenants';
export { listAuditEntries } from './audit';
export { createTokenClients } from './token-clients';
export { createTokenIssuerDirectory, createTokenIssuers } from './token-issuers';
export { keysInUse, rotateSecrets, type Rotation } from './stored-secrets';
