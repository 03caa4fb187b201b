import { Ledger1763812800000 } from '../../../migrations/1763812800000-ledger';
import { OrdersAndRecords1763899200000 } from '../../../migrations/1763899200000-orders-and-records';
import { CollisionKeys1764115200000 } from '../../../migrations/1764115200000-collision-keys';
import { Upkeep1764460800000 } from '../../../migrations/1764460800000-upkeep';
import { RejectedRows1764547200000 } from '../../../migrations/1764547200000-rejected-rows';
import { ReorderPoint1764633600000 } from '../../../migrations/1764633600000-reorder-point';
import { MovementsByExternalId1764720000000 } from '../../../migrations/1764720000000-movements-by-external-id';
import { SearchOfItems1764806400000 } from '../../../migrations/1764806400000-search-of-items';
import { Discrepancies1764892800000 } from '../../../migrations/1764892800000-discrepancies';
import { Scopes1764979200000 } from '../../../migrations/1764979200000-scopes';
import { LifeOfKeys1765065600000 } from '../../../migrations/1765065600000-life-of-keys';
import { Audit1765152000000 } from '../../../migrations/1765152000000-audit';
import { TokenOverlap1765238400000 } from '../../../migrations/1765238400000-token-overlap';
import { SecretOverlaps1765324800000 } from '../../../migrations/1765324800000-secret-overlaps';
import { TrustedDocuments1765497600000 } from '../../../migrations/1765497600000-trusted-documents';
import { KeyLimits1765584000000 } from '../../../migrations/1765584000000-key-limits';
import { TokenIssuers1765670400000 } from '../../../migrations/1765670400000-token-issuers';
import { TenantIsolation1765843200000 } from '../../../migrations/1765843200000-tenant-isolation';
import { LevelsByBucket1765929600000 } from '../../../migrations/1765929600000-levels-by-bucket';
import { AddressesOfKeys1766016000000 } from '../../../migrations/1766016000000-addresses-of-keys';
import { Workplace1766020000000 } from '../../../migrations/1766020000000-workplace';
import { Refusals1766102400000 } from '../../../migrations/1766102400000-refusals';
import { LedgerTree1766275200000 } from '../../../migrations/1766275200000-ledger-tree';
import { Attempts1766361600000 } from '../../../migrations/1766361600000-attempts';
import { KindsOfDiscrepancies1766448000000 } from '../../../migrations/1766448000000-kinds-of-discrepancies';
import { DismissedRows1766534400000 } from '../../../migrations/1766534400000-dismissed-rows';
import { MovementsByRareReason1766620800000 } from '../../../migrations/1766620800000-movements-by-rare-reason';
import { PartsOfLocations1766707200000 } from '../../../migrations/1766707200000-parts-of-locations';
import { MovementsAnswerForTheirId1766793600000 } from '../../../migrations/1766793600000-movements-answer-for-their-id';
import { MomentsByMarks1766880000000 } from '../../../migrations/1766880000000-moments-by-marks';
import { EntriesThroughLevels1766966400000 } from '../../../migrations/1766966400000-entries-through-levels';
import { Reservations1767052800000 } from '../../../migrations/1767052800000-reservations';

/** Every migration, oldest first. Listed, not looked for: what runs is what was compiled. */
export const MIGRATIONS = [
  Ledger1763812800000,
  OrdersAndRecords1763899200000,
  CollisionKeys1764115200000,
  Upkeep1764460800000,
  RejectedRows1764547200000,
  ReorderPoint1764633600000,
  MovementsByExternalId1764720000000,
  SearchOfItems1764806400000,
  Discrepancies1764892800000,
  Scopes1764979200000,
  LifeOfKeys1765065600000,
  Audit1765152000000,
  TokenOverlap1765238400000,
  SecretOverlaps1765324800000,
  TrustedDocuments1765497600000,
  KeyLimits1765584000000,
  TokenIssuers1765670400000,
  TenantIsolation1765843200000,
  LevelsByBucket1765929600000,
  AddressesOfKeys1766016000000,
  Workplace1766020000000,
  Refusals1766102400000,
  LedgerTree1766275200000,
  Attempts1766361600000,
  KindsOfDiscrepancies1766448000000,
  DismissedRows1766534400000,
  MovementsByRareReason1766620800000,
  PartsOfLocations1766707200000,
  MovementsAnswerForTheirId1766793600000,
  MomentsByMarks1766880000000,
  EntriesThroughLevels1766966400000,
  Reservations1767052800000,
];
