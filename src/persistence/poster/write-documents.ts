import type { AdjustmentOrder } from '../../domain/adjustment-order';
import type { InventoryRecord } from '../../domain/inventory-record';
import type { BatchWrites } from '../../domain/ledger/ledger-state';
import { AdjustmentOrderEntity } from '../tables/adjustment-order';
import { InventoryRecordEntity } from '../tables/inventory-record';
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
      'reorderPoint',
    ),
    ...same('dispatchTime', 'dispatchTimeUnit', 'leadTime', 'leadTimeUnit', 'backOrderHandling'),
    ...same('backOrderAllocation', 'reportedAvailable', 'unitCost', 'style', 'supportShipping'),
    stockArrivalDate: (record) => record.stockArrivalDateMs,
    sourceTimestamp: (record) => record.sourceTimestampMs,
    updatedAt: (record) => record.updatedAtMs,
  },
);

/** Sends adjustment orders and inventory records. */
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
  ];
}

/** All statements above, whose plans a test looks at. */
export const STATEMENTS: readonly Statement[] = [INSERT_ORDERS, UPDATE_ORDERS, UPSERT_RECORDS];
