import type { KeyLimits } from './key-limits';
import type { StockDimensions } from './ledger/stock-key';

/**
 * The stock that somebody may sell, by its dimensions. Each list names exact values; an empty value is the stock without
 * one. Null: any value.
 */
export interface Segment {
  readonly channels: readonly string[] | null;
  readonly pools: readonly string[] | null;
  readonly owners: readonly string[] | null;
}

/** Whether the stock of these dimensions is of a segment. */
export const isOfSegment = ({ channel, pool, owner }: StockDimensions, { channels, pools, owners }: Segment): boolean =>
  (channels?.includes(channel) ?? true) && (pools?.includes(pool) ?? true) && (owners?.includes(owner) ?? true);

/** Whether two segments may have stock in common. */
export const overlaps = (one: Segment, other: Segment): boolean =>
  haveOneInCommon(one.channels, other.channels) &&
  haveOneInCommon(one.pools, other.pools) &&
  haveOneInCommon(one.owners, other.owners);

const haveOneInCommon = (one: readonly string[] | null, other: readonly string[] | null): boolean =>
  one === null || other === null || one.some((value) => other.includes(value));

/** The segment of a key that is limited to channels, or the channels of a segment that it may not sell. */
export function withinLimits(
  segment: Segment,
  limits: Pick<KeyLimits, 'channels'> | undefined,
): Segment | { readonly notAllowed: readonly string[] } {
  const allowed = limits?.channels ?? null;
  if (allowed === null) return segment;
  if (segment.channels === null) return { ...segment, channels: allowed };
  const notAllowed = segment.channels.filter((channel) => !allowed.includes(channel));
  return notAllowed.length > 0 ? { notAllowed } : segment;
}
