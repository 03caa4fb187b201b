import {
  MAX_QUARANTINE_GROUPS,
  type QuarantinedRowView,
  type QuarantineFilter,
  type QuarantineGroup,
  type QuarantineReads,
  type WaitingRows,
} from '../../application/ports/reads';
import type { RowPlace } from '../../domain/ledger/inbound-message';
import { selectPlain } from '../tables/derived';
import { InboundMessageEntity } from '../tables/inbound-message';
import { groupBy } from '../../domain/group-by';
import { countAmong, matching } from './count';
import type { ReadDatabase } from './database';
import { QUARANTINED_LISTED } from './inbound-messages';
import { pageStatement, toPage, type ListSql, type PageColumns } from './page';
import { and, isOneOf, Parameters, statement } from './statement';
import { BYTES_AROUND_A_ROW, readWeighed } from './weighed';

type RowColumns = QuarantinedRowView & Record<string, unknown>;

/** Most rows of one step of a replay, apart from the others of their messages, and most bytes of their texts. */
const STEP_ROWS = 500;
const STEP_BYTES = 4 * 1024 * 1024;

/** Reads rows in quarantine across messages. */
export function createQuarantineReads(database: ReadDatabase): QuarantineReads {
  return {
    async quarantinedRows(tenantId, { filter, page }) {
      const parameters = new Parameters(tenantId);
      const { indexed, others } = meant(parameters, filter);
      const list: ListSql = {
        key: [
          { column: 'q.message_id', type: 'uuid' },
          { column: 'q.row_index', type: 'integer' },
        ],
        select: (bounds, tail) =>
          `SELECT true AS "isRow", ${QUARANTINED_LISTED} ${ROWS}${and([...indexed, ...others])}${bounds}${tail}`,
        count: countAmong((tail) => `SELECT ${matching(others)} ${ROWS}${and(indexed)}${tail}`),
      };
      const rows = await database.query<RowColumns & PageColumns>(pageStatement(parameters, list, page));
      return toPage(rows, page, (row): QuarantinedRowView => row);
    },
    quarantineSummary(tenantId, filter) {
      const parameters = new Parameters(tenantId);
      return database.query<QuarantineGroup & Record<string, unknown>>(
        statement(summaryOf(conditionsOf(parameters, filter)), parameters),
      );
    },
    quarantinedTexts(tenantId, places) {
      const parameters = new Parameters(tenantId);
      const ids = parameters.add(
        places.map(({ messageId }) => messageId),
        'uuid[]',
      );
      const indexes = parameters.add(
        places.map(({ index }) => index),
        'integer[]',
      );
      const from = `FROM unnest(${ids}, ${indexes}) AS asked (message_id, row_index) JOIN quarantined_row q
        ON q.message_id = asked.message_id AND q.row_index = asked.row_index WHERE q.tenant_id = $1`;
      return readWeighed<RowPlace & { row: string }>(database, parameters, {
        weight: `SELECT sum(octet_length(q.row) + ${BYTES_AROUND_A_ROW}) ${from}`,
        rows: `SELECT q.message_id AS "messageId", q.row_index AS index, q.row ${from}`,
        order: '',
      });
    },
    async countWaiting(tenantId, filter) {
      const parameters = new Parameters(tenantId);
      const text = `SELECT count(*) AS count ${conditionsOf(parameters, { ...filter, open: true })}`;
      return (await database.query<{ count: number }>(statement(text, parameters)))[0]?.count ?? 0;
    },
    nextWaiting: (tenantId, filter, after) => readNextWaiting(database, tenantId, filter, after),
    nextPlaces(tenantId, filter, size) {
      const parameters = new Parameters(tenantId);
      const text = `SELECT q.message_id AS "messageId", q.row_index AS index
        ${conditionsOf(parameters, { ...filter, open: true })} ORDER BY q.message_id, q.row_index LIMIT ${size}`;
      return database.query<RowPlace & Record<string, unknown>>(statement(text, parameters));
    },
  };
}

/** FROM and WHERE of the rows that a filter means. */
function conditionsOf(parameters: Parameters, filter: QuarantineFilter): string {
  return `${ROWS}${and(allOf(meant(parameters, filter)))}`;
}

const ROWS = `FROM quarantined_row q JOIN inbound_message b ON b.tenant_id = $1 AND b.message_id = q.message_id
    WHERE q.tenant_id = $1`;

/** Conditions on a row, apart by whether an index knows them. */
interface Meant {
  readonly indexed: readonly string[];
  readonly others: readonly string[];
}

const allOf = ({ indexed, others }: Meant): string[] => [...indexed, ...others];

function meant(parameters: Parameters, filter: QuarantineFilter): Meant {
  const { codes, connections, open, externalId, items, locations, search, messageId, touchedBy } = filter;
  const { receivedAfter, receivedBefore } = filter;
  // Only rows that wait have all that indexes are made of.
  const connectionColumn = open === true ? 'q.connection_id' : 'b.connection_id';
  const ofNames = [
    ...(codes ? [isOneOf(parameters, 'q.code', codes, 'text')] : []),
    ...(connections ? [`${connectionColumn} = ANY (${connectionsNamed(parameters, connections)})`] : []),
    ...(items ? [isOneOf(parameters, 'q.item', items, 'text')] : []),
    ...(locations ? [isOneOf(parameters, 'q.location', locations, 'text')] : []),
  ];
  const ofIds = [
    ...(externalId === undefined ? [] : [`q.external_id = ${parameters.add(externalId, 'text')}`]),
    ...(messageId === undefined ? [] : [`q.message_id = ${parameters.add(messageId, 'uuid')}`]),
  ];
  const others = [
    'NOT q.rejected',
    ...(open === false ? ['NOT q.open'] : []),
    ...(open === true ? [] : ofNames),
    ...(receivedAfter === undefined ? [] : [`b.received_at > ${instant(parameters, receivedAfter)}`]),
    ...(receivedBefore === undefined ? [] : [`b.received_at < ${instant(parameters, receivedBefore)}`]),
    ...(search === undefined ? [] : [searched(parameters.add(`%${search.replace(/[\\%_]/g, '\\$&')}%`, 'text'))]),
    ...(touchedBy
      ? [
          `(q.item = ANY (${parameters.add(touchedBy.items, 'text[]')})
            OR q.location = ANY (${parameters.add(touchedBy.locations, 'text[]')})
            OR q.connection_id = ANY (${connectionsNamed(parameters, touchedBy.connections)}))`,
        ]
      : []),
  ];
  return { indexed: open === true ? ['q.open', ...ofNames, ...ofIds] : ofIds, others };
}

const instant = (parameters: Parameters, ms: number): string =>
  parameters.add(new Date(ms).toISOString(), 'timestamptz');

const connectionsNamed = (parameters: Parameters, names: readonly string[]): string =>
  `ARRAY(SELECT named.connection_id FROM connection named
    WHERE named.tenant_id = $1 AND named.name = ANY (${parameters.add(names, 'text[]')}))`;

const searched = (pattern: string): string =>
  `(${['q.external_id', 'q.item', 'q.location', 'q.subject', 'q.detail'].map((column) => `${column} ILIKE ${pattern}`).join(' OR ')})`;

/** Rows without a name at fault have what their detail begins with in common; the detail of a reused id says the id. */
const summaryOf = (conditions: string): string => `SELECT g.code, c.name AS connection, g.subject, g.count,
    g.oldest, g.newest
  FROM (SELECT q.code, b.connection_id,
      CASE WHEN q.code <> 'EXTERNAL_ID_REUSED' THEN coalesce(q.subject, left(q.detail, 120)) END AS subject,
      count(*) AS count, min(b.received_at) AS oldest, max(b.received_at) AS newest
    ${conditions} GROUP BY 1, 2, 3 ORDER BY count DESC, 1, 2, 3 LIMIT ${MAX_QUARANTINE_GROUPS}) g
  JOIN connection c ON c.tenant_id = $1 AND c.connection_id = g.connection_id
  ORDER BY g.count DESC, g.code, c.name, g.subject`;

const MESSAGE_COLUMNS = selectPlain(InboundMessageEntity, 'b', {
  only: ['connectionId', 'format', 'receivedAt', 'bodySha256'],
});

interface WaitingColumns extends Omit<WaitingRows, 'rows' | 'anyApplied'> {
  readonly status: string;
  readonly index: number;
  readonly text: string;
  readonly isMeant: boolean;
}

/** All rows of a message are read where one is meant: those of one event are applied together. */
async function readNextWaiting(
  database: ReadDatabase,
  tenantId: string,
  filter: QuarantineFilter,
  after: string | null,
): Promise<WaitingRows[]> {
  const parameters = new Parameters(tenantId);
  const conditions = allOf(meant(parameters, { ...filter, open: true }));
  const bound = after === null ? '' : ` AND q.message_id > ${parameters.add(after, 'uuid')}`;
  const text = `WITH near AS MATERIALIZED (
      SELECT q.message_id, q.row_index, octet_length(q.row) AS bytes ${ROWS}${and(conditions)}${bound}
      ORDER BY q.message_id, q.row_index LIMIT ${STEP_ROWS}),
    weighed AS (SELECT near.message_id, sum(near.bytes) OVER (ORDER BY near.message_id, near.row_index) - near.bytes
      AS before FROM near),
    picked AS MATERIALIZED (SELECT DISTINCT weighed.message_id FROM weighed WHERE weighed.before < ${STEP_BYTES})
    SELECT b.message_id AS id, ${MESSAGE_COLUMNS}, b.status, q.row_index AS index, q.row AS text,
      coalesce(${conditions.join(' AND ')}, false) AS "isMeant"
    FROM picked JOIN inbound_message b ON b.tenant_id = $1 AND b.message_id = picked.message_id
    JOIN quarantined_row q ON q.tenant_id = $1 AND q.message_id = picked.message_id AND q.open
    ORDER BY q.message_id, q.row_index`;
  const rows = await database.query<WaitingColumns & Record<string, unknown>>(statement(text, parameters));
  const messages = groupBy(rows, ({ id }) => id);
  return [...messages.values()].map((of) => {
    const { id, connectionId, format, receivedAtMs, bodySha256, status } = of[0] as WaitingColumns;
    const waiting = of.map(({ index, text: row, isMeant }) => ({ index, text: row, isMeant }));
    const anyApplied = status !== 'QUARANTINED';
    return { id, connectionId, format, receivedAtMs, bodySha256, anyApplied, rows: waiting };
  });
}
