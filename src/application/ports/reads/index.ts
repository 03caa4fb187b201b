import type { ItemReads, LocationReads } from './catalogue';
import type { ExplanationReads } from './explanation';
import type { InboundMessageReads } from './inbound-messages';
import type { LedgerReads } from './ledger';
import type { AdjustmentOrderReads } from './adjustment-orders';
import type { SalesReads } from './sales';
import type { StockReads } from './stock';

/**
 * Everything that can be read. Each call is one statement, bound to its tenant, and shows one moment of the ledger.
 * Rejects with one of the errors of `errors.ts` where it is not a bug.
 */
export interface Reads
  extends
    ItemReads,
    LocationReads,
    StockReads,
    LedgerReads,
    InboundMessageReads,
    AdjustmentOrderReads,
    SalesReads,
    ExplanationReads {}

export type * from './catalogue';
export * from './errors';
export * from './explanation';
export * from './ids';
export type * from './inbound-messages';
export type * from './ledger';
export type * from './adjustment-orders';
export * from './page';
export type * from './sales';
export type * from './stock';
