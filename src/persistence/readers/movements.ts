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
import { between } from '../database/look-up';
import { JOIN_MOVEMENT, movementsOf, orderedBy } from './look-ups';
import { itemsNamed } from './named';
import { pageStatement, toPage, type ListSql, type PageColumns } from './page';
import { OF_WANTED_LEVEL, passedLegs, passedOfLevels, type PassedLegs } from './passed-legs';
import { rareReasons } from './rare-reasons';
import { and, Parameters, statement } from './statement';
import { ARE_FEW, levelsOfSkus, WANTED, wantedLevels } from './wanted-levels';
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

/** The name of the connection or API client that caused a movement `m`. */
const ORIGIN = `coalesce(CASE m.origin_kind
    WHEN 'CONNECTION' THEN (SELECT c.name FROM connection c WHERE c.tenant_id = $1 AND c.connection_id = m.origin_id)
    WHEN 'API_CLIENT' THEN (SELECT a.name FROM api_client a WHERE a.tenant_id = $1 AND a.client_id = m.origin_id)
  END, m.origin_id::text)`;

/** Columns of a movement `m` other than its sequence and `recorded_at`. */
export const MOVEMENT_COLUMNS = `${OWN_COLUMNS}, ${ORIGIN} AS origin`;

/** A SELECT of the movements that may be shown. Conditions can be appended. */
const shownMovements = ({ isLimited }: ReadDatabase, table = 'movement'): string =>
  `SELECT true AS "isRow", m.sequence, m.recorded_at AS "recordedAt", ${MOVEMENT_COLUMNS}
  FROM ${table} m WHERE m.tenant_id = $1${isLimited ? ` AND ${HAS_A_PART}` : ''}`;

/** A limited key sees a movement when it sees a part of it: the tables of parts have only what it may see. */
const HAS_A_PART = `(${['ledger_entry', 'absorbed_leg', 'stock_count']
  .map(
    (table) => `(SELECT true FROM ${table} part WHERE part.tenant_id = $1 AND ${between('part.sequence', 'm.sequence')}
      ORDER BY part.sequence LIMIT 1)`,
  )
  .map((found) => `${found} IS NOT NULL`)
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
  const asked = `SELECT DISTINCT unnest(${parameters.add(sequences, 'bigint[]')})`;
  const text = shownMovements(database, movementsOf(asked));
  return database.query<MovementView>(statement(text, parameters));
}

const KEY = [{ column: 'm.sequence', type: 'bigint' }] as const;

/** Reads along the ledger, or along the index of a reference or a level when the filter asks for few of them. */
function movementList(database: ReadDatabase, parameters: Parameters, filter: LedgerEntryFilter): ListSql {
  const { references, skus } = filter;
  const stretch = stretchOf(parameters, filter);
  const ofSequence = and(sequenceConditions(stretch));
  const facts = movementConditions(parameters, filter);
  const ofMovement = and(facts) + ofSequence;
  const { join, conditions, asked } = entryConditions(parameters, filter);
  const legs = legsOf(filter);
  const passed = passedLegs(filter, { facts, ofSequence });
  const isShown = database.isLimited ? [HAS_A_PART] : [];
  /** Goes through movements: all of them, or those of each row of `parts`. */
  const through = (parts: string | null, condition: string, ofEntry: readonly string[]): Walk => {
    const within = (select: string, ends: string): string =>
      parts === null ? select : `SELECT m.* FROM ${parts} CROSS JOIN LATERAL (${select}) m${ends}`;
    return {
      select: (bounds, tail, only = '') => {
        const found = hasEntry(legs, join, ofEntry);
        return within(`${shownMovements(database)}${condition}${only}${ofMovement}${and(found)}${bounds}${tail}`, tail);
      },
      passed: (only, tail) => {
        const meant = [...isShown, ...facts, ...hasEntry(legs, join, ofEntry)];
        return within(
          `SELECT m.sequence, ${matching(meant)} FROM movement m WHERE m.tenant_id = $1${condition}${ofSequence}${only} ORDER BY m.sequence${tail}`,
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
    const ofEntry = skus ? [...conditions, `e.item_id IN (${itemsNamed(parameters, skus).ids})`] : conditions;
    return listOf(through(wanted, ' AND m.reference = wanted.reference', ofEntry));
  }
  const ofLevels = (levels: string): Walk => throughLevels(database, passed, levels, { legs, ofMovement });
  if (skus) return listOf(ofLevels(levelsOfSkus(parameters, skus, conditions)));
  const rare = rareReasons(parameters, filter);
  const along = rare ? through(rare.reasons, ` AND ${rare.condition}`, conditions) : through(null, '', conditions);
  if (conditions.length === 0) {
    const length = facts.length === 0 && !database.isLimited ? lengthOf(stretch) : null;
    return { ...listOf(along), ...(length !== null && { count: exactly(length) }) };
  }
  const few = ofLevels(WANTED);
  const wanted = wantedLevels(asked);
  return listOf({
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
}

/** A way through the ledger: to read rows of the list, or to count them among all that have to be looked at. */
interface Walk {
  readonly select: (bounds: string, tail: string, only?: string) => string;
  readonly passed: (only: string, tail: string) => string;
}

/** Goes through the legs of levels. A movement can have several of them. */
function throughLevels(
  database: ReadDatabase,
  passed: PassedLegs,
  levels: string,
  { legs, ofMovement }: { readonly legs: readonly string[]; readonly ofMovement: string },
): Walk {
  const found = (bounds: string, tail: string): string =>
    united(
      legs.map(
        (
          leg,
        ) => `SELECT DISTINCT e.level_id, e.sequence FROM ${leg} e ${ofMovement + bounds === '' ? '' : JOIN_MOVEMENT}
        WHERE e.tenant_id = $1 AND ${OF_WANTED_LEVEL}${ofMovement}${ofEntries(bounds)}
        ${orderedBy('e.level_id', tail.replaceAll('m.sequence', 'e.sequence'))}`,
      ),
    );
  return {
    select: (bounds, tail, only = '') => {
      const sequences = `SELECT DISTINCT found.sequence FROM ${levels} CROSS JOIN LATERAL (${found(bounds, tail)}) found`;
      return `${shownMovements(database, movementsOf(sequences))}${only}${tail}`;
    },
    passed: (only, tail) => passedOfLevels(levels, passed, only, tail),
  };
}

/** The condition that one leg of the movement `m` meets all conditions. None when there are none. */
function hasEntry(legs: readonly string[], join: string, conditions: readonly string[]): string[] {
  if (conditions.length === 0) return [];
  const found = legs.map(
    (
      leg,
    ) => `(SELECT true FROM (SELECT e.* FROM ${leg} e WHERE e.tenant_id = $1 AND ${between('e.sequence', 'm.sequence')}
      ORDER BY e.sequence, e.leg) e ${join} WHERE true${and(conditions)} LIMIT 1) IS NOT NULL`,
  );
  return [`(${found.join(' OR ')})`];
}
