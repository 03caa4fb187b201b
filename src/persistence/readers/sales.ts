import type { Place, SalesReads, SaleStock } from '../../application/reads/sales';
import type { InventoryRecord } from '../../domain/inventory-record';
import { exactNumber } from '../column-types';
import { INVENTORY_RECORD_COLUMNS } from '../document-columns';
import type { ReadDatabase } from './database';
import { locationIds } from './named';
import { LEDGER_HEAD } from './page';
import { Parameters, statement } from './statement';

// Condition is part of a key: damaged units are not sold, whatever their bucket.
const SALEABLE = `v.bucket = 'AVAILABLE' AND v.condition = 'GOOD'`;

/** What is for sale at a place `p`: sums of its levels, and its record. */
const SALE_STOCK = `CROSS JOIN LATERAL (SELECT
    sum(v.quantity) FILTER (WHERE ${SALEABLE}) AS available,
    sum(coalesce(v.last_count_quantity, v.quantity)) FILTER (WHERE ${SALEABLE}) AS stated,
    coalesce(bool_or(v.last_count_quantity IS NOT NULL) FILTER (WHERE ${SALEABLE}), false) AS counted,
    sum(v.quantity) FILTER (WHERE v.bucket = 'INCOMING' AND v.condition = 'GOOD') AS incoming
    FROM stock_level v WHERE v.tenant_id = $1 AND v.item_id = p.item_id AND v.location_id = p.location_id) s
  JOIN location l ON l.tenant_id = $1 AND l.location_id = p.location_id
  LEFT JOIN inventory_record r ON r.tenant_id = $1 AND r.item_id = p.item_id AND r.location_id = p.location_id`;

const SALE_COLUMNS = `p.item_id AS "placeItemId", p.location_id AS "placeLocationId", l.code AS "locationCode",
  s.available, s.stated, s.counted, s.incoming, r.item_id IS NOT NULL AS "hasRecord", ${INVENTORY_RECORD_COLUMNS}`;

interface SaleColumns extends InventoryRecord {
  readonly placeItemId: string;
  readonly placeLocationId: string;
  readonly locationCode: string;
  readonly available: string | null;
  readonly stated: string | null;
  readonly counted: boolean;
  readonly incoming: string | null;
  readonly hasRecord: boolean;
}

/** `isPlace` is null in the one row of an item that is nowhere. */
interface SaleRow {
  readonly ledgerSequence: number;
  readonly isPlace: true | null;
}

/** Reads inventory records, and what can be sold by them. */
export function createSalesReads(database: ReadDatabase): SalesReads {
  return {
    async inventoryRecordsAt(tenantId, places) {
      const parameters = new Parameters(tenantId);
      const text = `SELECT ${INVENTORY_RECORD_COLUMNS} FROM ${placesGiven(parameters, places)}
        JOIN inventory_record r
          ON r.tenant_id = $1 AND r.item_id = p.item_id AND r.location_id = p.location_id`;
      return database.query<InventoryRecord & Record<string, unknown>>(statement(text, parameters));
    },
    async saleStocksAt(tenantId, places) {
      const parameters = new Parameters(tenantId);
      const text = `SELECT ${SALE_COLUMNS} FROM ${placesGiven(parameters, places)} ${SALE_STOCK}`;
      return (await database.query<SaleColumns & Record<string, unknown>>(statement(text, parameters))).map(
        toSaleStock,
      );
    },
    async saleStocksOf(tenantId, itemId, locations) {
      const parameters = new Parameters(tenantId);
      const item = parameters.add(itemId, 'uuid');
      const only = locations ? ` AND location_id = ANY (${locationIds(parameters, locations)})` : '';
      const places = `SELECT item_id, location_id FROM stock_level WHERE tenant_id = $1 AND item_id = ${item}${only}
        UNION SELECT item_id, location_id FROM inventory_record WHERE tenant_id = $1 AND item_id = ${item}${only}`;
      const text = `SELECT head.sequence AS "ledgerSequence", sales.* FROM (${LEDGER_HEAD}) head
        LEFT JOIN LATERAL (SELECT true AS "isPlace", ${SALE_COLUMNS} FROM (${places}) p ${SALE_STOCK}) sales ON true
        ORDER BY sales."locationCode"`;
      const rows = await database.query<SaleColumns & SaleRow & Record<string, unknown>>(statement(text, parameters));
      const stocks = rows.filter(({ isPlace }) => isPlace).map(toSaleStock);
      return { stocks, ledgerSequence: rows[0]?.ledgerSequence ?? 0 };
    },
  };
}

function placesGiven(parameters: Parameters, places: readonly Place[]): string {
  const items = parameters.add(
    places.map((place) => place.itemId),
    'uuid[]',
  );
  const locations = parameters.add(
    places.map((place) => place.locationId),
    'uuid[]',
  );
  return `unnest(${items}, ${locations}) AS p (item_id, location_id)`;
}

function toSaleStock(row: SaleColumns): SaleStock {
  const { placeItemId, placeLocationId, locationCode, available, stated, counted, incoming, hasRecord, ...record } =
    row;
  const known: InventoryRecord | null = hasRecord ? record : null;
  return {
    itemId: placeItemId,
    locationId: placeLocationId,
    locationCode,
    available: exactSum(available),
    lastCounted: counted ? exactSum(stated) : null,
    incoming: exactSum(incoming),
    terms: known,
    record: known,
  };
}

const exactSum = (sum: string | null): number => (sum === null ? 0 : exactNumber(sum));
