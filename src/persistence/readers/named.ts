import type { ItemLocation } from '../../application/ports/reads';
import { isOneOf, type Parameters } from './statement';

/** Finds ids by the names that clients use, once for the whole statement. */

/** The condition that a level `v` is at one of the locations with these codes. */
export function isAtLocation(parameters: Parameters, codes: readonly string[]): string {
  const ids = `SELECT named.location_id FROM location named
    WHERE named.tenant_id = $1 AND ${isOneOf(parameters, 'named.code', codes, 'text')}`;
  return codes.length === 1 ? `v.location_id = (${ids})` : `v.location_id = ANY (ARRAY (${ids}))`;
}

/** A SELECT of the `item_id` of these skus, with all their specifications. */
export function itemIds(parameters: Parameters, skus: readonly string[]): string {
  return `SELECT named.item_id FROM item named
    WHERE named.tenant_id = $1 AND named.sku = ANY (${parameters.add(skus, 'text[]')})`;
}

/** The condition that an item `i` has this sku and specification. */
export const itemNamed = (parameters: Parameters, sku: string, specification: string): string =>
  `i.tenant_id = $1 AND i.sku = ${parameters.add(sku, 'text')} AND i.specification = ${parameters.add(specification, 'text')}`;

/** A table of these items and locations. */
export function givenItemLocations(parameters: Parameters, itemLocations: readonly ItemLocation[]): string {
  const itemIds = itemLocations.map((itemLocation) => itemLocation.itemId);
  const locationIds = itemLocations.map((itemLocation) => itemLocation.locationId);
  const [items, locations] = [parameters.add(itemIds, 'uuid[]'), parameters.add(locationIds, 'uuid[]')];
  return `(SELECT * FROM unnest(${items}, ${locations}) AS given (item_id, location_id))`;
}
