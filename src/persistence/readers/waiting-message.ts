import type { ConnectionKind } from '../../application/ports/connections';
import type { WaitingMessages } from '../../application/commands/replay-message';
import type { InboundMessageStatus } from '../../domain/ledger/inbound-message';
import type { ReadDatabase } from './database';
import { Parameters, statement } from './statement';

interface WaitingColumns {
  readonly connectionId: string;
  readonly format: ConnectionKind;
  readonly receivedAtMs: number;
  readonly bodySha256: string;
  readonly status: InboundMessageStatus;
  /** Null in the one row of a message in which nothing waits. */
  readonly index: number | null;
  readonly text: string | null;
}

/** The messages whose rows wait, as a replay needs them. */
export function createWaitingMessages(database: ReadDatabase): WaitingMessages {
  return {
    async waitingMessage(tenantId, messageId) {
      const parameters = new Parameters(tenantId);
      const text = `SELECT b.connection_id AS "connectionId", b.format,
          (extract(epoch FROM b.received_at) * 1000)::bigint AS "receivedAtMs",
          encode(b.body_sha256, 'hex') AS "bodySha256", b.status, q.row_index AS index, q.row AS text
        FROM inbound_message b
        LEFT JOIN quarantined_row q ON q.tenant_id = $1 AND q.message_id = b.message_id AND q.open
        WHERE b.tenant_id = $1 AND b.message_id = ${parameters.add(messageId, 'uuid')} ORDER BY q.row_index`;
      const rows = await database.query<WaitingColumns>(statement(text, parameters));
      const [first] = rows;
      if (!first) return undefined;
      const { connectionId, format, receivedAtMs, bodySha256, status } = first;
      const openRows = rows.flatMap(({ index, text }) => (index === null || text === null ? [] : [{ index, text }]));
      const anyApplied = status !== 'QUARANTINED';
      return { id: messageId, connectionId, format, receivedAtMs, bodySha256, anyApplied, openRows };
    },
  };
}
