import { groupBy } from '../../application/group-by';
import type {
  EntryKey,
  LedgerEntryFilter,
  LedgerEntryQuery,
  LedgerEntryView,
  LevelHistory,
  MovementView,
  Page,
  PageRequest,
} from '../../application/ports/reads';
import { selectList } from '../tables/derived';
import { LedgerEntryEntity } from '../tables/ledger-entry';
import type { ReadDatabase } from './database';
import { countAmong, countBySum, exactly } from './count';
import {
  ENTRIES,
  entryConditions,
  legsOf,
  movementConditions,
  ofEntries,
  sequenceConditions,
  stretchOf,
  united,
} from './ledger-filter';
import { passedLegs, passedOfWanted, type PassedLegs } from './passed-legs';
import { rareReasons } from './rare-reasons';
import { MOVEMENT_COLUMNS, ORIGIN_JOIN } from './movements';
import { itemIds } from './named';
import { pagesStatement, pageStatement, toPage, type ListSql, type Near, type PageColumns } from './page';
import { and, Parameters, statement } from './statement';
import { ARE_FEW, wantedLevels } from './wanted-levels';
import { firstGoodWay } from './ways';

const KEY = [
  { column: 'e.sequence', type: 'bigint', joined: 'm.sequence' },
  { column: 'e.leg', type: 'integer' },
] as const;

/** Legs without effect are counted for themselves, so they come behind those of their movement that had some. */
const KEY_OF_ALL = [KEY[0], { column: 'e.absorbed::integer', type: 'integer' }, KEY[1]] as const;

const ENTRY_COLUMNS = selectList(LedgerEntryEntity, 'e', {
  only: ['sequence', 'leg', 'levelId', 'delta', 'quantityAfter', 'levelVersion'],
});

/** The movement's other columns are present when they were asked for. */
type EntryColumns = Omit<LedgerEntryView, 'movement'> & Partial<Omit<MovementView, 'sequence' | 'recordedAt'>>;

/** Also has the other columns of the row. */
const toEntry = (row: EntryColumns): LedgerEntryView => ({
  ...row,
  movement: isWithMovement(row) ? row : null,
});

const isWithMovement = (row: EntryColumns): row is EntryColumns & MovementView => row.hash !== undefined;

/** A SELECT of entries `e` with their movement `m`. Conditions can be appended. */
function entries(legs: string, withMovement: boolean, join = ''): string {
  return `SELECT true AS "isRow", ${ENTRY_COLUMNS}, e.absorbed, m.recorded_at AS "recordedAt"${withMovement ? `, ${MOVEMENT_COLUMNS}` : ''}
    FROM ${legs} e JOIN movement m ON m.tenant_id = $1 AND m.sequence = e.sequence ${join}
    ${withMovement ? ORIGIN_JOIN : ''} WHERE e.tenant_id = $1`;
}

export async function readEntries(
  database: ReadDatabase,
  tenantId: string,
  { filter, page, withMovement }: LedgerEntryQuery,
): Promise<Page<LedgerEntryView>> {
  const parameters = new Parameters(tenantId);
  const list = entryList(parameters, filter, withMovement);
  const rows = await database.query<EntryColumns & PageColumns>(pageStatement(parameters, list, page));
  return toPage(rows, page, toEntry);
}

/** Reads along the ledger, or along the index of a reference, an item or a level when the filter asks for few of them. */
function entryList(parameters: Parameters, filter: LedgerEntryFilter, withMovement: boolean): ListSql {
  const { references, skus } = filter;
  const { join, conditions } = entryConditions(parameters, filter);
  const stretch = stretchOf(parameters, filter);
  const ofSequence = and(sequenceConditions(stretch));
  const facts = movementConditions(parameters, filter);
  const ofMovement = and(facts) + ofSequence + ofEntries(ofSequence);
  const all = (bounds: string, tail: string): string =>
    united(
      legsOf(filter).map(
        (legs) => `${entries(legs, withMovement, join)}${ofMovement}${and(conditions)}${bounds}${tail}`,
      ),
      tail,
    );
  const passed = passedLegs(filter, { facts, ofSequence });
  const within = (parts: string, condition: string, ofMovement: boolean): Walk => ({
    select: (bounds, tail) =>
      `SELECT e.* FROM ${parts} CROSS JOIN LATERAL (${all(` AND ${condition}${bounds}`, tail)}) e${tail}`,
    passed: (only, tail) =>
      `SELECT e.* FROM ${parts} CROSS JOIN LATERAL (${passed({
        ...{ where: ` AND ${condition}`, join, conditions, tail },
        ...(ofMovement && { ofMovement }),
      })}) e WHERE true${only}${tail}`,
  });
  const listOf = (walk: Walk): ListSql => ({
    key: filter.includeAbsorbed ? KEY_OF_ALL : KEY,
    select: walk.select,
    count: countAmong((tail) => walk.passed('', tail)),
  });
  if (references) {
    const wanted = `unnest(${parameters.add([...new Set(references)], 'text[]')}) wanted (reference)`;
    const ofItems = skus ? ` AND e.item_id IN (${itemIds(parameters, skus)})` : '';
    return listOf(within(wanted, `m.reference = wanted.reference${ofItems}`, true));
  }
  if (skus) return listOf(within(`(${itemIds(parameters, skus)}) item`, 'e.item_id = item.item_id', false));
  const rare = rareReasons(parameters, filter);
  const along: Walk = rare
    ? within(rare.reasons, rare.condition, true)
    : { select: all, passed: (only, tail) => passed({ where: only, join, conditions, tail }) };
  const list = listOf(
    conditions.length === 0 ? along : fewOrAlong(along, passed, filter, { conditions, ofMovement, withMovement }),
  );
  const isWhole = ofMovement === '' && !filter.includeAbsorbed;
  const nearEntries = ({ bounds, tail }: Near): string =>
    `(SELECT e.* FROM ${ENTRIES} e WHERE e.tenant_id = $1${ofEntries(ofSequence + bounds)}${tail})`;
  return {
    ...list,
    ...(isWhole && { count: numberOfEntries(conditions) }),
    ...(conditions.length > 0 &&
      !rare &&
      !filter.includeAbsorbed && {
        near: (near: Near, bounds: string, tail: string) =>
          `${entries(nearEntries(near), withMovement, join)}${ofMovement}${and(conditions)}${bounds}${tail}`,
      }),
  };
}

/** A way through the entries: to read rows of the list, or to count them among all that have to be looked at. */
interface Walk {
  readonly select: (bounds: string, tail: string) => string;
  readonly passed: (only: string, tail: string) => string;
}

/** Goes through the entries of the levels that are asked for when they are few, and otherwise along the ledger. */
function fewOrAlong(
  along: Walk,
  passed: PassedLegs,
  filter: LedgerEntryFilter,
  { conditions, ofMovement, withMovement }: OfEntries,
): Walk {
  const wanted = wantedLevels(filter, conditions);
  const ofLevels = (bounds: string, tail: string, only: string): string =>
    united(
      legsOf(filter).map(
        (legs) => `${entries(ofWantedLevels(legs, ofMovement, bounds, tail), withMovement)}${only}${tail}`,
      ),
      tail,
    );
  return {
    select: (bounds, tail) =>
      firstGoodWay(
        [
          { when: ARE_FEW, select: (only) => ofLevels(bounds, tail, only) },
          { select: (only) => along.select(only + bounds, tail) },
        ],
        wanted,
      ),
    passed: (_only, tail) =>
      firstGoodWay(
        [
          { when: ARE_FEW, select: (only) => passedOfWanted(passed, only, tail) },
          { select: (only) => along.passed(only, tail) },
        ],
        wanted,
      ),
  };
}

/** What is asked of entries. */
interface OfEntries {
  readonly conditions: readonly string[];
  readonly ofMovement: string;
  readonly withMovement: boolean;
}

/** The part of a page that few levels have, as a table of legs. Nothing else is joined to the others. */
const ofWantedLevels = (legs: string, ofMovement: string, bounds: string, tail: string): string =>
  `(SELECT e.* FROM wanted_level CROSS JOIN LATERAL (SELECT e.* FROM ${legs} e
      ${ofMovement + bounds === '' ? '' : 'JOIN movement m ON m.tenant_id = $1 AND m.sequence = e.sequence'}
      WHERE e.tenant_id = $1 AND e.level_id = wanted_level.level_id${ofMovement}${bounds}${tail}) e${tail})`;

/** A level's version is the number of its entries, and there are far fewer levels than entries. */
const numberOfEntries = (conditions: readonly string[]): string =>
  countBySum(
    'version',
    (tail) => `SELECT v.version FROM stock_level v WHERE v.tenant_id = $1${and(conditions)}${tail}`,
  );

/** A level's version is the number of its entries. */
const VERSION_THEN = `coalesce((SELECT e.level_version FROM ledger_entry e
  WHERE e.tenant_id = $1 AND e.level_id = history.level_id AND e.sequence <= history.up_to
  ORDER BY e.sequence DESC, e.leg DESC LIMIT 1), 0)`;

/** Reads the same page of each level's entries in one statement. */
export async function readEntriesOfLevels(
  database: ReadDatabase,
  tenantId: string,
  levels: readonly LevelHistory[],
  page: PageRequest,
  withMovement: boolean,
): Promise<Page<LedgerEntryView>[]> {
  const parameters = new Parameters(tenantId);
  const levelIds = parameters.add(
    levels.map(({ levelId }) => levelId),
    'uuid[]',
  );
  const upTo = parameters.add(
    levels.map(({ upToSequence }) => upToSequence),
    'bigint[]',
  );
  const ofLevel = `${entries(ENTRIES, withMovement)} AND e.level_id = history.level_id AND e.sequence <= history.up_to`;
  const list: ListSql = {
    key: KEY,
    select: (bounds, tail) => ofLevel + bounds + tail,
    count: exactly(VERSION_THEN),
  };
  const each = {
    alias: 'history',
    columns: 'history.ordinal, history.level_id, history.up_to',
    from: `unnest(${levelIds}, ${upTo}) WITH ORDINALITY history (level_id, up_to, ordinal)`,
  };
  const shown = 'history.ordinal, history.up_to AS "ledgerSequence"';
  const fetched = await database.query<EntryColumns & PageColumns & { ordinal: number }>(
    pagesStatement(parameters, list, page, each, shown),
  );
  const byOrdinal = groupBy(fetched, ({ ordinal }) => ordinal);
  return levels.map((_, index) => toPage(byOrdinal.get(index + 1) ?? [], page, toEntry));
}

export async function readEntriesByKey(
  database: ReadDatabase,
  tenantId: string,
  keys: readonly EntryKey[],
): Promise<LedgerEntryView[]> {
  const parameters = new Parameters(tenantId);
  const sequences = parameters.add(
    keys.map(({ sequence }) => sequence),
    'bigint[]',
  );
  const legs = parameters.add(
    keys.map(({ leg }) => leg),
    'integer[]',
  );
  const text = `${entries(ENTRIES, false)} AND (e.sequence, e.leg) IN (SELECT * FROM unnest(${sequences}, ${legs}))`;
  return (await database.query<EntryColumns>(statement(text, parameters))).map(toEntry);
}

export async function readEntriesOfMovements(
  database: ReadDatabase,
  tenantId: string,
  sequences: readonly number[],
): Promise<LedgerEntryView[]> {
  const parameters = new Parameters(tenantId);
  const text = `${entries(ENTRIES, false)} AND e.sequence = ANY (${parameters.add(sequences, 'bigint[]')})
    ORDER BY e.sequence, e.leg`;
  return (await database.query<EntryColumns>(statement(text, parameters))).map(toEntry);
}
