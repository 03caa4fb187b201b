import type { KeyLimits } from '../../domain/key-limits';
import { ENTITIES } from '../tables';
import { tableOf } from '../tables/derived';
import type { ReadDatabase } from './database';
import { PRESENT_LEVELS } from './expired-holds';
import { statementName, type ReadStatement } from './statement';

/** The conditions of a key's limits, as SQL. */
interface Conditions {
  /** On the column `location_id` of a table. */
  readonly atLocation: string;
  /** On the columns `location_id` and `channel`. */
  readonly ofLevel: string;
}

type Reach = 'WHOLE' | ((conditions: Conditions) => string);

/** Rows about a level belong to whoever may see the level. The CTE before it has narrowed `stock_level`. */
const aboutLevel =
  (table: string): Reach =>
  () =>
    `EXISTS (SELECT FROM stock_level seen WHERE seen.tenant_id = ${table}.tenant_id AND seen.level_id = ${table}.level_id)`;

/**
 * What a limited key sees of each table. It sees nothing of a table that is not listed. The order matters: a condition can
 * use the narrowed tables before it.
 */
const REACH: ReadonlyMap<string, Reach> = new Map<string, Reach>([
  ['location', ({ atLocation }) => atLocation],
  ['former_location_code', ({ atLocation }) => atLocation],
  ['stock_level', ({ ofLevel }) => ofLevel],
  ['ledger_entry', aboutLevel('ledger_entry')],
  ['absorbed_leg', aboutLevel('absorbed_leg')],
  ['stock_count', aboutLevel('stock_count')],
  ['inventory_record', ({ atLocation }) => atLocation],
  // Levels are looked up by them. The rows themselves are not shown, see `discrepancies.ts`.
  ['discrepancy', aboutLevel('discrepancy')],
  // How far the look-up holds.
  ['ledger_follower', 'WHOLE'],
  // The same for everybody: what is sold is not bound to a place.
  ['item', 'WHOLE'],
  ['item_identifier', 'WHOLE'],
  // The moment that is shown.
  ['ledger_head', 'WHOLE'],
  // Moments are looked up among all movements. Those that are shown are narrowed by their reader, see `shownMovements`.
  ['movement', 'WHOLE'],
  // The names of origins, and the external ids of movements.
  ['connection', 'WHOLE'],
  ['api_client', 'WHOLE'],
  ['outcome', 'WHOLE'],
  // What has expired is added to levels. Those that are shown are narrowed by their reader, see `shownReservations`.
  ['reservation', 'WHOLE'],
  ['reservation_place', 'WHOLE'],
]);

const TABLES = ENTITIES.map((entity) => tableOf(entity).name);

/**
 * Reads as a key with limits may: before each statement stand WITH queries of the tables' names, which have only the rows
 * that the key may see. So every reader is narrowed, also one that is added later (ADR 20).
 */
export function limitedDatabase(database: ReadDatabase, limits: KeyLimits): ReadDatabase {
  return {
    budget: database.budget,
    isLimited: true,
    query: (statement) => database.query(limited(statement, limits)),
  };
}

function limited({ text, values, fallback }: ReadStatement, limits: KeyLimits): ReadStatement {
  const { locationIds, channels } = limits;
  const given: ReadStatement['values'] = [...values];
  const isOneOf = (column: string, allowed: readonly string[] | null, type: string): string => {
    if (allowed === null) return 'true';
    given.push(allowed);
    return `${column} = ANY ($${given.length}::${type}[])`;
  };
  const atLocation = isOneOf('location_id', locationIds, 'uuid');
  const ofLevel = `${atLocation} AND ${isOneOf('channel', channels, 'text')}`;
  const narrowed = [...REACH].flatMap(([table, reach]) =>
    reach === 'WHOLE' ? [] : [cte(table, reach({ atLocation, ofLevel }), levelsOf(table))],
  );
  const unseen = TABLES.filter((table) => !REACH.has(table)).map((table) => cte(table, 'false'));
  const prefix = `WITH ${[...narrowed, ...unseen].join(',\n')}`;
  const own = /^\s*WITH\s/.exec(text);
  const whole = own ? `${prefix},\n${text.slice(own[0].length)}` : `${prefix}\n${text}`;
  return {
    ...{ name: statementName(whole), text: whole, values: given, hasPresentLevels: true },
    ...(fallback && { fallback: { ...fallback, statement: () => limited(fallback.statement(), limits) } }),
  };
}

/** The table itself, or its rows as they are by the clock. */
const levelsOf = (table: string): string => (table === 'stock_level' ? PRESENT_LEVELS : table);

/** PostgreSQL plans it as a condition on the table, and leaves out what a statement does not use. */
const cte = (table: string, condition: string, from = table): string =>
  `${table} AS NOT MATERIALIZED (SELECT * FROM ${from} ${from === table ? '' : `${table} `}WHERE ${table}.tenant_id = $1 AND ${condition})`;
