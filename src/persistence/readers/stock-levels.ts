import { MOST_PASSED, MOST_PASSED_OF_PAST, type StockLevelFilter } from '../../application/ports/reads';
import { nearItems, type ListSql } from './page';
import { changedLevels, hasFewMovements } from './changes';
import { countAmong, matching } from './count';
import type { LevelsAt } from './levels-at';
import { isAtLocation, itemIds } from './named';
import { areFewOpen, levelsInDoubt } from './open-discrepancies';
import { ITEM_COLUMNS, LOCATION_COLUMNS } from './rows';
import { and, type Parameters } from './statement';
import { LEVEL_COLUMNS } from './stock-rows';
import { ARE_FEW, wantedLevels } from './wanted-levels';
import { firstGoodWay, type Way } from './ways';

/** Lists the levels of a table like `stock_level`, item by item, or looks them up when few can be in the list. */
export function stockLevelList(
  parameters: Parameters,
  filter: StockLevelFilter,
  { levels, alsoLater, isPast }: Omit<LevelsAt, 'head'> & { readonly isPast: boolean },
): ListSql {
  const indexed = indexedConditions(parameters, filter);
  const others = [...otherConditions(parameters, filter), ...ofQuantity(filter)];
  const { skus, locations, buckets, negative } = filter;
  const named = skus && itemIds(parameters, skus);
  const ofItems = (alias: string): string => (named ? ` AND ${alias}.item_id IN (${named})` : '');
  const looksUp = !skus && Boolean(locations ?? buckets);
  const through = (table: string, ends: string): string =>
    `SELECT true AS "isRow", ${ITEM_COLUMNS}, ${LOCATION_COLUMNS}, ${LEVEL_COLUMNS} FROM ${table} i
      JOIN ${levels} v ON v.tenant_id = $1 AND v.item_id = i.item_id
      JOIN location l ON l.tenant_id = $1 AND l.location_id = v.location_id
      WHERE i.tenant_id = $1${ofItems('i')}${and([...indexed, ...others])}${ends}`;
  const byItems = (ends: string): string => through('item', ends);
  const passed = (ends: string): string =>
    `SELECT ${matching([...(isPast ? ['v.is_there'] : []), ...others])} FROM ${alsoLater} v
      WHERE v.tenant_id = $1${ofItems('v')}${and(indexed)}${ends}`;
  const by = (read: (ends: string) => string, ends: string): string => {
    const only = (levelIds: string, when: string): string =>
      read(` AND v.level_id = ANY (ARRAY(${levelIds}))${when}${ends}`);
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
      ...(looksUp ? [{ when: ARE_FEW, select: (when: string) => only(WANTED, when) }] : []),
      { select: (when) => read(when + ends) },
    ];
    return ways.length === 1 ? read(ends) : firstGoodWay(ways, looksUp ? wantedLevels(filter, indexed) : '');
  };
  return {
    key: [
      { column: 'i.sku', type: 'text', indexed: true },
      { column: 'i.specification', type: 'text', indexed: true },
      { column: 'l.code', type: 'text' },
      { column: 'v.level_id', type: 'uuid' },
    ],
    select: (bounds, tail) => by(byItems, bounds + tail),
    ...(looksUp && !isPast && !negative && { near: (items, bounds, tail) => through(nearItems(items), bounds + tail) }),
    count: countAmong((tail) => by(passed, tail), { most: isPast ? MOST_PASSED_OF_PAST : MOST_PASSED }),
  };
}

const WANTED = 'SELECT wanted_level.level_id FROM wanted_level';

const anyOf = (parameters: Parameters, column: string, values: readonly string[] | undefined): string[] =>
  values ? [`${column} = ANY (${parameters.add(values, 'text[]')})`] : [];

/** Conditions on a level that an index knows. They and the next ones never change, so they hold for its past too. */
const indexedConditions = (parameters: Parameters, { locations, buckets }: StockLevelFilter): string[] => [
  ...(locations ? [isAtLocation(parameters, locations)] : []),
  ...anyOf(parameters, 'v.bucket', buckets),
];

const otherConditions = (parameters: Parameters, { owners, conditions, lots }: StockLevelFilter): string[] => [
  ...anyOf(parameters, 'v.owner', owners),
  ...anyOf(parameters, 'v.condition', conditions),
  ...anyOf(parameters, 'v.lot', lots),
];

const ofQuantity = ({ nonZero, negative }: StockLevelFilter): string[] => [
  ...(nonZero ? ['v.quantity <> 0'] : []),
  ...(negative ? ['v.quantity < 0'] : []),
];
