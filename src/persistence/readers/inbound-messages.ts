import {
  type InboundMessageView,
  type InboundMessageReads,
  type MovementView,
  type QuarantinedRowView,
  type RejectedRowView,
  type WaitingMessage,
} from '../../application/ports/reads';
import type { InboundMessageStatus } from '../../domain/ledger/inbound-message';
import { selectList, selectPlain } from '../tables/derived';
import { InboundMessageEntity } from '../tables/inbound-message';
import { QuarantinedRowEntity } from '../tables/quarantined-row';
import { countAmong, matching } from './count';
import type { ReadDatabase } from './database';
import { joinMovement } from './look-ups';
import { MOVEMENT_COLUMNS } from './movements';
import { pageStatement, toPage, type ListSql, type PageColumns } from './page';
import { and, Parameters, statement } from './statement';
import { BYTES_AROUND_A_ROW, readWeighed } from './weighed';

const MESSAGE_COLUMNS = selectList(InboundMessageEntity, 'b', {
  only: ['messageId', 'format', 'receivedAt', 'status', 'bodySha256', 'verdict'],
  as: { messageId: 'id' },
});

const MESSAGES = `SELECT true AS "isRow", ${MESSAGE_COLUMNS}, c.name AS connection
  FROM inbound_message b JOIN connection c ON c.tenant_id = $1 AND c.connection_id = b.connection_id
  WHERE b.tenant_id = $1`;

const QUARANTINED_NAMES = [
  ...(['messageId', 'rowIndex', 'code', 'detail', 'open', 'sequence', 'externalId', 'subject'] as const),
  ...(['closedAt', 'note'] as const),
];

const quarantinedColumns = (...more: 'row'[]): string =>
  `${selectList(QuarantinedRowEntity, 'q', { only: [...QUARANTINED_NAMES, ...more], as: { rowIndex: 'index' } })},
    CASE WHEN q.open THEN 'OPEN' ELSE coalesce(q.closed_as, 'APPLIED') END AS state`;

const QUARANTINED_COLUMNS = quarantinedColumns('row');
/** Without its text, which can be long. */
export const QUARANTINED_LISTED = quarantinedColumns();

/** Also has `isRow` and the columns of the page. */
type MessageColumns = InboundMessageView & Record<string, unknown>;

/** Reads inbound messages, their movements, and their rows in quarantine. */
export function createInboundMessageReads(database: ReadDatabase): InboundMessageReads {
  return {
    async inboundMessages(tenantId, { connection, status, page }) {
      const parameters = new Parameters(tenantId);
      const ofConnection =
        connection === null
          ? []
          : [
              `b.connection_id = (SELECT named.connection_id FROM connection named
          WHERE named.tenant_id = $1 AND named.name = ${parameters.add(connection, 'text')})`,
            ];
      const ofStatus = status === null ? [] : [`b.status = ${parameters.add(status, 'text')}`];
      const list: ListSql = {
        key: [{ column: 'b.message_id', type: 'uuid' }],
        select: (bounds, tail) => `${MESSAGES}${and([...ofConnection, ...ofStatus])}${bounds}${tail}`,
        count: countAmong(
          (tail) =>
            `SELECT ${matching(ofStatus)} FROM inbound_message b WHERE b.tenant_id = $1${and(ofConnection)}${tail}`,
        ),
      };
      const rows = await database.query<MessageColumns & PageColumns>(pageStatement(parameters, list, page));
      return toPage(rows, page, (row): InboundMessageView => row);
    },
    messagesById(tenantId, ids) {
      const parameters = new Parameters(tenantId);
      const text = `${MESSAGES} AND b.message_id = ANY (${parameters.add(ids, 'uuid[]')})`;
      return database.query<MessageColumns>(statement(text, parameters));
    },
    bodiesOfMessages(tenantId, ids) {
      const parameters = new Parameters(tenantId);
      const from = `FROM inbound_message b
        WHERE b.tenant_id = $1 AND b.message_id = ANY (${parameters.add(ids, 'uuid[]')})`;
      return readWeighed<{ id: string; body: string }>(database, parameters, {
        weight: `SELECT sum(octet_length(b.body) + ${BYTES_AROUND_A_ROW}) ${from}`,
        rows: `SELECT b.message_id AS id, b.body ${from}`,
        order: '',
      });
    },
    async movementsOfMessages(tenantId, ids) {
      const parameters = new Parameters(tenantId);
      const rows = await database.query<MovementView & { messageId: string }>(
        statement(movementsOfMessages(parameters.add(ids, 'uuid[]')), parameters),
      );
      return rows.map((row) => ({ messageId: row.messageId, movement: row }));
    },
    quarantinedRowsOfMessages: (tenantId, ids) => rowsOfMessages(database, tenantId, ids, 'NOT q.rejected'),
    rejectedRowsOfMessages: (tenantId, ids) =>
      rowsOfMessages(database, tenantId, ids, 'q.rejected') as Promise<RejectedRowView[]>,
    waitingMessage: (tenantId, id) => readWaitingMessage(database, tenantId, id),
  };
}

function rowsOfMessages(
  database: ReadDatabase,
  tenantId: string,
  ids: readonly string[],
  condition: string,
): Promise<QuarantinedRowView[]> {
  const parameters = new Parameters(tenantId);
  const from = `FROM quarantined_row q
    WHERE q.tenant_id = $1 AND q.message_id = ANY (${parameters.add(ids, 'uuid[]')}) AND ${condition}`;
  return readWeighed<QuarantinedRowView>(database, parameters, {
    weight: `SELECT sum(octet_length(q.row) + octet_length(q.detail) + ${BYTES_AROUND_A_ROW}) ${from}`,
    rows: `SELECT ${QUARANTINED_COLUMNS} ${from}`,
    order: ' ORDER BY q."messageId", q.index',
  });
}

const WAITING_COLUMNS = selectPlain(InboundMessageEntity, 'b', {
  only: ['connectionId', 'format', 'receivedAt', 'bodySha256', 'status'],
});

interface WaitingColumns extends Omit<WaitingMessage, 'id' | 'anyApplied' | 'openRows'> {
  readonly status: InboundMessageStatus;
  /** Null in the one row of a message without open rows. */
  readonly index: number | null;
  readonly text: string | null;
}

async function readWaitingMessage(
  database: ReadDatabase,
  tenantId: string,
  id: string,
): Promise<WaitingMessage | undefined> {
  const parameters = new Parameters(tenantId);
  const text = `SELECT ${WAITING_COLUMNS}, q.row_index AS index, q.row AS text FROM inbound_message b
    LEFT JOIN quarantined_row q ON q.tenant_id = $1 AND q.message_id = b.message_id AND q.open
    WHERE b.tenant_id = $1 AND b.message_id = ${parameters.add(id, 'uuid')} ORDER BY q.row_index`;
  const rows = await database.query<WaitingColumns>(statement(text, parameters));
  const [first] = rows;
  if (!first) return undefined;
  const { index: _index, text: _text, status, ...message } = first;
  const openRows = rows.flatMap(({ index, text }) => (index === null || text === null ? [] : [{ index, text }]));
  return { ...message, id, anyApplied: status !== 'QUARANTINED', openRows };
}

/** What a message posted on arrival is one range of the ledger. Replayed rows store their own sequence. */
const movementsOfMessages = (ids: string): string => `SELECT part.message_id AS "messageId", m.sequence,
    m.recorded_at AS "recordedAt", ${MOVEMENT_COLUMNS}
  FROM (
    SELECT b.message_id, generate_series(b.first_sequence, b.last_sequence) AS sequence FROM inbound_message b
      WHERE b.tenant_id = $1 AND b.message_id = ANY (${ids})
    UNION SELECT q.message_id, q.sequence FROM quarantined_row q
      WHERE q.tenant_id = $1 AND q.message_id = ANY (${ids}) AND q.sequence IS NOT NULL
        AND q.closed_as IS DISTINCT FROM 'SUPERSEDED'
  ) part ${joinMovement('part.sequence')} ORDER BY m.sequence`;
