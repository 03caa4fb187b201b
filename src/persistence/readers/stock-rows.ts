import type { StockLevelView, StockView, StockWants } from '../../application/ports/reads';
import { ON_HAND_BUCKETS, STOCK_BUCKETS } from '../../domain/ledger/stock-key';
import { levelNodeId, stockNodeId } from '../../domain/node-ids';
import { isoInstant } from '../tables/column-types';
import { columnName, selectList } from '../tables/derived';
import { DIMENSION_COLUMNS, StockLevelEntity } from '../tables/stock-level';
import { exactSum, exactTotal } from './exact-sum';
import { toItem, toLocation, type ItemColumns, type LocationColumns } from './rows';

const LEVEL_PROPERTIES = ['levelId', ...DIMENSION_COLUMNS, 'quantity', 'version', 'updatedAt'] as const;

/** Columns of a level `v`. */
export const LEVEL_COLUMNS = selectList(StockLevelEntity, 'v', { only: LEVEL_PROPERTIES });

type LevelValues = Omit<StockLevelView, 'id' | 'item' | 'location' | 'shownSequence' | 'asOfSequence'>;

export type LevelColumns = ItemColumns & LocationColumns & LevelValues & { readonly ledgerSequence: number };

/** Also has the other columns of the row. */
export function toStockLevel(row: LevelColumns, isPast: boolean): StockLevelView {
  const shownSequence = row.ledgerSequence;
  const asOfSequence = isPast ? shownSequence : null;
  const id = levelNodeId(row.levelId, asOfSequence);
  return { ...row, id, item: toItem(row), location: toLocation(row), shownSequence, asOfSequence };
}

const sumOf = (condition: string): string => `sum(v.quantity) FILTER (WHERE ${condition})`;

const ON_HAND: ReadonlySet<string> = new Set(ON_HAND_BUCKETS);
/** By the buckets that it leaves out, because those are fewer comparisons for each level. */
export const ON_HAND_SUM = sumOf(
  STOCK_BUCKETS.filter((bucket) => !ON_HAND.has(bucket))
    .map((bucket) => `v.bucket <> '${bucket}'`)
    .join(' AND '),
);
// Condition is part of a key: damaged units are not sold, whatever their bucket.
export const SALEABLE = `v.bucket = 'AVAILABLE' AND v.condition = 'GOOD'`;
export const SALEABLE_SUM = sumOf(SALEABLE);
export const REPORTED_SUM = sumOf(`v.bucket = 'REPORTED_ON_HAND' AND v.has_baseline`);

/** Sums that are always read. A sum of bigint is numeric, so it cannot overflow. */
const SUMS = {
  available: sumOf(`v.bucket = 'AVAILABLE'`),
  onHand: ON_HAND_SUM,
  updatedAt: 'max(v.updated_at)',
};

/** Sums that are read only when one of them is wanted. */
const BUCKET_SUMS = {
  reserved: sumOf(`v.bucket = 'RESERVED'`),
  committed: sumOf(`v.bucket = 'COMMITTED'`),
  missing: sumOf(`v.bucket = 'MISSING'`),
  blocked: sumOf(`v.bucket = 'BLOCKED'`),
  onHold: sumOf(`v.bucket = 'ON_HOLD'`),
  incoming: sumOf(`v.bucket = 'INCOMING'`),
  reportedOnHand: REPORTED_SUM,
};
type BucketSum = keyof typeof BUCKET_SUMS;

/** The levels that the sums add up, each as an array in the order of {@link LEVEL_PROPERTIES}. */
const PACKED_LEVELS = `coalesce(json_agg(json_build_array(${LEVEL_PROPERTIES.map(packedColumn).join(', ')})
  ORDER BY v.bucket, v.level_id) FILTER (WHERE v.level_id IS NOT NULL), '[]')`;

function packedColumn(property: (typeof LEVEL_PROPERTIES)[number]): string {
  return `v.${columnName(property)}${property === 'updatedAt' ? '::text' : ''}`;
}

/** The wanted sums of the levels `v` of one item at one location, and the levels themselves if wanted. */
export function stockSums(wants: StockWants, updatedAt = SUMS.updatedAt): string {
  return wantedSums(wants)
    .map(([name, sum]) => `${name === 'updatedAt' ? updatedAt : sum} AS "${name}"`)
    .join(', ');
}

/** The same, as columns of a table `s`. */
export function stockColumns(wants: StockWants): string {
  return wantedSums(wants)
    .map(([name]) => `s."${name}"`)
    .join(', ');
}

/** As many nulls under the same names, for a row that is about no stock. */
export function noStockColumns(wants: StockWants): string {
  return wantedSums(wants)
    .map(([name]) => `NULL AS "${name}"`)
    .join(', ');
}

function wantedSums({ buckets, levels }: StockWants): [name: string, sum: string][] {
  return Object.entries({ ...SUMS, ...(buckets && BUCKET_SUMS), ...(levels && { levels: PACKED_LEVELS }) });
}

/**
 * What can be sold of the levels `v` by the record `r`, as `sellableUnits` says: the units without the threshold. Of the
 * past, no counts are known, so they are the available ones.
 */
export function saleUnits(isPresent: boolean): string {
  const available = `coalesce(${SALEABLE_SUM}, 0)`;
  if (!isPresent) return available;
  const isCounted = `coalesce(bool_or(v.last_count_quantity IS NOT NULL) FILTER (WHERE ${SALEABLE}), false)`;
  const stated = `sum(coalesce(v.last_count_quantity, v.quantity)) FILTER (WHERE ${SALEABLE})`;
  return `CASE WHEN coalesce(r.style, 'DYNAMIC') = 'DYNAMIC' OR NOT ${isCounted} THEN ${available} ELSE ${stated} END`;
}

type ValuesOf<Names extends readonly (keyof LevelValues)[]> = { [Index in keyof Names]: LevelValues[Names[Index]] };
type PackedLevel = ValuesOf<typeof LEVEL_PROPERTIES>;

/** A sum is text, because numeric has no bounds. It is null when there is no such level. */
type Sum = string | null;

/** Columns that were not wanted are missing. */
export interface SumColumns extends Partial<Record<BucketSum, Sum>> {
  readonly available?: Sum;
  readonly onHand?: Sum;
  readonly updatedAt: string;
  readonly levels?: readonly PackedLevel[];
  readonly sellableKey?: string | number;
  readonly ledgerSequence: number;
}

export type StockColumns = ItemColumns & LocationColumns & SumColumns;

export function toStock(row: StockColumns, isPast: boolean): StockView {
  return stockOf(row, { item: toItem(row), location: toLocation(row), isPast });
}

interface Held extends Pick<StockView, 'item' | 'location'> {
  readonly isPast: boolean;
}

/** The stock of an item at a location. */
export function stockOf(row: SumColumns, { item, location, isPast }: Held): StockView {
  const asOfSequence = isPast ? row.ledgerSequence : null;
  const onHand = exactSum(row.onHand ?? null);
  const reportedOnHand = sumOrNull(row.reportedOnHand ?? undefined);
  return {
    id: stockNodeId(item.itemId, location.locationId, asOfSequence),
    item,
    location,
    available: exactSum(row.available ?? null),
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
    sellableKey: row.sellableKey === undefined ? null : Number(row.sellableKey),
    levels:
      row.levels?.map((level) =>
        unpacked(level, { item, location, shownSequence: row.ledgerSequence, asOfSequence }),
      ) ?? null,
    asOfSequence,
  };
}

/** Null when it was not asked for. */
const sumOrNull = (sum: Sum | undefined): number | null => (sum === undefined ? null : exactSum(sum));

function unpacked(
  packed: PackedLevel,
  common: Pick<StockLevelView, 'item' | 'location' | 'shownSequence' | 'asOfSequence'>,
): StockLevelView {
  const [levelId, owner, pool, channel, condition, packaging, barcode, lot, bucket, quantity, version, updatedAt] =
    packed;
  const key = { owner, pool, channel, condition, packaging, barcode, lot, bucket };
  const id = levelNodeId(levelId, common.asOfSequence);
  return { id, levelId, ...common, ...key, quantity, version, updatedAt: isoInstant(updatedAt) };
}
