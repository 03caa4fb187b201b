import type { ItemReference, LocationReference } from './catalogue/catalogue';
import type { Packaging, StockKey } from './ledger/stock-key';
import type { Command } from './command';

export type AdjustmentOrderType = 'UNPACK' | 'OWNER_TRANSFER' | 'BARCODE_CHANGE';

export const ADJUSTMENT_ORDER_STATUSES = ['COMPLETED', 'REVERSED'] as const;
export type AdjustmentOrderStatus = (typeof ADJUSTMENT_ORDER_STATUSES)[number];

/** Which status may follow which. */
export const NEXT_STATUSES: Readonly<Record<AdjustmentOrderStatus, readonly AdjustmentOrderStatus[]>> = {
  COMPLETED: ['REVERSED'],
  REVERSED: [],
};

/** What leaves, or comes, in one line of an order as asked for. */
export interface AdjustmentOrderSide {
  readonly item: ItemReference & { readonly specification: string };
  readonly packaging: Packaging;
  readonly barcode: string;
  /** Units of this packaging. */
  readonly quantity: number;
  /** How many single units a package holds; null: as the item says. */
  readonly standardPartsQuantity: number | null;
}

export interface AdjustmentOrderLine {
  readonly out: AdjustmentOrderSide;
  readonly in: AdjustmentOrderSide;
}

/** An adjustment order as asked for. */
export interface AdjustmentOrderCreate extends Command {
  /** Unique per origin, used up only by success: the client's order number or the signature of the request. */
  readonly businessKey: { readonly kind: 'sellerOrderNo' | 'sign'; readonly value: string } | null;
  readonly type: AdjustmentOrderType;
  readonly productCode: string | null;
  readonly location: LocationReference;
  readonly turnOutOwner: string | null;
  readonly turnInOwner: string | null;
  readonly lines: readonly AdjustmentOrderLine[];
  readonly note: string | null;
  /** Whether this origin keeps stock by inventory organisation; where not, owners count in a transfer only. */
  readonly organisations: boolean;
}

/** One side of a line as posted. */
export interface PostedSide {
  readonly key: StockKey;
  readonly quantity: number;
  readonly standardPartsQuantity: number | null;
}

/** An order as stored. Its entries are never edited: a reversal is an order of its own. */
export interface AdjustmentOrder {
  /** `WT` and 12 digits, never reused. */
  readonly orderNo: string;
  readonly type: AdjustmentOrderType;
  readonly status: AdjustmentOrderStatus;
  readonly originId: string;
  readonly sellerOrderNo: string | null;
  readonly productCode: string | null;
  readonly locationId: string;
  readonly turnOutOwner: string | null;
  readonly turnInOwner: string | null;
  readonly lines: readonly { readonly out: PostedSide; readonly in: PostedSide }[];
  /** Its movement. */
  readonly sequence: number;
  readonly createdAtMs: number;
  /** The order that this one reverses. */
  readonly reverses: string | null;
  /** The order that reverses this one. */
  readonly reversedBy: string | null;
}

/** Writes a counter of the ledger head as an order number. */
export const orderNumber = (counter: number): string => `WT${String(counter).padStart(12, '0')}`;
