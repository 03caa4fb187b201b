export { createApiKeyDirectory } from './api-key-directory';
export { createApiKeys } from './api-keys';
export { createConnectionDirectory } from './connection-directory';
export { createConnections, type ConnectionDraft, type ConnectionInfo, type Connections } from './connections';
export { createTenants, type Tenant, type Tenants } from './tenants';
export { listAuditEntries } from './audit';
export { keysInUse, rotateSecrets, type Rotation } from './stored-secrets';
