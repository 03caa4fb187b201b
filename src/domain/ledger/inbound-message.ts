/** Inbound messages are stored in the same transaction as the movements they cause. Clocks are epoch milliseconds. */

export const INBOUND_MESSAGE_STATUSES = [
  'APPLIED',
  'PARTLY_QUARANTINED',
  'QUARANTINED',
  'PARTLY_REJECTED',
  'REJECTED',
  'DUPLICATE',
  'CLOSED',
] as const;
export type InboundMessageStatus = (typeof INBOUND_MESSAGE_STATUSES)[number];

/** One webhook delivery as received. Its movements refer to it. */
export interface InboundMessage {
  readonly id: string;
  readonly connectionId: string;
  /** The wire format, such as `jerry`. */
  readonly format: string;
  readonly receivedAtMs: number;
  readonly status: InboundMessageStatus;
  /** SHA-256 (hex) of the bytes as received. */
  readonly bodySha256: string;
  /** The text as received, secrets redacted. */
  readonly body: string;
  /** How the sender was recognised, such as `digest raw/hex`. */
  readonly verdict: string;
  /** The movements it caused when it came, from and to; null where it caused none. */
  readonly sequences: { readonly first: number; readonly last: number } | null;
}

/** A message as received, before it is known what became of it. */
export type MessageDraft = Omit<InboundMessage, 'status' | 'sequences'>;

/** A call as received, with its rows as far as the call has several. */
export interface CallMessage extends MessageDraft {
  /** The rows of the command, in its order: their index in the message, and their text. */
  readonly rows?: readonly { readonly index: number; readonly text: string }[];
  /** Rows that were refused before there was a command. */
  readonly rejected?: readonly RowRefusal[];
}

/** Why a row of a call was refused. The sender was told, so that it does not wait. */
export interface RowRefusal {
  readonly index: number;
  readonly code: string;
  /** A sentence that says what has to be fixed. */
  readonly detail: string;
  /** The row's exact text; empty where it is the whole message. */
  readonly row: string;
}

/** A row of an authenticated message that could not be applied. */
export interface QuarantinedRow {
  readonly messageId: string;
  readonly index: number;
  readonly code: string;
  /** A sentence that says what has to be fixed. */
  readonly detail: string;
  /** The row's exact text. */
  readonly row: string;
  readonly names: RowNames;
}

/** What a row that waits is found by. Null: the row does not say it, or cannot be read that far. */
export interface RowNames {
  /** The sender's own id of the row. */
  readonly externalId: string | null;
  /** The code by which the row names its item, and its location. */
  readonly item: string | null;
  readonly location: string | null;
  /** The name at fault, as far as the fault is about a name. */
  readonly subject: string | null;
}

/** How a row came to wait no longer. SUPERSEDED: its content was applied, or waits, by another row. */
export type QuarantineClosing = 'APPLIED' | 'SUPERSEDED' | 'DISMISSED';

/** A row by its message and its place in it. */
export interface RowPlace {
  readonly messageId: string;
  readonly index: number;
}

/** What became of a row that waits. */
export type QuarantineUpdate = RowPlace &
  (
    | {
        readonly closed: true;
        readonly closedAs: QuarantineClosing;
        readonly closedAtMs: number;
        readonly sequence: number | null;
        readonly note: string | null;
      }
    | { readonly closed: false; readonly code: string; readonly detail: string; readonly names: RowNames }
  );

/** Who has changed what, to be kept in the transaction of the change. */
export interface AuditDraft {
  readonly action: string;
  /** The id, as clients see it, of what was changed. */
  readonly subject: string;
  readonly after: object;
  readonly actor: { readonly name: string; readonly keyId: string | null; readonly address: string | null };
}
