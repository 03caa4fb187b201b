import type { Reads } from '../../application/ports/reads';
import type { KeyLimits } from '../../domain/key-limits';
import { createAdjustmentOrderReads } from './adjustment-orders';
import { createAdministrationReads } from './administration';
import { createAvailabilityReads } from './availability';
import { createConnectionReads } from './connections';
import type { ReadDatabase } from './database';
import { createDiscrepancyReads } from './discrepancies';
import { createExplanationReads } from './explanation';
import { createInboundMessageReads } from './inbound-messages';
import { createInventoryRecordReads } from './inventory-records';
import { createItemReads } from './items';
import { createLedgerReads } from './ledger';
import { limitedDatabase } from './limited';
import { createLocationReads } from './locations';
import { createLookalikeReads } from './lookalikes';
import { createStockReads } from './stock';

export { createReadPool, sharedPool, type ReadDatabase } from './database';

/** Everything that a key may read, from one database. */
export function createReads(whole: ReadDatabase, limits: KeyLimits | null = null): Reads {
  const database = limits ? limitedDatabase(whole, limits) : whole;
  return {
    ...createItemReads(database),
    ...createLocationReads(database),
    ...createLookalikeReads(database),
    ...createStockReads(database),
    ...createLedgerReads(database),
    ...createInboundMessageReads(database),
    ...createAdjustmentOrderReads(database),
    ...createInventoryRecordReads(database),
    ...createAdministrationReads(database),
    ...createAvailabilityReads(database),
    ...createConnectionReads(database),
    ...createDiscrepancyReads(database),
    ...createExplanationReads(database),
  };
}
