import { AdjustmentOrderEntity } from './adjustment-order';
import { InventoryRecordEntity } from './inventory-record';
import { AbsorbedLegEntity } from './absorbed-leg';
import { ApiClientEntity } from './api-client';
import { ApiKeyEntity } from './api-key';
import { AuditEntryEntity } from './audit-entry';
import { ConnectionEntity } from './connection';
import { DeliveryRefusalEntity } from './delivery-refusal';
import { DeliveryRefusalCountEntity } from './delivery-refusal-count';
import { DiscrepancyEntity } from './discrepancy';
import { DocumentManifestEntity } from './document-manifest';
import { FormerLocationCodeEntity } from './former-location-code';
import { InboundMessageEntity } from './inbound-message';
import { ItemEntity } from './item';
import { ItemIdentifierEntity } from './item-identifier';
import { LateEntryEntity } from './late-entry';
import { LedgerEntryEntity } from './ledger-entry';
import { LedgerFollowerEntity } from './ledger-follower';
import { LedgerHeadEntity } from './ledger-head';
import { LedgerTreeNodeEntity } from './ledger-tree-node';
import { LocationEntity } from './location';
import { MovementEntity } from './movement';
import { OutcomeEntity } from './outcome';
import { QuarantinedRowEntity } from './quarantined-row';
import { QuietCommitEntity } from './quiet-commit';
import { ReportedLevelEntity } from './reported-level';
import { ReservationEntity } from './reservation';
import { ReservationPlaceEntity } from './reservation-place';
import { StockCountEntity } from './stock-count';
import { StockLevelEntity } from './stock-level';
import { TenantEntity } from './tenant';
import { TokenIssuerEntity } from './token-issuer';
import { TrustedDocumentEntity } from './trusted-document';

/** The entities of all tables. `migration-drift.test.ts` compares them with the migrations. */
export const ENTITIES = [
  TenantEntity,
  LedgerHeadEntity,
  ApiClientEntity,
  ApiKeyEntity,
  ItemEntity,
  ItemIdentifierEntity,
  LocationEntity,
  FormerLocationCodeEntity,
  ConnectionEntity,
  StockLevelEntity,
  MovementEntity,
  LedgerEntryEntity,
  AbsorbedLegEntity,
  StockCountEntity,
  OutcomeEntity,
  InboundMessageEntity,
  QuarantinedRowEntity,
  AdjustmentOrderEntity,
  InventoryRecordEntity,
  ReservationEntity,
  ReservationPlaceEntity,
  LateEntryEntity,
  QuietCommitEntity,
  LedgerFollowerEntity,
  LedgerTreeNodeEntity,
  DiscrepancyEntity,
  ReportedLevelEntity,
  AuditEntryEntity,
  DeliveryRefusalEntity,
  DeliveryRefusalCountEntity,
  TokenIssuerEntity,
  DocumentManifestEntity,
  TrustedDocumentEntity,
];
