import type { InventoryRecordDirectory, InventoryRecordView } from '../../application/ports/inventory-records';
import type { BackOrderHandling, DurationUnit, InventoryStyle, StockAvailability } from '../../domain/inventory-record';
import type { ReadDatabase } from './database';
import { exactSum } from './exact-sum';
import { NUMBERED_LOCATION_COLUMNS, toNumberedLocation, type NumberedLocationColumns } from './location-directory';
import { ITEM_COLUMNS, toItem, type ItemColumns } from './rows';
import { Parameters, statement } from './statement';

/** Columns of a record `r`, and of the level sum `s` beside it. */
const RECORD_COLUMNS = `r.vendor_id AS "vendorId", r.source_sku AS "sourceSku",
  r.stock_availability AS "stockAvailability", r.out_of_stock_threshold AS "outOfStockThreshold",
  r.dispatch_time AS "dispatchTime", r.dispatch_time_unit AS "dispatchTimeUnit", r.lead_time AS "leadTime",
  r.lead_time_unit AS "leadTimeUnit", r.stock_arrival_date AS "stockArrivalDate",
  r.back_order_handling AS "backOrderHandling", r.back_order_allocation AS "backOrderAllocation",
  r.reported_available AS "reportedAvailable", r.source_timestamp AS "sourceTimestamp", r.unit_cost::text AS "unitCost",
  r.style, r.support_shipping AS "supportShipping", r.updated_at AS "updatedAt", s.available`;

interface RecordColumns extends ItemColumns, NumberedLocationColumns {
  readonly vendorId: number;
  readonly sourceSku: string | null;
  readonly stockAvailability: StockAvailability | null;
  readonly outOfStockThreshold: number | null;
  readonly dispatchTime: number | null;
  readonly dispatchTimeUnit: DurationUnit | null;
  readonly leadTime: number | null;
  readonly leadTimeUnit: DurationUnit | null;
  readonly stockArrivalDate: string | null;
  readonly backOrderHandling: BackOrderHandling | null;
  readonly backOrderAllocation: number | null;
  readonly reportedAvailable: number | null;
  readonly sourceTimestamp: string | null;
  readonly unitCost: string | null;
  readonly style: InventoryStyle;
  readonly supportShipping: boolean;
  readonly updatedAt: string;
  /** Text, since a sum of bigint is numeric. */
  readonly available: string;
}

/** Records `r` of a table or subquery, each with its item, location and stock. */
const views = (records: string): string => `SELECT ${RECORD_COLUMNS}, ${ITEM_COLUMNS}, ${NUMBERED_LOCATION_COLUMNS}
  FROM ${records} r
  JOIN item i ON i.tenant_id = $1 AND i.item_id = r.item_id
  JOIN location l ON l.tenant_id = $1 AND l.location_id = r.location_id
  CROSS JOIN LATERAL (SELECT coalesce(sum(v.quantity), 0)::text AS available FROM stock_level v
    WHERE v.tenant_id = $1 AND v.item_id = r.item_id AND v.location_id = r.location_id
      AND v.bucket = 'AVAILABLE' AND v.condition = 'GOOD') s`;

/** Reads inventory records for forms that know them by integers. */
export function createInventoryRecordDirectory(database: ReadDatabase): InventoryRecordDirectory {
  const findOne = async (parameters: Parameters, condition: string): Promise<InventoryRecordView | undefined> => {
    const text = `${views('inventory_record')} WHERE r.tenant_id = $1 AND ${condition}`;
    return (await database.query<RecordColumns>(statement(text, parameters))).map(toView)[0];
  };
  return {
    byVendorId(tenantId, vendorId) {
      const parameters = new Parameters(tenantId);
      return findOne(parameters, `r.vendor_id = ${parameters.add(vendorId, 'bigint')}`);
    },
    byKey(tenantId, itemId, locationId) {
      const parameters = new Parameters(tenantId);
      const ids = `${parameters.add(itemId, 'uuid')}, ${parameters.add(locationId, 'uuid')}`;
      return findOne(parameters, `(r.item_id, r.location_id) = (${ids})`);
    },
    async list(tenantId, { offset, limit }) {
      const parameters = new Parameters(tenantId);
      const slice = `LIMIT ${parameters.add(limit, 'bigint')} OFFSET ${parameters.add(offset, 'bigint')}`;
      const records = `(SELECT * FROM inventory_record WHERE tenant_id = $1 ORDER BY vendor_id ${slice})`;
      // One statement, so that the number and the page are of one moment; a page without records still has the number.
      const text = `SELECT total.total, p.* FROM
        (SELECT count(*) AS total FROM inventory_record WHERE tenant_id = $1) total
        LEFT JOIN (${views(records)}) p ON true ORDER BY p."vendorId"`;
      const rows = await database.query<{ total: number } & (RecordColumns | { vendorId: null })>(
        statement(text, parameters),
      );
      const found = rows.filter((row): row is { total: number } & RecordColumns => row.vendorId !== null);
      return { total: rows[0]?.total ?? 0, records: found.map(toView) };
    },
  };
}

function toView(row: RecordColumns): InventoryRecordView {
  const { stockArrivalDate, sourceTimestamp, updatedAt } = row;
  const record = {
    itemId: row.itemId,
    locationId: row.locationId,
    vendorId: row.vendorId,
    sourceSku: row.sourceSku,
    stockAvailability: row.stockAvailability,
    outOfStockThreshold: row.outOfStockThreshold,
    dispatchTime: row.dispatchTime,
    dispatchTimeUnit: row.dispatchTimeUnit,
    leadTime: row.leadTime,
    leadTimeUnit: row.leadTimeUnit,
    stockArrivalDateMs: epochMs(stockArrivalDate),
    backOrderHandling: row.backOrderHandling,
    backOrderAllocation: row.backOrderAllocation,
    reportedAvailable: row.reportedAvailable,
    sourceTimestampMs: epochMs(sourceTimestamp),
    unitCost: row.unitCost,
    style: row.style,
    supportShipping: row.supportShipping,
    updatedAtMs: Date.parse(updatedAt),
  };
  return { record, item: toItem(row), location: toNumberedLocation(row), available: exactSum(row.available) };
}

const epochMs = (instant: string | null): number | null => (instant === null ? null : Date.parse(instant));
