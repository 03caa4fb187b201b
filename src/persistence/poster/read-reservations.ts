import type { ItemLocation } from '../../domain/ledger/asked-reads';
import type { Posting } from '../../domain/ledger/posting';
import { MAX_OF_ITEM } from '../../domain/plans/item-merge';
import type { Reservation } from '../../domain/reservation';
import { lookUp, lookUpEach, type LookUp } from '../database/look-up';
import { run, timestamp, type Session, type Statement } from '../database/statement';
import { epochMs, selectPlain, type PlainRow } from '../tables/derived';
import { ReservationEntity } from '../tables/reservation';

/** Most reservations that one batch lets expire. */
export const MAX_DUE = 500;
/** Most reservations that may wait for an item at a location. */
const MAX_WAITING = 1_000;

type Row = PlainRow<ReservationEntity>;

const RESERVATIONS = {
  ...{ table: 'reservation', alias: 'r', columns: selectPlain(ReservationEntity, 'r') },
} as const;
const BY_ID: LookUp = { ...RESERVATIONS, key: [['reservation_id', 'asked.reservation_id']] };

const READ_BY_ID: Statement = {
  name: 'poster_reservations',
  text: lookUpEach('unnest($2::uuid[]) AS asked (reservation_id)', BY_ID),
};

// Closed ones are few: a reference is that of an order, which has one reservation, or a few.
const READ_BY_REFERENCE: Statement = {
  name: 'poster_reservations_by_reference',
  text: lookUpEach('unnest($2::text[]) AS asked (reference)', {
    ...{ ...RESERVATIONS, key: [['reference', 'asked.reference']], limit: MAX_WAITING },
    also: "r.status IN ('ACTIVE', 'COMMITTED')",
  }),
};

const READ_WAITING: Statement = {
  name: 'poster_reservations_waiting',
  text: `SELECT DISTINCT ON (r."reservationId") r.* FROM unnest($2::uuid[], $3::uuid[]) AS at (item_id, location_id)
    CROSS JOIN LATERAL (${lookUp({
      ...{ table: 'reservation_place', alias: 'p', columns: 'p.reservation_id', also: 'p.back_ordered' },
      key: [
        ['item_id', 'at.item_id'],
        ['location_id', 'at.location_id'],
      ],
      limit: MAX_WAITING,
    })}) asked
    CROSS JOIN LATERAL (${lookUp(BY_ID)}) r`,
};

const READ_OF_ITEMS: Statement = {
  name: 'poster_reservations_of_items',
  text: `SELECT DISTINCT ON (r."reservationId") r.* FROM unnest($2::uuid[]) AS of_item (item_id)
    CROSS JOIN LATERAL (${lookUp({
      ...{ table: 'reservation_place', alias: 'p', columns: 'p.reservation_id', also: 'p.open' },
      ...{ key: [['item_id', 'of_item.item_id']], limit: MAX_OF_ITEM + 1 },
    })}) asked
    CROSS JOIN LATERAL (${lookUp(BY_ID)}) r`,
};

const READ_DUE: Statement = {
  name: 'poster_reservations_due',
  text: `SELECT ${RESERVATIONS.columns} FROM reservation r WHERE r.tenant_id = $1 AND r.expires_at <= $2::timestamptz
    ORDER BY r.expires_at, r.reservation_id LIMIT ${MAX_DUE}`,
};

const READ_NEXT_EXPIRY: Statement = {
  name: 'poster_next_expiry',
  text: `SELECT ${epochMs('r.expires_at')} AS at FROM reservation r
    WHERE r.tenant_id = $1 AND r.expires_at > $2::timestamptz ORDER BY r.expires_at LIMIT 1`,
};

/** The reservations that expire by a moment, the first ones, and when the next one after it does. */
export async function readDue(
  session: Session,
  tenantId: string,
  byMs: number,
): Promise<{ due: Reservation[]; nextMs: number | null }> {
  const values = [tenantId, timestamp(byMs)];
  const [due, next] = await Promise.all([
    run<Row>(session, READ_DUE, values),
    run<{ at: number }>(session, READ_NEXT_EXPIRY, values),
  ]);
  return { due: due.rows.map(toReservation), nextMs: next.rows[0]?.at ?? null };
}

/** The reservations that postings name by their ids, and the open ones that they name by a reference. */
export async function readNamedReservations(
  session: Session,
  postings: readonly Posting<unknown>[],
  hasOpen: boolean,
): Promise<Reservation[]> {
  const ids = [...new Set(postings.flatMap(({ reads }) => reads.reservations ?? []))];
  const references = hasOpen ? [...new Set(postings.flatMap(({ reads }) => reads.references ?? []))] : [];
  const tenantId = postings[0]?.tenantId;
  const [byId, byReference] = await Promise.all([
    ids.length === 0 ? undefined : run<Row>(session, READ_BY_ID, [tenantId, ids]),
    references.length === 0 ? undefined : run<Row>(session, READ_BY_REFERENCE, [tenantId, references]),
  ]);
  return [...(byId?.rows ?? []), ...(byReference?.rows ?? [])].map(toReservation);
}

/** The reservations that wait for units of items at locations. */
export async function readWaitingReservations(
  session: Session,
  tenantId: string,
  places: readonly ItemLocation[],
): Promise<Reservation[]> {
  if (places.length === 0) return [];
  const { rows } = await run<Row>(session, READ_WAITING, [
    tenantId,
    places.map(({ itemId }) => itemId),
    places.map(({ locationId }) => locationId),
  ]);
  return rows.map(toReservation);
}

/** The open reservations of items, and one more than a plan takes, so that it sees that there are more. */
export async function readReservationsOf(
  session: Session,
  tenantId: string,
  itemIds: readonly string[],
): Promise<Reservation[]> {
  if (itemIds.length === 0) return [];
  const { rows } = await run<Row>(session, READ_OF_ITEMS, [tenantId, itemIds]);
  return rows.map(toReservation);
}

function toReservation(row: Row): Reservation {
  const { reservationId: id, expiredAtMs, expiredSequence, ...rest } = row;
  const expired = expiredSequence === null ? null : { atMs: expiredAtMs ?? 0, sequence: expiredSequence };
  return { ...rest, id, expired };
}

/** All statements above, whose plans a test looks at. */
export const STATEMENTS: readonly Statement[] = [
  READ_BY_ID,
  READ_BY_REFERENCE,
  READ_WAITING,
  READ_OF_ITEMS,
  READ_DUE,
  READ_NEXT_EXPIRY,
];
