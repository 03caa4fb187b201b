import type DataLoader from 'dataloader';
import type { ApiKeyView, AuditEntryView, Reads } from '../../application/ports/reads';
import { loadOne } from '../paging/loading';

export interface AdministrationLoaders {
  /** By id; so is the other. */
  readonly apiKey: DataLoader<string, ApiKeyView | null>;
  readonly auditEntry: DataLoader<string, AuditEntryView | null>;
}

export function administrationLoaders(reads: Reads, tenantId: string): AdministrationLoaders {
  return {
    apiKey: loadOne(
      (ids) => reads.apiKeysById(tenantId, ids),
      ({ keyId }) => keyId,
    ),
    auditEntry: loadOne(
      (ids) => reads.auditEntriesById(tenantId, ids),
      ({ auditEntryId }) => auditEntryId,
    ),
  };
}
