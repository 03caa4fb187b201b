import type { Parameters } from './statement';

/** Ids by the names that clients use, looked up once for the whole statement. */

export function locationIds(parameters: Parameters, codes: readonly string[]): string {
  return `ARRAY (SELECT named.location_id FROM location named
    WHERE named.tenant_id = $1 AND named.code = ANY (${parameters.add(codes, 'text[]')}))`;
}

/** A SELECT of the `item_id` of every specification of these skus. */
export function itemIds(parameters: Parameters, skus: readonly string[]): string {
  return `SELECT named.item_id FROM item named
    WHERE named.tenant_id = $1 AND named.sku = ANY (${parameters.add(skus, 'text[]')})`;
}
