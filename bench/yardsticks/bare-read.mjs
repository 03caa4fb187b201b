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

/** A SELECT of the sums of the levels of the item `i`. */
const sums = (columns, more) => `SELECT ${columns}
      sum(v.quantity) FILTER (WHERE v.bucket NOT IN ('INCOMING', 'REPORTED_ON_HAND')) AS "onHand",
      sum(v.quantity) FILTER (WHERE v.bucket = 'AVAILABLE') AS available, max(v.updated_at) AS "updatedAt"
    FROM stock_level v WHERE v.tenant_id = $1 AND v.item_id = i.item_id ${more}`;

const ITEM = 'i.item_id AS "itemId", i.sku, i.specification, i.name AS "itemName"';
const LOCATION = 'l.location_id AS "locationId", l.code, l.name AS "locationName"';
const SUMS = 's."onHand"::float8, s.available::float8, s."updatedAt"';

const STOCK = `SELECT ${ITEM}, ${LOCATION}, ${SUMS}
  FROM item i
  CROSS JOIN LATERAL (${sums('v.location_id,', 'GROUP BY v.location_id')}) s
  JOIN location l ON l.tenant_id = $1 AND l.location_id = s.location_id
  WHERE i.tenant_id = $1`;
const BEHIND = 'AND (i.sku, i.specification) >= ($2, $3) AND (i.sku, i.specification, l.code) > ($2, $3, $4)';
const BEFORE = 'AND (i.sku, i.specification) <= ($2, $3) AND (i.sku, i.specification, l.code) < ($2, $3, $4)';
const ORDER = 'ORDER BY i.sku, i.specification, l.code';
const BACK = 'ORDER BY i.sku DESC, i.specification DESC, l.code DESC';

/** The location with the code `$2`; what is of it comes in its own order, behind this one row. */
const AT = `(SELECT l.location_id, l.code, l.name FROM location l WHERE l.tenant_id = $1 AND l.code = $2) l`;

/** Places in the list of stock, without what is there. */
const PLACES = `SELECT i.sku, i.specification, l.code FROM item i
  CROSS JOIN LATERAL (SELECT v.location_id FROM stock_level v WHERE v.tenant_id = $1 AND v.item_id = i.item_id
    GROUP BY v.location_id) s
  JOIN location l ON l.tenant_id = $1 AND l.location_id = s.location_id
  WHERE i.tenant_id = $1`;

const STATEMENTS = {
  stockPage: `${STOCK} ${BEHIND} ${ORDER} LIMIT 51`,
  stockBack: `${STOCK} ${BEFORE} ${BACK} LIMIT 51`,
  stockOne: `${STOCK} AND i.sku = $2 AND i.specification = '' AND l.code = $3`,
  stockOf: `${STOCK} AND i.sku = ANY ($2) ${ORDER} LIMIT 201`,
  stockAt: `SELECT page.*, ${LOCATION} FROM ${AT} CROSS JOIN LATERAL (
      SELECT ${ITEM}, ${SUMS} FROM item i
      CROSS JOIN LATERAL (${sums('', 'AND v.location_id = l.location_id HAVING count(*) > 0')}) s
      WHERE i.tenant_id = $1 AND (i.sku, i.specification) > ($3, $4) ORDER BY i.sku, i.specification LIMIT 51) page`,
  pageInfo: `SELECT page.*, EXISTS (${PLACES} AND (i.sku, i.specification) <= ($2, $3)
        AND (i.sku, i.specification, l.code) <= ($2, $3, $4)) AS "hasPrevious"
    FROM (${PLACES} ${BEHIND} ${ORDER} LIMIT 51) page`,
  levelsAt: `SELECT page.*, ${LOCATION} FROM ${AT} CROSS JOIN LATERAL (
      SELECT ${ITEM}, v.level_id AS "levelId", v.bucket, v.condition, v.quantity::float8, v.version::float8,
        v.updated_at AS "updatedAt"
      FROM item i JOIN stock_level v ON v.tenant_id = $1 AND v.item_id = i.item_id AND v.location_id = l.location_id
      WHERE i.tenant_id = $1 AND (i.sku, i.specification) >= ($3, $4) AND (i.sku, i.specification, v.level_id) > ($3, $4, $5)
      ORDER BY i.sku, i.specification, v.level_id LIMIT 51) page`,
  entriesAt: `SELECT page.* FROM ${AT} CROSS JOIN LATERAL (
      SELECT e.sequence::float8, e.leg, e.delta::float8, e.quantity_after::float8 AS "quantityAfter",
        m.recorded_at AS "recordedAt", m.reason, m.reference, m.occurred_at AS "occurredAt"
      FROM ledger_entry e JOIN movement m ON m.tenant_id = $1 AND m.sequence = e.sequence
      WHERE e.tenant_id = $1 AND (e.sequence, e.leg) > ($3, $4) AND l.location_id =
        (SELECT v.location_id FROM stock_level v WHERE v.tenant_id = $1 AND v.level_id = e.level_id)
      ORDER BY e.sequence, e.leg LIMIT 51) page`,
  movementsOf: `SELECT m.sequence::float8, m.reason, m.reference, m.external_id AS "externalId",
      m.occurred_at AS "occurredAt", m.recorded_at AS "recordedAt"
    FROM movement m WHERE m.tenant_id = $1 AND m.reason = $2 AND m.sequence > $3 ORDER BY m.sequence LIMIT 51`,
  itemsWithStock: `SELECT i.*, ${LOCATION}, ${SUMS} FROM (
      SELECT ${ITEM}, i.item_id FROM item i WHERE i.tenant_id = $1 AND i.archived_at IS NULL
        AND (i.sku, i.specification) > ($2, $3) ORDER BY i.sku, i.specification LIMIT 51) i
    LEFT JOIN LATERAL (${sums('v.location_id,', 'GROUP BY v.location_id')}) s ON true
    LEFT JOIN location l ON l.tenant_id = $1 AND l.location_id = s.location_id
    ORDER BY i.sku, i.specification, l.code`,
};

const query = async (name, values) =>
  (await pool.query({ name, text: STATEMENTS[name], values: [tenantId, ...values] })).rows;

/** Behind every name in a list, and before every id. */
const LAST = '~';
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

await serve(
  (app) => {
    const get = (path, answer) => app.get(path, async (request) => answer(request.query));
    get('/stock', async ({ sku = '', specification = '', location = '' }) => {
      const rows = await query('stockPage', [sku, specification, location]);
      return { nodes: rows.slice(0, 50).map(toStock), hasNextPage: rows.length > 50 };
    });
    get('/stock/back', async ({ sku = LAST, specification = '', location = '' }) => {
      const rows = await query('stockBack', [sku, specification, location]);
      return { nodes: rows.slice(0, 50).reverse().map(toStock), hasPreviousPage: rows.length > 50 };
    });
    get('/stock/one', async ({ sku, location }) => ({
      nodes: (await query('stockOne', [sku, location])).map(toStock),
    }));
    get('/stock/of', async ({ skus }) => {
      const rows = await query('stockOf', [skus.split(',')]);
      return { nodes: rows.slice(0, 200).map(toStock), hasNextPage: rows.length > 200 };
    });
    get('/stock/at', async ({ at, sku = '', specification = '' }) => {
      const rows = await query('stockAt', [at, sku, specification]);
      return { nodes: rows.slice(0, 50).map(toStock), hasNextPage: rows.length > 50 };
    });
    get('/stock/page-info', async ({ sku = '', specification = '', location = '' }) => {
      const rows = await query('pageInfo', [sku, specification, location]);
      const cursors = { startCursor: cursorOf(rows[0]), endCursor: cursorOf(rows.slice(0, 50).at(-1)) };
      return { hasNextPage: rows.length > 50, hasPreviousPage: rows[0]?.hasPrevious ?? false, ...cursors };
    });
    get('/levels/at', async ({ at, sku = '', specification = '', level = FIRST_ID }) => {
      const rows = await query('levelsAt', [at, sku, specification, level]);
      return { nodes: rows.slice(0, 50).map(toLevel), hasNextPage: rows.length > 50 };
    });
    get('/entries/at', async ({ at, sequence = 0, leg = 0 }) => {
      const rows = await query('entriesAt', [at, sequence, leg]);
      return { nodes: rows.slice(0, 50).map(toEntry), hasNextPage: rows.length > 50 };
    });
    get('/movements/of', async ({ reason, after }) => {
      const rows = await query('movementsOf', [reason, after]);
      return { nodes: rows.slice(0, 50), hasNextPage: rows.length > 50 };
    });
    get('/items', async ({ sku = '', specification = '' }) => {
      const items = itemsOf(await query('itemsWithStock', [sku, specification]));
      return { nodes: items.slice(0, 50), hasNextPage: items.length > 50 };
    });
  },
  () => pool.end(),
);

const cursorOf = (row) => row && JSON.stringify([row.sku, row.specification, row.code]);

const itemOf = ({ itemId, sku, specification, itemName }) => ({ id: itemId, sku, specification, name: itemName });
const locationOf = ({ locationId, code, locationName }) => ({ id: locationId, code, name: locationName });

function toStock(row) {
  const { onHand, available, updatedAt } = row;
  return { item: itemOf(row), location: locationOf(row), onHand, available, updatedAt };
}

function toLevel(row) {
  const { levelId, bucket, condition, quantity, version, updatedAt } = row;
  const level = { id: levelId, bucket, condition, quantity, version, updatedAt };
  return { ...level, item: itemOf(row), location: locationOf(row) };
}

function toEntry({ sequence, leg, delta, quantityAfter, recordedAt, reason, reference, occurredAt }) {
  const movement = { reason, reference, occurredAt };
  return { sequence, leg, delta, quantityAfter, recordedAt, movement };
}

/** Puts the rows of each item together; they come one after the other. */
function itemsOf(rows) {
  /** @type {any[]} */
  const items = [];
  for (const row of rows) {
    if (items.at(-1)?.id !== row.itemId) items.push({ ...itemOf(row), stock: [] });
    const { onHand, available, updatedAt, locationId } = row;
    if (locationId !== null) items.at(-1).stock.push({ onHand, available, updatedAt, location: locationOf(row) });
  }
  return items;
}
