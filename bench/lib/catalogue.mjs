// The names of the bench's items and locations. `fill.mjs` has the same in SQL.

/** A prime: its multiples walk through any number of items that is not one of them. */
const STRIDE = 7919;

/** Spreads row `n` over the items: neighbours are far apart, and none comes again before all have had their turn. */
export const itemOfRow = (n, items) => (n * STRIDE) % items;

/** The number itself, or the next one that rows can be spread over. */
export const spreadable = (items) => (items % STRIDE === 0 ? items + 1 : items);

/** @param {number} item from 0 */
export const skuOf = (item) => `SKU-${String(item).padStart(6, '0')}`;

/** @param {number} item from 0 */
export const upcOf = (item) => `4${String(item).padStart(12, '0')}`;

/** @param {number} location from 0 */
export const locationCodeOf = (location) => `LOC-${String(location).padStart(2, '0')}`;
