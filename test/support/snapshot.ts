import type { Pool, QueryResultRow } from 'pg';
import type { AdjustmentOrder } from '../../src/domain/adjustment-order';
import type { Item, Location } from '../../src/domain/catalogue/catalogue';
import type { InventoryRecord } from '../../src/domain/inventory-record';
import type { LastCount, LedgerHead, Level } from '../../src/domain/ledger/ledger-state';
import type { Movement } from '../../src/domain/ledger/movement';
import type { StockKey } from '../../src/domain/ledger/stock-key';
import { AdjustmentOrderEntity } from '../../src/persistence/tables/adjustment-order';
import { selectPlain } from '../../src/persistence/tables/derived';
import { InventoryRecordEntity } from '../../src/persistence/tables/inventory-record';
import type { TestLedger } from './domain/test-ledger';
import { ALL_OUTCOMES } from './ledger';

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::bigint`;

const ITEMS = `SELECT item_id AS id, sku, specification, name, units_per_package AS "unitsPerPackage" FROM item
  WHERE tenant_id = $1`;

const LOCATIONS = `SELECT location_id AS id, code, name, parent_id AS "parentId", vendor_id AS "vendorId" FROM location
  WHERE tenant_id = $1`;

const HEAD = `SELECT sequence, encode(hash, 'hex') AS hash, coalesce(${ms('recorded_at')}, 0) AS "recordedAtMs",
    next_order_number AS "nextOrderNumber", next_vendor_id AS "nextVendorId"
  FROM ledger_head WHERE tenant_id = $1`;

const LEVELS = `SELECT level_id AS id, quantity, version, ${ms('updated_at')} AS "updatedAtMs",
    ${ms('last_effective_at')} AS "lastEffectiveAtMs",
    has_baseline AS "hasBaseline", ${ms('counted_as_of')} AS "countedAsOfMs",
    json_build_object('owner', owner, 'pool', pool, 'channel', channel, 'condition', condition, 'packaging', packaging,
      'barcode', barcode, 'lot', lot, 'bucket', bucket, 'itemId', item_id, 'locationId', location_id) AS key,
    CASE WHEN last_count_at IS NOT NULL THEN json_build_object('effectiveAtMs', ${ms('last_count_at')},
      'explicit', last_count_explicit, 'quantity', last_count_quantity, 'originId', last_count_origin_id,
      'sourceSequence', last_count_source_sequence) END AS "lastCount"
  FROM stock_level WHERE tenant_id = $1 ORDER BY level_id`;

/** The rows of a table that are parts of the movement `m`, in their order. */
const parts = (table: string, order: string, columns: Readonly<Record<string, string>>): string =>
  `coalesce((SELECT json_agg(json_build_object(${Object.entries(columns)
    .map(([name, column]) => `'${name}', p.${column}`)
    .join(', ')}) ORDER BY p.${order}) FROM ${table} p
    WHERE p.tenant_id = m.tenant_id AND p.sequence = m.sequence), '[]')`;

const ENTRY = {
  levelId: 'level_id',
  itemId: 'item_id',
  delta: 'delta',
  quantityAfter: 'quantity_after',
  levelVersion: 'level_version',
};
const COUNT = {
  levelId: 'level_id',
  status: 'status',
  quantity: 'quantity',
  previousQuantity: 'previous_quantity',
  asOf: 'as_of',
  sourceSequence: 'source_sequence',
  code: 'code',
};

const MOVEMENTS = `SELECT sequence, reason, reference, note, correlation_id AS "correlationId",
    json_build_object('kind', origin_kind, 'id', origin_id) AS origin, external_id AS "externalId",
    ${ms('occurred_at')} AS "occurredAtMs", ${ms('effective_at')} AS "effectiveAtMs",
    ${ms('recorded_at')} AS "recordedAtMs", encode(evidence_hash, 'hex') AS "evidenceHash",
    inbound_message_id AS "inboundMessageId", encode(hash, 'hex') AS hash,
    ${parts('ledger_entry', 'leg', ENTRY)} AS entries,
    ${parts('absorbed_leg', 'leg', { levelId: 'level_id', delta: 'delta' })} AS "absorbedLegs",
    ${parts('stock_count', 'ordinal', COUNT)} AS counts
  FROM movement m WHERE tenant_id = $1 ORDER BY sequence`;

const OUTCOMES = `SELECT origin_id AS "originId", external_id AS "externalId", encode(fingerprint, 'hex') AS fingerprint,
    sequence, result FROM ${ALL_OUTCOMES} WHERE tenant_id = $1`;

const ORDERS = `SELECT ${selectPlain(AdjustmentOrderEntity, 'o')} FROM adjustment_order o WHERE o.tenant_id = $1 ORDER BY o.order_no`;

const RECORDS = `SELECT ${selectPlain(InventoryRecordEntity, 'r')} FROM inventory_record r WHERE r.tenant_id = $1 ORDER BY r.vendor_id`;

const QUARANTINED = `SELECT message_id AS "messageId", row_index AS index, code, detail, row, open, sequence
  FROM quarantined_row WHERE tenant_id = $1`;

type StoredCount = Omit<Movement['counts'][number], 'asOfMs'> & { asOf: string | null };
type StoredMovement = Omit<Movement, 'counts'> & { counts: readonly StoredCount[] };

/** Loads a tenant's tables into a ledger in memory. */
export async function readInto(ledger: TestLedger, pool: Pool, tenantId: string): Promise<void> {
  const read = async <Row>(sql: string): Promise<Row[]> =>
    (await pool.query<Row & QueryResultRow>(sql, [tenantId])).rows;
  fill(ledger.items, await read<Item>(ITEMS), ({ id }) => id);
  fill(ledger.locations, await read<Location>(LOCATIONS), ({ id }) => id);
  const levels = await read<Level & { key: StockKey; lastCount: LastCount | null }>(LEVELS);
  fill(ledger.levels, levels, ({ id }) => id);
  fill(ledger.outcomes, await read(OUTCOMES), ({ originId, externalId }) => `${originId} ${externalId}`);
  fill(ledger.orders, await read<AdjustmentOrder>(ORDERS), ({ orderNo }) => orderNo);
  fill(ledger.inventoryRecords, await read<InventoryRecord>(RECORDS), (row) => `${row.itemId} ${row.locationId}`);
  fill(ledger.quarantined, await read(QUARANTINED), ({ messageId, index }) => `${messageId} ${index}`);
  const movements = (await read<StoredMovement>(MOVEMENTS)).map((movement) => ({
    ...movement,
    counts: movement.counts.map(({ asOf, ...count }) => ({
      ...count,
      asOfMs: asOf === null ? null : Date.parse(asOf),
    })),
  }));
  ledger.movements.splice(0, ledger.movements.length, ...movements);
  const [head] = await read<LedgerHead>(HEAD);
  if (head) ledger.head = head;
}

function fill<Row>(map: Map<string, Row>, rows: readonly Row[], keyOf: (row: Row) => string): void {
  map.clear();
  for (const row of rows) map.set(keyOf(row), row);
}
