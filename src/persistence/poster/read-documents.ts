import type { AdjustmentOrder } from '../../domain/adjustment-order';
import { findItem, findLocation, type Catalogue } from '../../domain/catalogue-map';
import type { InventoryRecord } from '../../domain/inventory-record';
import type { Posting } from '../../domain/posting';
import { run, type Session, type Statement } from './statement';

const READ_ORDERS: Statement = {
  name: 'poster_orders',
  text: `SELECT order_no AS "orderNo", type, status, origin_id AS "originId", seller_order_no AS "sellerOrderNo",
      product_code AS "productCode", location_id AS "locationId", turn_out_owner AS "turnOutOwner",
      turn_in_owner AS "turnInOwner", lines, sequence,
      (extract(epoch FROM created_at) * 1000)::bigint AS "createdAtMs", reverses, reversed_by AS "reversedBy"
    FROM adjustment_order WHERE tenant_id = $1 AND order_no = ANY ($2::text[])`,
};

/** The orders whose present status the postings need. */
export async function readOrders(session: Session, postings: readonly Posting<unknown>[]): Promise<AdjustmentOrder[]> {
  const orderNumbers = postings.flatMap(({ reads }) => reads.orderNumbers ?? []);
  if (orderNumbers.length === 0) return [];
  const tenantId = (postings[0] as Posting<unknown>).tenantId;
  const { rows } = await run<AdjustmentOrder & Record<string, unknown>>(session, READ_ORDERS, [tenantId, orderNumbers]);
  return rows;
}

const READ_RECORDS: Statement = {
  name: 'poster_inventory_records',
  text: `SELECT r.item_id AS "itemId", r.location_id AS "locationId", r.vendor_id AS "vendorId",
      r.source_sku AS "sourceSku", r.stock_availability AS "stockAvailability",
      r.out_of_stock_threshold AS "outOfStockThreshold", r.dispatch_time AS "dispatchTime",
      r.dispatch_time_unit AS "dispatchTimeUnit", r.lead_time AS "leadTime", r.lead_time_unit AS "leadTimeUnit",
      (extract(epoch FROM r.stock_arrival_date) * 1000)::bigint AS "stockArrivalDateMs",
      r.back_order_handling AS "backOrderHandling", r.back_order_allocation AS "backOrderAllocation",
      r.reported_available AS "reportedAvailable",
      (extract(epoch FROM r.source_timestamp) * 1000)::bigint AS "sourceTimestampMs", r.unit_cost::text AS "unitCost",
      r.style, r.support_shipping AS "supportShipping",
      (extract(epoch FROM r.updated_at) * 1000)::bigint AS "updatedAtMs"
    FROM unnest($2::uuid[], $3::uuid[]) AS asked (item_id, location_id)
    JOIN inventory_record r
      ON r.tenant_id = $1 AND r.item_id = asked.item_id AND r.location_id = asked.location_id`,
};

/** The inventory records that the postings merge into. */
export async function readInventoryRecords(
  session: Session,
  postings: readonly Posting<unknown>[],
  catalogue: Catalogue,
): Promise<InventoryRecord[]> {
  const places = postings.flatMap(({ reads }) =>
    (reads.inventoryRecords ?? []).flatMap((named) => {
      const item = findItem(catalogue, named.item);
      const location = findLocation(catalogue, named.location);
      return item && location ? [{ itemId: item.id, locationId: location.id }] : [];
    }),
  );
  if (places.length === 0) return [];
  const { rows } = await run<InventoryRecord & Record<string, unknown>>(session, READ_RECORDS, [
    (postings[0] as Posting<unknown>).tenantId,
    places.map((place) => place.itemId),
    places.map((place) => place.locationId),
  ]);
  return rows;
}
