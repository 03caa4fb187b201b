import { UNMETERED, type Reads } from '../../application/ports/reads';
import type { KeyLimits } from '../../domain/key-limits';
import { createAdjustmentOrderReads } from './adjustment-orders';
import { createAdministrationReads } from './administration';
import { createAvailabilityReads } from './availability';
import { createConnectionHealthReads } from './connection-health';
import { createConnectionReads } from './connections';
import type { ReadDatabase } from './database';
import { createDiscrepancyReads } from './discrepancies';
import { createExplanationReads } from './explanation';
import { createExportReads } from './export';
import { createInboundMessageReads } from './inbound-messages';
import { createInventoryRecordReads } from './inventory-records';
import { createItemReads } from './items';
import { createLedgerReads } from './ledger';
import { limitedDatabase } from './limited';
import { createLocationReads } from './locations';
import { createLookalikeReads } from './lookalikes';
import { createProofReads } from './proof';
import { createQuarantineReads } from './quarantine';
import { createReservationReads } from './reservations';
import { createStockReads } from './stock';
import { createTrustedDocumentReads } from './trusted-documents';

export { createReadPool, sharedPool, type ReadDatabase } from './database';

type Group = Readonly<Record<string, (...args: never[]) => unknown>>;

const GROUPS: readonly ((database: ReadDatabase) => object)[] = [
  ...[createItemReads, createLocationReads, createLookalikeReads, createStockReads, createLedgerReads],
  ...[createInboundMessageReads, createAdjustmentOrderReads, createInventoryRecordReads, createAdministrationReads],
  ...[createAvailabilityReads, createConnectionReads, createDiscrepancyReads, createExplanationReads],
  ...[createTrustedDocumentReads, createExportReads, createProofReads, createConnectionHealthReads],
  ...[createQuarantineReads, createReservationReads],
];

/** Most requests need one group of reads, so each is created when it is first needed: all take as long as a small query. */
class LazyReads {
  private readonly created: Group[] = [];

  constructor(private readonly database: ReadDatabase) {}

  group(at: number): Group {
    return (this.created[at] ??= GROUPS[at]?.(this.database) as Group);
  }
}

const NAMES_ONLY: ReadDatabase = {
  budget: UNMETERED,
  query: () => Promise.reject(new TypeError('There is no database.')),
};

GROUPS.forEach((create, at) => {
  for (const name of Object.keys(create(NAMES_ONLY))) {
    Object.defineProperty(LazyReads.prototype, name, {
      value(this: LazyReads, ...args: never[]) {
        return this.group(at)[name]?.(...args);
      },
    });
  }
});

/** Everything that a key may read, from one database. */
export function createReads(whole: ReadDatabase, limits: KeyLimits | null = null): Reads {
  return new LazyReads(limits ? limitedDatabase(whole, limits) : whole) as unknown as Reads;
}
