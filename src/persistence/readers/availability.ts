import type { AvailabilityReads, ItemSaleStocks, SaleStock } from '../../application/ports/reads';
import type { InventoryRecord } from '../../domain/inventory-record';
import { selectPlain } from '../tables/derived';
import { InventoryRecordEntity } from '../tables/inventory-record';
import type { ReadDatabase } from './database';
import { exactSum } from './exact-sum';
import { givenItemLocations, isItemNamed, locationsNamed } from './named';
import { between, lookUp } from '../database/look-up';
import { joinOne, levelsAtPlace } from './look-ups';
import { LEDGER_CLOCK } from './expired-holds';
import { LEDGER_HEAD } from './page';
import { ITEM_COLUMNS, toItem, type ItemColumns } from './rows';
import { Parameters, statement } from './statement';
import { SALEABLE } from './stock-rows';

/** Whether anybody waits for units: mostly nobody does, and then nothing is looked for. */
const ARE_WAITING = `(SELECT head.back_orders > 0 FROM ledger_head head WHERE head.tenant_id = $1)`;

/** Units that reservations wait for at `p`. What they give up when they expire counts as given up from then on. */
const WAITING_UNITS = `SELECT sum(CASE WHEN r.expires_at <= ${LEDGER_CLOCK} THEN line.committed ELSE line.units END)
  FROM (${lookUp({
    ...{ table: 'reservation_place', alias: 'w', columns: 'w.reservation_id', also: 'w.back_ordered' },
    key: [
      ['item_id', 'p.item_id'],
      ['location_id', 'p.location_id'],
    ],
  })}) waiting
  ${joinOne('reservation', 'r', 'reservation_id', 'waiting.reservation_id')}
  CROSS JOIN LATERAL (SELECT (line ->> 'backOrdered')::bigint AS units, (line ->> 'backOrderedCommitted')::bigint AS committed
    FROM jsonb_array_elements(r.lines) line
    WHERE line ->> 'itemId' = p.item_id::text AND line ->> 'locationId' = p.location_id::text) line`;

/** What can be sold of an item at a location `p`: sums of its levels, and its record. */
const SALE_STOCK = `CROSS JOIN LATERAL (SELECT
    sum(v.quantity) FILTER (WHERE ${SALEABLE}) AS available,
    sum(coalesce(v.last_count_quantity, v.quantity)) FILTER (WHERE ${SALEABLE}) AS stated,
    coalesce(bool_or(v.last_count_quantity IS NOT NULL) FILTER (WHERE ${SALEABLE}), false) AS counted,
    sum(v.quantity) FILTER (WHERE v.bucket = 'INCOMING' AND v.condition = 'GOOD') AS incoming
    FROM ${levelsAtPlace('p.item_id', 'p.location_id')} v) s
  CROSS JOIN LATERAL (SELECT CASE WHEN ${ARE_WAITING} THEN (${WAITING_UNITS}) END AS back_ordered) w
  JOIN location l ON l.tenant_id = $1 AND l.location_id = p.location_id
  JOIN item sold ON sold.tenant_id = $1 AND sold.item_id = p.item_id
  LEFT JOIN inventory_record r ON r.tenant_id = $1 AND r.item_id = p.item_id AND r.location_id = p.location_id`;

const SALE_COLUMNS = `p.item_id AS "saleItemId", p.location_id AS "saleLocationId", l.code AS "locationCode",
  s.available, s.stated, s.counted, s.incoming, w.back_ordered AS "backOrdered",
  (l.archived_at IS NOT NULL OR sold.archived_at IS NOT NULL) AS "isArchived", r.item_id IS NOT NULL AS "hasRecord", ${selectPlain(InventoryRecordEntity, 'r')}`;

/** A sum of bigint is numeric, which is read as text. It is null when there is nothing to add up. */
interface SaleColumns extends InventoryRecord, Record<string, unknown> {
  readonly saleItemId: string;
  readonly saleLocationId: string;
  readonly locationCode: string;
  readonly available: string | null;
  readonly stated: string | null;
  readonly counted: boolean;
  readonly incoming: string | null;
  readonly backOrdered: string | null;
  readonly isArchived: boolean;
  readonly hasRecord: boolean;
}

/** The item with each of its locations. An item without locations has one row, in which `isItemLocation` is null. */
interface ItemSaleColumns extends SaleColumns {
  readonly ledgerSequence: number;
  readonly item: ItemColumns;
  readonly isItemLocation: true | null;
}

/** Reads stock that can be sold, with the terms of its inventory record. */
export function createAvailabilityReads(database: ReadDatabase): AvailabilityReads {
  return {
    async saleStocksAt(tenantId, itemLocations) {
      const parameters = new Parameters(tenantId);
      const text = `SELECT ${SALE_COLUMNS} FROM ${givenItemLocations(parameters, itemLocations)} p ${SALE_STOCK}`;
      return (await database.query<SaleColumns>(statement(text, parameters))).map(toSaleStock);
    },
    saleStocksOf: (tenantId, sku, specification, locationCodes) =>
      readSaleStocksOf(database, tenantId, [sku, specification], locationCodes),
  };
}

async function readSaleStocksOf(
  database: ReadDatabase,
  tenantId: string,
  [sku, specification]: [sku: string, specification: string],
  locationCodes: readonly string[] | null,
): Promise<ItemSaleStocks | undefined> {
  const parameters = new Parameters(tenantId);
  const itemLocations = locationCodes ? namedItemLocations(parameters, locationCodes) : EVERY_ITEM_LOCATION;
  const text = `SELECT head.sequence AS "ledgerSequence", (SELECT to_json(named) FROM (SELECT ${ITEM_COLUMNS}) named) AS item, sales.*
    FROM (${LEDGER_HEAD}) head CROSS JOIN item i
    LEFT JOIN LATERAL (SELECT true AS "isItemLocation", ${SALE_COLUMNS} FROM (${itemLocations}) p ${SALE_STOCK}) sales ON true
    WHERE ${isItemNamed(parameters, sku, specification)} ORDER BY sales."locationCode"`;
  const rows = await database.query<ItemSaleColumns>(statement(text, parameters));
  const first = rows[0];
  if (!first) return undefined;
  const stocks = rows.filter(({ isItemLocation }) => isItemLocation).map(toSaleStock);
  return { item: toItem(first.item), stocks, ledgerSequence: first.ledgerSequence };
}

/** Where the item `i` has a level or a record. */
const EVERY_ITEM_LOCATION = `(SELECT v.item_id, v.location_id FROM stock_level v WHERE v.tenant_id = $1
    AND ${between('v.item_id', 'i.item_id')} ORDER BY v.item_id, v.location_id)
  UNION SELECT r.item_id, r.location_id FROM inventory_record r WHERE r.tenant_id = $1 AND r.item_id = i.item_id`;

const namedItemLocations = (parameters: Parameters, codes: readonly string[]): string =>
  `SELECT i.item_id, asked.location_id FROM (${locationsNamed(parameters.add(codes, 'text[]'))}) asked`;

function toSaleStock(row: SaleColumns): SaleStock {
  return {
    itemId: row.saleItemId,
    locationId: row.saleLocationId,
    locationCode: row.locationCode,
    available: exactSum(row.available),
    lastCounted: row.counted ? exactSum(row.stated) : null,
    incoming: exactSum(row.incoming),
    backOrdered: exactSum(row.backOrdered),
    isArchived: row.isArchived,
    terms: row.hasRecord ? toRecord(row) : null,
  };
}

/** Only the record's columns of a row. */
function toRecord({
  saleItemId,
  saleLocationId,
  locationCode,
  available,
  stated,
  counted,
  incoming,
  backOrdered,
  isArchived,
  hasRecord,
  ...record
}: SaleColumns): InventoryRecord {
  return record;
}
