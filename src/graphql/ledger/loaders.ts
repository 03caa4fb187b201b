import DataLoader from 'dataloader';
import type {
  AbsorbedLegView,
  EntryKey,
  LedgerEntryView,
  LevelHistory,
  MovementView,
  Page,
  PageRequest,
  Reads,
  TreeProof,
} from '../../application/ports/reads';
import { loadMany, loadNamed, loadOne } from '../paging/loading';

export interface LedgerLoaders {
  /** By sequence. */
  readonly movement: DataLoader<number, MovementView | null>;
  readonly entry: DataLoader<EntryKey, LedgerEntryView | null, string>;
  /** By the movement's sequence. */
  readonly entriesOfMovement: DataLoader<number, readonly LedgerEntryView[]>;
  /** For one head, or the latest. */
  proofOfMovement(headSequence: number | null): DataLoader<number, TreeProof | null>;
  readonly absorbedLegsOfMovement: DataLoader<number, readonly AbsorbedLegView[]>;
  /** Loads the same page of the entries of several levels. */
  entriesOfLevel(page: PageRequest, withMovement: boolean): DataLoader<LevelHistory, Page<LedgerEntryView>, string>;
}

export function ledgerLoaders(reads: Reads, tenantId: string): LedgerLoaders {
  const byPage = new Map<string, DataLoader<LevelHistory, Page<LedgerEntryView>, string>>();
  const proofs = new Map<number | null, DataLoader<number, TreeProof | null>>();
  return {
    proofOfMovement(headSequence) {
      const loader =
        proofs.get(headSequence) ??
        new DataLoader<number, TreeProof | null>((sequences) => reads.treeProofs(tenantId, sequences, headSequence));
      proofs.set(headSequence, loader);
      return loader;
    },
    movement: loadOne(
      (sequences) => reads.movementsBySequence(tenantId, sequences),
      ({ sequence }) => sequence,
    ),
    entry: loadNamed((keys: readonly EntryKey[]) => reads.entriesByKey(tenantId, keys), entryName, entryName),
    entriesOfMovement: loadMany(
      (sequences) => reads.entriesOfMovements(tenantId, sequences),
      ({ sequence }) => sequence,
    ),
    absorbedLegsOfMovement: loadMany(
      (sequences) => reads.absorbedLegsOfMovements(tenantId, sequences),
      ({ sequence }) => sequence,
    ),
    entriesOfLevel(page, withMovement) {
      const key = JSON.stringify([page, withMovement]);
      const loader =
        byPage.get(key) ??
        new DataLoader<LevelHistory, Page<LedgerEntryView>, string>(
          (levels) => reads.entriesOfLevels(tenantId, levels, page, withMovement),
          { cacheKeyFn: ({ levelId, upToSequence }) => `${levelId}/${upToSequence}` },
        );
      byPage.set(key, loader);
      return loader;
    },
  };
}

const entryName = ({ sequence, leg }: EntryKey): string => `${sequence}/${leg}`;
