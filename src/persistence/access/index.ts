export { createApiKeyDirectory } from './api-key-directory';
export { createApiKeys } from './api-keys';
export { createConnectionDirectory } from './connection-directory';
export { createConnections, type ConnectionDraft, type ConnectionInfo, type Connections } from './connections';
export { createDocumentDirectory } from './document-directory';
export { createTrustedDocuments } from './documents';
export { createTenants, type Tenant, type Tenants } from './tenants';
export { listAuditEntries } from './audit';
