import type DataLoader from 'dataloader';
import type { ConnectionView, Reads } from '../../application/ports/reads';
import { loadOne } from '../paging/loading';

export interface ConnectionLoaders {
  /** By id. */
  readonly connection: DataLoader<string, ConnectionView | null>;
}

export function connectionLoaders(reads: Reads, tenantId: string): ConnectionLoaders {
  return {
    connection: loadOne(
      (ids) => reads.connectionsById(tenantId, ids),
      ({ connectionId }) => connectionId,
    ),
  };
}
