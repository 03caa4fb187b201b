/** A ledger in which reading everything and looking something up differ by a factor of a hundred. */
import type { Pool } from 'pg';

const LEVELS = 2_000;
const ROUNDS = 10;
export const HEAD = LEVELS * ROUNDS;

const uuid = (prefix: string, number: string): string => `('${prefix}' || lpad(to_hex(${number}), 12, '0'))::uuid`;
const ITEM = (number: string): string => uuid('01900000-0000-7000-8000-', number);
const PLACE = (number: string): string => uuid('01900000-0000-7000-9000-', number);
const LEVEL = (number: string): string => uuid('01900000-0000-8000-8000-', number);

/** Level 777 is the only one of its bucket, level 1,234 the only one at its location. */
const FILL = [
  `INSERT INTO item (tenant_id, item_id, sku, specification, collision_key, specification_key)
   SELECT $1, ${ITEM('i')}, 'S' || i, '', 's' || i, '' FROM generate_series(0, ${LEVELS - 1}) i`,
  `INSERT INTO location (tenant_id, location_id, code, collision_key)
   SELECT $1, ${PLACE('l')}, 'L' || l, 'l' || l FROM generate_series(0, 1) l`,
  `INSERT INTO stock_level (tenant_id, level_id, item_id, location_id, owner, pool, channel, condition, packaging, barcode,
     lot, bucket, quantity, version, updated_at, has_baseline)
   SELECT $1, ${LEVEL('v')}, ${ITEM('v')}, ${PLACE('CASE WHEN v = 1234 THEN 1 ELSE 0 END')}, '', '', '', 'GOOD', 'SINGLE', '',
     '', CASE WHEN v = 777 THEN 'BLOCKED' ELSE 'AVAILABLE' END, ${ROUNDS}, ${ROUNDS}, now(), false
   FROM generate_series(0, ${LEVELS - 1}) v`,
  `INSERT INTO movement (tenant_id, sequence, reason, origin_kind, origin_id, external_id, occurred_at, effective_at,
     recorded_at, evidence_hash, hash, fingerprint)
   SELECT $1, n, 'RECEIPT', 'API_CLIENT', $1, 'e' || n, at, at, at, '', '', CASE WHEN n % 3 > 0 THEN ''::bytea END
   FROM (SELECT n, timestamptz '2026-01-01Z' + n * interval '1 second' AS at FROM generate_series(1, ${HEAD}) n) numbered`,
  `INSERT INTO ledger_entry (tenant_id, sequence, leg, level_id, item_id, delta, quantity_after, level_version)
   SELECT $1, n, 0, ${LEVEL(`(n - 1) % ${LEVELS}`)}, ${ITEM(`(n - 1) % ${LEVELS}`)}, 1, (n - 1) / ${LEVELS} + 1,
     (n - 1) / ${LEVELS} + 1 FROM generate_series(1, ${HEAD}) n`,
  `UPDATE ledger_head SET sequence = ${HEAD} WHERE tenant_id = $1`,
  // The total of level 999 is no level's, and level 1,500 is below zero. Of all other discrepancies, one in ten thousand is open.
  `UPDATE stock_level SET bucket = 'REPORTED_ON_HAND', has_baseline = true WHERE level_id = ${LEVEL('999')}`,
  `UPDATE stock_level SET quantity = -1 WHERE level_id = ${LEVEL('1500')}`,
  `INSERT INTO ledger_follower (tenant_id, name, sequence) VALUES ($1, 'level-discrepancies', ${HEAD - 5})`,
  `INSERT INTO discrepancy (tenant_id, opened_sequence, level_id, kind, item_id, location_id, opened_at, closed_at, since_at,
     observed, observed_at, entry_sequences, entry_legs)
   SELECT $1, n, ${LEVEL('v')}, kind, ${ITEM('v')}, ${PLACE('CASE WHEN v = 1234 THEN 1 ELSE 0 END')}, now(),
     CASE WHEN n IN (999, 1500) THEN NULL ELSE now() END, now(), -1, now(), '{}', '{}'
   FROM (SELECT n, n % ${LEVELS} AS v, CASE WHEN n = 1500 THEN 'NEGATIVE_LEVEL' WHEN n = 777 THEN 'CONFLICTING_COUNT'
     ELSE 'DRIFT' END AS kind FROM generate_series(1, ${HEAD}) n) numbered`,
];

/** Fills the tables of a tenant that has nothing yet. The pool is the owner's. */
export async function fillGrown(pool: Pool, tenantId: string): Promise<void> {
  for (const text of FILL) await pool.query(text.replaceAll('$1', `'${tenantId}'`));
}
