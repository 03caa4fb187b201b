import {
  type LedgerEntryFilter,
  type MovementQuery,
  type MovementView,
  type Page,
} from '../../application/ports/reads';
import { selectList } from '../tables/derived';
import { MovementEntity } from '../tables/movement';
import type { ReadDatabase } from './database';
import { countAmong, exactly, matching } from './count';
import {
  entryConditions,
  legsOf,
  lengthOf,
  movementConditions,
  ofEntries,
  sequenceConditions,
  stretchOf,
  united,
} from './ledger-filter';
import { itemIds } from './named';
import { pageStatement, toPage, type ListSql, type PageColumns } from './page';
import { passedLegs, type PassedLegs } from './passed-legs';
import { rareReasons } from './rare-reasons';
import { and, Parameters, statement } from './statement';
import { ARE_FEW, wantedLevels } from './wanted-levels';
import { firstGoodWay } from './ways';

const OWN_COLUMNS = selectList(MovementEntity, 'm', {
  only: [
    'reason',
    'reference',
    'note',
    'correlationId',
    'externalId',
    'occurredAt',
    'effectiveAt',
    'inboundMessageId',
    'hash',
  ],
});

/** Columns of a movement `m` other than its sequence and `recorded_at`. They need {@link ORIGIN_JOIN}. */
export const MOVEMENT_COLUMNS = `${OWN_COLUMNS},
  coalesce(origin_connection.name, origin_client.name, m.origin_id::text) AS origin`;

/** Joins the name of the connection or API client that caused a movement `m`. */
export const ORIGIN_JOIN = `
  LEFT JOIN connection origin_connection ON origin_connection.tenant_id = $1
    AND origin_connection.connection_id = m.origin_id AND m.origin_kind = 'CONNECTION'
  LEFT JOIN api_client origin_client ON origin_client.tenant_id = $1
    AND origin_client.client_id = m.origin_id AND m.origin_kind = 'API_CLIENT'`;

/** A SELECT of the movements that may be shown. Conditions can be appended. */
const shownMovements = ({ isLimited }: ReadDatabase, table = 'movement'): string =>
  `SELECT true AS "isRow", m.sequence, m.recorded_at AS "recordedAt", ${MOVEMENT_COLUMNS}
  FROM ${table} m ${ORIGIN_JOIN} WHERE m.tenant_id = $1${isLimited ? ` AND ${HAS_A_PART}` : ''}`;

/** A limited key sees a movement when it sees a part of it: the tables of parts have only what it may see. */
const HAS_A_PART = `(${['ledger_entry', 'absorbed_leg', 'stock_count']
  .map((table) => `EXISTS (SELECT FROM ${table} part WHERE part.tenant_id = $1 AND part.sequence = m.sequence)`)
  .join(' OR ')})`;

export async function readMovements(
  database: ReadDatabase,
  tenantId: string,
  { filter, page }: MovementQuery,
): Promise<Page<MovementView>> {
  const parameters = new Parameters(tenantId);
  const list = movementList(database, parameters, filter);
  const rows = await database.query<MovementView & PageColumns>(pageStatement(parameters, list, page));
  return toPage(rows, page, (row) => row);
}

export async function readMovementsBySequence(
  database: ReadDatabase,
  tenantId: string,
  sequences: readonly number[],
): Promise<MovementView[]> {
  const parameters = new Parameters(tenantId);
  const text = `${shownMovements(database)} AND m.sequence = ANY (${parameters.add(sequences, 'bigint[]')})`;
  return database.query<MovementView>(statement(text, parameters));
}

const KEY = [{ column: 'm.sequence', type: 'bigint' }] as const;

/** Reads along the ledger, or along the index of a reference, an item or a level when the filter asks for few of them. */
function movementList(database: ReadDatabase, parameters: Parameters, filter: LedgerEntryFilter): ListSql {
  const movements = shownMovements(database);
  const { references, skus } = filter;
  const stretch = stretchOf(parameters, filter);
  const ofSequence = and(sequenceConditions(stretch));
  const facts = movementConditions(parameters, filter);
  const ofMovement = and(facts) + ofSequence;
  const { join, conditions } = entryConditions(parameters, filter);
  const legs = legsOf(filter);
  const passed = passedLegs(filter, { facts, ofSequence });
  const isShown = database.isLimited ? [HAS_A_PART] : [];
  /** Goes through movements: all of them, or those of each row of `parts`. */
  const through = (parts: string | null, condition: string, ofEntry: readonly string[], table = 'movement'): Walk => {
    const within = (select: string, ends: string): string =>
      parts === null ? select : `SELECT m.* FROM ${parts} CROSS JOIN LATERAL (${select}) m${ends}`;
    return {
      select: (bounds, tail, only = '') => {
        const found = hasEntry(legs, join, ofEntry, ofEntries(ofSequence + bounds));
        return within(`${shownMovements(database, table)}${condition}${only}${ofMovement}${and(found)}${bounds}${tail}`, tail);
      },
      passed: (only, tail) => {
        const meant = [...isShown, ...facts, ...hasEntry(legs, join, ofEntry, ofEntries(ofSequence))];
        return within(
          `SELECT m.sequence, ${matching(meant)} FROM movement m WHERE m.tenant_id = $1${condition}${ofSequence}${only}${tail}`,
          tail,
        );
      },
    };
  };
  const listOf = (walk: Walk): ListSql => ({
    key: KEY,
    select: walk.select,
    count: countAmong((tail) => walk.passed('', tail), { id: 'sequence' }),
  });
  if (references) {
    const wanted = `unnest(${parameters.add([...new Set(references)], 'text[]')}) wanted (reference)`;
    const ofEntry = skus ? [...conditions, `e.item_id IN (${itemIds(parameters, skus)})`] : conditions;
    return listOf(through(wanted, ' AND m.reference = wanted.reference', ofEntry));
  }
  if (skus) {
    const items = `(${itemIds(parameters, skus)}) item`;
    const ofItem = { table: items, column: 'item_id', as: 'item' } as const;
    return listOf(throughLegs(movements, passed, ofItem, { legs, join, conditions, ofMovement }));
  }
  const rare = rareReasons(parameters, filter);
  const along = rare ? through(rare.reasons, ` AND ${rare.condition}`, conditions) : through(null, '', conditions);
  if (conditions.length === 0) {
    const length = facts.length === 0 && !database.isLimited ? lengthOf(stretch) : null;
    return { ...listOf(along), ...(length !== null && { count: exactly(length) }) };
  }
  const ofLevel = { table: 'wanted_level', column: 'level_id', as: 'wanted_level' } as const;
  const few = throughLegs(movements, passed, ofLevel, { legs, join: '', conditions: [], ofMovement });
  const wanted = wantedLevels(filter, conditions);
  const near: ListSql['near'] = (movements, bounds, tail) =>
    through(
      null,
      '',
      conditions,
      `(SELECT m.* FROM movement m WHERE m.tenant_id = $1${ofSequence}${movements.bounds}${movements.tail})`,
    ).select(bounds, tail);
  const list = listOf({
    select: (bounds, tail) =>
      firstGoodWay(
        [
          { when: ARE_FEW, select: (only) => few.select(bounds, tail, only) },
          { select: (only) => along.select(bounds, tail, only) },
        ],
        wanted,
      ),
    passed: (_only, tail) =>
      firstGoodWay(
        [{ when: ARE_FEW, select: (only) => few.passed(only, tail) }, { select: (only) => along.passed(only, tail) }],
        wanted,
      ),
  });
  return rare ? list : { ...list, near };
}

/** A way through the ledger: to read rows of the list, or to count them among all that have to be looked at. */
interface Walk {
  readonly select: (bounds: string, tail: string, only?: string) => string;
  readonly passed: (only: string, tail: string) => string;
}

/** The rows of a table whose legs are looked at, and their column of that name in the legs. */
interface Parts {
  readonly table: string;
  readonly column: 'item_id' | 'level_id';
  readonly as: string;
}

/** What is asked of the legs of a movement, and of itself. */
interface Asked {
  readonly legs: readonly string[];
  readonly join: string;
  readonly conditions: readonly string[];
  readonly ofMovement: string;
}

/** Goes through the legs of items or levels. A movement can have several of them. */
function throughLegs(
  movements: string,
  passed: PassedLegs,
  { table, column, as }: Parts,
  { legs, join, conditions, ofMovement }: Asked,
): Walk {
  const isOfPart = `e.${column} = ${as}.${column}`;
  const found = (bounds: string, tail: string): string =>
    united(
      legs.map(
        (leg) => `SELECT DISTINCT m.sequence FROM ${leg} e ${join}
        JOIN movement m ON m.tenant_id = $1 AND m.sequence = e.sequence
        WHERE e.tenant_id = $1 AND ${isOfPart}${and(conditions)}${ofMovement}${bounds}${tail}`,
      ),
    );
  return {
    select: (bounds, tail, only = '') => `${movements}${only} AND m.sequence IN (SELECT found.sequence FROM ${table}
        CROSS JOIN LATERAL (${found(bounds, tail)}) found)${tail}`,
    passed: (only, tail) =>
      `SELECT e.* FROM ${table} CROSS JOIN LATERAL (${passed({ where: ` AND ${isOfPart}`, join, conditions, tail })}) e
        WHERE true${only}${tail}`,
  };
}

/** The condition that one leg of the movement `m` meets all conditions. None when there are none. */
function hasEntry(legs: readonly string[], join: string, conditions: readonly string[], bounds: string): string[] {
  if (conditions.length === 0) return [];
  const found = legs.map(
    (leg) => `EXISTS (SELECT FROM ${leg} e ${join}
    WHERE e.tenant_id = $1 AND e.sequence = m.sequence${and(conditions)}${bounds})`,
  );
  return [`(${found.join(' OR ')})`];
}
