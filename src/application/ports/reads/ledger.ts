import type { MovementReason } from '../../../domain/ledger/movement';
import type { StockBucket, StockKey } from '../../../domain/ledger/stock-key';
import type { Page, PageRequest } from './page';

export interface LedgerHeadView {
  readonly sequence: number;
  /** Hex. */
  readonly hash: string;
  /** When the last movement was recorded, ISO 8601 in UTC. Null when the ledger is empty. */
  readonly recordedAt: string | null;
}

/** What an entry is known by: its movement, and its place in it. */
export interface EntryKey {
  readonly sequence: number;
  readonly leg: number;
}

/** One leg of a movement. */
export interface LedgerEntryView extends EntryKey {
  readonly levelId: string;
  readonly delta: number;
  readonly quantityAfter: number;
  readonly levelVersion: number;
  readonly recordedAt: string;
  /** Whether it had no effect, because an accepted count already included it. Then `leg` counts those legs alone. */
  readonly absorbed: boolean;
  /** Null when it was not asked for. */
  readonly movement: MovementView | null;
}

/** One fact or command applied as a whole. */
export interface MovementView {
  readonly sequence: number;
  /** Hex. */
  readonly hash: string;
  readonly reason: MovementReason;
  readonly correlationId: string | null;
  readonly reference: string | null;
  /** Name of the connection or API client that caused it. */
  readonly origin: string;
  readonly externalId: string;
  readonly note: string | null;
  /** When it happened, by the origin's clock, as stated. */
  readonly occurredAt: string;
  /** The earlier of `occurredAt` and `recordedAt`. */
  readonly effectiveAt: string;
  readonly recordedAt: string;
  readonly inboundMessageId: string | null;
}

/** A leg without effect, because an accepted count already included it. */
export interface AbsorbedLegView extends StockKey {
  readonly sequence: number;
  readonly delta: number;
  /** The level's quantity after the movement. This leg did not change it. */
  readonly quantityAfter: number;
}

/** All conditions must hold. One that is left out does not restrict, and a list matches any of its values. */
export interface LedgerEntryFilter {
  readonly skus?: readonly string[];
  readonly locations?: readonly string[];
  readonly buckets?: readonly StockBucket[];
  readonly reasons?: readonly MovementReason[];
  readonly references?: readonly string[];
  /** Bounds in epoch milliseconds, both inclusive. */
  readonly recordedFromMs?: number;
  readonly recordedToMs?: number;
  readonly occurredFromMs?: number;
  readonly occurredToMs?: number;
  readonly afterSequence?: number;
  /** Of a movement, or of one of the rows that it came from. */
  readonly externalId?: string;
  /** The name of a connection or API client. */
  readonly origin?: string;
  /** True: legs too that an accepted count already included. */
  readonly includeAbsorbed?: boolean;
}

export interface LedgerEntryQuery {
  readonly filter: LedgerEntryFilter;
  readonly page: PageRequest;
  /** Whether each entry's movement is read with it. */
  readonly withMovement: boolean;
}

export interface MovementQuery {
  /** A movement matches when one of its entries does. Without skus, locations and buckets, movements without entries match too. */
  readonly filter: LedgerEntryFilter;
  readonly page: PageRequest;
}

/** A level's entries up to a sequence of the ledger. */
export interface LevelHistory {
  readonly levelId: string;
  readonly upToSequence: number;
}

/** The ledger, in its order. */
export interface LedgerReads {
  ledgerHead(tenantId: string): Promise<LedgerHeadView>;
  /** Sort key: sequence, leg. */
  ledgerEntries(tenantId: string, query: LedgerEntryQuery): Promise<Page<LedgerEntryView>>;
  /** The same page of several levels' entries, aligned with the input. Sort key: sequence, leg. */
  entriesOfLevels(
    tenantId: string,
    levels: readonly LevelHistory[],
    page: PageRequest,
    withMovement: boolean,
  ): Promise<readonly Page<LedgerEntryView>[]>;
  /** In any order; unknown ones are left out. */
  entriesByKey(tenantId: string, keys: readonly EntryKey[]): Promise<readonly LedgerEntryView[]>;
  entriesOfMovements(tenantId: string, sequences: readonly number[]): Promise<readonly LedgerEntryView[]>;
  absorbedLegsOfMovements(tenantId: string, sequences: readonly number[]): Promise<readonly AbsorbedLegView[]>;
  /** Sort key: sequence. */
  movements(tenantId: string, query: MovementQuery): Promise<Page<MovementView>>;
  movementsBySequence(tenantId: string, sequences: readonly number[]): Promise<readonly MovementView[]>;
}
