import { and } from './statement';

/** Most levels that are looked up before anything else is. */
const FEW_LEVELS = 500;

/** The condition that a filter asks for few levels, in a SELECT after {@link wantedLevels}. */
export const ARE_FEW = `(SELECT count(*) FROM wanted_level) <= ${FEW_LEVELS}`;

/** What a filter asks of the levels. */
interface AskedLevels {
  readonly buckets?: readonly string[] | undefined;
}

/**
 * The WITH query of the levels `v` with these conditions, or of the first of them when they are not few. They are looked
 * up in the order of an index, as PostgreSQL would otherwise read the whole table when there are fewer than that.
 */
export function wantedLevels({ buckets }: AskedLevels, conditions: readonly string[]): string {
  const order = buckets ? 'v.bucket, v.location_id' : 'v.location_id, v.item_id';
  return `WITH wanted_level AS MATERIALIZED (SELECT v.level_id, v.item_id FROM stock_level v
    WHERE v.tenant_id = $1${and(conditions)} ORDER BY ${order} LIMIT ${FEW_LEVELS + 1}) `;
}
