import type { ConnectionKind } from '../connections';
import type { RefusalReason } from '../refusals';

/** How a connection does. Instants are ISO 8601 in UTC. */
export interface ConnectionHealthView {
  readonly connectionId: string;
  /** Its name. */
  readonly connection: string;
  readonly kind: ConnectionKind;
  /** Null: none has come; so are the two after it. */
  readonly lastMessageAt: string | null;
  readonly silentForSeconds: number | null;
  /** The median and the longest time between two of its last messages; null: it has sent one at most. */
  readonly usualGapSeconds: number | null;
  readonly longestGapSeconds: number | null;
  /** By how much its times are behind ours, as the median of its last messages; null: none of them was posted. */
  readonly clockLagSeconds: number | null;
  /** Of the last day, up to {@link MOST_MESSAGES}; so is the next. */
  readonly messages: number;
  readonly duplicates: number;
  /** Ever. */
  readonly refused: number;
  readonly openRows: number;
  readonly drifting: number;
}

/** A request that was refused. */
export interface DeliveryRefusalView {
  readonly connectionId: string;
  readonly at: string;
  readonly reason: RefusalReason;
  readonly detail: string;
  readonly address: string | null;
  readonly bytes: number | null;
  /** Its beginning; null where it was not read. */
  readonly body: string | null;
}

/** Messages from which the rhythm and the clock of a connection are read. */
export const RECENT_MESSAGES = 50;
/** Most messages of a connection that are counted. */
export const MOST_MESSAGES = 1_000;
/** Of a tenant, the latest messages with rows in quarantine, whose rows are counted. */
export const MOST_WAITING_MESSAGES = 2_000;
/** Stocks with a reported total that are compared at a location. */
export const MOST_REPORTED = 5_000;
/** Refusals that can be read of a connection. */
export const MOST_REFUSALS = 50;

export interface ConnectionHealthReads {
  /** Of one connection, or of all, ordered by name. */
  connectionHealth(tenantId: string, name: string | null): Promise<readonly ConnectionHealthView[]>;
  /** In any order; unknown ids are left out. */
  connectionHealthById(tenantId: string, ids: readonly string[]): Promise<readonly ConnectionHealthView[]>;
  /** The last refusals of each connection, latest first. */
  refusalsOfConnections(
    tenantId: string,
    ids: readonly string[],
    last: number,
  ): Promise<readonly DeliveryRefusalView[]>;
}
