import type { KeyLimits } from '../../../domain/key-limits';
import type { AdjustmentOrderReads } from './adjustment-orders';
import type { AdministrationReads } from './administration';
import type { AvailabilityReads } from './availability';
import type { ReadBudget } from './budget';
import type { ConnectionHealthReads } from './connection-health';
import type { ConnectionReads } from './connections';
import type { DiscrepancyReads } from './discrepancies';
import type { ExplanationReads } from './explanation';
import type { ExportReads } from './export';
import type { InboundMessageReads } from './inbound-messages';
import type { InventoryRecordReads } from './inventory-records';
import type { ItemReads } from './items';
import type { LedgerReads } from './ledger';
import type { LocationReads } from './locations';
import type { LookalikeReads } from './lookalikes';
import type { ProofReads } from './proof';
import type { QuarantineReads } from './quarantine';
import type { ReservationReads } from './reservations';
import type { StockReads } from './stock';
import type { TrustedDocumentReads } from './trusted-documents';

/**
 * Everything that can be read. Each call is a statement or two, bound to the tenant.
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
    ConnectionReads,
    ConnectionHealthReads,
    DiscrepancyReads,
    ExplanationReads,
    ExportReads,
    ProofReads,
    QuarantineReads,
    ReservationReads,
    TrustedDocumentReads {}

/** The reads of one request. What is read up to `endMoment` shows the ledger as of one moment. */
export interface RequestReads {
  readonly reads: Reads;
  /** How many statements have been asked for. */
  readonly asked: number;
  /** Says that there will be one statement, which needs no transaction then. A second one is refused. */
  expectOne(): void;
  /** Forgets what was expected and asked for. */
  startOver(): void;
  endMoment(): void;
  /** Call it when the request has been answered. */
  close(): void;
}

/** Opens reads within a budget. A key with limits reads only what these allow. */
export type OpenReads = (budget: ReadBudget, limits: KeyLimits | null) => RequestReads;

export type * from './adjustment-orders';
export type * from './administration';
export type * from './availability';
export * from './budget';
export * from './connection-health';
export type * from './connections';
export * from './discrepancies';
export * from './errors';
export * from './explanation';
export type * from './export';
export type * from './inbound-messages';
export type * from './inventory-records';
export * from './items';
export type * from './ledger';
export * from './locations';
export type * from './lookalikes';
export * from './page';
export * from './proof';
export * from './quarantine';
export * from './reservations';
export type * from './stock';
export type * from './trusted-documents';
