import type { ReservationFilter, ReservationReads } from '../../application/ports/reads';
import { atMoment, type Reservation } from '../../domain/reservation';
import { epochMs, selectPlain, type PlainRow } from '../tables/derived';
import { ReservationEntity } from '../tables/reservation';
import { between, lookUp, lookUpEach, type LookUp } from '../database/look-up';
import { countAmong, matching } from './count';
import type { ReadDatabase } from './database';
import { LEDGER_CLOCK } from './expired-holds';
import { instant } from './levels-at';
import { joinOne } from './look-ups';
import { itemsNamed } from './named';
import { pageStatement, toPage, type ListSql, type PageColumns } from './page';
import { and, isOneOf, Parameters, statement } from './statement';

interface ReservationColumns extends PlainRow<ReservationEntity> {
  /** The moment that is shown. */
  readonly clockMs: number;
}

const COLUMNS = `${selectPlain(ReservationEntity, 'r')}, ${epochMs(LEDGER_CLOCK)} AS "clockMs"`;

/** The status at the moment that is shown. */
const STATUS = `CASE WHEN r.status = 'ACTIVE' AND r.expires_at <= ${LEDGER_CLOCK} THEN 'EXPIRED' ELSE r.status END`;

/** Of a limited key: all lines lie where it may see stock, and all units are of stock that it may see. */
const SHOWN = `NOT EXISTS (SELECT FROM jsonb_array_elements(r.lines) line
    WHERE NOT EXISTS (SELECT FROM location l WHERE l.tenant_id = $1 AND l.location_id = (line ->> 'locationId')::uuid)
      OR EXISTS (SELECT FROM jsonb_array_elements(line -> 'allocations') held WHERE NOT EXISTS (SELECT FROM stock_level v
        WHERE v.tenant_id = $1 AND v.level_id = (held ->> 'levelId')::uuid)))`;

const shown = ({ isLimited }: ReadDatabase): string => (isLimited ? ` AND ${SHOWN}` : '');

const BY_ID: LookUp = {
  ...{ table: 'reservation', alias: 'r', columns: 'r.*', key: [['reservation_id', 'asked.reservation_id']] },
};

/** Reads reservations. */
export function createReservationReads(database: ReadDatabase): ReservationReads {
  const read = async (text: string, parameters: Parameters): Promise<Reservation[]> =>
    (await database.query<ReservationColumns & Record<string, unknown>>(statement(text, parameters))).map(
      toReservation,
    );
  return {
    reservationsById(tenantId, ids) {
      const parameters = new Parameters(tenantId);
      const asked = `unnest(${parameters.add(ids, 'uuid[]')}) AS asked (reservation_id)`;
      return read(`SELECT ${COLUMNS} FROM (${lookUpEach(asked, BY_ID)}) r WHERE true${shown(database)}`, parameters);
    },
    async reservationByReference(tenantId, reference) {
      const parameters = new Parameters(tenantId);
      const text = `SELECT ${COLUMNS} FROM reservation r WHERE r.tenant_id = $1
        AND ${between('r.reference', parameters.add(reference, 'text'))}${shown(database)}
        ORDER BY r.reference DESC, r.reservation_id DESC LIMIT 1`;
      return (await read(text, parameters))[0];
    },
    async reservations(tenantId, { filter, page }) {
      const parameters = new Parameters(tenantId);
      const list = reservationList(parameters, filter, shown(database));
      const rows = await database.query<ReservationColumns & PageColumns>(pageStatement(parameters, list, page));
      return toPage(rows, page, toReservation);
    },
  };
}

function reservationList(parameters: Parameters, filter: ReservationFilter, narrowed: string): ListSql {
  const { statuses, skus, reference, expiringBeforeMs } = filter;
  const conditions = [
    ...(statuses ? [isOneOf(parameters, `(${STATUS})`, statuses, 'text')] : []),
    ...(reference === undefined ? [] : [between('r.reference', parameters.add(reference, 'text'))]),
    ...(expiringBeforeMs === undefined
      ? []
      : [`r.expires_at < ${instant(parameters, expiringBeforeMs)} AND r.expires_at > ${LEDGER_CLOCK}`]),
  ];
  const places = lookUp({
    ...{ table: 'reservation_place', alias: 'p', columns: 'p.reservation_id', key: [['item_id', 'i.item_id']] },
  });
  // An item has a line at each of its locations.
  const from = skus
    ? `(SELECT DISTINCT p.reservation_id FROM (${itemsNamed(parameters, skus).ids}) i (item_id) CROSS JOIN LATERAL (${places}) p) asked
      ${joinOne('reservation', 'r', 'reservation_id', 'asked.reservation_id')}`
    : 'reservation r';
  return {
    key: [{ column: 'r.reservation_id', type: 'uuid', indexed: skus === undefined }],
    select: (bounds, tail) =>
      `SELECT true AS "isRow", ${COLUMNS} FROM ${from} WHERE r.tenant_id = $1${and(conditions)}${narrowed}${bounds}${tail}`,
    count: countAmong(
      (tail) =>
        `SELECT ${matching([...conditions, ...(narrowed ? [SHOWN] : [])])} FROM ${from} WHERE r.tenant_id = $1${tail}`,
    ),
  };
}

function toReservation({
  reservationId: id,
  clockMs,
  expiredAtMs,
  expiredSequence,
  ...row
}: ReservationColumns): Reservation {
  const { originId, reference, status, expiresAtMs, createdAtMs, segment, lines, sequences } = row;
  const expired = expiredSequence === null ? null : { atMs: expiredAtMs ?? 0, sequence: expiredSequence };
  const known = { id, originId, reference, status, expiresAtMs, createdAtMs, segment, lines, sequences, expired };
  return atMoment(known, clockMs);
}
