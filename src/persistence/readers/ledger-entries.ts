import { groupBy } from '../../domain/group-by';
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
import { OF_WANTED_LEVEL, passedLegs, passedOfLevels } from './passed-legs';
import { rareReasons } from './rare-reasons';
import { between } from '../database/look-up';
import { JOIN_MOVEMENT, joinLegs, orderedBy } from './look-ups';
import { MOVEMENT_COLUMNS } from './movements';
import { itemsNamed } from './named';
import { pagesStatement, pageStatement, toPage, type ListSql, type PageColumns } from './page';
import { and, Parameters, statement } from './statement';
import { ARE_FEW, askedLevels, levelsOfSkus, WANTED, wantedLevels, type AskedLevels } from './wanted-levels';
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

/** A SELECT of entries `e` with their movement `m`, along the ledger. Conditions can be appended. */
const entries = (legs: string, withMovement: boolean, join = ''): string =>
  `${shownOf(withMovement)} FROM ${legs} e ${join} ${JOIN_MOVEMENT} WHERE e.tenant_id = $1`;

/** The same along an index of movements. Their order is then that of `m.sequence` and `e.leg`. */
const entriesOfMovements = (legs: string, withMovement: boolean, join: string): string =>
  `${shownOf(withMovement)} FROM movement m ${joinLegs(legs)} ${join} WHERE m.tenant_id = $1`;

const shownOf = (withMovement: boolean): string =>
  `SELECT true AS "isRow", ${ENTRY_COLUMNS}, e.absorbed, m.recorded_at AS "recordedAt"${withMovement ? `, ${MOVEMENT_COLUMNS}` : ''}`;

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

/** Reads along the ledger, or along the index of a reference, a reason or a level when few of them are asked for. */
function entryList(parameters: Parameters, filter: LedgerEntryFilter, withMovement: boolean): ListSql {
  const { references, skus } = filter;
  const { join, conditions, asked } = entryConditions(parameters, filter);
  const ofSequence = and(sequenceConditions(stretchOf(parameters, filter)));
  const facts = movementConditions(parameters, filter);
  const ofMovement = and(facts) + ofSequence + ofEntries(ofSequence);
  const meant = ofMovement + and(conditions);
  const eachLegs = (select: (legs: string) => string, tail: string): string => united(legsOf(filter).map(select), tail);
  const passed = passedLegs(filter, { facts, ofSequence });
  const ofFound = (condition: string): Walk => ({
    select: (bounds, tail) =>
      eachLegs(
        (legs) =>
          `${entriesOfMovements(legs, withMovement, join)} AND ${condition}${meant}${bounds}${tail.replaceAll('e.sequence', 'm.sequence')}`,
        tail,
      ),
    passed: (only, tail) => passed({ ofMovements: true, where: ` AND ${condition}${only}`, join, conditions, tail }),
  });
  const ofLevels = (levels: string): Walk => ({
    select: (bounds, tail) =>
      eachLegs((legs) => `${entries(ofEachLevel(levels, legs, ofMovement, bounds, tail), withMovement)}${tail}`, tail),
    passed: (only, tail) => passedOfLevels(levels, passed, only, tail),
  });
  const listOf = (walk: Walk): ListSql => ({
    key: filter.includeAbsorbed ? KEY_OF_ALL : KEY,
    select: walk.select,
    count: countAmong((tail) => walk.passed('', tail)),
  });
  if (references) {
    const wanted = `unnest(${parameters.add([...new Set(references)], 'text[]')}) wanted (reference)`;
    const ofSkus = skus ? ` AND e.item_id IN (${itemsNamed(parameters, skus).ids})` : '';
    return listOf(eachOf(wanted, ofFound(`m.reference = wanted.reference${ofSkus}`)));
  }
  if (skus) return listOf(ofLevels(levelsOfSkus(parameters, skus, conditions)));
  const rare = rareReasons(parameters, filter);
  const along: Walk = rare
    ? eachOf(rare.reasons, ofFound(rare.condition))
    : {
        select: (bounds, tail) =>
          eachLegs((legs) => `${entries(legs, withMovement, join)}${meant}${bounds}${tail}`, tail),
        passed: (only, tail) => passed({ where: only, join, conditions, tail }),
      };
  const isWhole = ofMovement === '' && !filter.includeAbsorbed;
  const known = isWhole ? { count: numberOfEntries(asked) } : {};
  if (conditions.length === 0) return { ...listOf(along), ...known };
  return { ...listOf(fewOrAlong(ofLevels(WANTED), along, asked)), ...known };
}

/** A way through the entries: to read rows of the list, or to count them among all that have to be looked at. */
interface Walk {
  readonly select: (bounds: string, tail: string) => string;
  readonly passed: (only: string, tail: string) => string;
}

/** Goes along an index for each row of a table, and puts the rows in order. */
const eachOf = (parts: string, { select, passed }: Walk): Walk => ({
  select: (bounds, tail) => `SELECT e.* FROM ${parts} CROSS JOIN LATERAL (${select(bounds, tail)}) e${tail}`,
  passed: (only, tail) =>
    `SELECT e.* FROM ${parts} CROSS JOIN LATERAL (${passed('', tail)}) e WHERE true${only}${tail}`,
});

/** Goes through the entries of the levels that are asked for when they are few, and otherwise along the ledger. */
function fewOrAlong(ofLevels: Walk, along: Walk, asked: AskedLevels): Walk {
  const either = (ofFew: (only: string) => string, otherwise: (only: string) => string): string =>
    firstGoodWay([{ when: ARE_FEW, select: ofFew }, { select: otherwise }], wantedLevels(asked));
  return {
    select: (bounds, tail) =>
      either(
        (only) => `SELECT e.* FROM (${ofLevels.select(bounds, tail)}) e WHERE true${only}`,
        (only) => along.select(only + bounds, tail),
      ),
    passed: (_only, tail) =>
      either(
        (only) => ofLevels.passed(only, tail),
        (only) => along.passed(only, tail),
      ),
  };
}

/** The part of a page that some levels have, as a table of legs. Nothing else is joined to the others. */
const ofEachLevel = (levels: string, legs: string, ofMovement: string, bounds: string, tail: string): string =>
  `(SELECT e.* FROM ${levels} CROSS JOIN LATERAL (SELECT e.* FROM ${legs} e
      ${ofMovement + bounds === '' ? '' : JOIN_MOVEMENT}
      WHERE e.tenant_id = $1 AND ${OF_WANTED_LEVEL}${ofMovement}${bounds}${orderedBy('e.level_id', tail)}) e${tail})`;

/** A level's version is the number of its entries, and there are far fewer levels than entries. */
const numberOfEntries = (asked: AskedLevels): string =>
  countBySum('version', (tail) => `SELECT v.version FROM ${askedLevels(asked, 'stock_level', tail)}${tail}`);

/** A level's version is the number of its entries. */
const VERSION_THEN = `coalesce((SELECT e.level_version FROM ledger_entry e
  WHERE e.tenant_id = $1 AND ${between('e.level_id', 'history.level_id')} AND e.sequence <= history.up_to
  ORDER BY e.level_id DESC, e.sequence DESC, e.leg DESC LIMIT 1), 0)`;

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
  const ofLevel = `${entries(ENTRIES, withMovement)} AND ${between('e.level_id', 'history.level_id')} AND e.sequence <= history.up_to`;
  const list: ListSql = {
    key: KEY,
    select: (bounds, tail) => ofLevel + bounds + orderedBy('e.level_id', tail),
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
  const found = `(SELECT e.* FROM unnest(${sequences}, ${legs}) asked (sequence, leg) CROSS JOIN LATERAL (SELECT e.* FROM ${ENTRIES} e
    WHERE e.tenant_id = $1 AND ${between('e.sequence', 'asked.sequence')} AND e.leg = asked.leg ORDER BY e.sequence, e.leg LIMIT 1) e)`;
  const text = entries(found, false);
  return (await database.query<EntryColumns>(statement(text, parameters))).map(toEntry);
}

export async function readEntriesOfMovements(
  database: ReadDatabase,
  tenantId: string,
  sequences: readonly number[],
): Promise<LedgerEntryView[]> {
  const parameters = new Parameters(tenantId);
  const found = `(SELECT e.* FROM (SELECT DISTINCT unnest(${parameters.add(sequences, 'bigint[]')}) AS sequence) asked
    CROSS JOIN LATERAL (SELECT e.* FROM ${ENTRIES} e WHERE e.tenant_id = $1 AND ${between('e.sequence', 'asked.sequence')}
      ORDER BY e.sequence, e.leg) e)`;
  const text = `${entries(found, false)} ORDER BY e.sequence, e.leg`;
  return (await database.query<EntryColumns>(statement(text, parameters))).map(toEntry);
}
