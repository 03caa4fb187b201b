import type { StockLevelView, StockView, StockWants } from '../../application/ports/reads';
import type { Item, Location } from '../../domain/catalogue/catalogue';
import { ON_HAND_BUCKETS, type Packaging, type StockBucket, type StockCondition } from '../../domain/ledger/stock-key';
import { isoInstant } from '../tables/column-types';
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

/** Sums that are always read. A sum of bigint is numeric, so nothing overflows on the way. */
const SUMS = `${sumOf(`v.bucket = 'AVAILABLE'`)} AS available, ${ON_HAND_SUM} AS "onHand", max(v.updated_at) AS "updatedAt"`;

const BUCKET_SUMS = `${sumOf(`v.bucket = 'RESERVED'`)} AS reserved, ${sumOf(`v.bucket = 'COMMITTED'`)} AS committed,
  ${sumOf(`v.bucket = 'MISSING'`)} AS missing, ${sumOf(`v.bucket = 'BLOCKED'`)} AS blocked,
  ${sumOf(`v.bucket = 'ON_HOLD'`)} AS "onHold", ${sumOf(`v.bucket = 'INCOMING'`)} AS incoming, ${REPORTED_SUM} AS reported`;

/** The levels behind the sums, each as an array in the order of {@link PackedLevel}. */
const PACKED_LEVELS = `json_agg(json_build_array(v.level_id, v.owner, v.pool, v.channel, v.condition, v.packaging,
  v.barcode, v.lot, v.bucket, v.quantity, v.version, v.updated_at::text) ORDER BY v.bucket, v.level_id) AS levels`;

/** Sums of the levels `v` of one item and location, and the levels themselves, as far as they are wanted. */
export function stockSums({ buckets, levels }: StockWants): string {
  return SUMS + (buckets ? `, ${BUCKET_SUMS}` : '') + (levels ? `, ${PACKED_LEVELS}` : '');
}

/** The same as columns of a table `s`. */
export function stockColumns({ buckets, levels }: StockWants): string {
  const ofBuckets = ', s.reserved, s.committed, s.missing, s.blocked, s."onHold", s.incoming, s.reported';
  return `s.available, s."onHand", s."updatedAt"${buckets ? ofBuckets : ''}${levels ? ', s.levels' : ''}`;
}

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

interface BucketColumns {
  readonly reserved: Sum;
  readonly committed: Sum;
  readonly missing: Sum;
  readonly blocked: Sum;
  readonly onHold: Sum;
  readonly incoming: Sum;
  readonly reported: Sum;
}

/** What is wanted only now and then is there where it was. */
export interface StockColumns extends ItemColumns, LocationColumns, Partial<BucketColumns> {
  readonly available: Sum;
  readonly onHand: Sum;
  readonly updatedAt: string;
  readonly levels?: readonly PackedLevel[];
  readonly ledgerSequence: number;
}

export function toStock(row: StockColumns): StockView {
  const item = toItem(row);
  const location = toLocation(row);
  const onHand = exactSum(row.onHand);
  const reportedOnHand = sumOrNull(row.reported ?? undefined);
  return {
    item,
    location,
    available: exactSum(row.available),
    onHand,
    updatedAt: row.updatedAt,
    reserved: sumOrNull(row.reserved),
    committed: sumOrNull(row.committed),
    missing: sumOrNull(row.missing),
    blocked: sumOrNull(row.blocked),
    onHold: sumOrNull(row.onHold),
    incoming: sumOrNull(row.incoming),
    reportedOnHand,
    drift: reportedOnHand === null ? null : exactTotal([reportedOnHand, -onHand]),
    levels: row.levels?.map((level) => unpacked(level, item, location, row.ledgerSequence)) ?? null,
  };
}

/** Null where it was not asked for. */
const sumOrNull = (sum: Sum | undefined): number | null => (sum === undefined ? null : exactSum(sum));

function unpacked(packed: PackedLevel, item: Item, location: Location, shownSequence: number): StockLevelView {
  const [id, owner, pool, channel, condition, packaging, barcode, lot, bucket, quantity, version, updatedAt] = packed;
  const key = { owner, pool, channel, condition, packaging, barcode, lot, bucket };
  return { id, item, location, ...key, quantity, version, updatedAt: isoInstant(updatedAt), shownSequence };
}
