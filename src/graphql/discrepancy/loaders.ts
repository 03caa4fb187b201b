import type DataLoader from 'dataloader';
import type { DiscrepancyKey, DiscrepancyView, Reads } from '../../application/ports/reads';
import { discrepancyNodeId } from '../../domain/node-ids';
import { loadNamed } from '../paging/loading';

export interface DiscrepancyLoaders {
  readonly discrepancy: DataLoader<DiscrepancyKey, DiscrepancyView | null, string>;
}

export function discrepancyLoaders(reads: Reads, tenantId: string): DiscrepancyLoaders {
  return {
    discrepancy: loadNamed(
      (keys: readonly DiscrepancyKey[]) => reads.discrepanciesByKey(tenantId, keys),
      discrepancyId,
      discrepancyId,
    ),
  };
}

export const discrepancyId = ({ kind, levelId, openedSequence }: DiscrepancyKey): string =>
  discrepancyNodeId(kind, levelId, openedSequence);
