import type { RowPlace } from '../../../domain/ledger/inbound-message';
import type { ConnectionKind } from '../connections';
import type { QuarantinedRowView } from './inbound-messages';
import type { Page, PageRequest } from './page';

/** Which rows in quarantine are meant. All that is given must hold; a list matches any of its values. */
export interface QuarantineFilter {
  readonly codes?: readonly string[];
  /** Names of connections. */
  readonly connections?: readonly string[];
  readonly open?: boolean;
  readonly externalId?: string;
  /** Codes by which rows name their items, and their locations. */
  readonly items?: readonly string[];
  readonly locations?: readonly string[];
  /** A part of an id, an item, a location or the detail, in any case. */
  readonly search?: string;
  /** When the message came, epoch milliseconds. */
  readonly receivedAfter?: number;
  readonly receivedBefore?: number;
  readonly messageId?: string;
  /** Rows that a mapping could touch: any of these items or locations, or this connection. */
  readonly touchedBy?: Touched;
}

interface Touched {
  readonly items: readonly string[];
  readonly locations: readonly string[];
  readonly connections: readonly string[];
}

/** Rows in quarantine that have their cause in common. */
export interface QuarantineGroup {
  readonly code: string;
  /** The connection's name. */
  readonly connection: string;
  /** The name or value at fault; null: each row has its own. */
  readonly subject: string | null;
  readonly count: number;
  /** When the first and last of their messages came. */
  readonly oldest: string;
  readonly newest: string;
}

/** Most groups of a summary. */
export const MAX_QUARANTINE_GROUPS = 200;

/** A message with rows that wait, as a replay needs it. */
export interface WaitingRows {
  readonly id: string;
  readonly connectionId: string;
  readonly format: ConnectionKind;
  readonly receivedAtMs: number;
  readonly bodySha256: string;
  readonly anyApplied: boolean;
  /** All of its rows that wait, and which of them the filter means. */
  readonly rows: readonly { readonly index: number; readonly text: string; readonly isMeant: boolean }[];
}

export interface QuarantineReads {
  /** Without their texts. Sort key: message id, index. */
  quarantinedRows(
    tenantId: string,
    query: { readonly filter: QuarantineFilter; readonly page: PageRequest },
  ): Promise<Page<QuarantinedRowView>>;
  /** The groups with most rows first, at most {@link MAX_QUARANTINE_GROUPS}. */
  quarantineSummary(tenantId: string, filter: QuarantineFilter): Promise<readonly QuarantineGroup[]>;
  /** The texts of rows, in any order. */
  quarantinedTexts(
    tenantId: string,
    places: readonly RowPlace[],
  ): Promise<readonly (RowPlace & { readonly row: string })[]>;
  /** How many rows wait. */
  countWaiting(tenantId: string, filter: QuarantineFilter): Promise<number>;
  /** The messages of the next rows that wait, oldest first, after a message. */
  nextWaiting(tenantId: string, filter: QuarantineFilter, after: string | null): Promise<readonly WaitingRows[]>;
  /** The next rows that wait, oldest first. */
  nextPlaces(tenantId: string, filter: QuarantineFilter, size: number): Promise<readonly RowPlace[]>;
}
