/** The values that a list is ordered by. They are unique in it, and a cursor consists of them. */
export type SortKey = readonly (string | number)[];

/** The largest size of a page. */
export const MAX_PAGE_SIZE = 200;

/** The most rows of a list that are counted. Of a longer one, the total is this number, and "at least". */
export const MOST_COUNTED = 10_000;

/** The most rows that are gone through to count those of a filter that no index knows. */
export const MOST_PASSED = 20_000;

/** The same where each is looked up as it was at a moment. */
export const MOST_PASSED_OF_PAST = 1_000;

/** Which part of a list is wanted. */
export interface PageRequest {
  /** FORWARD: the first rows after `after`. BACKWARD: the last rows before `before`. */
  readonly direction: 'FORWARD' | 'BACKWARD';
  /** From 0 to {@link MAX_PAGE_SIZE}. */
  readonly size: number;
  /** Only rows after this one. */
  readonly after: SortKey | null;
  /** Only rows before this one. */
  readonly before: SortKey | null;
  readonly wants: PageWants;
}

/** The parts of a page that cost something. They are read only when they are asked for. */
interface PageWants {
  /** The number of rows in the whole list, and whether it is exact. */
  readonly totalCount: boolean;
  /** Whether the list has rows after the page. FORWARD finds that out for free. */
  readonly hasNext: boolean;
  /** Whether the list has rows before the page. BACKWARD finds that out for free. */
  readonly hasPrevious: boolean;
}

/** One page of a list. Its rows are in the order of the list in both directions. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Whether the list has rows after the last one. Exact when it was wanted. */
  readonly hasNext: boolean;
  /** Whether the list has rows before the first one. Exact when it was wanted. */
  readonly hasPrevious: boolean;
  /** Null when it was not wanted. */
  readonly totalCount: number | null;
  /** False: there are at least {@link totalCount} rows, and not all were counted. */
  readonly totalCountIsExact: boolean;
  /** The ledger sequence that the page shows: every movement up to it, and none after it. */
  readonly ledgerSequence: number;
}
