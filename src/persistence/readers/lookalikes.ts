import { MAX_TWINS, type LookalikeReads, type LookalikeView } from '../../application/ports/reads';
import type { ReadDatabase } from './database';
import { pageStatement, toPage, type ListSql, type PageColumns } from './page';
import { Parameters } from './statement';

/** A group of names in SQL. `item` and `location` are columns that may be NULL. */
interface Group {
  readonly kind: string;
  readonly scope: string;
  readonly key: string;
  readonly name: string;
  readonly item: string;
  readonly location: string;
  readonly from: string;
  /** What makes the rows of one key a group of look-alikes. */
  readonly having: string;
}

const first = (expression: string): string =>
  `coalesce((array_agg(DISTINCT ${expression}) FILTER (WHERE ${expression} IS NOT NULL))[1:${MAX_TWINS}], '{}')`;

const selectOf = ({ kind, scope, key, name, item, location, from, having }: Group): string =>
  `SELECT '${kind}' AS kind, ${scope} AS scope, ${key} AS "collisionKey", ${first(name)} AS names,
    ${first(item)} AS "itemIds", ${first(location)} AS "locationIds"
   FROM ${from} n WHERE n.tenant_id = $1 AND ${key} IS NOT NULL GROUP BY n.tenant_id, ${scope}, ${key} HAVING ${having}`;

const ITEM = { item: 'n.item_id', location: 'NULL::uuid' } as const;

/** The sku of a merged item is an identifier of the one that it was merged into. */
const UNMERGED = '(SELECT * FROM item WHERE tenant_id = $1 AND merged_into_id IS NULL)';

const GROUPS: readonly Group[] = [
  {
    ...ITEM,
    kind: 'SKU',
    scope: `''::text`,
    key: 'n.collision_key',
    name: 'n.sku',
    from: UNMERGED,
    having: 'count(DISTINCT n.sku) > 1',
  },
  {
    ...ITEM,
    kind: 'SPECIFICATION',
    scope: 'n.sku',
    key: 'n.specification_key',
    name: 'n.specification',
    from: UNMERGED,
    having: 'count(*) > 1',
  },
  {
    ...ITEM,
    kind: 'IDENTIFIER',
    scope: 'n.scheme',
    key: 'n.collision_key',
    name: 'n.value',
    from: 'item_identifier',
    having: 'count(DISTINCT n.value) > 1 AND count(DISTINCT n.item_id) > 1',
  },
  {
    ...ITEM,
    kind: 'GTIN',
    scope: `''::text`,
    key: 'n.gtin',
    name: 'n.value',
    from: 'item_identifier',
    having: 'count(DISTINCT n.item_id) > 1',
  },
  {
    kind: 'LOCATION',
    scope: `''::text`,
    key: 'n.collision_key',
    name: 'n.code',
    item: 'NULL::uuid',
    location: 'n.location_id',
    from: 'location',
    having: 'count(*) > 1',
  },
];

const LIST: ListSql = {
  key: [
    { column: 'l.kind COLLATE "C"', type: 'text' },
    { column: 'l.scope COLLATE "C"', type: 'text' },
    { column: 'l."collisionKey"', type: 'text' },
  ],
  select: (bounds, tail) =>
    `SELECT true AS "isRow", l.* FROM (${GROUPS.map(selectOf).join(' UNION ALL ')}) l WHERE true${bounds}${tail}`,
};

/** Reads groups of names that differ only in form. */
export function createLookalikeReads(database: ReadDatabase): LookalikeReads {
  return {
    async lookalikes(tenantId, page) {
      const parameters = new Parameters(tenantId);
      const rows = await database.query<LookalikeView & PageColumns>(pageStatement(parameters, LIST, page));
      return toPage(rows, page, ({ kind, scope, collisionKey, names, itemIds, locationIds }) => {
        return { kind, scope, collisionKey, names, itemIds, locationIds };
      });
    },
  };
}
