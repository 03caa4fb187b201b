import DataLoader from 'dataloader';
import { groupBy } from '../../domain/group-by';
import type { ConnectionHealthView, DeliveryRefusalView, Reads } from '../../application/ports/reads';
import { loadOne } from '../paging/loading';

/** How many of the last refusals of a connection are wanted. */
interface LastRefusals {
  readonly connectionId: string;
  readonly last: number;
}

export interface ConnectionHealthLoaders {
  /** By the connection's id. */
  readonly health: DataLoader<string, ConnectionHealthView | null>;
  readonly refusals: DataLoader<LastRefusals, readonly DeliveryRefusalView[], string>;
}

export function connectionHealthLoaders(reads: Reads, tenantId: string): ConnectionHealthLoaders {
  return {
    health: loadOne(
      (ids) => reads.connectionHealthById(tenantId, ids),
      ({ connectionId }) => connectionId,
    ),
    refusals: new DataLoader<LastRefusals, readonly DeliveryRefusalView[], string>(
      async (wanted) => {
        const ids = [...new Set(wanted.map(({ connectionId }) => connectionId))];
        const most = Math.max(...wanted.map(({ last }) => last));
        const rows = await reads.refusalsOfConnections(tenantId, ids, most);
        const byConnection = groupBy(rows, ({ connectionId }) => connectionId);
        return wanted.map(({ connectionId, last }) => (byConnection.get(connectionId) ?? []).slice(0, last));
      },
      { cacheKeyFn: ({ connectionId, last }) => `${connectionId} ${last}` },
    ),
  };
}
