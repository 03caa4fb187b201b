// The ids of stock levels in SQL. A level whose id the gateway would not derive would never be found by it: new ones would
// be made beside the filled.
import { createHash } from 'node:crypto';
import { requireProduct } from './paths.mjs';

/**
 * The derivation of `domain/ledger/level-id.ts` for the columns `item_id` and `location_id`, with the default dimensions.
 *
 * @param {string} bucket an expression
 */
export const levelIdOf = (
  bucket,
) => `(SELECT (substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-8' || substr(h, 14, 3) || '-'
    || to_hex((('x' || substr(h, 17, 1))::bit(4)::int & 3) | 8) || substr(h, 18, 3) || '-' || substr(h, 21, 12))::uuid
  FROM encode(sha256(convert_to('19:stockbridge.level.1' || '36:' || item_id || '36:' || location_id
    || '0:0:0:4:GOOD6:SINGLE0:0:' || length(${bucket}) || ':' || ${bucket}, 'UTF8')), 'hex') h)`;

/** Compares the ids of some levels of each bucket with the product's own. */
export async function checkLevelIds(session, { tenantId }) {
  const { levelId } = requireProduct('domain/ledger/level-id');
  const { DEFAULT_DIMENSIONS, STOCK_BUCKETS } = requireProduct('domain/ledger/stock-key');
  const sha256 = (text) => createHash('sha256').update(text).digest('hex');
  for (const bucket of STOCK_BUCKETS) {
    const { rows } = await session.query(
      'SELECT level_id, item_id, location_id FROM stock_level WHERE tenant_id = $1 AND bucket = $2 LIMIT 100',
      [tenantId, bucket],
    );
    for (const { level_id: id, item_id: itemId, location_id: locationId } of rows) {
      if (levelId({ ...DEFAULT_DIMENSIONS, bucket, itemId, locationId }, sha256) !== id) {
        throw new Error('The product derives level ids in a different way than level-ids.mjs: fix levelIdOf there');
      }
    }
  }
}
