import type { Reads } from '../application/reads';
import { createInboxLoaders, type InboxLoaders } from './inbox/loaders';
import { createItemLoaders, type ItemLoaders } from './item/loaders';
import { createLedgerLoaders, type LedgerLoaders } from './ledger/loaders';
import { createLocationLoaders, type LocationLoaders } from './location/loaders';
import { createStockLoaders, type StockLoaders } from './stock/loaders';

/** The loaders of every noun. One set a request, so that nothing is shown that is older than it. */
export interface Loaders extends ItemLoaders, LocationLoaders, StockLoaders, LedgerLoaders, InboxLoaders {}

export function createLoaders(reads: Reads, tenantId: string): Loaders {
  return {
    ...createItemLoaders(reads, tenantId),
    ...createLocationLoaders(reads, tenantId),
    ...createStockLoaders(reads, tenantId),
    ...createLedgerLoaders(reads, tenantId),
    ...createInboxLoaders(reads, tenantId),
  };
}
