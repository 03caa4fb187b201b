import type { InventoryRecordReads, InventoryRecordView, ItemLocation } from '../../application/ports/reads';
import type { InventoryRecord } from '../../domain/inventory-record';
import { selectPlain } from '../tables/derived';
import { InventoryRecordEntity } from '../tables/inventory-record';
import type { ReadDatabase } from './database';
import { exactSum } from './exact-sum';
import { levelsAtPlace } from './look-ups';
import { givenItemLocations, isItemNamed, locationNamed } from './named';
import { LOCATION_COLUMNS, toLocation, type LocationColumns } from './rows';
import { Parameters, statement } from './statement';
import { SALEABLE } from './stock-rows';

const RECORD_COLUMNS = selectPlain(InventoryRecordEntity, 'r');

type RecordColumns = InventoryRecord & Record<string, unknown>;

interface ViewColumns extends InventoryRecord, LocationColumns {
  /** Text, because a sum of bigint is numeric. */
  readonly available: string;
}

/** Records `r` of a table or subquery, each with its location and stock. */
const views = (records: string): string => `SELECT ${RECORD_COLUMNS}, ${LOCATION_COLUMNS}, s.available
  FROM ${records} r
  JOIN location l ON l.tenant_id = $1 AND l.location_id = r.location_id
  CROSS JOIN LATERAL (SELECT coalesce(sum(v.quantity), 0)::text AS available FROM ${levelsAtPlace('r.item_id', 'r.location_id')} v
    WHERE ${SALEABLE}) s`;

/** Reads inventory records. */
export function createInventoryRecordReads(database: ReadDatabase): InventoryRecordReads {
  const findView = async (parameters: Parameters, condition: string): Promise<InventoryRecordView | undefined> => {
    const text = `${views('inventory_record')} WHERE r.tenant_id = $1 AND ${condition}`;
    return (await database.query<ViewColumns>(statement(text, parameters))).map(toView)[0];
  };
  return {
    async inventoryRecord(tenantId, sku, specification, locationCode) {
      const parameters = new Parameters(tenantId);
      const text = `SELECT ${RECORD_COLUMNS} FROM item i
        JOIN location l ON l.tenant_id = $1 AND l.location_id = ${locationNamed(parameters.add(locationCode, 'text'))}
        JOIN inventory_record r ON r.tenant_id = $1 AND r.item_id = i.item_id AND r.location_id = l.location_id
        WHERE ${isItemNamed(parameters, sku, specification)}`;
      return (await database.query<RecordColumns>(statement(text, parameters)))[0];
    },
    inventoryRecordsAt(tenantId, itemLocations) {
      const parameters = new Parameters(tenantId);
      const text = `SELECT ${RECORD_COLUMNS} FROM ${givenItemLocations(parameters, itemLocations)} p
        JOIN inventory_record r ON r.tenant_id = $1 AND r.item_id = p.item_id AND r.location_id = p.location_id`;
      return database.query<RecordColumns>(statement(text, parameters));
    },
    inventoryRecordView(tenantId, { itemId, locationId }: ItemLocation) {
      const parameters = new Parameters(tenantId);
      const ids = `${parameters.add(itemId, 'uuid')}, ${parameters.add(locationId, 'uuid')}`;
      return findView(parameters, `(r.item_id, r.location_id) = (${ids})`);
    },
    inventoryRecordByVendorId(tenantId, vendorId) {
      const parameters = new Parameters(tenantId);
      return findView(parameters, `r.vendor_id = ${parameters.add(vendorId, 'bigint')}`);
    },
    async inventoryRecords(tenantId, { offset, limit }) {
      const parameters = new Parameters(tenantId);
      const slice = `LIMIT ${parameters.add(limit, 'bigint')} OFFSET ${parameters.add(offset, 'bigint')}`;
      const records = `(SELECT * FROM inventory_record WHERE tenant_id = $1 ORDER BY vendor_id ${slice})`;
      // One statement, so that total and page show the same moment. A page without records still has the total.
      const text = `SELECT total.total, p.* FROM
        (SELECT count(*) AS total FROM inventory_record WHERE tenant_id = $1) total
        LEFT JOIN (${views(records)}) p ON true ORDER BY p."vendorId"`;
      const rows = await database.query<{ total: number } & (ViewColumns | { vendorId: null })>(
        statement(text, parameters),
      );
      const found = rows.filter((row): row is { total: number } & ViewColumns => row.vendorId !== null);
      return { total: rows[0]?.total ?? 0, records: found.map(({ total, ...row }) => toView(row)) };
    },
  };
}

function toView(row: ViewColumns): InventoryRecordView {
  const { code, locationName, parentId, locationVendorId, available, ...record } = row;
  return { record, location: toLocation(row), available: exactSum(available) };
}
