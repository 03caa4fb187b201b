import type { InboundMessageStatus, MessageDraft, QuarantineClosing } from '../../../domain/ledger/inbound-message';
import type { ConnectionKind } from '../connections';
import type { MovementView } from './ledger';
import type { Page, PageRequest } from './page';

/** One webhook delivery as received. */
export interface InboundMessageView {
  readonly id: string;
  /** The connection's name. */
  readonly connection: string;
  readonly format: string;
  readonly receivedAt: string;
  readonly status: InboundMessageStatus;
  /** Hex. */
  readonly bodySha256: string;
  /** How the sender was authenticated. */
  readonly verdict: string;
}

/** A row of a delivery that could not be applied when it arrived. */
export interface QuarantinedRowView {
  readonly messageId: string;
  readonly index: number;
  readonly code: string;
  readonly detail: string;
  /** Left out where many are listed: it can be long. */
  readonly row?: string;
  readonly open: boolean;
  readonly state: QuarantineState;
  /** The sender's own id of the row; null: not known. */
  readonly externalId: string | null;
  /** The name at fault; null: the detail says what is. */
  readonly subject: string | null;
  readonly closedAt: string | null;
  readonly note: string | null;
  /** Of the movement with its content; null: none. */
  readonly sequence: number | null;
}

export type QuarantineState = 'OPEN' | QuarantineClosing;

/** A row of a call that was refused. */
export interface RejectedRowView extends Pick<QuarantinedRowView, 'messageId' | 'index' | 'code' | 'detail'> {
  readonly row: string;
}

/** A movement, and a message that caused it. */
export interface MessageMovement {
  readonly messageId: string;
  readonly movement: MovementView;
}

/** A message and its rows in quarantine, as a replay needs them. */
export interface WaitingMessage extends Pick<MessageDraft, 'id' | 'connectionId' | 'receivedAtMs' | 'bodySha256'> {
  readonly format: ConnectionKind;
  readonly anyApplied: boolean;
  /** The rows still open, in the message's order. */
  readonly openRows: readonly { readonly index: number; readonly text: string }[];
}

interface InboundMessageQuery {
  /** The connection's name. Null: any. */
  readonly connection: string | null;
  readonly status: InboundMessageStatus | null;
  readonly page: PageRequest;
}

/** Inbound messages, in the order of arrival. */
export interface InboundMessageReads {
  /** Sort key: id. */
  inboundMessages(tenantId: string, query: InboundMessageQuery): Promise<Page<InboundMessageView>>;
  /** In any order. */
  messagesById(tenantId: string, ids: readonly string[]): Promise<readonly InboundMessageView[]>;
  /** Texts as received, secrets redacted. */
  bodiesOfMessages(
    tenantId: string,
    ids: readonly string[],
  ): Promise<readonly { readonly id: string; readonly body: string }[]>;
  /** In the order of the ledger. */
  movementsOfMessages(tenantId: string, ids: readonly string[]): Promise<readonly MessageMovement[]>;
  /** In the order of the message. */
  quarantinedRowsOfMessages(tenantId: string, ids: readonly string[]): Promise<readonly QuarantinedRowView[]>;
  /** Rows whose sender was told that they are refused, in the order of the message. */
  rejectedRowsOfMessages(tenantId: string, ids: readonly string[]): Promise<readonly RejectedRowView[]>;
  /** Undefined when the tenant has no such message. */
  waitingMessage(tenantId: string, id: string): Promise<WaitingMessage | undefined>;
}
