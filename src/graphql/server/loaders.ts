import type { Reads } from '../../application/ports/reads';
import { createAdjustmentOrderLoaders, type AdjustmentOrderLoaders } from '../adjustment-order/loaders';
import { createExplanationLoaders, type ExplanationLoaders } from '../explanation/loaders';
import { createInboxLoaders, type InboxLoaders } from '../inbound-message/loaders';
import { createSalesLoaders, type SalesLoaders } from '../inventory-record/loaders';
import { createItemLoaders, type ItemLoaders } from '../item/loaders';
import { createLedgerLoaders, type LedgerLoaders } from '../ledger/loaders';
import { createLocationLoaders, type LocationLoaders } from '../location/loaders';
import { createStockLoaders, type StockLoaders } from '../stock/loaders';

/** The loaders of every noun. One set a request, so that nothing is shown that is older than it. */
export interface Loaders
  extends
    ItemLoaders,
    LocationLoaders,
    StockLoaders,
    LedgerLoaders,
    InboxLoaders,
    AdjustmentOrderLoaders,
    SalesLoaders,
    ExplanationLoaders {}

export function createLoaders(reads: Reads, tenantId: string): Loaders {
  return {
    ...createItemLoaders(reads, tenantId),
    ...createLocationLoaders(reads, tenantId),
    ...createStockLoaders(reads, tenantId),
    ...createLedgerLoaders(reads, tenantId),
    ...createInboxLoaders(reads, tenantId),
    ...createAdjustmentOrderLoaders(reads, tenantId),
    ...createSalesLoaders(reads, tenantId),
    ...createExplanationLoaders(reads, tenantId),
  };
}
