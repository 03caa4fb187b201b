import type { Reads } from '../../application/ports/reads';
import { createAdjustmentOrderReads } from './adjustment-orders';
import type { ReadDatabase } from './database';
import { createExplanationReads } from './explanation';
import { createInboundMessageReads } from './inbound-messages';
import { createItemReads } from './items';
import { createLedgerReads } from './ledger';
import { createLocationReads } from './locations';
import { createSalesReads } from './sales';
import { createStockReads } from './stock';

export { createAdjustmentOrderStore } from './adjustment-orders';
export { createReadPool, readDatabase, type ReadDatabase } from './database';
export { createWaitingMessages } from './waiting-message';

/** Everything that can be read, from one database. */
export function createReads(database: ReadDatabase): Reads {
  return {
    ...createItemReads(database),
    ...createLocationReads(database),
    ...createStockReads(database),
    ...createLedgerReads(database),
    ...createInboundMessageReads(database),
    ...createAdjustmentOrderReads(database),
    ...createSalesReads(database),
    ...createExplanationReads(database),
  };
}
