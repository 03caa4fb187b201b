import type { KeyLimits } from '../../../domain/key-limits';
import type { AdjustmentOrderReads } from './adjustment-orders';
import type { AdministrationReads } from './administration';
import type { AvailabilityReads } from './availability';
import type { ReadBudget } from './budget';
import type { DiscrepancyReads } from './discrepancies';
import type { ExplanationReads } from './explanation';
import type { InboundMessageReads } from './inbound-messages';
import type { InventoryRecordReads } from './inventory-records';
import type { ItemReads } from './items';
import type { LedgerReads } from './ledger';
import type { LocationReads } from './locations';
import type { LookalikeReads } from './lookalikes';
import type { StockReads } from './stock';

/**
 * Everything that can be read. Each call is one statement, bound to its tenant, and shows one moment of the ledger.
 * Rejects with one of the errors of `errors.ts`, unless it is a bug.
 */
export interface Reads
  extends
    ItemReads,
    LocationReads,
    LookalikeReads,
    StockReads,
    LedgerReads,
    InboundMessageReads,
    AdjustmentOrderReads,
    InventoryRecordReads,
    AdministrationReads,
    AvailabilityReads,
    DiscrepancyReads,
    ExplanationReads {}

/** Everything that can be read within a budget. A key with limits reads only what these allow. */
export type OpenReads = (budget: ReadBudget, limits: KeyLimits | null) => Reads;

export type * from './adjustment-orders';
export type * from './administration';
export type * from './availability';
export * from './budget';
export type * from './discrepancies';
export * from './errors';
export * from './explanation';
export type * from './inbound-messages';
export type * from './inventory-records';
export * from './items';
export type * from './ledger';
export * from './locations';
export type * from './lookalikes';
export * from './page';
export type * from './stock';
