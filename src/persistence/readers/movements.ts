import {
  type LedgerEntryFilter,
  type MovementQuery,
  type MovementView,
  type Page,
} from '../../application/ports/reads';
import { selectList } from '../tables/derived';
import { MovementEntity } from '../tables/movement';
import type { ReadDatabase } from './database';
import { entryConditions, legsOf, movementConditions, ofEntries, sequenceConditions, united } from './ledger-filter';
import { itemIds } from './named';
import { pageStatement, toPage, type ListSql, type PageColumns } from './page';
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
const shownMovements = ({ isLimited }: ReadDatabase): string =>
  `SELECT true AS "isRow", m.sequence, m.recorded_at AS "recordedAt", ${MOVEMENT_COLUMNS}
  FROM movement m ${ORIGIN_JOIN} WHERE m.tenant_id = $1${isLimited ? ` AND ${HAS_A_PART}` : ''}`;

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
  const ofSequence = and(sequenceConditions(parameters, filter));
  const ofMovement = and(movementConditions(parameters, filter)) + ofSequence;
  const { join, conditions } = entryConditions(parameters, filter);
  const legs = legsOf(filter);
  if (references) {
    const wanted = `unnest(${parameters.add([...new Set(references)], 'text[]')}) wanted (reference)`;
    const ofEntry = skus ? [...conditions, `e.item_id IN (${itemIds(parameters, skus)})`] : conditions;
    const matching = `${ofMovement}${hasEntry(legs, join, ofEntry)}`;
    const select = (bounds: string, tail: string) => `SELECT m.* FROM ${wanted}
      CROSS JOIN LATERAL (${movements} AND m.reference = wanted.reference${matching}${bounds}${tail}) m${tail}`;
    return { key: KEY, select };
  }
  if (skus) {
    const items = `(${itemIds(parameters, skus)}) item`;
    const ofItem = (bounds: string, tail: string) =>
      united(
        legs.map(
          (leg) => `SELECT DISTINCT m.sequence FROM ${leg} e ${join}
        JOIN movement m ON m.tenant_id = $1 AND m.sequence = e.sequence
        WHERE e.tenant_id = $1 AND e.item_id = item.item_id${and(conditions)}${ofMovement}${bounds}${tail}`,
        ),
      );
    const select = (
      bounds: string,
      tail: string,
    ) => `${movements} AND m.sequence IN (SELECT found.sequence FROM ${items}
      CROSS JOIN LATERAL (${ofItem(bounds, tail)}) found)${tail}`;
    return { key: KEY, select };
  }
  const along = (bounds: string, tail: string): string => {
    const found = hasEntry(legs, join, conditions, ofEntries(ofSequence + bounds));
    return `${movements}${ofMovement}${found}${bounds}${tail}`;
  };
  if (conditions.length > 0) {
    const ofLevel = (bounds: string, tail: string): string =>
      united(
        legs.map(
          (leg) => `SELECT DISTINCT m.sequence FROM ${leg} e
        JOIN movement m ON m.tenant_id = $1 AND m.sequence = e.sequence
        WHERE e.tenant_id = $1 AND e.level_id = wanted_level.level_id${ofMovement}${bounds}${tail}`,
        ),
      );
    const ofLevels = (bounds: string, tail: string): string =>
      ` AND m.sequence IN (SELECT found.sequence FROM wanted_level
        CROSS JOIN LATERAL (${ofLevel(bounds, tail)}) found)${tail}`;
    const select = (bounds: string, tail: string): string =>
      firstGoodWay(
        [
          { when: ARE_FEW, select: (only) => movements + only + ofLevels(bounds, tail) },
          { select: (only) => along(bounds, only + tail) },
        ],
        wantedLevels(filter, conditions),
      );
    return { key: KEY, select };
  }
  // The ledger has no gaps, so its last sequence is the number of movements.
  return { key: KEY, select: along, ...(ofMovement === '' && !database.isLimited ? { total: 'head.sequence' } : {}) };
}

/** The condition that one leg of the movement `m` meets all conditions. Empty when there are none. */
function hasEntry(legs: readonly string[], join: string, conditions: readonly string[], bounds = ''): string {
  if (conditions.length === 0) return '';
  const found = legs.map(
    (leg) => `EXISTS (SELECT FROM ${leg} e ${join}
    WHERE e.tenant_id = $1 AND e.sequence = m.sequence${and(conditions)}${bounds})`,
  );
  return ` AND (${found.join(' OR ')})`;
}
