import type DataLoader from 'dataloader';
import type { LocationView, Reads } from '../../application/ports/reads';
import { loadOne } from '../paging/loading';

export interface LocationLoaders {
  /** By id. */
  readonly location: DataLoader<string, LocationView | null>;
}

export function locationLoaders(reads: Reads, tenantId: string): LocationLoaders {
  return {
    location: loadOne(
      (ids) => reads.locationsById(tenantId, ids),
      ({ locationId }) => locationId,
    ),
  };
}
