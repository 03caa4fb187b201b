import type { BatchWrites } from '../../domain/ledger/ledger-state';
import { bytea, columns, run, timestamp, type Session, type Statement } from './statement';

const INSERT_MESSAGES: Statement = {
  name: 'poster_insert_messages',
  text: `INSERT INTO inbound_message (tenant_id, message_id, connection_id, format, received_at, status, body_sha256, body,
      verdict, first_sequence, last_sequence)
    SELECT $1, * FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::text[], $7::bytea[], $8::text[],
      $9::text[], $10::bigint[], $11::bigint[])`,
};

const INSERT_QUARANTINED: Statement = {
  name: 'poster_insert_quarantined',
  text: `INSERT INTO quarantined_row (tenant_id, open, message_id, row_index, code, detail, row)
    SELECT $1, true, * FROM unnest($2::uuid[], $3::integer[], $4::text[], $5::text[], $6::text[])`,
};

// Rows that another replay has closed meanwhile stay closed.
const UPDATE_QUARANTINED: Statement = {
  name: 'poster_update_quarantined',
  text: `UPDATE quarantined_row q
    SET open = next.open, code = coalesce(next.code, q.code), detail = coalesce(next.detail, q.detail),
      sequence = next.sequence
    FROM unnest($2::uuid[], $3::integer[], $4::boolean[], $5::text[], $6::text[], $7::bigint[])
      AS next (message_id, row_index, open, code, detail, sequence)
    WHERE q.tenant_id = $1 AND q.message_id = next.message_id AND q.row_index = next.row_index AND q.open`,
};

const UPDATE_MESSAGE_STATUS: Statement = {
  name: 'poster_update_message_status',
  text: `UPDATE inbound_message m SET status = next.status
    FROM unnest($2::uuid[], $3::text[]) AS next (message_id, status)
    WHERE m.tenant_id = $1 AND m.message_id = next.message_id`,
};

/** Sends messages, the rows that wait, and what a replay made of them. */
export function writeEvidence(session: Session, tenantId: string, writes: BatchWrites): Promise<unknown>[] {
  const statuses = [...new Map(writes.messageStatuses.map((row) => [row.messageId, row])).values()];
  const statements: [Statement, unknown[][]][] = [
    [INSERT_MESSAGES, messageColumns(writes.inboundMessages)],
    [
      INSERT_QUARANTINED,
      columns(
        writes.quarantinedRows,
        (row) => row.messageId,
        (row) => row.index,
        (row) => row.code,
        (row) => row.detail,
        (row) => row.row,
      ),
    ],
    [
      UPDATE_QUARANTINED,
      columns(
        writes.quarantineUpdates,
        (row) => row.messageId,
        (row) => row.index,
        (row) => !row.closed,
        (row) => (row.closed ? null : row.code),
        (row) => (row.closed ? null : row.detail),
        (row) => (row.closed ? row.sequence : null),
      ),
    ],
    [
      UPDATE_MESSAGE_STATUS,
      columns(
        statuses,
        (row) => row.messageId,
        (row) => row.status,
      ),
    ],
  ];
  return statements
    .filter(([, values]) => (values[0]?.length ?? 0) > 0)
    .map(([statement, values]) => run(session, statement, [tenantId, ...values]));
}

function messageColumns(messages: BatchWrites['inboundMessages']): unknown[][] {
  return columns(
    messages,
    (message) => message.id,
    (message) => message.connectionId,
    (message) => message.format,
    (message) => timestamp(message.receivedAtMs),
    (message) => message.status,
    (message) => bytea(message.bodySha256),
    (message) => message.body,
    (message) => message.verdict,
    (message) => message.sequences?.first ?? null,
    (message) => message.sequences?.last ?? null,
  );
}
