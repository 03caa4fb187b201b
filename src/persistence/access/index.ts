export { createApiKeyDirectory } from './api-key-directory';
export { createApiKeys, type ApiKeys } from './api-keys';
export { createConnectionDirectory } from './connection-directory';
export { createConnections, type ConnectionDraft, type ConnectionInfo, type Connections } from './connections';
export { AccessError } from './errors';
export { createTenants, type Tenant, type Tenants } from './tenants';
