import type { Command } from './command';
import type { ItemReference, LocationReference } from './catalogue/catalogue';

export const INVENTORY_STYLES = ['DYNAMIC', 'STATIC', 'PERPETUAL'] as const;
/** DYNAMIC: the sellable quantity falls with every order. STATIC and PERPETUAL: it stays as last counted. */
export type InventoryStyle = (typeof INVENTORY_STYLES)[number];

export const STOCK_AVAILABILITIES = ['IN_STOCK', 'OUT_OF_STOCK'] as const;
export type StockAvailability = (typeof STOCK_AVAILABILITIES)[number];

export const BACK_ORDER_HANDLINGS = ['PRE_ORDERABLE', 'BACK_ORDERABLE'] as const;
export type BackOrderHandling = (typeof BACK_ORDER_HANDLINGS)[number];

export const DURATION_UNITS = ['HOUR', 'DAY', 'WEEK', 'MONTH'] as const;
export type DurationUnit = (typeof DURATION_UNITS)[number];

/** The terms on which an item is sold at a location. Its quantities are in the stock. */
export interface InventoryTerms {
  /** The item's sku at this source. */
  readonly sourceSku: string | null;
  readonly stockAvailability: StockAvailability | null;
  /** Units held back from sale. With this many units or fewer, the item is out of stock. */
  readonly outOfStockThreshold: number | null;
  /** Units held back from sale beside the threshold, for what a count may be wrong by. */
  readonly safetyStock: number | null;
  /** With this many units or fewer it is time to order more. It does not change what is sold. */
  readonly reorderPoint: number | null;
  readonly dispatchTime: number | null;
  readonly dispatchTimeUnit: DurationUnit | null;
  readonly leadTime: number | null;
  readonly leadTimeUnit: DurationUnit | null;
  /** Epoch milliseconds. */
  readonly stockArrivalDateMs: number | null;
  readonly backOrderHandling: BackOrderHandling | null;
  /** Units that may be sold before they arrive. */
  readonly backOrderAllocation: number | null;
  /** The available quantity that the source last reported. Only stored and shown. */
  readonly reportedAvailable: number | null;
  /** The source's own time of its last update, epoch milliseconds. */
  readonly sourceTimestampMs: number | null;
  /** An exact decimal. */
  readonly unitCost: string | null;
  readonly style: InventoryStyle;
  readonly supportShipping: boolean;
}

export interface InventoryRecord extends InventoryTerms {
  readonly itemId: string;
  readonly locationId: string;
  /** The integer that vendor forms know it by, counted per tenant. */
  readonly vendorId: number;
  readonly updatedAtMs: number;
}

/** A record as asked to be saved: what is left out stays as it is. */
export interface InventoryRecordSave extends Command {
  readonly externalId: string;
  readonly item: ItemReference;
  readonly location: LocationReference;
  readonly terms: { readonly [Name in keyof InventoryTerms]?: InventoryTerms[Name] | undefined };
  /** A count of the bucket AVAILABLE. Null: none. */
  readonly quantity: number | null;
  /** When it was counted, epoch milliseconds. Null: now. */
  readonly asOfMs: number | null;
  /** Whether a count older than the last accepted one is a refusal; else the save is passed over. */
  readonly staleIsError: boolean;
  /** A quantity without `asOfMs` is as of its receipt, less these seconds. Null: it has no place in time. */
  readonly lagSeconds?: number | null;
  /** Whether `asOfMs` is taken from the receipt. */
  readonly isAsOfReceipt?: boolean;
}

export const DEFAULT_TERMS: InventoryTerms = {
  sourceSku: null,
  stockAvailability: null,
  outOfStockThreshold: null,
  safetyStock: null,
  reorderPoint: null,
  dispatchTime: null,
  dispatchTimeUnit: null,
  leadTime: null,
  leadTimeUnit: null,
  stockArrivalDateMs: null,
  backOrderHandling: null,
  backOrderAllocation: null,
  reportedAvailable: null,
  sourceTimestampMs: null,
  unitCost: null,
  style: 'DYNAMIC',
  supportShipping: true,
};
