import type { ItemLocation } from '../../application/ports/reads';
import { FORMER_SKU } from '../../domain/catalogue/catalogue';
import { between, lookUp } from '../database/look-up';
import { joinLocation } from './look-ups';
import type { Parameters } from './statement';

/**
 * Finds ids by the names that clients use, once for the whole statement. Under row-level security, an index is not used
 * for a comparison with a coalesce(), as PostgreSQL does not know that it keeps rows secret. So it stands in a SELECT.
 */

/** Locations that a filter asks for. */
export interface PlacesNamed {
  /** A SELECT of their ids. */
  readonly ids: string;
  /** The condition that a column is one of them. */
  readonly has: (column: string) => string;
  readonly only?: OnlyPlace;
}

/** The only location that a list is about, `l`, as what stands before the rest of its FROM. */
interface OnlyPlace {
  readonly any: string;
  /** The same, unless the code is that of before it was renamed. */
  readonly present: string;
}

/** The locations with these codes, and their parts where that is asked. */
export function placesNamed(parameters: Parameters, codes: readonly string[], withParts = false): PlacesNamed {
  const [only] = codes;
  if (codes.length === 1 && !withParts) {
    const code = parameters.add(only, 'text');
    const id = locationNamed(code);
    return {
      ids: `SELECT ${id}`,
      has: (column) => `${column} = ${id}`,
      only: {
        any: `(SELECT ${id} AS location_id OFFSET 0) only_place ${joinLocation('only_place.location_id')}`,
        present: `(${lookUp({ table: 'location', alias: 'l', columns: 'l.*', key: [['code', code]] })}) l`,
      },
    };
  }
  const named = locationsNamed(parameters.add(codes, 'text[]'));
  const ids = withParts ? partsOf(named) : named;
  return { ids, has: (column) => `${column} = ANY (ARRAY (${ids}))` };
}

/** Buckets that a filter asks for. */
export interface BucketsNamed {
  /** A SELECT of them. */
  readonly names: string;
  /** The condition that a column is one of them. */
  readonly has: (column: string) => string;
}

export function bucketsNamed(parameters: Parameters, buckets: readonly string[]): BucketsNamed {
  const [only] = buckets;
  if (buckets.length === 1) {
    const name = parameters.add(only, 'text');
    return { names: `SELECT ${name}`, has: (column) => `${column} = ${name}` };
  }
  const names = parameters.add([...new Set(buckets)], 'text[]');
  return { names: `SELECT unnest(${names})`, has: (column) => `${column} = ANY (${names})` };
}

/** A SELECT of the ids of these locations and of all their parts. */
const partsOf = (locations: string): string => `WITH RECURSIVE part AS (
    ${locations}
    UNION
    SELECT inner_part.location_id FROM location inner_part
      JOIN part ON inner_part.tenant_id = $1 AND inner_part.parent_id = part.location_id
  ) SELECT part.location_id FROM part`;

/** The id of the location that has a code, or had it before it was renamed. Renaming gives no two the same. */
export const locationNamed = (code: string): string =>
  `(SELECT coalesce((SELECT named.location_id FROM location named WHERE named.tenant_id = $1 AND named.code = ${code}),
    (SELECT former.location_id FROM former_location_code former WHERE former.tenant_id = $1 AND former.code = ${code})))`;

/** A SELECT of the `location_id` of each of these codes, as above. */
export const locationsNamed = (codes: string): string =>
  `SELECT named.location_id FROM location named WHERE named.tenant_id = $1 AND named.code = ANY (${codes})
   UNION
   SELECT former.location_id FROM former_location_code former WHERE former.tenant_id = $1 AND former.code = ANY (${codes})`;

/** Items that a filter asks for by their skus, with all their specifications; merged ones too. */
export interface ItemsNamed {
  /** A SELECT of their ids: of the items that have the skus, and of those that had them before. */
  readonly ids: string;
  /** Those that have the skus, as a table like `item`. */
  readonly having: string;
  /** The condition that some had them before. */
  readonly someHad: string;
}

/** The condition that any item had another sku before: most tenants have none, and need not look for each sku. */
const ANY_HAD = `(SELECT former.item_id FROM item_identifier former WHERE former.tenant_id = $1
  AND ${between('former.scheme', `'${FORMER_SKU}'`)} ORDER BY former.scheme LIMIT 1) IS NOT NULL`;

/** How the items of these skus are found. */
export function itemsNamed(parameters: Parameters, skus: readonly string[]): ItemsNamed {
  const names = parameters.add([...new Set(skus)], 'text[]');
  const each = `unnest(${names}) asked (sku)`;
  const having = (column: string, sku: string): string => `SELECT named.${column} FROM item named
      WHERE named.tenant_id = $1 AND ${between('named.sku', sku)} ORDER BY named.sku, named.specification`;
  const [one] = skus.length === 1 ? [`(${names})[1]`] : [];
  const had = (sku: string): string => `SELECT former.item_id FROM item_identifier former
      WHERE former.tenant_id = $1 AND former.scheme = '${FORMER_SKU}' AND ${between('former.value', sku)}
      ORDER BY former.value, former.specification`;
  const eachHad = `${each} CROSS JOIN LATERAL (${had('asked.sku')}) former`;
  return {
    ids: `SELECT named.item_id FROM ${each} CROSS JOIN LATERAL (${having('item_id', 'asked.sku')}) named
    UNION SELECT former.item_id FROM ${eachHad}`,
    having:
      one !== undefined
        ? `(${having('*', one)})`
        : `(SELECT named.* FROM ${each} CROSS JOIN LATERAL (${having('*', 'asked.sku')}) named)`,
    someHad:
      one === undefined
        ? `CASE WHEN ${ANY_HAD} THEN EXISTS (SELECT FROM ${eachHad}) ELSE false END`
        : `(${had(one)} LIMIT 1) IS NOT NULL`,
  };
}

/** The condition that an item `i` has this sku and specification, or had it as long as no other one has it. */
export function isItemNamed(parameters: Parameters, sku: string, specification: string): string {
  const [name, variant] = [parameters.add(sku, 'text'), parameters.add(specification, 'text')];
  return `i.tenant_id = $1 AND i.item_id = (SELECT coalesce(
    (SELECT named.item_id FROM item named WHERE named.tenant_id = $1 AND named.sku = ${name}
      AND named.specification = ${variant} AND named.merged_into_id IS NULL),
    (SELECT former.item_id FROM item_identifier former WHERE former.tenant_id = $1 AND former.scheme = '${FORMER_SKU}'
      AND former.value = ${name} AND former.specification = ${variant})))`;
}

/** A table of these items and locations. */
export function givenItemLocations(parameters: Parameters, itemLocations: readonly ItemLocation[]): string {
  const itemIds = itemLocations.map((itemLocation) => itemLocation.itemId);
  const locationIds = itemLocations.map((itemLocation) => itemLocation.locationId);
  const [items, locations] = [parameters.add(itemIds, 'uuid[]'), parameters.add(locationIds, 'uuid[]')];
  return `(SELECT * FROM unnest(${items}, ${locations}) AS given (item_id, location_id))`;
}
