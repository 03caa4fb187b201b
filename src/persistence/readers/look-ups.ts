/**
 * Joins that have only one plan, whatever the statistics say: a session plans each statement once, perhaps while the tables
 * are empty (ADR 32). A lateral subquery with an OFFSET or an ORDER BY can only be run for each row before it. Where several
 * indexes have the column, it is given as a range and in the ORDER BY: then only the index that begins with it will do. With
 * an equality, all of them seem to cost the same while a table is empty.
 */

/** The condition that a column has a value, in a SELECT with an ORDER BY that begins with the column. */
export const between = (column: string, value: string): string => `${column} >= ${value} AND ${column} <= ${value}`;

/** Joins the row of a table that has a key. Of the table, one index has the column. */
export const joinOne = (table: string, alias: string, column: string, value: string): string =>
  `CROSS JOIN LATERAL (SELECT ${alias}.* FROM ${table} ${alias} WHERE ${alias}.tenant_id = $1
    AND ${alias}.${column} = ${value} OFFSET 0) ${alias}`;

/** The items with the ids of a SELECT, as a table like `item`. */
export const itemsOf = (ids: string): string =>
  `(SELECT i.* FROM (${ids}) of_item (item_id) ${joinOne('item', 'i', 'item_id', 'of_item.item_id')})`;

/** The levels of a table like `stock_level` with the ids of a SELECT. */
export const levelsOf = (levels: string, ids: string): string =>
  `(SELECT v.* FROM (${ids}) of_level (level_id) ${joinOne(levels, 'v', 'level_id', 'of_level.level_id')})`;

/** The movements with the sequences of a SELECT, as a table like `movement`. */
export const movementsOf = (sequences: string): string =>
  `(SELECT m.* FROM (${sequences}) of_movement (sequence) ${joinMovement('of_movement.sequence')})`;

/** Joins the levels `v` of the item `i`, in the order of an index. */
export const joinLevelsOfItem = (levels: string, conditions = ''): string =>
  `CROSS JOIN LATERAL (SELECT v.* FROM ${levels} v WHERE v.tenant_id = $1 AND ${between('v.item_id', 'i.item_id')}${conditions}
    ORDER BY v.item_id, v.location_id) v`;

/**
 * Joins the location `l` with an id, of which there is one. The left side of a LEFT JOIN is read first unless tables are
 * hashed or merged.
 */
export const joinLocation = (id: string): string =>
  `LEFT JOIN location l ON l.tenant_id = $1 AND l.location_id = ${id}`;

/** Joins the movement `m` with a sequence, which is in several indexes. */
export const joinMovement = (sequence: string): string =>
  `CROSS JOIN LATERAL (SELECT m.* FROM movement m WHERE m.tenant_id = $1
    AND ${between('m.sequence', sequence)} ORDER BY m.sequence) m`;

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
