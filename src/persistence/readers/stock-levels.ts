import {
  MOST_PASSED,
  MOST_PASSED_OF_PAST,
  type ShownNodes,
  type StockLevelFilter,
} from '../../application/ports/reads';
import { nearItems, type ListSql, type NearSql } from './page';
import { changedLevels, hasFewMovements } from './changes';
import { countAmong, matching } from './count';
import type { LevelsAt } from './levels-at';
import { itemsOf, joinLevelsOfItem, joinLocation, joinOne, joinSameLocations, levelsOf } from './look-ups';
import { bucketsNamed, itemsNamed, placesNamed } from './named';
import { areFewOpen, levelsInDoubt } from './open-discrepancies';
import { itemColumns, locationColumns } from './rows';
import { and, type Parameters } from './statement';
import { LEVEL_COLUMNS } from './stock-rows';
import { ARE_FEW, askedLevels as levelsAsked, WANTED_LEVELS, wantedLevels } from './wanted-levels';
import { firstGoodWay, type Way } from './ways';

interface Levels extends Omit<LevelsAt, 'head'> {
  readonly isPast: boolean;
  readonly shown: ShownNodes;
}

/** Lists the levels of a table like `stock_level`, item by item, or looks them up when few can be in the list. */
export function stockLevelList(
  parameters: Parameters,
  filter: StockLevelFilter,
  { levels, alsoLater, isPast, shown }: Levels,
): ListSql {
  const { skus, locations, buckets, negative } = filter;
  const asked = {
    locations: locations ? placesNamed(parameters, locations) : null,
    buckets: buckets ? bucketsNamed(parameters, buckets) : null,
  };
  const ofBuckets = asked.buckets ? [asked.buckets.has('v.bucket')] : [];
  const indexed = [...(asked.locations ? [asked.locations.has('v.location_id')] : []), ...ofBuckets];
  const others = [...otherConditions(parameters, filter), ...ofQuantity(filter)];
  const conditions = and([...indexed, ...others]);
  const items = skus && itemsNamed(parameters, skus);
  const named = items && itemsOf(items.ids);
  const looksUp = !skus && Boolean(locations ?? buckets);
  const [ofLocation, ofItem] = [locationColumns(shown), itemColumns(shown)];
  const columns = `SELECT true AS "isRow", ${ofLocation}, ${ofItem}, ${LEVEL_COLUMNS}`;
  const through = (items: string, ends: string, only = asked.locations?.only?.any): string =>
    only === undefined
      ? `${columns} FROM ${items} i ${joinLevelsOfItem(levels, conditions)} ${joinSameLocations('v.location_id')}
      WHERE i.tenant_id = $1${ends}`
      : `SELECT true AS "isRow", ${ofLocation}, level.* FROM ${only}
      CROSS JOIN LATERAL (SELECT ${ofItem}, ${LEVEL_COLUMNS} FROM ${items} i
        ${joinLevelsOfItem(levels, and(['v.location_id = l.location_id', ...ofBuckets, ...others]))}
        WHERE i.tenant_id = $1${ends}) level`;
  const rows: Walk = {
    all: (ends) => through(named ?? 'item', ends),
    only: (ids, ends) => `${columns} FROM ${levelsOf(levels, ids)} v ${joinOne('item', 'i', 'item_id', 'v.item_id')}
      ${joinLocation('v.location_id')} WHERE v.tenant_id = $1${conditions}${ends}`,
  };
  const matches = `SELECT ${matching([...(isPast ? ['v.is_there'] : []), ...others])}`;
  const passed: Walk = {
    all: (ends) =>
      named
        ? `${matches} FROM ${named} i ${joinLevelsOfItem(alsoLater, and(indexed))} WHERE true${ends}`
        : `${matches} FROM ${levelsAsked(asked, alsoLater)} WHERE v.tenant_id = $1${ends}`,
    only: (ids, ends) => `${matches} FROM ${levelsOf(alsoLater, ids)} v WHERE v.tenant_id = $1${and(indexed)}${ends}`,
  };
  const by = ({ all, only: of }: Walk, ends: string): string => {
    const only = (ids: string, when: string): string => of(ids, when + ends);
    const ways: Way[] = [
      ...(isPast && !skus
        ? [{ when: hasFewMovements('0'), select: (when: string) => only(changedLevels('0'), when) }]
        : []),
      ...(negative && !isPast && !skus
        ? [
            {
              when: areFewOpen('NEGATIVE_LEVEL'),
              select: (when: string) => only(levelsInDoubt('NEGATIVE_LEVEL'), when),
            },
          ]
        : []),
      ...(looksUp ? [{ when: ARE_FEW, select: (when: string) => only(WANTED_LEVELS, when) }] : []),
      { select: (when) => all(when + ends) },
    ];
    return ways.length === 1 ? all(ends) : firstGoodWay(ways, looksUp ? wantedLevels(asked) : '');
  };
  const among = (table: string, ends: readonly string[]): string =>
    through(table, ends.join(''), asked.locations?.only?.present);
  const near: NearSql | undefined = items
    ? { select: (_near, ...ends) => among(items.having, ends), isPartial: items.someHad }
    : asked.locations && !isPast && !negative
      ? { select: (walked, ...ends) => among(nearItems(walked), ends) }
      : undefined;
  return {
    key: [
      { column: 'i.sku', type: 'text', indexed: true },
      { column: 'i.specification', type: 'text', indexed: true },
      { column: 'l.code', type: 'text' },
      { column: 'v.level_id', type: 'uuid' },
    ],
    select: (bounds, tail) => by(rows, bounds + tail),
    ...(near && { near }),
    count: countAmong((tail) => by(passed, tail), { most: isPast ? MOST_PASSED_OF_PAST : MOST_PASSED }),
  };
}

/** A way through levels: all that are asked for, or those with the ids of a SELECT. */
interface Walk {
  readonly all: (ends: string) => string;
  readonly only: (ids: string, ends: string) => string;
}

const anyOf = (parameters: Parameters, column: string, values: readonly string[] | undefined): string[] =>
  values ? [`${column} = ANY (${parameters.add(values, 'text[]')})`] : [];

/** Conditions that no index knows. What they are about never changes, so they hold for the past of a level too. */
const otherConditions = (parameters: Parameters, { owners, conditions, lots }: StockLevelFilter): string[] => [
  ...anyOf(parameters, 'v.owner', owners),
  ...anyOf(parameters, 'v.condition', conditions),
  ...anyOf(parameters, 'v.lot', lots),
];

const ofQuantity = ({ nonZero, negative }: StockLevelFilter): string[] => [
  ...(nonZero ? ['v.quantity <> 0'] : []),
  ...(negative ? ['v.quantity < 0'] : []),
];
