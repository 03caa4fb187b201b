import type { BatchWrites, LedgerState } from '../../domain/ledger/ledger-state';
import type { RowNames } from '../../domain/ledger/inbound-message';
import type { AuditAction } from '../../application/ports/access';
import { AuditEntryEntity } from '../tables/audit-entry';
import { InboundMessageEntity } from '../tables/inbound-message';
import { QuarantinedRowEntity } from '../tables/quarantined-row';
import { atPlaces, insertOf, lastOfEach, runFor, same, updateOf } from './row-statements';
import { lookUp, type LookUp } from '../database/look-up';
import { tableOf } from '../tables/derived';
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

const OF_MESSAGE: LookUp['key'] = [['message_id', 'asked.message_id']];

/** Messages none of whose rows wait any more, though they were stored or replayed as ones with rows that do. */
const settled = (messages: string, status: string, closed = ''): string =>
  atPlaces(
    'inbound_message',
    `SELECT m.place FROM (${messages}) asked CROSS JOIN LATERAL (${lookUp({
      ...{ table: 'inbound_message', alias: 'm', columns: 'm.ctid AS place', key: OF_MESSAGE },
      also: `m.status IN ('PARTLY_QUARANTINED', 'QUARANTINED')`,
    })}) m
    WHERE (${lookUp({
      ...{ table: 'quarantined_row', alias: 'o', columns: 'true', key: OF_MESSAGE, limit: 1 },
      also: `o.open${closed}`,
    })}) IS NULL`,
    `UPDATE SET status = ${status}`,
  );

/** What an earlier part of the same statement has closed still looks open to its other parts. */
const CLOSED_HERE = ` AND NOT EXISTS (SELECT FROM closed c WHERE c.message_id = o.message_id AND c.row_index = o.row_index)`;

const ROW_COLUMNS = ['tenant_id', ...tableOf(QuarantinedRowEntity).columns.map(({ name }) => name)];

/**
 * Inserts rows that are stored, each of which conflicts with itself and is changed. Of all forms of a change, this one has a
 * single plan and returns what it has changed: a MERGE returns nothing before PostgreSQL 17.
 */
function closeRows(stored: string, values: Readonly<Record<string, string>>): string {
  const changed = new Map(Object.entries({ open: 'false', ...values }));
  const row = ROW_COLUMNS.map((column) => changed.get(column) ?? `stored.${column}`);
  const changes = [...changed.keys()].map((column) => `${column} = excluded.${column}`);
  return `INSERT INTO quarantined_row AS t (${ROW_COLUMNS.join(', ')}) SELECT ${row.join(', ')} FROM (${stored}) stored
    ON CONFLICT (tenant_id, message_id, row_index) DO UPDATE SET ${changes.join(', ')} WHERE t.open
    RETURNING t.message_id, t.row_index`;
}

const STORED_ROW = { table: 'quarantined_row', alias: 's', columns: 's.*' } as const;
const CLOSED_MESSAGES = 'SELECT DISTINCT message_id FROM closed';

/** Rows with the same text as `stored`, of earlier messages, that wait or were dismissed. */
const EARLIER_ROWS = lookUp({
  ...{ table: 'quarantined_row', alias: 'o', columns: 'o.open' },
  key: [
    ['connection_id', 'stored.connection_id'],
    ['row_hash', 'stored.row_hash'],
  ],
  also: `(o.open OR o.closed_as = 'DISMISSED') AND o.message_id <> stored.message_id
    AND (o.message_id < stored.message_id OR o.message_id <> ALL ($2::uuid[]))`,
});

/**
 * Closes new rows whose text waits already or was dismissed, as a message has that is delivered again. Of two in this
 * batch, the older message's waits. Rows of one message with the same text are not repeats of each other.
 */
const CLOSE_REPEATS: Statement = {
  name: 'poster_close_repeats',
  text: `WITH closed AS (${closeRows(
    `SELECT stored.*, earlier.open AS still_waits FROM unnest($2::uuid[], $3::integer[]) AS asked (message_id, row_index)
    CROSS JOIN LATERAL (${lookUp({
      ...STORED_ROW,
      key: [
        ['message_id', 'asked.message_id'],
        ['row_index', 'asked.row_index'],
      ],
      also: 's.open',
    })}) stored
    CROSS JOIN LATERAL (SELECT each.open FROM (${EARLIER_ROWS}) each ORDER BY each.open DESC LIMIT 1) earlier`,
    {
      closed_at: '$4::timestamptz',
      closed_as: `CASE WHEN still_waits THEN 'SUPERSEDED' ELSE 'DISMISSED' END`,
      note: `CASE WHEN still_waits THEN 'The same row waits already.' ELSE 'The same row was dismissed before.' END`,
    },
  )})
  ${settled(CLOSED_MESSAGES, `CASE WHEN t.first_sequence IS NULL THEN 'DUPLICATE' ELSE 'APPLIED' END`, CLOSED_HERE)}`,
};

/** Whether any row waits. Only an index of rows that wait is in this order. */
const ANY_WAITS = `(SELECT w.open FROM quarantined_row w WHERE w.tenant_id = $1 AND w.open ORDER BY w.code LIMIT 1)`;

/**
 * Closes rows that wait under an id that was applied now: their sender has sent them again. A row that came after its id
 * was applied, in the same message or batch, waits on, as it does when it comes later. A tenant without rows that wait
 * pays one look into an index.
 */
const CLOSE_SUPERSEDED: Statement = {
  name: 'poster_close_superseded',
  text: `WITH closed AS (${closeRows(
    `SELECT stored.*, asked.applied
    FROM unnest($2::uuid[], $3::text[], $4::bigint[]) AS asked (connection_id, external_id, applied)
    CROSS JOIN LATERAL (${lookUp({
      ...STORED_ROW,
      key: [
        ['external_id', 'asked.external_id'],
        ['connection_id', 'asked.connection_id'],
      ],
      also: `s.open AND s.external_id IS NOT NULL AND NOT EXISTS (SELECT FROM unnest($6::uuid[], $7::integer[]) AS later (message_id, row_index)
        WHERE later.message_id = s.message_id AND later.row_index = s.row_index)`,
    })}) stored
    WHERE ${ANY_WAITS}`,
    {
      closed_as: `'SUPERSEDED'`,
      closed_at: '$5::timestamptz',
      note: `'It was sent again under the same id, and applied.'`,
      sequence: 'applied',
    },
  )})
  ${settled(CLOSED_MESSAGES, `'CLOSED'`, CLOSED_HERE)}`,
};

const SETTLE_MESSAGES: Statement = {
  name: 'poster_settle_messages',
  text: settled('SELECT unnest($2::uuid[]) AS message_id', `'CLOSED'`),
};

const READ_WAITING: Statement = { name: 'poster_waiting', text: `SELECT ${ANY_WAITS} AS waits` };

/** Whether any row waits in quarantine. */
export async function readWaiting(session: Session, tenantId: string): Promise<boolean> {
  const { rows } = await run<{ waits: true | null }>(session, READ_WAITING, [tenantId]);
  return rows[0]?.waits === true;
}

/** Whether a batch can close rows as sent again: only what came in messages can be awaited in quarantine. */
export const canSupersede = ({ outcomes, inboundMessages, quarantineUpdates }: BatchWrites): boolean =>
  outcomes.length > 0 && inboundMessages.length + quarantineUpdates.length > 0;

/** Sends messages, their quarantined rows, and what became of rows that waited, if any may have waited. */
export function writeInboundMessages(
  session: Session,
  tenantId: string,
  { writes, recordedAtMs }: Pick<LedgerState, 'writes' | 'recordedAtMs'>,
  mayWait: boolean,
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
    ...(mayWait ? closeSuperseded(session, tenantId, writes) : []),
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

function closeSuperseded(session: Session, tenantId: string, writes: BatchWrites): Promise<unknown>[] {
  if (!canSupersede(writes)) return [];
  const { outcomes, quarantinedRows, movements } = writes;
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

/** All statements above, whose plans a test looks at. */
export const STATEMENTS: readonly Statement[] = [
  INSERT_MESSAGES,
  INSERT_QUARANTINED,
  INSERT_REJECTED,
  CLOSE_QUARANTINED,
  UPDATE_QUARANTINED,
  UPDATE_MESSAGE_STATUS,
  INSERT_AUDIT_ENTRIES,
  CLOSE_REPEATS,
  CLOSE_SUPERSEDED,
  SETTLE_MESSAGES,
  READ_WAITING,
];
