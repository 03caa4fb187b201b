/** The values by which a row has its place in its list. They are unique in it, and a cursor is made of them. */
export type SortKey = readonly (string | number)[];

/** Most rows that one page may have. */
export const MAX_PAGE_SIZE = 200;

/** Which part of a list is wanted. */
export interface PageRequest {
  /** FORWARD: the first rows after `after`; BACKWARD: the last rows before `before`. */
  readonly direction: 'FORWARD' | 'BACKWARD';
  /** From 0 to {@link MAX_PAGE_SIZE}. */
  readonly size: number;
  /** Only rows behind this place. */
  readonly after: SortKey | null;
  /** Only rows ahead of this place. */
  readonly before: SortKey | null;
  readonly wants: PageWants;
}

/** The parts of a page that cost something, so that they are read only where they are asked for. */
interface PageWants {
  /** The number of rows in the whole list. */
  readonly totalCount: boolean;
  /** Whether the list goes on behind the page, where that side is not the one that was counted towards. */
  readonly hasNext: boolean;
  /** The same for what is ahead of the page. */
  readonly hasPrevious: boolean;
}

/** One page of a list, in the list's order whatever the direction. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Whether the list goes on behind the last row. Exact where it was wanted. */
  readonly hasNext: boolean;
  /** Whether it goes on ahead of the first one. Exact where it was wanted. */
  readonly hasPrevious: boolean;
  /** Null where it was not wanted. */
  readonly totalCount: number | null;
  /** The ledger's sequence that the page shows: everything up to there, and nothing beyond. */
  readonly ledgerSequence: number;
}
