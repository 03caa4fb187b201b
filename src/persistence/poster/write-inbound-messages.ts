import type { BatchWrites } from '../../domain/ledger/ledger-state';
import { InboundMessageEntity } from '../tables/inbound-message';
import { QuarantinedRowEntity } from '../tables/quarantined-row';
import { insertOf, lastOfEach, runFor, same, updateOf } from './row-statements';
import type { Session } from '../database/statement';

type Message = BatchWrites['inboundMessages'][number];
type NewRow = BatchWrites['quarantinedRows'][number];
type RowUpdate = BatchWrites['quarantineUpdates'][number];
type ClosedRow = Extract<RowUpdate, { closed: true }>;
type OpenRow = Extract<RowUpdate, { closed: false }>;
type MessageStatus = BatchWrites['messageStatuses'][number];

const INSERT_MESSAGES = insertOf<InboundMessageEntity, Message>('poster_insert_messages', InboundMessageEntity, {
  messageId: (message) => message.id,
  ...same('connectionId', 'format', 'status', 'bodySha256', 'body', 'verdict'),
  receivedAt: (message) => message.receivedAtMs,
  firstSequence: (message) => message.sequences?.first ?? null,
  lastSequence: (message) => message.sequences?.last ?? null,
});

const NEW_ROW = {
  ...same('messageId', 'code', 'detail', 'row'),
  rowIndex: ({ index }: NewRow) => index,
  sequence: () => null,
};

const INSERT_QUARANTINED = insertOf<QuarantinedRowEntity, NewRow>('poster_insert_quarantined', QuarantinedRowEntity, {
  ...NEW_ROW,
  open: () => true,
  rejected: () => false,
});

const INSERT_REJECTED = insertOf<QuarantinedRowEntity, NewRow>('poster_insert_rejected', QuarantinedRowEntity, {
  ...NEW_ROW,
  open: () => false,
  rejected: () => true,
});

// Rows that another replay has closed meanwhile stay closed.
const STILL_OPEN = 't.open';

const CLOSE_QUARANTINED = updateOf<QuarantinedRowEntity, ClosedRow>(
  'poster_close_quarantined',
  QuarantinedRowEntity,
  { ...same('messageId', 'sequence'), rowIndex: ({ index }) => index, open: () => false },
  STILL_OPEN,
);

const UPDATE_QUARANTINED = updateOf<QuarantinedRowEntity, OpenRow>(
  'poster_update_quarantined',
  QuarantinedRowEntity,
  { ...same('messageId', 'code', 'detail'), rowIndex: ({ index }) => index },
  STILL_OPEN,
);

const UPDATE_MESSAGE_STATUS = updateOf<InboundMessageEntity, MessageStatus>(
  'poster_update_message_status',
  InboundMessageEntity,
  same('messageId', 'status'),
);

/** Sends messages, their quarantined rows, and the results of replays. */
export function writeInboundMessages(session: Session, tenantId: string, writes: BatchWrites): Promise<unknown>[] {
  const closed = writes.quarantineUpdates.filter((row): row is ClosedRow => row.closed);
  const open = writes.quarantineUpdates.filter((row): row is OpenRow => !row.closed);
  return [
    ...runFor(session, INSERT_MESSAGES, tenantId, writes.inboundMessages),
    ...runFor(session, INSERT_QUARANTINED, tenantId, writes.quarantinedRows),
    ...runFor(session, INSERT_REJECTED, tenantId, writes.rejectedRows),
    ...runFor(session, CLOSE_QUARANTINED, tenantId, closed),
    ...runFor(session, UPDATE_QUARANTINED, tenantId, open),
    ...runFor(
      session,
      UPDATE_MESSAGE_STATUS,
      tenantId,
      lastOfEach(writes.messageStatuses, ({ messageId }) => messageId),
    ),
  ];
}
