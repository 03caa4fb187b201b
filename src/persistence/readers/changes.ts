import type { StockFilter } from '../../application/ports/reads';
import { lastSequenceAt } from './levels-at';
import { between } from '../database/look-up';
import { joinOne } from './look-ups';
import type { Parameters } from './statement';

/** Stock that changed between a sequence and `head.sequence`: by an entry or an accepted count. */

/** Most movements whose entries are read to find what they changed. After more, most items have changed. */
const FEW_MOVEMENTS = 5_000;

/** The sequence after which the filter asks for changes. Undefined when it doesn't. */
export function changedAfter(parameters: Parameters, filter: StockFilter): string | undefined {
  const { changedAfterSequence, changedSinceMs } = filter;
  const since: string[] = [];
  if (changedAfterSequence !== undefined) since.push(parameters.add(changedAfterSequence, 'bigint'));
  if (changedSinceMs !== undefined) since.push(lastSequenceAt(parameters, changedSinceMs));
  return since.length === 0 ? undefined : `greatest(${since.join(', ')})`;
}

export const hasFewMovements = (since: string): string => `head.sequence - ${since} <= ${FEW_MOVEMENTS}`;

const within = (table: string, since: string): string =>
  `${table}.tenant_id = $1 AND ${table}.sequence > ${since} AND ${table}.sequence <= head.sequence`;

const ACCEPTED = `c.status IN ('APPLIED', 'UNCHANGED')`;

/** A SELECT of the `level_id` of each level that has changed. */
export const changedLevels = (
  since: string,
): string => `(SELECT e.level_id FROM ledger_entry e WHERE ${within('e', since)} ORDER BY e.sequence, e.leg)
  UNION (SELECT c.level_id FROM stock_count c WHERE ${within('c', since)} AND ${ACCEPTED} ORDER BY c.sequence, c.ordinal)`;

/**
 * The items and locations of these levels, as a table like `item`. They are sorted before anything is added up, so
 * that a page adds up little more than itself.
 */
export const itemLocationsOf = (levels: string): string => `(SELECT i.*, changed.location_id AS at_location_id FROM (
      SELECT DISTINCT v.item_id, v.location_id FROM (${levels}) touched
      ${joinOne('stock_level', 'v', 'level_id', 'touched.level_id')}
    ) changed
    ${joinOne('item', 'i', 'item_id', 'changed.item_id')}
    ORDER BY i.sku, i.specification)`;

/** The condition on a level `v` that it has changed. The subqueries are scalar for the reason in `levels-at.ts`. */
export const isChanged = (since: string): string => `((SELECT e.sequence FROM ledger_entry e
    WHERE ${within('e', since)} AND ${between('e.level_id', 'v.level_id')}
    ORDER BY e.level_id DESC, e.sequence DESC LIMIT 1) IS NOT NULL
  OR (SELECT c.sequence FROM stock_count c
    WHERE ${within('c', since)} AND ${between('c.level_id', 'v.level_id')} AND ${ACCEPTED}
    ORDER BY c.level_id DESC, c.sequence DESC LIMIT 1) IS NOT NULL)`;
