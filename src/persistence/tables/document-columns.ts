/** Columns of documents as the domain has them, for the poster and the readers alike. */

/** Of an `adjustment_order` `o`. */
export const ADJUSTMENT_ORDER_COLUMNS = `o.order_no AS "orderNo", o.type, o.status, o.origin_id AS "originId",
  o.seller_order_no AS "sellerOrderNo", o.product_code AS "productCode", o.location_id AS "locationId",
  o.turn_out_owner AS "turnOutOwner", o.turn_in_owner AS "turnInOwner", o.lines, o.sequence,
  (extract(epoch FROM o.created_at) * 1000)::bigint AS "createdAtMs", o.reverses, o.reversed_by AS "reversedBy"`;

/** Of an `inventory_record` `r`. */
export const INVENTORY_RECORD_COLUMNS = `r.item_id AS "itemId", r.location_id AS "locationId", r.vendor_id AS "vendorId",
  r.source_sku AS "sourceSku", r.stock_availability AS "stockAvailability",
  r.out_of_stock_threshold AS "outOfStockThreshold", r.dispatch_time AS "dispatchTime",
  r.dispatch_time_unit AS "dispatchTimeUnit", r.lead_time AS "leadTime", r.lead_time_unit AS "leadTimeUnit",
  (extract(epoch FROM r.stock_arrival_date) * 1000)::bigint AS "stockArrivalDateMs",
  r.back_order_handling AS "backOrderHandling", r.back_order_allocation AS "backOrderAllocation",
  r.reported_available AS "reportedAvailable",
  (extract(epoch FROM r.source_timestamp) * 1000)::bigint AS "sourceTimestampMs", r.unit_cost::text AS "unitCost",
  r.style, r.support_shipping AS "supportShipping", (extract(epoch FROM r.updated_at) * 1000)::bigint AS "updatedAtMs"`;
