import type { AdjustmentOrder } from '../../domain/adjustment-order';
import type { InventoryRecord } from '../../domain/inventory-record';
import type { BatchWrites } from '../../domain/ledger/ledger-state';
import { columns, run, timestamp, timestampOrNull, type Session, type Statement } from './statement';

const INSERT_ORDERS: Statement = {
  name: 'poster_insert_orders',
  text: `INSERT INTO adjustment_order (tenant_id, order_no, type, status, origin_id, seller_order_no, product_code,
      location_id, turn_out_owner, turn_in_owner, lines, sequence, created_at, reverses, reversed_by)
    SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::uuid[],
      $9::text[], $10::text[], $11::jsonb[], $12::bigint[], $13::timestamptz[], $14::text[], $15::text[])`,
};

const UPDATE_ORDERS: Statement = {
  name: 'poster_update_orders',
  text: `UPDATE adjustment_order o SET status = next.status, reversed_by = next.reversed_by
    FROM unnest($2::text[], $3::text[], $4::text[]) AS next (order_no, status, reversed_by)
    WHERE o.tenant_id = $1 AND o.order_no = next.order_no`,
};

const RECORD_COLUMNS = [
  'vendor_id',
  'source_sku',
  'stock_availability',
  'out_of_stock_threshold',
  'dispatch_time',
  'dispatch_time_unit',
  'lead_time',
  'lead_time_unit',
  'stock_arrival_date',
  'back_order_handling',
  'back_order_allocation',
  'reported_available',
  'source_timestamp',
  'unit_cost',
  'style',
  'support_shipping',
  'updated_at',
] as const;

const UPSERT_RECORDS: Statement = {
  name: 'poster_upsert_inventory_records',
  text: `INSERT INTO inventory_record (tenant_id, item_id, location_id, ${RECORD_COLUMNS.join(', ')})
    SELECT $1, * FROM unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::integer[], $8::integer[],
      $9::text[], $10::integer[], $11::text[], $12::timestamptz[], $13::text[], $14::integer[], $15::bigint[],
      $16::timestamptz[], $17::numeric[], $18::text[], $19::boolean[], $20::timestamptz[])
    ON CONFLICT (tenant_id, item_id, location_id) DO UPDATE
      SET ${RECORD_COLUMNS.map((name) => `${name} = excluded.${name}`).join(', ')}`,
};

/** Sends adjustment orders and inventory records. */
export function writeDocuments(session: Session, tenantId: string, writes: BatchWrites): Promise<unknown>[] {
  const changed = [...new Map(writes.changedOrders.map((order) => [order.orderNo, order])).values()];
  const records = [
    ...new Map(writes.inventoryRecords.map((record) => [`${record.itemId} ${record.locationId}`, record])).values(),
  ];
  const statements: [Statement, unknown[][]][] = [
    [INSERT_ORDERS, orderColumns(writes.newOrders)],
    [
      UPDATE_ORDERS,
      columns(
        changed,
        (order) => order.orderNo,
        (order) => order.status,
        (order) => order.reversedBy,
      ),
    ],
    [UPSERT_RECORDS, recordColumns(records)],
  ];
  return statements
    .filter(([, values]) => (values[0]?.length ?? 0) > 0)
    .map(([statement, values]) => run(session, statement, [tenantId, ...values]));
}

function orderColumns(orders: readonly AdjustmentOrder[]): unknown[][] {
  return columns(
    orders,
    (order) => order.orderNo,
    (order) => order.type,
    (order) => order.status,
    (order) => order.originId,
    (order) => order.sellerOrderNo,
    (order) => order.productCode,
    (order) => order.locationId,
    (order) => order.turnOutOwner,
    (order) => order.turnInOwner,
    (order) => JSON.stringify(order.lines),
    (order) => order.sequence,
    (order) => timestamp(order.createdAtMs),
    (order) => order.reverses,
    (order) => order.reversedBy,
  );
}

function recordColumns(records: readonly InventoryRecord[]): unknown[][] {
  return columns(
    records,
    (record) => record.itemId,
    (record) => record.locationId,
    (record) => record.vendorId,
    (record) => record.sourceSku,
    (record) => record.stockAvailability,
    (record) => record.outOfStockThreshold,
    (record) => record.dispatchTime,
    (record) => record.dispatchTimeUnit,
    (record) => record.leadTime,
    (record) => record.leadTimeUnit,
    (record) => timestampOrNull(record.stockArrivalDateMs),
    (record) => record.backOrderHandling,
    (record) => record.backOrderAllocation,
    (record) => record.reportedAvailable,
    (record) => timestampOrNull(record.sourceTimestampMs),
    (record) => record.unitCost,
    (record) => record.style,
    (record) => record.supportShipping,
    (record) => timestamp(record.updatedAtMs),
  );
}
