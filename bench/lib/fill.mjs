// Fills a database with items, locations and a ledger that has grown, in minutes instead of the hours that posting it
// would take. What it writes keeps the ledger's invariants: sequences and versions are gapless, each entry carries the
// quantity after it, a level is the sum of its entries, its id is derived from its key. Only the hashes are filler: the
// chain is the gateway's from the first movement that it posts itself.
import { checkLevelIds, levelIdOf } from './level-ids.mjs';
import { requireProduct } from './paths.mjs';
import { RARE_ENTRIES, fillRareStock } from './rare-stock.mjs';

/**
 * @typedef {object} Size
 * @property {number} items
 * @property {number} locations
 * @property {number} entries a multiple of items × locations; a few rare ones come behind them
 */

/** How long ago the first movement was. */
const HISTORY_DAYS = 400;
const STEP_ROWS = 1_000_000;
/** Coprime to every number of levels that is filled, so that one round of entries goes through all levels. */
const STRIDE = 7919;

const ITEM_ID = `('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid`;
const LOCATION_ID = `('01900000-0000-7000-9000-' || lpad(to_hex(l), 12, '0'))::uuid`;

/**
 * @param {() => Promise<import('pg').Client>} connect a session of its own for each table
 * @param {{tenantId: string, originId: string}} owner
 * @param {Size} size
 * @param {(line: string) => void} log
 */
export async function fill(connect, owner, size, log) {
  const levels = size.items * size.locations;
  const rounds = size.entries / levels;
  if (!Number.isInteger(rounds)) throw new RangeError('entries must be a multiple of items × locations');
  const session = await connect();
  try {
    await fillCatalogue(session, owner, size);
    await fillLevels(session, owner, size, rounds);
    log(`${levels.toLocaleString('en')} levels of ${size.items.toLocaleString('en')} items are there`);
    await checkLevelIds(session, owner);
    await Promise.all(LEDGER_TABLES.map((table) => fillTable(connect, table, owner, size, log)));
    const ids = { item: ITEM_ID, location: LOCATION_ID };
    await fillRareStock(session, owner, size, (sequence) => recordedAt(sequence, size), ids);
    await checkLevelIds(session, owner);
    await fillTree(session, owner, size.entries + RARE_ENTRIES);
    await session.query(
      `UPDATE ledger_head SET sequence = $2, hash = sha256(int8send($2)), recorded_at = ${recordedAt('$2::bigint', size)}
       WHERE tenant_id = $1`,
      [owner.tenantId, size.entries + RARE_ENTRIES],
    );
    await session.query('DROP TABLE bench_level');
    await session.query('VACUUM (ANALYZE)');
    await session.query('CHECKPOINT');
  } finally {
    await session.end();
  }
}

async function fillCatalogue(session, { tenantId }, { items, locations }) {
  await session.query(
    `INSERT INTO item (tenant_id, item_id, sku, specification, collision_key, specification_key, name)
     SELECT $1, ${ITEM_ID}, 'SKU-' || lpad(i::text, 6, '0'), '', 'sku-' || lpad(i::text, 6, '0'), '', 'Item ' || i FROM generate_series(0, $2::int - 1) i`,
    [tenantId, items],
  );
  await session.query(
    `INSERT INTO item_identifier (tenant_id, scheme, value, specification, item_id, collision_key)
     SELECT $1, 'UPC', '4' || lpad(i::text, 12, '0'), '', ${ITEM_ID}, '4' || lpad(i::text, 12, '0') FROM generate_series(0, $2::int - 1) i`,
    [tenantId, items],
  );
  await session.query(
    `INSERT INTO location (tenant_id, location_id, code, collision_key, name)
     SELECT $1, ${LOCATION_ID}, 'LOC-' || lpad(l::text, 2, '0'), 'loc-' || lpad(l::text, 2, '0'), 'Warehouse ' || l
     FROM generate_series(0, $2::int - 1) l`,
    [tenantId, locations],
  );
}

/** Levels in the order in which a round of entries goes through them; `place` is that of their entry in each round. */
async function fillLevels(session, { tenantId }, { items, locations, entries }, rounds) {
  const levels = items * locations;
  await session.query(`CREATE UNLOGGED TABLE bench_level AS SELECT place, item_id, location_id, ${levelIdOf(`'AVAILABLE'`)} AS level_id
    FROM (SELECT place, ${ITEM_ID} AS item_id, ${LOCATION_ID} AS location_id
      FROM (SELECT place, level / ${locations} AS i, level % ${locations} AS l
        FROM (SELECT place, place * ${STRIDE} % ${levels} AS level
          FROM generate_series(0::bigint, ${levels} - 1) place) a) b) c`);
  await session.query('CREATE UNIQUE INDEX ON bench_level (place)');
  await session.query('ANALYZE bench_level');
  await session.query(
    `INSERT INTO stock_level (tenant_id, level_id, item_id, location_id, owner, pool, channel, condition, packaging,
       barcode, lot, bucket, quantity, version, updated_at, has_baseline)
     SELECT $1, level_id, item_id, location_id, '', '', '', 'GOOD', 'SINGLE', '', '', 'AVAILABLE', ${quantityAfter('$2::int - 1')},
       $2::int, ${recordedAt(`(($2::int - 1) * ${levels}::bigint + place + 1)`, { entries })}, true
     FROM bench_level ORDER BY item_id, location_id`,
    [tenantId, rounds],
  );
}

/** An opening of 100, then by turns 7 out and 7 in. */
const deltaOf = (round) => `CASE WHEN ${round} = 0 THEN 100 WHEN ${round} % 2 = 1 THEN -7 ELSE 7 END`;
const quantityAfter = (round) => `CASE WHEN (${round}) % 2 = 1 THEN 93 ELSE 100 END`;

const recordedAt = (sequence, { entries }) =>
  `date_trunc('day', now()) - interval '${HISTORY_DAYS} days'
   + ${sequence} * interval '${Math.floor((HISTORY_DAYS * 86_400_000) / (entries + RARE_ENTRIES))} milliseconds'`;

/** Openings, then what the sign of the quantity says; each 20th is an adjustment, whatever its sign. */
const REASON = `CASE WHEN round = 0 THEN 'OPENING' WHEN n % 20 = 0 THEN 'ADJUSTMENT'
  WHEN round % 2 = 1 THEN 'SHIPMENT' ELSE 'RECEIPT' END`;

const LEDGER_TABLES = [
  {
    name: 'movement',
    columns: `tenant_id, sequence, reason, reference, note, correlation_id, origin_kind, origin_id, external_id,
      occurred_at, effective_at, recorded_at, evidence_hash, hash, fingerprint`,
    rows: (levels, size) => `SELECT $1::uuid, n,
      ${REASON}, 'ATW' || n, 'changeType 101: bulk', 'bulk-' || n, 'CONNECTION', $2::uuid, 'bulk-' || n,
      at, at, at, sha256(int8send(-n)), sha256(int8send(n)), sha256(int8send(-n)) FROM (SELECT n, (n - 1) / ${levels} AS round, ${recordedAt('n', size)} AS at
        FROM generate_series($3::bigint, $4::bigint) n) numbered`,
  },
  {
    name: 'ledger_entry',
    columns: 'tenant_id, sequence, leg, level_id, item_id, delta, quantity_after, level_version',
    rows: (
      levels,
    ) => `SELECT $1::uuid, n, 0, level_id, item_id, ${deltaOf('round')}, ${quantityAfter('round')}, round + 1
      FROM (SELECT n, (n - 1) / ${levels} AS round, (n - 1) % ${levels} AS place
        FROM generate_series($3::bigint, $4::bigint) n) numbered
      JOIN bench_level USING (place) WHERE $2::uuid IS NOT NULL ORDER BY n`,
  },
];

/** The Merkle tree as its job would have grown it up to there, so that no run has it to do beside. */
async function fillTree(session, { tenantId }, movements) {
  const { TREE_FOLLOWER } = requireProduct('persistence/proof/tree-follower');
  const { FAN_OUT, HEIGHT_STEP } = requireProduct('persistence/proof/merkle');
  for (let height = HEIGHT_STEP; 2 ** height <= movements; height += HEIGHT_STEP) {
    await session.query(
      `INSERT INTO ledger_tree_node (tenant_id, height, index, hash)
       SELECT $1, $2, n, sha256(int8send(n)) FROM generate_series(0, $3::bigint - 1) n`,
      [tenantId, height, Math.floor(movements / 2 ** height)],
    );
  }
  await session.query('INSERT INTO ledger_follower (tenant_id, name, sequence) VALUES ($1, $2, $3)', [
    ...[tenantId, TREE_FOLLOWER],
    movements - (movements % FAN_OUT),
  ]);
}

/** Writes a table without its indexes and then makes those as they were, which takes a fraction of the time. */
async function fillTable(connect, { name, columns, rows }, { tenantId, originId }, size, log) {
  const session = await connect();
  try {
    await session.query(`SET maintenance_work_mem = '512MB'; SET work_mem = '128MB'; SET jit = off`);
    const indexes = await indexesOf(session, name);
    for (const { drop } of indexes) await session.query(drop);
    for (let from = 1; from <= size.entries; from += STEP_ROWS) {
      const to = Math.min(from + STEP_ROWS - 1, size.entries);
      const select = rows(size.items * size.locations, size);
      await session.query(`INSERT INTO ${name} (${columns}) ${select}`, [tenantId, originId, from, to]);
    }
    for (const { create } of indexes) await session.query(create);
    log(`${name}: ${size.entries.toLocaleString('en')} rows, ${indexes.length} indexes`);
  } finally {
    await session.end();
  }
}

/** How to drop a table's indexes, and how to make them again: constraints as such. */
async function indexesOf(session, table) {
  const { rows } = await session.query(
    `SELECT c.conname, pg_get_constraintdef(c.oid) AS constraint, x.indexrelid::regclass::text AS index,
       pg_get_indexdef(x.indexrelid) AS indexdef
     FROM pg_index x LEFT JOIN pg_constraint c ON c.conindid = x.indexrelid AND c.contype IN ('p', 'u')
     WHERE x.indrelid = $1::regclass ORDER BY x.indisprimary DESC, 3`,
    [table],
  );
  return rows.map(({ conname, constraint, index, indexdef }) =>
    conname === null
      ? { drop: `DROP INDEX ${index}`, create: indexdef }
      : {
          drop: `ALTER TABLE ${table} DROP CONSTRAINT ${conname}`,
          create: `ALTER TABLE ${table} ADD CONSTRAINT ${conname} ${constraint}`,
        },
  );
}
