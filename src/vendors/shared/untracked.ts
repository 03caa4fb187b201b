import {
  DEFAULT_DIMENSIONS,
  TRACKABLE_DIMENSIONS,
  type StockDimensions,
  type TrackableDimension,
} from '../../domain/ledger/stock-key';
import { MAX_TEXT_LENGTH } from '../../domain/text';

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

/** Cuts a text to `maxLength` UTF-16 units, marks the cut with an ellipsis, and never splits a surrogate pair. */
export function shortened(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const kept = text.slice(0, maxLength - 1);
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}
