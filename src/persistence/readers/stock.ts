import {
  MOST_PASSED,
  MOST_PASSED_OF_PAST,
  type AsOf,
  type StockFilter,
  type StockOrder,
  type StockReads,
  type StockTotalsView,
  type StockWants,
} from '../../application/ports/reads';
import type { ReadDatabase } from './database';
import { exactSum } from './exact-sum';
import { changedAfter, changedLevels, hasFewMovements, isChanged, itemLocationsOf } from './changes';
import { countAmong, matching } from './count';
import { LEVELS_AT_HEAD, levelsAt } from './levels-at';
import { between } from '../database/look-up';
import { itemsOf, joinLocation, joinOne, joinSameLocations, levelsAtPlace } from './look-ups';
import { itemsNamed, placesNamed, type ItemsNamed, type PlacesNamed } from './named';
import { areFewOpen, levelsInDoubt } from './open-discrepancies';
import { LEDGER_HEAD, nearItems, pageStatement, toPage, type ListSql, type NearSql, type PageColumns } from './page';
import { ITEM_COLUMNS, itemColumns, LOCATION_COLUMNS, locationColumns } from './rows';
import { and, Parameters, statement } from './statement';
import {
  LEVEL_COLUMNS,
  ON_HAND_SUM,
  REPORTED_SUM,
  SALEABLE_SUM,
  saleUnits,
  stockColumns,
  stockSums,
  toStock,
  toStockLevel,
  type LevelColumns,
  type StockColumns,
} from './stock-rows';
import { stockLevelList } from './stock-levels';
import { stockOfItemsText, toStockOfItems, type StockPart } from './stock-of-items';
import { ARE_FEW, WANTED_ITEMS, wantedLevels } from './wanted-levels';
import { firstGoodWay, type Way } from './ways';

/** Reads stock: sums by item and location, and the levels that they add up. */
export function createStockReads(database: ReadDatabase): StockReads {
  return {
    async stock(tenantId, { filter, order, asOf, page, wants }) {
      const parameters = new Parameters(tenantId);
      const { head, list } = stockList(parameters, { filter, order, asOf, wants });
      const rows = await database.query<StockColumns & PageColumns>(pageStatement(parameters, list, page, head));
      return toPage(rows, page, (row) => toStock(row, asOf !== null));
    },
    async stockTotals(tenantId, filter, asOf) {
      const parameters = new Parameters(tenantId);
      const { head, list } = stockList(parameters, { filter, asOf, wants: { buckets: true, levels: false } });
      const sums = TOTALS.map((name) => `sum(s."${name}")::text AS "${name}"`).join(', ');
      const text = `SELECT head.sequence AS "ledgerSequence", total.* FROM (${head}) head
        CROSS JOIN LATERAL (SELECT count(*) AS stocks, ${sums} FROM (${list.select('', '')}) s) total`;
      const [row] = await database.query<TotalColumns>(statement(text, parameters));
      const { stocks = 0, ledgerSequence = 0 } = row ?? {};
      const totals = TOTALS.map((name) => [name, exactSum(row?.[name] ?? null)]);
      return { ...(Object.fromEntries(totals) as Record<Total, number>), stocks, ledgerSequence };
    },
    async stockOfItems(tenantId, items, wants) {
      const parameters = new Parameters(tenantId);
      const itemIds = items.map(({ itemId }) => itemId);
      const { meant } = placesOf({ filter: {}, asOf: null, wants }, 'stock_level', null, {});
      const text = stockOfItemsText(`unnest(${parameters.add(itemIds, 'uuid[]')})`, meant, wants);
      return toStockOfItems(await database.query<StockPart>(statement(text, parameters)), items);
    },
    async stockLevels(tenantId, { filter, asOf, page, shown = 'EVERYTHING' }) {
      const parameters = new Parameters(tenantId);
      const { head, ...levels } = levelsAt(parameters, asOf);
      const list = stockLevelList(parameters, filter, { ...levels, isPast: asOf !== null, shown });
      const rows = await database.query<LevelColumns & PageColumns>(pageStatement(parameters, list, page, head));
      return toPage(rows, page, (row) => toStockLevel(row, asOf !== null));
    },
    async levelsById(tenantId, levels) {
      const parameters = new Parameters(tenantId);
      const arrays = [
        parameters.add(
          levels.map(({ id }) => id),
          'uuid[]',
        ),
        parameters.add(
          levels.map(({ sequence }) => sequence),
          'bigint[]',
        ),
      ];
      const text = `SELECT ${MOMENT}, ${ITEM_COLUMNS}, ${LOCATION_COLUMNS}, ${LEVEL_COLUMNS}
        FROM ${moments(['level_id'], arrays)} head
        ${joinOne(`(${LEVELS_AT_HEAD})`, 'v', 'level_id', 'head.level_id')}
        ${joinOne('item', 'i', 'item_id', 'v.item_id')}
        ${joinLocation('v.location_id')}`;
      const rows = await database.query<LevelColumns & Moment>(statement(text, parameters));
      return rows.map((row) => toStockLevel(row, row.isPast));
    },
    async stockById(tenantId, stock) {
      const parameters = new Parameters(tenantId);
      const arrays = [
        parameters.add(
          stock.map(({ itemId }) => itemId),
          'uuid[]',
        ),
        parameters.add(
          stock.map(({ locationId }) => locationId),
          'uuid[]',
        ),
        parameters.add(
          stock.map(({ sequence }) => sequence),
          'bigint[]',
        ),
      ];
      const wants = { buckets: true, levels: true };
      const text = `SELECT ${MOMENT}, ${ITEM_COLUMNS}, ${LOCATION_COLUMNS}, ${stockColumns(wants)}
        FROM ${moments(['item_id', 'location_id'], arrays)} head
        ${joinOne('item', 'i', 'item_id', 'head.item_id')}
        ${joinLocation('head.location_id')}
        CROSS JOIN LATERAL (SELECT ${stockSums(wants)} FROM (SELECT v.* FROM (${LEVELS_AT_HEAD}) v
          WHERE v.tenant_id = $1 AND ${between('v.item_id', 'head.item_id')} AND v.location_id = head.location_id
          ORDER BY v.item_id, v.location_id) v HAVING count(*) > 0) s`;
      const rows = await database.query<StockColumns & Moment>(statement(text, parameters));
      return rows.map((row) => toStock(row, row.isPast));
    },
  };
}

/** The moment that a row of {@link moments} shows. */
interface Moment {
  readonly isPast: boolean;
}

const MOMENT = 'head.sequence AS "ledgerSequence", head.is_past AS "isPast"';

/** What is asked for, each at its own sequence, or at the head where that is NULL. A sequence after the head is left out. */
const moments = (columns: readonly string[], arrays: readonly string[]): string =>
  `(SELECT ${columns.map((column) => `asked.${column}`).join(', ')}, asked.sequence IS NOT NULL AS is_past,
      coalesce(asked.sequence, last.sequence) AS sequence
    FROM unnest(${arrays.join(', ')}) AS asked (${columns.join(', ')}, sequence) CROSS JOIN (${LEDGER_HEAD}) last
    WHERE asked.sequence IS NULL OR asked.sequence <= last.sequence)`;

const TOTALS = [
  'onHand',
  'available',
  'reserved',
  'committed',
  'missing',
  'blocked',
  'onHold',
  'incoming',
] as const satisfies readonly (keyof StockTotalsView)[];
type Total = (typeof TOTALS)[number];

interface TotalColumns extends Record<Total, string | null> {
  readonly stocks: number;
  readonly ledgerSequence: number;
}

/** What of the stock is read. */
interface Asked {
  readonly filter: StockFilter;
  readonly asOf: AsOf | null;
  readonly wants: StockWants;
  readonly order?: StockOrder;
}

/**
 * Goes through the items in order and adds up the levels of each, so that a page reads little more than itself. When few
 * items can be in the list, it goes through those instead.
 */
function stockList(parameters: Parameters, asked: Asked): { head: string; list: ListSql } {
  const { filter, asOf, wants, order = 'SKU' } = asked;
  const { head, levels } = levelsAt(parameters, asOf);
  const since = changedAfter(parameters, filter);
  const isPresent = asOf === null && since === undefined;
  const { skus, itemIds } = filter;
  const ofItems = isPresent && skus ? ' AND i.merged_into_id IS NULL' : '';
  const { named, present } = itemsAsked(parameters, filter);
  const atPlaces = placesAsked(parameters, filter);
  const ofRows = (held: string): string[] => [...(isPresent ? inUse(filter, held) : []), ...sellableConditions(filter)];
  const { shown = 'EVERYTHING' } = wants;
  const sums = shown === 'POSITION' ? '' : `, ${stockColumns(wants)}`;
  const columns = `${itemColumns(shown)}${sums}${order === 'SKU' ? '' : `, ${SELLABLE} AS "sellableKey"`}`;
  const ofLocation = locationColumns(shown);
  const through = (items: string, changes: Changes, only = atPlaces?.only?.any): Walk => {
    const places = placesOf(asked, levels, atPlaces, changes);
    const rows = (more: string, join: string, ends: string): string =>
      `SELECT ${more}${columns} FROM ${items} i CROSS JOIN LATERAL (${places.meant}) s ${join}
      WHERE i.tenant_id = $1${ofItems}${and(places.ofItem)}${and(ofRows(IS_HELD))}${ends}`;
    return {
      rows: (ends) =>
        only === undefined
          ? rows(`true AS "isRow", ${ofLocation}, `, joinSameLocations('s.location_id'), ends)
          : `SELECT true AS "isRow", ${ofLocation}, stock.* FROM ${only}
      CROSS JOIN LATERAL (${rows('', '', ends)}) stock`,
      passed: (ends) => `SELECT ${matching(['s.location_id IS NOT NULL', 's.is_meant', ...ofRows('s.held')])}
      FROM ${items} i LEFT JOIN LATERAL (${places.passed}) s ON true
      LEFT JOIN LATERAL (${ARCHIVED}) l ON true
      WHERE i.tenant_id = $1${ofItems}${ends}`,
    };
  };
  const all = through(named ?? 'item', { since });
  const ofWanted = through(itemsOf(WANTED_ITEMS), { since });
  const isAtLocations = atPlaces !== null && !skus && !itemIds && !isOfRecords(filter);
  const few = throughChanges(asked, since);
  const ofChanged = few && through(itemLocationsOf(changedLevels(few)), { isAtPlace: true });
  const inDoubt = ofDrift(asked) ? [through(itemLocationsOf(levelsInDoubt('DRIFT')), { since, isAtPlace: true })] : [];
  const by = (part: keyof Walk, ends: string): string => {
    const ways: Way[] = [
      ...(few && ofChanged
        ? [{ when: hasFewMovements(few), select: (only: string) => ofChanged[part](only + ends) }]
        : []),
      ...inDoubt.map((drifting) => ({
        when: areFewOpen('DRIFT'),
        select: (only: string) => drifting[part](only + ends),
      })),
      ...(isAtLocations ? [{ when: ARE_FEW, select: (only: string) => ofWanted[part](only + ends) }] : []),
      { select: (only) => all[part](only + ends) },
    ];
    return ways.length === 1
      ? all[part](ends)
      : firstGoodWay(ways, isAtLocations ? wantedLevels({ locations: atPlaces, buckets: null }) : '');
  };
  const key: ListSql['key'] = [
    ...(order === 'SKU' ? KEY : [...ORDERS[order], ...UNINDEXED_KEY]),
    { column: 'l.code', type: 'text' },
  ];
  const most = asOf === null ? MOST_PASSED : MOST_PASSED_OF_PAST;
  const select = (bounds: string, tail: string): string => by('rows', bounds + tail);
  const isNear = isAtLocations && !few && inDoubt.length === 0 && order === 'SKU';
  const among = (items: string, bounds: string, tail: string): string =>
    through(items, { since }, atPlaces?.only?.present).rows(bounds + tail);
  const near: NearSql | undefined = present
    ? { select: (_near, ...ends) => among(present.having, ...ends), isPartial: present.someHad }
    : isNear
      ? { select: (items, ...ends) => among(nearItems(items), ...ends) }
      : undefined;
  return {
    head,
    list: { key, select, ...(near && { near }), count: countAmong((tail) => by('passed', tail), { most }) },
  };
}

/** Goes through items: to read the rows of the list, or to count them among all that have to be looked at. */
interface Walk {
  readonly rows: (ends: string) => string;
  readonly passed: (ends: string) => string;
}

interface Changes {
  readonly since?: string | undefined;
  readonly isAtPlace?: boolean;
}

/** The sequence after which stock in the list has changed, when that may be little. Named items are fewer still. */
function throughChanges({ filter, asOf }: Asked, since: string | undefined): string | undefined {
  if (filter.skus ?? filter.itemIds) return undefined;
  // What is asked of records is also there where no stock has ever been.
  return since ?? (asOf === null || isOfRecords(filter) ? undefined : '0');
}

/** Whether stock that drifts now is asked for, of any item. */
const ofDrift = ({ filter, asOf }: Asked): boolean =>
  filter.drifting === true && asOf === null && !isOfRecords(filter) && !filter.skus && !filter.itemIds;

const isOfRecords = ({ belowThreshold, belowReorderPoint }: StockFilter): boolean =>
  belowThreshold === true || belowReorderPoint === true;

/** Of a location, only whether it is archived: of those there are few, which are looked up once. */
const ARCHIVED = `SELECT true AS archived_at WHERE s.location_id = ANY (ARRAY(
  SELECT archived.location_id FROM location archived WHERE archived.tenant_id = $1 AND archived.archived_at IS NOT NULL))`;

const placesAsked = (parameters: Parameters, { locations, includeParts = false }: StockFilter): PlacesNamed | null =>
  locations ? placesNamed(parameters, locations, includeParts) : null;

interface ItemsAsked {
  /** As a table like `item`; null: all. */
  readonly named: string | null;
  /** Those among them that have the names now, where only names are asked for. */
  readonly present?: ItemsNamed;
}

/** The items that are asked for by name or id. */
function itemsAsked(parameters: Parameters, { skus, itemIds }: StockFilter): ItemsAsked {
  const ids = itemIds && `SELECT DISTINCT * FROM unnest(${parameters.add(itemIds, 'uuid[]')})`;
  if (!skus) return { named: ids ? itemsOf(ids) : null };
  const named = itemsNamed(parameters, skus);
  return ids ? { named: itemsOf(`${named.ids} INTERSECT ${ids}`) } : { named: itemsOf(named.ids), present: named };
}

const KEY = [
  { column: 'i.sku', type: 'text', indexed: true },
  { column: 'i.specification', type: 'text', indexed: true },
] as const;

/** The same behind another column, where no index gives its order. */
const UNINDEXED_KEY = KEY.map(({ column, type }) => ({ column, type }));

/** What can be sold now: nothing of what is archived. */
const SELLABLE = 'CASE WHEN i.archived_at IS NULL AND l.archived_at IS NULL THEN s.sellable ELSE 0 END';

const ORDERS = {
  SELLABLE_ASC: [{ column: `(${SELLABLE})`, type: 'bigint' }],
  SELLABLE_DESC: [{ column: `(-(${SELLABLE}))`, type: 'bigint' }],
} as const satisfies Record<Exclude<StockOrder, 'SKU'>, ListSql['key']>;

const sellableConditions = ({ sellable }: StockFilter): string[] =>
  sellable === undefined ? [] : [`(${SELLABLE}) ${sellable ? '>' : '='} 0`];

/** The sums of one item at each of its locations. */
interface Places {
  /**
   * A SELECT of those that the list has, of an item that has what `ofItem` asks for. Where the list is about one location,
   * that is `l`.
   */
  readonly meant: string;
  readonly ofItem: readonly string[];
  /** A SELECT of all of them, with the column `is_meant`. */
  readonly passed: string;
}

/** What is read of the item `i`: also what can be sold at each location, where that is asked. */
function placesOf(
  { filter, asOf, wants, order = 'SKU' }: Asked,
  levels: string,
  atPlaces: PlacesNamed | null,
  changes: Changes,
): Places {
  const fromRecords = isOfRecords(filter);
  const withTerms = fromRecords || filter.sellable !== undefined || order !== 'SKU';
  const at = fromRecords ? 'r' : 'v';
  const column = `${at}.location_id`;
  const ofChange = changes.isAtPlace ? [`${column} = i.at_location_id`] : [];
  const conditions = [...(atPlaces ? [atPlaces.has(column)] : []), ...ofChange];
  const conditionsOfRows = atPlaces?.only === undefined ? conditions : [`${column} = l.location_id`, ...ofChange];
  // Both are read in the order of the index that begins with the item.
  const ofItemIn = (table: string, alias: string, more: string): string =>
    `(SELECT ${alias}.* FROM ${table} ${alias} WHERE ${alias}.tenant_id = $1
      AND ${between(`${alias}.item_id`, 'i.item_id')}${more} ORDER BY ${alias}.item_id, ${alias}.location_id)`;
  const source = (only: string): string =>
    fromRecords
      ? `${ofItemIn('inventory_record', 'r', only)} r LEFT JOIN LATERAL ${ofItemIn(levels, 'v', ' AND v.location_id = r.location_id')} v ON true`
      : `${ofItemIn(levels, 'v', only)} v${withTerms ? ` LEFT JOIN LATERAL (${RECORD_OF_LEVEL}) r ON true` : ''}`;
  const units = saleUnits(asOf === null);
  const sellable = `CASE WHEN r.stock_availability = 'OUT_OF_STOCK' THEN 0
    ELSE greatest(0, (${units}) - coalesce(r.out_of_stock_threshold, 0) - coalesce(r.safety_stock, 0)) END::bigint AS sellable`;
  const sums = fromRecords ? stockSums(wants, 'coalesce(max(v.updated_at), r.updated_at)') : stockSums(wants);
  const summed = `bool_or(v.quantity <> 0) AS held, ${sums}${withTerms ? `, ${sellable}` : ''}`;
  const select = (more: string, only: readonly string[]): string =>
    `SELECT ${column}, ${summed}${more} FROM ${source(and(only))}
    GROUP BY ${at}.item_id, ${column}${withTerms ? `, ${TERMS}` : ''}`;
  const meant = having(filter, units, changes.since);
  const ofItem = termsOf(filter);
  // Without terms, the sums at the only location are one group.
  const isOneGroup = atPlaces?.only !== undefined && !withTerms;
  return {
    meant: isOneGroup
      ? `SELECT ${summed} FROM ${source(and(conditionsOfRows))} HAVING ${['count(*) > 0', ...meant].join(' AND ')}`
      : select('', conditionsOfRows) + (meant.length === 0 ? '' : ` HAVING ${meant.join(' AND ')}`),
    ofItem,
    passed: select(`, ${meant.join(' AND ') || 'true'} AS is_meant`, [...conditions, ...ofItem]),
  };
}

const RECORD_OF_LEVEL = `SELECT r.* FROM inventory_record r WHERE r.tenant_id = $1 AND r.item_id = v.item_id
  AND ${between('r.location_id', 'v.location_id')} ORDER BY r.location_id LIMIT 1`;

const USED_TERMS = [
  ...['stock_availability', 'out_of_stock_threshold', 'safety_stock', 'reorder_point', 'style', 'updated_at'],
];

/**
 * The record `r` in a GROUP BY. Its key would be enough for the table, but a limited key reads a query in its place. Of the
 * table, PostgreSQL groups by the key alone.
 */
const TERMS = ['tenant_id', 'item_id', 'location_id', ...USED_TERMS].map((column) => `r.${column}`).join(', ');

/** Whether any level of the item `i` at the location `l` is other than zero: only looked up of what is archived. */
const IS_HELD = `EXISTS (SELECT FROM ${levelsAtPlace('i.item_id', 'l.location_id')} v WHERE v.quantity <> 0)`;

/** What is archived is left out of what is now, unless it is named or holds stock all the same. */
function inUse({ skus, itemIds, locations }: StockFilter, held: string): string[] {
  const archived = [...(skus || itemIds ? [] : ['i.archived_at']), ...(locations ? [] : ['l.archived_at'])];
  return archived.length === 0 ? [] : [`((${archived.map((at) => `${at} IS NULL`).join(' AND ')}) OR ${held})`];
}

function having(
  { drifting, belowThreshold, belowReorderPoint, inStock }: StockFilter,
  units: string,
  since: string | undefined,
): string[] {
  const onHand = `coalesce(${ON_HAND_SUM}, 0)`;
  return [
    ...(drifting ? [`${REPORTED_SUM} <> ${onHand}`] : []),
    ...(belowThreshold ? [`(${units}) <= r.out_of_stock_threshold`] : []),
    ...(belowReorderPoint ? [`coalesce(${SALEABLE_SUM}, 0) <= r.reorder_point`] : []),
    ...(inStock === undefined ? [] : [`${onHand} ${inStock ? '>' : '<='} 0`]),
    ...(since === undefined ? [] : [`bool_or(${isChanged(since)})`]),
  ];
}

const termsOf = ({ belowThreshold, belowReorderPoint }: StockFilter): string[] => [
  ...(belowThreshold ? [hasTerm('out_of_stock_threshold')] : []),
  ...(belowReorderPoint ? [hasTerm('reorder_point')] : []),
];

/** Skips items without any such term, so that their levels are not added up. */
const hasTerm = (column: string): string => `EXISTS (SELECT FROM inventory_record r
  WHERE r.tenant_id = $1 AND r.item_id = i.item_id AND r.${column} IS NOT NULL)`;
