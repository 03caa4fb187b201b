import {
  MOST_MESSAGES,
  MOST_REPORTED,
  MOST_WAITING_MESSAGES,
  RECENT_MESSAGES,
  type ConnectionHealthReads,
  type ConnectionHealthView,
  type DeliveryRefusalView,
} from '../../application/ports/reads';
import { MAX_CONNECTIONS } from '../../application/ports/connections';
import { selectList } from '../tables/derived';
import { DeliveryRefusalEntity } from '../tables/delivery-refusal';
import type { ReadDatabase } from './database';
import { between } from '../database/look-up';
import { JOIN_LEVEL, joinMovement, levelsAtPlace } from './look-ups';
import { locationNamed } from './named';
import { Parameters, statement } from './statement';
import { ON_HAND_SUM, REPORTED_SUM } from './stock-rows';
import { BYTES_AROUND_A_ROW, readWeighed } from './weighed';

/** Reads how connections do. Of each table it reads a bounded part, whatever has come in. */
export function createConnectionHealthReads(database: ReadDatabase): ConnectionHealthReads {
  const read = async (parameters: Parameters, condition: string): Promise<ConnectionHealthView[]> => {
    const since = parameters.add(firstIdOf(Date.now() - DAY_MS), 'uuid');
    const rows = await database.query<ConnectionHealthView & Record<string, unknown>>(
      statement(healthOf(since, condition), parameters),
    );
    // A sender can write any time, also of centuries ago.
    return rows.map((row) => ({ ...row, clockLagSeconds: bounded(row.clockLagSeconds) }));
  };
  return {
    connectionHealth(tenantId, name) {
      const parameters = new Parameters(tenantId);
      return read(parameters, name === null ? '' : ` AND x.name = ${parameters.add(name, 'text')}`);
    },
    connectionHealthById(tenantId, ids) {
      const parameters = new Parameters(tenantId);
      return read(parameters, ` AND x.connection_id = ANY (${parameters.add(ids, 'uuid[]')})`);
    },
    async refusalsOfConnections(tenantId, ids, last) {
      const parameters = new Parameters(tenantId);
      const from = `FROM unnest(${parameters.add(ids, 'uuid[]')}) n (connection_id)
        CROSS JOIN LATERAL (SELECT * FROM delivery_refusal o
          WHERE o.tenant_id = $1 AND o.connection_id = n.connection_id
          ORDER BY o.refusal_id DESC LIMIT ${parameters.add(last, 'integer')}) d
        WHERE true`;
      const rows = await readWeighed<RefusalColumns>(database, parameters, {
        weight: `SELECT sum(octet_length(concat(d.detail, d.body)) + ${BYTES_AROUND_A_ROW}) ${from}`,
        rows: `SELECT ${REFUSAL_COLUMNS}, d.refusal_id ${from}`,
        order: ' ORDER BY q.refusal_id DESC',
      });
      return rows.map(({ bodyBytes: bytes, ...row }) => ({ ...row, bytes }));
    },
  };
}

const DAY_MS = 86_400_000;
const MAX_INT = 2 ** 31 - 1;

const bounded = (seconds: number | null): number | null =>
  seconds === null ? null : Math.min(Math.max(seconds, -MAX_INT), MAX_INT);

const REFUSAL_COLUMNS = selectList(DeliveryRefusalEntity, 'd', {
  only: ['connectionId', 'at', 'reason', 'detail', 'address', 'bytes', 'body'],
  as: { bytes: 'bodyBytes' },
});

/** Of a weighed row, `bytes` is the weight. */
type RefusalColumns = Omit<DeliveryRefusalView, 'bytes'> & { readonly bodyBytes: number | null };

/** The first UUIDv7 of a moment. Ids of messages are in the order of time. */
function firstIdOf(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

const seconds = (interval: string): string => `floor(extract(epoch FROM ${interval}))::bigint`;

/** Aggregates behind LATERAL are looked up by their keys, whatever the statistics of the tables say. */

/** Rows that wait, by connection. */
const WAITING = `SELECT w.connection_id, sum(n.open_rows)::bigint AS open_rows
  FROM (SELECT b.message_id, b.connection_id FROM inbound_message b
    WHERE b.tenant_id = $1 AND b.status IN ('PARTLY_QUARANTINED', 'QUARANTINED')
    ORDER BY b.message_id DESC LIMIT ${MOST_WAITING_MESSAGES}) w
  CROSS JOIN LATERAL (SELECT count(*) AS open_rows FROM quarantined_row q
    WHERE q.tenant_id = $1 AND q.message_id = w.message_id AND q.open) n
  GROUP BY w.connection_id`;

const OF_CONNECTION = 'FROM inbound_message b WHERE b.tenant_id = $1 AND b.connection_id = x.connection_id';

/** The rhythm of the last messages, and where their movements begin. */
const RECENT = `SELECT max(m.received_at) AS last_at, percentile_disc(0.5) WITHIN GROUP (ORDER BY m.gap) AS usual_gap,
    max(m.gap) AS longest_gap, array_agg(m.first_sequence) FILTER (WHERE m.first_sequence IS NOT NULL) AS sequences
  FROM (SELECT r.received_at, r.first_sequence, r.received_at - lag(r.received_at) OVER (ORDER BY r.received_at) AS gap
    FROM (SELECT b.received_at, b.first_sequence ${OF_CONNECTION}
      ORDER BY b.message_id DESC LIMIT ${RECENT_MESSAGES}) r) m`;

const CLOCK = `SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY m.recorded_at - m.occurred_at) AS behind
  FROM unnest(x.sequences) of_message (sequence) ${joinMovement('of_message.sequence')}`;

const dayOf = (since: string): string => `SELECT count(*) AS messages,
    count(*) FILTER (WHERE d.status = 'DUPLICATE') AS duplicates
  FROM (SELECT b.status ${OF_CONNECTION} AND b.message_id >= ${since}
    ORDER BY b.message_id DESC LIMIT ${MOST_MESSAGES}) d`;

const REFUSED = `SELECT coalesce(sum(c.refused), 0)::bigint AS refused FROM delivery_refusal_count c
  WHERE c.tenant_id = $1 AND c.connection_id = x.connection_id`;

/** The location that a connection is bound to, and those that its last messages were about. */
const PLACES = `SELECT ${locationNamed('x.location_code')}
  UNION
  SELECT v.location_id FROM (SELECT e.level_id FROM unnest(recent.sequences) of_message (sequence)
    CROSS JOIN LATERAL (SELECT e.level_id FROM ledger_entry e
      WHERE e.tenant_id = $1 AND ${between('e.sequence', 'of_message.sequence')} ORDER BY e.sequence, e.leg) e LIMIT 500) e
    ${JOIN_LEVEL}`;

/** Of each location that some connection has, once for all of them. */
const DRIFT = `SELECT p.location_id, d.drifting
  FROM (SELECT DISTINCT unnest(seen.places) AS location_id FROM seen) p
  CROSS JOIN LATERAL (SELECT count(*) AS drifting FROM (
    SELECT DISTINCT r.item_id FROM (SELECT r.item_id FROM stock_level r
      WHERE r.tenant_id = $1 AND r.bucket = 'REPORTED_ON_HAND' AND r.has_baseline
        AND ${between('r.location_id', 'p.location_id')} ORDER BY r.bucket, r.location_id LIMIT ${MOST_REPORTED}) r) s
    CROSS JOIN LATERAL (SELECT ${REPORTED_SUM} AS reported, coalesce(${ON_HAND_SUM}, 0) AS on_hand FROM ${levelsAtPlace('s.item_id', 'p.location_id')} v) n
    WHERE n.reported <> n.on_hand) d`;

const healthOf = (since: string, condition: string): string => `WITH waiting AS MATERIALIZED (${WAITING}),
  seen AS MATERIALIZED (SELECT x.connection_id, x.name, x.kind, recent.*, ARRAY (${PLACES}) AS places
    FROM connection x CROSS JOIN LATERAL (${RECENT}) recent
    WHERE x.tenant_id = $1${condition} ORDER BY x.name LIMIT ${MAX_CONNECTIONS}),
  drift AS MATERIALIZED (${DRIFT})
  SELECT x.connection_id AS "connectionId", x.name AS connection, x.kind, x.last_at AS "lastMessageAt",
    ${seconds('greatest(clock_timestamp(), x.last_at) - x.last_at')} AS "silentForSeconds",
    ${seconds('x.usual_gap')} AS "usualGapSeconds", ${seconds('x.longest_gap')} AS "longestGapSeconds",
    ${seconds('clock.behind')} AS "clockLagSeconds", of_day.messages, of_day.duplicates, refusals.refused,
    coalesce(waiting.open_rows, 0) AS "openRows",
    (SELECT coalesce(sum(d.drifting), 0)::bigint FROM drift d WHERE d.location_id = ANY (x.places)) AS drifting
  FROM seen x
    CROSS JOIN LATERAL (${CLOCK}) clock
    CROSS JOIN LATERAL (${dayOf(since)}) of_day
    CROSS JOIN LATERAL (${REFUSED}) refusals
    LEFT JOIN waiting ON waiting.connection_id = x.connection_id
  ORDER BY x.name`;
