import type DataLoader from 'dataloader';
import type { CountView, Reads } from '../../application/reads';
import { loadMany } from '../loading';

export interface ExplanationLoaders {
  /** By the movement's sequence. */
  readonly countsOfMovement: DataLoader<number, readonly CountView[]>;
}

export function createExplanationLoaders(reads: Reads, tenantId: string): ExplanationLoaders {
  return {
    countsOfMovement: loadMany(
      (sequences) => reads.countsOfMovements(tenantId, sequences),
      ({ sequence }) => sequence,
    ),
  };
}
