import type { AdjustmentOrder } from '../../domain/adjustment-order';
import type { InventoryRecord } from '../../domain/inventory-record';
import type { BatchWrites } from '../../domain/ledger/ledger-state';
import { AdjustmentOrderEntity } from '../tables/adjustment-order';
import { outstandingOf, type Reservation, type ReservationLine } from '../../domain/reservation';
import { InventoryRecordEntity } from '../tables/inventory-record';
import { ReservationEntity } from '../tables/reservation';
import { ReservationPlaceEntity } from '../tables/reservation-place';
import { insertOf, lastOfEach, runFor, same, updateOf, upsertOf } from './row-statements';
import type { Session, Statement } from '../database/statement';

const CHANGED_ORDER = same('orderNo', 'status', 'reversedBy');

const INSERT_ORDERS = insertOf<AdjustmentOrderEntity, AdjustmentOrder>('poster_insert_orders', AdjustmentOrderEntity, {
  ...CHANGED_ORDER,
  ...same('type', 'originId', 'sellerOrderNo', 'productCode', 'locationId', 'turnOutOwner', 'turnInOwner'),
  ...same('lines', 'sequence', 'reverses'),
  createdAt: (order) => order.createdAtMs,
});

const UPDATE_ORDERS = updateOf<AdjustmentOrderEntity, AdjustmentOrder>(
  'poster_update_orders',
  AdjustmentOrderEntity,
  CHANGED_ORDER,
);

const UPSERT_RECORDS = upsertOf<InventoryRecordEntity, InventoryRecord>(
  'poster_upsert_inventory_records',
  InventoryRecordEntity,
  {
    ...same(
      'itemId',
      'locationId',
      'vendorId',
      'sourceSku',
      'stockAvailability',
      'outOfStockThreshold',
      'safetyStock',
      'reorderPoint',
    ),
    ...same('dispatchTime', 'dispatchTimeUnit', 'leadTime', 'leadTimeUnit', 'backOrderHandling'),
    ...same('backOrderAllocation', 'reportedAvailable', 'unitCost', 'style', 'supportShipping'),
    stockArrivalDate: (record) => record.stockArrivalDateMs,
    sourceTimestamp: (record) => record.sourceTimestampMs,
    updatedAt: (record) => record.updatedAtMs,
  },
);

/** What of a reservation may change. */
const CHANGED_RESERVATION = {
  reservationId: (reservation: Reservation) => reservation.id,
  ...same('status', 'lines', 'sequences'),
  expiresAt: (reservation: Reservation) => reservation.expiresAtMs,
  expiredAt: (reservation: Reservation) => reservation.expired?.atMs ?? null,
  expiredSequence: (reservation: Reservation) => reservation.expired?.sequence ?? null,
};

const INSERT_RESERVATIONS = insertOf<ReservationEntity, Reservation>('poster_insert_reservations', ReservationEntity, {
  ...CHANGED_RESERVATION,
  ...same('originId', 'reference', 'segment'),
  createdAt: (reservation) => reservation.createdAtMs,
});

const UPDATE_RESERVATIONS = updateOf<ReservationEntity, Reservation>(
  'poster_update_reservations',
  ReservationEntity,
  CHANGED_RESERVATION,
);

interface ReservationPlace {
  readonly reservationId: string;
  readonly line: ReservationLine;
}

const UPSERT_PLACES = upsertOf<ReservationPlaceEntity, ReservationPlace>(
  'poster_upsert_reservation_places',
  ReservationPlaceEntity,
  {
    reservationId: (place) => place.reservationId,
    itemId: (place) => place.line.itemId,
    locationId: (place) => place.line.locationId,
    open: (place) => outstandingOf(place.line) > 0,
    backOrdered: (place) => place.line.backOrdered > 0,
  },
);

/** Sends reservations as the batch leaves them, each once. */
function writeReservations(session: Session, tenantId: string, writes: BatchWrites): Promise<unknown>[] {
  const { newReservations, changedReservations } = writes;
  if (newReservations.length + changedReservations.length === 0) return [];
  const isNew = new Set(newReservations.map(({ id }) => id));
  const last = lastOfEach([...newReservations, ...changedReservations], ({ id }) => id);
  const places = last.flatMap(({ id, lines }) => lines.map((line) => ({ reservationId: id, line })));
  return [
    ...runFor(
      session,
      INSERT_RESERVATIONS,
      tenantId,
      last.filter(({ id }) => isNew.has(id)),
    ),
    ...runFor(
      session,
      UPDATE_RESERVATIONS,
      tenantId,
      last.filter(({ id }) => !isNew.has(id)),
    ),
    ...runFor(session, UPSERT_PLACES, tenantId, places),
  ];
}

/** Sends adjustment orders, inventory records and reservations. */
export function writeDocuments(session: Session, tenantId: string, writes: BatchWrites): Promise<unknown>[] {
  return [
    ...runFor(session, INSERT_ORDERS, tenantId, writes.newOrders),
    ...runFor(
      session,
      UPDATE_ORDERS,
      tenantId,
      lastOfEach(writes.changedOrders, ({ orderNo }) => orderNo),
    ),
    ...runFor(
      session,
      UPSERT_RECORDS,
      tenantId,
      lastOfEach(writes.inventoryRecords, ({ itemId, locationId }) => `${itemId} ${locationId}`),
    ),
    ...writeReservations(session, tenantId, writes),
  ];
}

/** All statements above, whose plans a test looks at. */
export const STATEMENTS: readonly Statement[] = [
  ...[INSERT_ORDERS, UPDATE_ORDERS, UPSERT_RECORDS],
  ...[INSERT_RESERVATIONS, UPDATE_RESERVATIONS, UPSERT_PLACES],
];
