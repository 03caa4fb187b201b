import type { BatchWrites, LedgerState } from '../../domain/ledger/ledger-state';
import type { RowNames } from '../../domain/ledger/inbound-message';
import type { AuditAction } from '../../application/ports/access';
import { AuditEntryEntity } from '../tables/audit-entry';
import { InboundMessageEntity } from '../tables/inbound-message';
import { QuarantinedRowEntity } from '../tables/quarantined-row';
import { insertOf, lastOfEach, runFor, same, updateOf } from './row-statements';
import { run, timestamp, type Session, type Statement } from '../database/statement';

type Message = BatchWrites['inboundMessages'][number];
type NewRow = BatchWrites['quarantinedRows'][number];
type RejectedRow = BatchWrites['rejectedRows'][number];
type RowUpdate = BatchWrites['quarantineUpdates'][number];
type ClosedRow = Extract<RowUpdate, { closed: true }>;
type OpenRow = Extract<RowUpdate, { closed: false }>;
type MessageStatus = BatchWrites['messageStatuses'][number];
type AuditEntry = BatchWrites['auditEntries'][number];

const INSERT_MESSAGES = insertOf<InboundMessageEntity, Message>('poster_insert_messages', InboundMessageEntity, {
  messageId: (message) => message.id,
  ...same('connectionId', 'format', 'status', 'bodySha256', 'body', 'verdict'),
  receivedAt: (message) => message.receivedAtMs,
  firstSequence: (message) => message.sequences?.first ?? null,
  lastSequence: (message) => message.sequences?.last ?? null,
});

const nothing = (): null => null;
const NEW_ROW = {
  ...same('messageId', 'code', 'detail', 'row', 'connectionId'),
  rowIndex: ({ index }: { readonly index: number }) => index,
  ...{ sequence: nothing, closedAs: nothing, closedAt: nothing, note: nothing },
};

const NAMES = {
  externalId: ({ names }: { readonly names: RowNames }) => names.externalId,
  item: ({ names }: { readonly names: RowNames }) => names.item,
  location: ({ names }: { readonly names: RowNames }) => names.location,
  subject: ({ names }: { readonly names: RowNames }) => names.subject,
};

const INSERT_QUARANTINED = insertOf<QuarantinedRowEntity, NewRow>('poster_insert_quarantined', QuarantinedRowEntity, {
  ...NEW_ROW,
  ...NAMES,
  ...same('rowHash'),
  open: () => true,
  rejected: () => false,
});

const INSERT_REJECTED = insertOf<QuarantinedRowEntity, RejectedRow>('poster_insert_rejected', QuarantinedRowEntity, {
  ...NEW_ROW,
  ...{ rowHash: nothing, externalId: nothing, item: nothing, location: nothing, subject: nothing },
  open: () => false,
  rejected: () => true,
});

// Rows that another replay has closed meanwhile stay closed.
const STILL_OPEN = 't.open';

const CLOSE_QUARANTINED = updateOf<QuarantinedRowEntity, ClosedRow>(
  'poster_close_quarantined',
  QuarantinedRowEntity,
  {
    ...same('messageId', 'sequence', 'closedAs', 'note'),
    rowIndex: ({ index }) => index,
    closedAt: ({ closedAtMs }) => closedAtMs,
    open: () => false,
  },
  STILL_OPEN,
);

const UPDATE_QUARANTINED = updateOf<QuarantinedRowEntity, OpenRow>(
  'poster_update_quarantined',
  QuarantinedRowEntity,
  { ...same('messageId', 'code', 'detail'), ...NAMES, rowIndex: ({ index }) => index },
  STILL_OPEN,
);

const UPDATE_MESSAGE_STATUS = updateOf<InboundMessageEntity, MessageStatus>(
  'poster_update_message_status',
  InboundMessageEntity,
  same('messageId', 'status'),
);

const INSERT_AUDIT_ENTRIES = insertOf<AuditEntryEntity, AuditEntry>('poster_insert_audit_entries', AuditEntryEntity, {
  auditEntryId: ({ id }) => id,
  at: ({ atMs }) => atMs,
  actor: ({ actor }) => actor.name,
  keyId: ({ actor }) => actor.keyId,
  address: ({ actor }) => actor.address,
  ...same('subject', 'after'),
  action: ({ action }) => action as AuditAction,
  before: nothing,
});

/** A message none of whose rows wait any more, though it was stored or replayed as one with rows that do. */
const settled = (
  messages: string,
  status: string,
  closed = '',
): string => `UPDATE inbound_message b SET status = ${status}
  WHERE b.tenant_id = $1 AND b.message_id IN (${messages}) AND b.status IN ('PARTLY_QUARANTINED', 'QUARANTINED')
    AND NOT EXISTS (SELECT FROM quarantined_row o
      WHERE o.tenant_id = $1 AND o.message_id = b.message_id AND o.open${closed})`;

/** What an UPDATE of the same statement has closed still looks open to its other parts. */
const CLOSED_HERE = ` AND NOT EXISTS (SELECT FROM closed c WHERE c.message_id = o.message_id AND c.row_index = o.row_index)`;

/**
 * Makes PostgreSQL look rows up by the key that is given, and ask afterwards whether they are open. The statistics are often
 * from when no row was open. The indexes of the open rows then look empty, and all of them would be read for each row.
 */
const LOOKED_UP = 'OFFSET 0';

/**
 * Closes new rows whose text waits already or was dismissed, as a message has that is delivered again. Of two in this
 * batch, the older message's waits. Rows of one message with the same text are not repeats of each other.
 */
const CLOSE_REPEATS: Statement = {
  name: 'poster_close_repeats',
  text: `WITH repeat AS (
    SELECT t.message_id, t.row_index, earlier.open
    FROM unnest($2::uuid[], $3::integer[]) AS next (message_id, row_index)
    JOIN quarantined_row t
      ON t.tenant_id = $1 AND t.message_id = next.message_id AND t.row_index = next.row_index AND t.open
    CROSS JOIN LATERAL (SELECT o.open FROM quarantined_row o
      WHERE o.tenant_id = $1 AND o.connection_id = t.connection_id AND o.row_hash = t.row_hash
        AND (o.open OR o.closed_as = 'DISMISSED')
        AND o.message_id <> t.message_id AND (o.message_id < t.message_id OR o.message_id <> ALL ($2::uuid[]))
      ORDER BY o.open DESC LIMIT 1) earlier
  ), closed AS (
    UPDATE quarantined_row t SET open = false, closed_at = $4::timestamptz,
      closed_as = CASE WHEN repeat.open THEN 'SUPERSEDED' ELSE 'DISMISSED' END,
      note = CASE WHEN repeat.open THEN 'The same row waits already.' ELSE 'The same row was dismissed before.' END
    FROM repeat
    WHERE t.tenant_id = $1 AND t.message_id = repeat.message_id AND t.row_index = repeat.row_index
    RETURNING t.message_id, t.row_index)
  ${settled('SELECT message_id FROM closed', `CASE WHEN b.first_sequence IS NULL THEN 'DUPLICATE' ELSE 'APPLIED' END`, CLOSED_HERE)}`,
};

/**
 * Closes rows that wait under an id that was applied now: their sender has sent them again. A row that came after its id
 * was applied, in the same message or batch, waits on, as it does when it comes later. A tenant without rows that wait
 * pays one look into an index.
 */
const CLOSE_SUPERSEDED: Statement = {
  name: 'poster_close_superseded',
  // The head lock keeps what `hit` has found open, so `t` is not asked again.
  text: `WITH hit AS MATERIALIZED (
    SELECT same_id.message_id, same_id.row_index, next.sequence
    FROM unnest($2::uuid[], $3::text[], $4::bigint[]) AS next (connection_id, external_id, sequence)
    CROSS JOIN LATERAL (SELECT q.message_id, q.row_index, q.open FROM quarantined_row q
      WHERE q.tenant_id = $1 AND q.external_id = next.external_id AND q.connection_id = next.connection_id
      ${LOOKED_UP}) same_id
    WHERE same_id.open
      AND NOT EXISTS (SELECT FROM unnest($6::uuid[], $7::integer[]) AS later (message_id, row_index)
        WHERE later.message_id = same_id.message_id AND later.row_index = same_id.row_index)
      AND (SELECT EXISTS (SELECT FROM quarantined_row any_open WHERE any_open.tenant_id = $1 AND any_open.open))
  ), closed AS (
    UPDATE quarantined_row t SET open = false, closed_as = 'SUPERSEDED', closed_at = $5::timestamptz,
      note = 'It was sent again under the same id, and applied.', sequence = hit.sequence
    FROM hit
    WHERE t.tenant_id = $1 AND t.message_id = hit.message_id AND t.row_index = hit.row_index
    RETURNING t.message_id, t.row_index)
  ${settled('SELECT message_id FROM closed', `'CLOSED'`, CLOSED_HERE)}`,
};

const SETTLE_MESSAGES: Statement = {
  name: 'poster_settle_messages',
  text: settled('SELECT unnest($2::uuid[])', `'CLOSED'`),
};

/** Sends messages, their quarantined rows, and what became of rows that waited. */
export function writeInboundMessages(
  session: Session,
  tenantId: string,
  { writes, recordedAtMs }: Pick<LedgerState, 'writes' | 'recordedAtMs'>,
): Promise<unknown>[] {
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
    ...closeRepeats(session, tenantId, writes.quarantinedRows, recordedAtMs),
    ...closeSuperseded(session, tenantId, writes),
    ...settleMessages(session, tenantId, closed),
    ...runFor(session, INSERT_AUDIT_ENTRIES, tenantId, writes.auditEntries),
  ];
}

function closeRepeats(
  session: Session,
  tenantId: string,
  rows: readonly NewRow[],
  recordedAtMs: number,
): Promise<unknown>[] {
  if (rows.length === 0) return [];
  const places = [rows.map(({ messageId }) => messageId), rows.map(({ index }) => index)];
  return [run(session, CLOSE_REPEATS, [tenantId, ...places, timestamp(recordedAtMs)])];
}

/** Only what came in messages can be awaited in quarantine. */
function closeSuperseded(session: Session, tenantId: string, writes: BatchWrites): Promise<unknown>[] {
  const { outcomes, inboundMessages, quarantinedRows, quarantineUpdates, movements } = writes;
  if (outcomes.length === 0 || inboundMessages.length + quarantineUpdates.length === 0) return [];
  const columns = [
    outcomes.map(({ originId }) => originId),
    outcomes.map(({ externalId }) => externalId),
    outcomes.map(({ sequence }) => sequence),
  ];
  const later = quarantinedRows.filter(({ comesAfterItsId }) => comesAfterItsId);
  const values = [
    ...[tenantId, ...columns, timestamp(movements.at(-1)?.recordedAtMs ?? 0)],
    ...[later.map(({ messageId }) => messageId), later.map(({ index }) => index)],
  ];
  return [run(session, CLOSE_SUPERSEDED, values)];
}

function settleMessages(session: Session, tenantId: string, closed: readonly ClosedRow[]): Promise<unknown>[] {
  const messageIds = new Set(closed.map(({ messageId }) => messageId));
  return messageIds.size === 0 ? [] : [run(session, SETTLE_MESSAGES, [tenantId, [...messageIds]])];
}
