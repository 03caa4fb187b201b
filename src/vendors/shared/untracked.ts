import {
  DEFAULT_DIMENSIONS,
  TRACKABLE_DIMENSIONS,
  type StockDimensions,
  type TrackableDimension,
} from '../../domain/ledger/stock-key';
import { MAX_TEXT_LENGTH, shortened } from '../../domain/text';

/**
 * The values of dimensions that a connection does not track, so that the movement's note still shows them:
 * `pool 7, 9; lot L1`. Null when there are none.
 */
export function untrackedText(
  dimensions: readonly StockDimensions[],
  tracked: ReadonlySet<TrackableDimension>,
): string | null {
  const parts = TRACKABLE_DIMENSIONS.filter((name) => !tracked.has(name)).flatMap((name) => {
    const told = new Set(dimensions.map((row) => row[name]).filter((value) => value !== DEFAULT_DIMENSIONS[name]));
    return told.size === 0 ? [] : [`${name} ${[...told].join(', ')}`];
  });
  return parts.length === 0 ? null : shortened(parts.join('; '), MAX_TEXT_LENGTH);
}
