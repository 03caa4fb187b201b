import type { ItemView, LocationView, StockLevelView, StockView } from '../../application/reads';
import { ON_HAND_BUCKETS, type Packaging, type StockBucket, type StockCondition } from '../../domain/stock-key';
import { isoInstant } from '../column-types';
import { exactSum, exactTotal } from './exact-sum';
import { toItem, toLocation, type ItemColumns, type LocationColumns } from './rows';

/** Columns of a level `v`. */
export const LEVEL_COLUMNS = `v.level_id AS "levelId", v.owner, v.pool, v.channel, v.condition, v.packaging, v.barcode,
  v.lot, v.bucket, v.quantity, v.version, v.updated_at AS "updatedAt"`;

export interface LevelColumns extends ItemColumns, LocationColumns {
  readonly levelId: string;
  readonly owner: string;
  readonly pool: string;
  readonly channel: string;
  readonly condition: StockCondition;
  readonly packaging: Packaging;
  readonly barcode: string;
  readonly lot: string;
  readonly bucket: StockBucket;
  readonly quantity: number;
  readonly version: number;
  readonly updatedAt: string;
  readonly ledgerSequence: number;
}

export function toStockLevel(row: LevelColumns): StockLevelView {
  return {
    id: row.levelId,
    item: toItem(row),
    location: toLocation(row),
    owner: row.owner,
    pool: row.pool,
    channel: row.channel,
    condition: row.condition,
    packaging: row.packaging,
    barcode: row.barcode,
    lot: row.lot,
    bucket: row.bucket,
    quantity: row.quantity,
    version: row.version,
    updatedAt: row.updatedAt,
    shownSequence: row.ledgerSequence,
  };
}

const sumOf = (condition: string): string => `sum(v.quantity) FILTER (WHERE ${condition})`;

export const ON_HAND_SUM = sumOf(`v.bucket IN (${ON_HAND_BUCKETS.map((bucket) => `'${bucket}'`).join(', ')})`);
// Condition is part of a key: damaged units are not sold, whatever their bucket.
export const SALEABLE = `v.bucket = 'AVAILABLE' AND v.condition = 'GOOD'`;
export const SALEABLE_SUM = sumOf(SALEABLE);
export const REPORTED_SUM = sumOf(`v.bucket = 'REPORTED_ON_HAND' AND v.has_baseline`);

/** Sums of the levels `v` of one item and location. A sum of bigint is numeric, so nothing overflows on the way. */
export const STOCK_SUMS = `${sumOf(`v.bucket = 'AVAILABLE'`)} AS available, ${sumOf(`v.bucket = 'RESERVED'`)} AS reserved,
  ${sumOf(`v.bucket = 'COMMITTED'`)} AS committed, ${sumOf(`v.bucket = 'MISSING'`)} AS missing,
  ${sumOf(`v.bucket = 'BLOCKED'`)} AS blocked, ${sumOf(`v.bucket = 'ON_HOLD'`)} AS "onHold",
  ${sumOf(`v.bucket = 'INCOMING'`)} AS incoming, ${REPORTED_SUM} AS reported, max(v.updated_at) AS "updatedAt"`;

/** The sums of a table `s`. */
export const STOCK_COLUMNS = `s.available, s.reserved, s.committed, s.missing, s.blocked, s."onHold", s.incoming, s.reported, s."updatedAt"`;

/** The levels behind the sums, each as an array in the order of {@link PackedLevel}. */
export const PACKED_LEVELS = `json_agg(json_build_array(v.level_id, v.owner, v.pool, v.channel, v.condition, v.packaging,
  v.barcode, v.lot, v.bucket, v.quantity, v.version, v.updated_at::text) ORDER BY v.bucket, v.level_id) AS levels`;

type PackedLevel = [
  id: string,
  owner: string,
  pool: string,
  channel: string,
  condition: StockCondition,
  packaging: Packaging,
  barcode: string,
  lot: string,
  bucket: StockBucket,
  quantity: number,
  version: number,
  updatedAt: string,
];

/** A sum is null where there is no such level, and else text, since numeric has no bounds. */
type Sum = string | null;

export interface StockColumns extends ItemColumns, LocationColumns {
  readonly available: Sum;
  readonly reserved: Sum;
  readonly committed: Sum;
  readonly missing: Sum;
  readonly blocked: Sum;
  readonly onHold: Sum;
  readonly incoming: Sum;
  readonly reported: Sum;
  readonly updatedAt: string;
  readonly levels?: readonly PackedLevel[];
  readonly ledgerSequence: number;
}

export function toStock(row: StockColumns): StockView {
  const item = toItem(row);
  const location = toLocation(row);
  const available = exactSum(row.available);
  const reserved = exactSum(row.reserved);
  const committed = exactSum(row.committed);
  const missing = exactSum(row.missing);
  const blocked = exactSum(row.blocked);
  const onHold = exactSum(row.onHold);
  const onHand = exactTotal([available, reserved, committed, missing, blocked, onHold]);
  const reportedOnHand = row.reported === null ? null : exactSum(row.reported);
  return {
    item,
    location,
    available,
    reserved,
    committed,
    missing,
    blocked,
    onHold,
    incoming: exactSum(row.incoming),
    onHand,
    reportedOnHand,
    drift: reportedOnHand === null ? null : exactTotal([reportedOnHand, -onHand]),
    updatedAt: row.updatedAt,
    levels: row.levels?.map((level) => unpacked(level, item, location, row.ledgerSequence)) ?? null,
  };
}

function unpacked(packed: PackedLevel, item: ItemView, location: LocationView, shownSequence: number): StockLevelView {
  const [id, owner, pool, channel, condition, packaging, barcode, lot, bucket, quantity, version, updatedAt] = packed;
  const key = { owner, pool, channel, condition, packaging, barcode, lot, bucket };
  return { id, item, location, ...key, quantity, version, updatedAt: isoInstant(updatedAt), shownSequence };
}
