import type { StockLevelFilter } from '../../application/ports/reads';
import type { ListSql } from './page';
import { isAtLocation, itemIds } from './named';
import { ITEM_COLUMNS, LOCATION_COLUMNS } from './rows';
import { and, type Parameters } from './statement';
import { LEVEL_COLUMNS } from './stock-rows';

/** Lists the levels of a table like `stock_level`, item by item. */
export function stockLevelList(parameters: Parameters, filter: StockLevelFilter, levels: string): ListSql {
  const conditions = levelConditions(parameters, filter);
  return {
    key: [
      { column: 'i.sku', type: 'text', indexed: true },
      { column: 'i.specification', type: 'text', indexed: true },
      { column: 'l.code', type: 'text' },
      { column: 'v.level_id', type: 'uuid' },
    ],
    select: (bounds, tail) =>
      `SELECT true AS "isRow", ${ITEM_COLUMNS}, ${LOCATION_COLUMNS}, ${LEVEL_COLUMNS} FROM item i
      JOIN ${levels} v ON v.tenant_id = $1 AND v.item_id = i.item_id
      JOIN location l ON l.tenant_id = $1 AND l.location_id = v.location_id
      WHERE i.tenant_id = $1${and(conditions)}${bounds}${tail}`,
  };
}

function levelConditions(parameters: Parameters, filter: StockLevelFilter): string[] {
  const { skus, locations, owners, buckets, conditions, lots, nonZero, negative } = filter;
  const anyOf = (column: string, values: readonly string[] | undefined): string[] =>
    values ? [`${column} = ANY (${parameters.add(values, 'text[]')})`] : [];
  return [
    ...(skus ? [`i.item_id IN (${itemIds(parameters, skus)})`] : []),
    ...(locations ? [isAtLocation(parameters, locations)] : []),
    ...anyOf('v.owner', owners),
    ...anyOf('v.bucket', buckets),
    ...anyOf('v.condition', conditions),
    ...anyOf('v.lot', lots),
    ...(nonZero ? ['v.quantity <> 0'] : []),
    ...(negative ? ['v.quantity < 0'] : []),
  ];
}
