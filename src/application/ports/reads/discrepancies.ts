import type { Page, PageRequest } from './page';

/** What does not fit together. */
export const DISCREPANCY_KINDS = [
  'NEGATIVE_LEVEL',
  'DRIFT',
  'CONFLICTING_COUNT',
  'NEGATIVE_IN_THE_PAST',
  'UNMATCHED_ECHO',
] as const;
export type DiscrepancyKind = (typeof DISCREPANCY_KINDS)[number];

/** What a discrepancy is known by. */
export interface DiscrepancyKey {
  /** The first movement that caused it. */
  readonly openedSequence: number;
  readonly levelId: string;
  readonly kind: string;
}

/** A level whose facts do not fit together. Instants are ISO 8601 in UTC. */
export interface DiscrepancyView extends DiscrepancyKey {
  readonly kind: DiscrepancyKind;
  /** When the first movement that caused it was recorded. */
  readonly openedAt: string;
  /** When the movement was recorded that settled it; null while it is open. */
  readonly closedAt: string | null;
  /** What would fit; null where any quantity from zero on would. What both are depends on the kind. */
  readonly expected: number | null;
  /** What was found instead, and when. */
  readonly observed: number;
  readonly observedAt: string;
  /** The movements of its first entries in the order of the ledger, and beside each the entry's place in it. */
  readonly entrySequences: readonly number[];
  readonly entryLegs: readonly number[];
  /** What people have written about it. */
  readonly note: string | null;
}

/** All conditions must hold. One that is left out does not restrict, and a list matches any of its values. */
export interface DiscrepancyFilter {
  readonly kinds?: readonly DiscrepancyKind[];
  readonly open?: boolean;
  readonly skus?: readonly string[];
  readonly locations?: readonly string[];
}

export interface DiscrepancyReads {
  /** Sort key: the sequence that opened it, level, kind. */
  discrepancies(
    tenantId: string,
    query: { readonly filter: DiscrepancyFilter; readonly page: PageRequest },
  ): Promise<Page<DiscrepancyView>>;
  /** In any order; unknown ones are left out. */
  discrepanciesByKey(tenantId: string, keys: readonly DiscrepancyKey[]): Promise<readonly DiscrepancyView[]>;
}
