import type DataLoader from 'dataloader';
import type { CountView, Reads } from '../../application/ports/reads';
import { loadMany } from '../paging/loading';

export interface ExplanationLoaders {
  /** By the movement's sequence. */
  readonly countsOfMovement: DataLoader<number, readonly CountView[]>;
}

export function explanationLoaders(reads: Reads, tenantId: string): ExplanationLoaders {
  return {
    countsOfMovement: loadMany(
      (sequences) => reads.countsOfMovements(tenantId, sequences),
      ({ sequence }) => sequence,
    ),
  };
}
