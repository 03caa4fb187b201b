/**
 * What a quantity is about. A stock key names item, location and every dimension; two facts about the same key add up,
 * two facts about different keys never do.
 */

/** In which state units are. The vendors' own words for them stay in `src/vendors/`. */
export const STOCK_BUCKETS = [
  'AVAILABLE',
  'RESERVED',
  'COMMITTED',
  'MISSING',
  'BLOCKED',
  'ON_HOLD',
  'INCOMING',
  'REPORTED_ON_HAND',
] as const;
export type StockBucket = (typeof STOCK_BUCKETS)[number];

/** The buckets whose sum is `onHand`. INCOMING is not here yet; REPORTED_ON_HAND is the warehouse's own total, a control figure. */
export const ON_HAND_BUCKETS = [
  'AVAILABLE',
  'RESERVED',
  'COMMITTED',
  'MISSING',
  'BLOCKED',
  'ON_HOLD',
] as const satisfies readonly StockBucket[];

export const STOCK_CONDITIONS = ['GOOD', 'DAMAGED'] as const;
export type StockCondition = (typeof STOCK_CONDITIONS)[number];

export const PACKAGINGS = ['SINGLE', 'BOX', 'SUITE'] as const;
export type Packaging = (typeof PACKAGINGS)[number];

/** The parts of a stock key other than item and location. Text dimensions are empty where they do not apply. */
export interface StockDimensions {
  readonly owner: string;
  readonly pool: string;
  readonly channel: string;
  readonly condition: StockCondition;
  readonly packaging: Packaging;
  readonly barcode: string;
  readonly lot: string;
  readonly bucket: StockBucket;
}

export interface StockKey extends StockDimensions {
  readonly itemId: string;
  readonly locationId: string;
}

/** The key of these dimensions of an item at a location. Written out, as it is built for every row. */
export function stockKey(dimensions: StockDimensions, itemId: string, locationId: string): StockKey {
  const { owner, pool, channel, condition, packaging, barcode, lot, bucket } = dimensions;
  return { owner, pool, channel, condition, packaging, barcode, lot, bucket, itemId, locationId };
}

export function haveSameDimensions(one: StockDimensions, other: StockDimensions): boolean {
  return (
    one.owner === other.owner &&
    one.pool === other.pool &&
    one.channel === other.channel &&
    one.condition === other.condition &&
    one.packaging === other.packaging &&
    one.barcode === other.barcode &&
    one.lot === other.lot &&
    one.bucket === other.bucket
  );
}

/** The dimensions of loose, good, available stock. */
export const DEFAULT_DIMENSIONS: StockDimensions = {
  owner: '',
  pool: '',
  channel: '',
  condition: 'GOOD',
  packaging: 'SINGLE',
  barcode: '',
  lot: '',
  bucket: 'AVAILABLE',
};

/** The dimensions that a connection may choose not to track; what it does not track is empty in the key. */
export const TRACKABLE_DIMENSIONS = ['owner', 'pool', 'channel', 'packaging', 'barcode', 'lot'] as const;
export type TrackableDimension = (typeof TRACKABLE_DIMENSIONS)[number];

/** What a source says of the dimensions. One that is absent or null was left out. */
export type StatedDimensions = { readonly [Name in keyof StockDimensions]?: StockDimensions[Name] | null };

/**
 * The dimensions as stated, with the defaults for those that were left out. In the order of their names, in which a
 * fingerprint takes them as they are.
 */
export function dimensionsOf(stated: StatedDimensions): StockDimensions {
  return {
    barcode: stated.barcode ?? DEFAULT_DIMENSIONS.barcode,
    bucket: stated.bucket ?? DEFAULT_DIMENSIONS.bucket,
    channel: stated.channel ?? DEFAULT_DIMENSIONS.channel,
    condition: stated.condition ?? DEFAULT_DIMENSIONS.condition,
    lot: stated.lot ?? DEFAULT_DIMENSIONS.lot,
    owner: stated.owner ?? DEFAULT_DIMENSIONS.owner,
    packaging: stated.packaging ?? DEFAULT_DIMENSIONS.packaging,
    pool: stated.pool ?? DEFAULT_DIMENSIONS.pool,
  };
}

/** Most rows state none. */
const NONE_STATED: ReadonlySet<TrackableDimension> = new Set();

/** The dimensions that a source tracks and states: an empty value is stated too, and means the stock without one. */
export function statedDimensions(
  stated: StatedDimensions,
  tracked: Iterable<TrackableDimension> = TRACKABLE_DIMENSIONS,
): ReadonlySet<TrackableDimension> {
  let found: Set<TrackableDimension> | undefined;
  for (const name of tracked) if (stated[name] != null) found = (found ?? new Set()).add(name);
  return found ?? NONE_STATED;
}

/** Empties every dimension that is not tracked, so that a key is never finer than its source can tell. */
export function keepTracked(dimensions: StockDimensions, tracked: ReadonlySet<TrackableDimension>): StockDimensions {
  return {
    owner: tracked.has('owner') ? dimensions.owner : '',
    pool: tracked.has('pool') ? dimensions.pool : '',
    channel: tracked.has('channel') ? dimensions.channel : '',
    condition: dimensions.condition,
    packaging: tracked.has('packaging') ? dimensions.packaging : 'SINGLE',
    barcode: tracked.has('barcode') ? dimensions.barcode : '',
    lot: tracked.has('lot') ? dimensions.lot : '',
    bucket: dimensions.bucket,
  };
}
