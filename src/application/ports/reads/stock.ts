import type { StockBucket, StockCondition, StockDimensions } from '../../../domain/ledger/stock-key';
import type { ItemView } from './items';
import type { LocationView } from './locations';
import type { Page, PageRequest } from './page';

/** A moment of the ledger. One after the head means the head, and so does null where it is allowed. */
export type AsOf = { readonly sequence: number } | { readonly recordedAtMs: number };

/** The stock of one item at one location: its levels, added up by bucket. Quantities are exact. */
export interface StockView {
  /** The id that clients see. */
  readonly id: string;
  readonly item: ItemView;
  readonly location: LocationView;
  readonly available: number;
  /** The sum of the buckets that count as on hand. */
  readonly onHand: number;
  /** When it last changed, ISO 8601 in UTC. */
  readonly updatedAt: string;
  /** The ledger sequence of a past moment that was asked for; null for the present. */
  readonly asOfSequence: number | null;

  // Null when `wants.buckets` did not ask for them.
  readonly reserved: number | null;
  readonly committed: number | null;
  readonly missing: number | null;
  readonly blocked: number | null;
  readonly onHold: number | null;
  readonly incoming: number | null;
  /** The warehouse's own total. Null also until it has a baseline. */
  readonly reportedOnHand: number | null;
  /** reportedOnHand − onHand. */
  readonly drift: number | null;

  /** Null when they were not asked for. */
  readonly levels: readonly StockLevelView[] | null;
  /** What can be sold, where the order is by it; else null. A part of the sort key. */
  readonly sellableKey: number | null;
}

/**
 * The parts of stock that are read only when they are asked for. There are few, so that not every selection has its own
 * statement.
 */
export interface StockWants {
  /** The sums other than `available` and `onHand`. */
  readonly buckets: boolean;
  /** The levels that each sum adds up. */
  readonly levels: boolean;
  /** Left out: everything. */
  readonly shown?: ShownNodes;
}

/**
 * What of the nodes of a page is shown. POSITION: only the sort keys, for cursors. NAMES: of items and locations only the ids
 * and names. What is not shown is undefined in the views.
 */
export type ShownNodes = 'POSITION' | 'NAMES' | 'EVERYTHING';

/** The quantity of one stock key. */
export interface StockLevelView extends StockDimensions {
  /** The id that clients see. */
  readonly id: string;
  readonly levelId: string;
  readonly item: ItemView;
  readonly location: LocationView;
  readonly quantity: number;
  /** The number of entries posted to it. */
  readonly version: number;
  readonly updatedAt: string;
  /** The ledger sequence at which this is the quantity. */
  readonly shownSequence: number;
  /** The same, of a past moment that was asked for; null for the present. */
  readonly asOfSequence: number | null;
}

/** All conditions must hold. One that is left out does not restrict, and a list matches any of its values. */
export interface StockFilter {
  readonly skus?: readonly string[];
  readonly itemIds?: readonly string[];
  /** Codes of locations. */
  readonly locations?: readonly string[];
  /** Only what changed after this time, in epoch milliseconds by the ledger's clock. */
  readonly changedSinceMs?: number;
  /** Only what changed after this ledger sequence. */
  readonly changedAfterSequence?: number;
  /** True: only stock whose reported total differs from the sum. */
  readonly drifting?: boolean;
  /** True: the parts of the locations too, all the way down. */
  readonly includeParts?: boolean;
  /** True: only stock that the threshold of the inventory record makes unsellable, also what has never moved. */
  readonly belowThreshold?: boolean;
  /** True: only stock with no more good units in AVAILABLE than the record's reorder point, also what has never moved. */
  readonly belowReorderPoint?: boolean;
  /** Whether anything is on hand. */
  readonly inStock?: boolean;
  /** Whether anything can be sold now. */
  readonly sellable?: boolean;
}

/** How stock is ordered: by sku, or first by what can be sold. */
export type StockOrder = 'SKU' | 'SELLABLE_ASC' | 'SELLABLE_DESC';

/** Sums over all stock of a filter. */
export interface StockTotalsView {
  readonly onHand: number;
  readonly available: number;
  readonly reserved: number;
  readonly committed: number;
  readonly missing: number;
  readonly blocked: number;
  readonly onHold: number;
  readonly incoming: number;
  /** How many items at locations. */
  readonly stocks: number;
  readonly ledgerSequence: number;
}

export interface StockLevelFilter {
  readonly skus?: readonly string[];
  readonly locations?: readonly string[];
  readonly owners?: readonly string[];
  readonly buckets?: readonly StockBucket[];
  readonly conditions?: readonly StockCondition[];
  readonly lots?: readonly string[];
  /** True: only levels other than zero. */
  readonly nonZero?: boolean;
  /** True: only levels below zero. */
  readonly negative?: boolean;
}

interface StockQuery {
  readonly filter: StockFilter;
  readonly order: StockOrder;
  readonly asOf: AsOf | null;
  readonly page: PageRequest;
  readonly wants: StockWants;
}

interface StockLevelQuery {
  readonly filter: StockLevelFilter;
  readonly asOf: AsOf | null;
  readonly page: PageRequest;
  /** Left out: everything. */
  readonly shown?: Exclude<ShownNodes, 'POSITION'>;
}

/** A level, now (null) or as of a sequence. */
export interface LevelAt {
  readonly id: string;
  readonly sequence: number | null;
}

/** Stock of an item at a location, now (null) or as of a sequence. */
export interface StockAt {
  readonly itemId: string;
  readonly locationId: string;
  readonly sequence: number | null;
}

/** Stock, now or as of any moment of the ledger. Stock and levels exist from their first entry or accepted count on. */
export interface StockReads {
  /** Sort key: sku, specification, location's code; before them what can be sold, where the order says so. */
  stock(tenantId: string, query: StockQuery): Promise<Page<StockView>>;
  /** Rejects with {@link SumTooLargeError} when a sum has no exact number. */
  stockTotals(tenantId: string, filter: StockFilter, asOf: AsOf | null): Promise<StockTotalsView>;
  /** Of each of these items in the order of the location's code. No item may be given twice. */
  stockOfItems(tenantId: string, items: readonly ItemView[], wants: StockWants): Promise<readonly StockView[]>;
  /** Sort key: sku, specification, location's code, level's id. */
  stockLevels(tenantId: string, query: StockLevelQuery): Promise<Page<StockLevelView>>;
  /** In any order. A level that did not exist at its moment is left out, and so is a moment after the head. */
  levelsById(tenantId: string, levels: readonly LevelAt[]): Promise<readonly StockLevelView[]>;
  /** Likewise, with every sum and the levels. */
  stockById(tenantId: string, stock: readonly StockAt[]): Promise<readonly StockView[]>;
}
