import { between } from '../database/look-up';
import { joinLevelsOfItem } from './look-ups';
import { itemsNamed } from './named';
import { and, type Parameters } from './statement';

/** Most levels that are looked up before anything else is. */
const FEW_LEVELS = 500;

/** The condition that a filter asks for few levels, in a SELECT after {@link wantedLevels}. */
export const ARE_FEW = `(SELECT count(*) FROM wanted_level) <= ${FEW_LEVELS}`;

/** What a filter asks of levels and an index knows, as SELECTs of one column. */
export interface AskedLevels {
  readonly locations: { readonly ids: string } | null;
  readonly buckets: { readonly names: string } | null;
}

/**
 * The levels `v` of a table like `stock_level` that a filter asks for, in the order of an index, as what stands after FROM.
 * `tail` limits those of each location and bucket.
 */
export function askedLevels({ locations, buckets }: AskedLevels, levels: string, tail = ''): string {
  const from = `SELECT v.* FROM ${levels} v WHERE v.tenant_id = $1`;
  const ofLocation = between('v.location_id', 'at_place.location_id');
  if (locations && buckets) {
    return `(${buckets.names}) in_state (bucket) CROSS JOIN (${locations.ids}) at_place (location_id) CROSS JOIN LATERAL (${from}
      AND v.bucket = in_state.bucket AND ${ofLocation} ORDER BY v.location_id${tail}) v`;
  }
  if (locations) {
    return `(${locations.ids}) at_place (location_id) CROSS JOIN LATERAL (${from}
      AND ${ofLocation} ORDER BY v.location_id, v.item_id${tail}) v`;
  }
  if (buckets) {
    return `(${buckets.names}) in_state (bucket) CROSS JOIN LATERAL (${from}
      AND ${between('v.bucket', 'in_state.bucket')} ORDER BY v.bucket, v.location_id${tail}) v`;
  }
  return `(${from} ORDER BY v.item_id, v.location_id${tail}) v`;
}

/** The WITH query of the levels that a filter asks for, or of the first of them when they are not few. */
export const wantedLevels = (asked: AskedLevels): string => {
  const tail = ` LIMIT ${FEW_LEVELS + 1}`;
  return `WITH wanted_level AS MATERIALIZED (SELECT v.level_id, v.item_id
    FROM ${askedLevels(asked, 'stock_level', tail)}${tail}) `;
};

/** Those levels, as what stands after FROM. */
export const WANTED = 'wanted_level';

/**
 * The levels of all items with these skus, under the same name. An item's entries have no index of their own: it would cost
 * more than any other part of a row (docs/performance.md).
 */
export const levelsOfSkus = (parameters: Parameters, skus: readonly string[], conditions: readonly string[]): string =>
  `(SELECT v.level_id FROM (${itemsNamed(parameters, skus).ids}) i (item_id) ${joinLevelsOfItem('stock_level', and(conditions))}) wanted_level`;

/** A SELECT of their ids. */
export const WANTED_LEVELS = 'SELECT wanted_level.level_id FROM wanted_level';

/** A SELECT of the ids of their items. */
export const WANTED_ITEMS = 'SELECT DISTINCT wanted_level.item_id FROM wanted_level';
