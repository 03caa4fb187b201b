// The raw limit of reading: a bare Fastify route with pg and one prepared join for each kind of read.
import pg from 'pg';
import { serve } from './server.mjs';

/** As many sessions as the gateway reads with. */
const POOL_SIZE = 12;

const tenantId = process.env['TENANT_ID'];
const pool = new pg.Pool({
  connectionString: process.env['DATABASE_URL'],
  max: POOL_SIZE,
  // The reads are joins of a few rows, which PostgreSQL would otherwise plan again each time.
  options: '-c plan_cache_mode=force_generic_plan -c jit=off',
});

const STOCK = `SELECT i.item_id AS "itemId", i.sku, i.specification, i.name AS "itemName", l.location_id AS "locationId",
    l.code, l.name AS "locationName", s."onHand"::float8, s.available::float8, s."updatedAt"
  FROM item i
  CROSS JOIN LATERAL (
    SELECT v.location_id, sum(v.quantity) FILTER (WHERE v.bucket NOT IN ('INCOMING', 'REPORTED_ON_HAND')) AS "onHand",
      sum(v.quantity) FILTER (WHERE v.bucket = 'AVAILABLE') AS available, max(v.updated_at) AS "updatedAt"
    FROM stock_level v WHERE v.tenant_id = $1 AND v.item_id = i.item_id GROUP BY v.location_id
  ) s
  JOIN location l ON l.tenant_id = $1 AND l.location_id = s.location_id
  WHERE i.tenant_id = $1`;

const STATEMENTS = {
  stockPage: `${STOCK} AND (i.sku, i.specification) >= ($2, $3) AND (i.sku, i.specification, l.code) > ($2, $3, $4)
    ORDER BY i.sku, i.specification, l.code LIMIT 51`,
  stockOne: `${STOCK} AND i.sku = $2 AND i.specification = '' AND l.code = $3`,
};

const query = async (name, values) =>
  (await pool.query({ name, text: STATEMENTS[name], values: [tenantId, ...values] })).rows;

await serve(
  (app) => {
    app.get('/stock', async (request) => {
      const { sku = '', specification = '', location = '' } = /** @type {Record<string, string>} */ (request.query);
      const rows = await query('stockPage', [sku, specification, location]);
      return { nodes: rows.slice(0, 50).map(toStock), hasNextPage: rows.length > 50 };
    });
    app.get('/stock/one', async (request) => {
      const { sku, location } = /** @type {Record<string, string>} */ (request.query);
      return { nodes: (await query('stockOne', [sku, location])).map(toStock) };
    });
  },
  () => pool.end(),
);

function toStock(row) {
  const { itemId, sku, specification, itemName, locationId, code, locationName, onHand, available, updatedAt } = row;
  const item = { id: itemId, sku, specification, name: itemName };
  return { item, location: { id: locationId, code, name: locationName }, onHand, available, updatedAt };
}
