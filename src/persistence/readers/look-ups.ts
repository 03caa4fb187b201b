import { between, lookUp } from '../database/look-up';

/** Joins of lists that have only one plan, whatever the statistics say: see `lookUp` and ADR 24. */

/** Joins the rows of a table that have a key. */
export const joinOne = (table: string, alias: string, column: string, value: string): string =>
  `CROSS JOIN LATERAL (${lookUp({ table, alias, columns: `${alias}.*`, key: [[column, value]] })}) ${alias}`;

/** The items with the ids of a SELECT, which has each once, as a table like `item`. */
export const itemsOf = (ids: string): string =>
  `(SELECT i.* FROM (${ids}) of_item (item_id) ${joinOne('item', 'i', 'item_id', 'of_item.item_id')})`;

/** The levels of a table like `stock_level` with the ids of a SELECT, which has each once. */
export const levelsOf = (levels: string, ids: string): string =>
  `(SELECT v.* FROM (${ids}) of_level (level_id) ${joinOne(levels, 'v', 'level_id', 'of_level.level_id')})`;

/** The movements with the sequences of a SELECT, as a table like `movement`. */
export const movementsOf = (sequences: string): string =>
  `(SELECT m.* FROM (${sequences}) of_movement (sequence) ${joinMovement('of_movement.sequence')})`;

/** Joins the levels `v` of the item `i`, in the order of an index. */
export const joinLevelsOfItem = (levels: string, conditions = ''): string =>
  `CROSS JOIN LATERAL (SELECT v.* FROM ${levels} v WHERE v.tenant_id = $1 AND ${between('v.item_id', 'i.item_id')}${conditions}
    ORDER BY v.item_id, v.location_id) v`;

/** The levels of an item at a location, as a table like `stock_level`. */
export const levelsAtPlace = (item: string, location: string): string =>
  `(SELECT v.* FROM stock_level v WHERE v.tenant_id = $1 AND ${between('v.item_id', item)} AND v.location_id = ${location}
    ORDER BY v.item_id, v.location_id)`;

/** Joins the location `l` with an id. */
export const joinLocation = (id: string): string => joinOne('location', 'l', 'location_id', id);

/**
 * The same for many rows at few locations: PostgreSQL remembers those that it has looked up (Memoize). It can do so only
 * while no other condition is part of the look-up. Conditions on the far side of a LEFT JOIN stay outside of it.
 */
export const joinSameLocations = (id: string): string =>
  joinLocation(id).replace('CROSS JOIN', 'LEFT JOIN') + ' ON true';

/** Joins the movement `m` with a sequence. */
export const joinMovement = (sequence: string): string => joinOne('movement', 'm', 'sequence', sequence);

/** Joins the movement `m` of an entry `e`. */
export const JOIN_MOVEMENT = joinMovement('e.sequence');

/** Joins the legs `e` of a movement `m`, from a table of legs. */
export const joinLegs = (legs: string): string =>
  `CROSS JOIN LATERAL (SELECT e.* FROM ${legs} e WHERE e.tenant_id = $1 AND ${between('e.sequence', 'm.sequence')}
    ORDER BY e.sequence, e.leg) e`;

/** Joins the level `v` of an entry `e`. */
export const JOIN_LEVEL = joinOne('stock_level', 'v', 'level_id', 'e.level_id');

/** The end of a SELECT with a further column before its order. */
export const orderedBy = (column: string, tail: string): string =>
  tail.replace('ORDER BY ', `ORDER BY ${column}${tail.includes(' DESC') ? ' DESC' : ''}, `);
