import type { StockLevelFilter } from '../../application/ports/reads';
import type { ListSql } from './page';
import { changedLevels, hasFewMovements } from './changes';
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
  { levels, isPast }: { readonly levels: string; readonly isPast: boolean },
): ListSql {
  const keyConditions = keyConditionsOf(parameters, filter);
  const conditions = [...ofItems(parameters, filter), ...keyConditions, ...ofQuantity(filter)];
  const { skus, locations, buckets, negative } = filter;
  const looksUp = !skus && Boolean(locations ?? buckets);
  const byItems = (ends: string): string =>
    `SELECT true AS "isRow", ${ITEM_COLUMNS}, ${LOCATION_COLUMNS}, ${LEVEL_COLUMNS} FROM item i
      JOIN ${levels} v ON v.tenant_id = $1 AND v.item_id = i.item_id
      JOIN location l ON l.tenant_id = $1 AND l.location_id = v.location_id
      WHERE i.tenant_id = $1${and(conditions)}${ends}`;
  const only = (levelIds: string, ends: string): string => byItems(` AND v.level_id = ANY (ARRAY(${levelIds}))${ends}`);
  const select = (bounds: string, tail: string): string => {
    const ends = bounds + tail;
    const ways: Way[] = [
      ...(isPast && !skus
        ? [{ when: hasFewMovements('0'), select: (when: string) => only(changedLevels('0'), when + ends) }]
        : []),
      ...(negative && !isPast && !skus
        ? [
            {
              when: areFewOpen('NEGATIVE_LEVEL'),
              select: (when: string) => only(levelsInDoubt('NEGATIVE_LEVEL'), when + ends),
            },
          ]
        : []),
      ...(looksUp ? [{ when: ARE_FEW, select: (when: string) => only(WANTED, when + ends) }] : []),
      { select: (when) => byItems(when + ends) },
    ];
    return ways.length === 1 ? byItems(ends) : firstGoodWay(ways, looksUp ? wantedLevels(filter, keyConditions) : '');
  };
  return {
    key: [
      { column: 'i.sku', type: 'text', indexed: true },
      { column: 'i.specification', type: 'text', indexed: true },
      { column: 'l.code', type: 'text' },
      { column: 'v.level_id', type: 'uuid' },
    ],
    select,
  };
}

const WANTED = 'SELECT wanted_level.level_id FROM wanted_level';

const ofItems = (parameters: Parameters, { skus }: StockLevelFilter): string[] =>
  skus ? [`i.item_id IN (${itemIds(parameters, skus)})`] : [];

/** Conditions on the columns of a level that never change, so that they hold for its past too. */
function keyConditionsOf(parameters: Parameters, filter: StockLevelFilter): string[] {
  const { locations, owners, buckets, conditions, lots } = filter;
  const anyOf = (column: string, values: readonly string[] | undefined): string[] =>
    values ? [`${column} = ANY (${parameters.add(values, 'text[]')})`] : [];
  return [
    ...(locations ? [isAtLocation(parameters, locations)] : []),
    ...anyOf('v.owner', owners),
    ...anyOf('v.bucket', buckets),
    ...anyOf('v.condition', conditions),
    ...anyOf('v.lot', lots),
  ];
}

const ofQuantity = ({ nonZero, negative }: StockLevelFilter): string[] => [
  ...(nonZero ? ['v.quantity <> 0'] : []),
  ...(negative ? ['v.quantity < 0'] : []),
];
