// The few things among the many of a fill that filters look for: stock that drifts, levels below zero, a bucket and a
// reason that are rare. They are the same number in a database of any size, and the ledger's last movements.
import { levelIdOf } from './level-ids.mjs';
import { requireProduct } from './paths.mjs';

/** Of each kind. */
const EACH = 40;
export const RARE_BUCKET = 'BLOCKED';
export const RARE_REASON = 'RETURN';

/** Each becomes levels of its own with one movement each: nothing else is posted to them. */
const KINDS = [
  { bucket: RARE_BUCKET, reason: RARE_REASON, delta: 5 },
  { bucket: 'RESERVED', reason: 'DEALLOCATION', delta: -3, discrepancy: 'NEGATIVE_LEVEL' },
  // What the warehouse reports is not what the stock of the item adds up to there.
  { bucket: 'REPORTED_ON_HAND', reason: 'OPENING', delta: 150, discrepancy: 'DRIFT' },
];

/** How many movements and entries this adds to a ledger. */
export const RARE_ENTRIES = EACH * KINDS.length;

/**
 * Adds them behind a filled ledger, and what the watch over discrepancies would have found up to there.
 *
 * @param {import('pg').Client} session
 * @param {{tenantId: string, originId: string}} owner
 * @param {import('./fill.mjs').Size} size
 * @param {(sequence: string) => string} recordedAt
 * @param {{item: string, location: string}} ids expressions for the ids of item `i` and of location `l`
 */
export async function fillRareStock(session, { tenantId, originId }, size, recordedAt, ids) {
  await session.query(rareTable(size, recordedAt, ids));
  for (const statement of [STOCK_LEVELS, ...ofLedger(originId), REPORTED_LEVELS, DISCREPANCIES]) {
    await session.query(statement, [tenantId]);
  }
  const { LEVEL_FOLLOWER, PAST_FOLLOWER } = requireProduct('persistence/discrepancies/followers');
  await session.query(
    'INSERT INTO ledger_follower (tenant_id, name, sequence) SELECT $1, unnest($2::text[]), max(sequence) FROM bench_rare',
    [tenantId, [LEVEL_FOLLOWER, PAST_FOLLOWER]],
  );
  await session.query('DROP TABLE bench_rare');
}

/** Spread over the items and locations, each at a place of its own. */
function rareTable({ items, locations, entries }, recordedAt, { item, location }) {
  const step = Math.floor(items / RARE_ENTRIES);
  const kinds = KINDS.map(
    ({ bucket, reason, delta, discrepancy }, kind) =>
      `(${kind}, '${bucket}', '${reason}', ${delta}, ${discrepancy ? `'${discrepancy}'` : 'NULL'})`,
  );
  return `CREATE TEMPORARY TABLE bench_rare AS SELECT *, ${levelIdOf('bucket')} AS level_id, ${recordedAt('sequence')} AS at
    FROM (SELECT ${entries} + n + 1 AS sequence, bucket, reason, delta, discrepancy, ${item} AS item_id, ${location} AS location_id
      FROM (SELECT kind * ${EACH} + each AS n, bucket, reason, delta, discrepancy, (kind * ${EACH} + each) * ${step} AS i,
          each % ${locations} AS l
        FROM (VALUES ${kinds.join(', ')}) AS kinds (kind, bucket, reason, delta, discrepancy)
        CROSS JOIN generate_series(0::bigint, ${EACH} - 1) AS each) spread) placed`;
}

const STOCK_LEVELS = `INSERT INTO stock_level (tenant_id, level_id, item_id, location_id, owner, pool, channel, condition,
    packaging, barcode, lot, bucket, quantity, version, updated_at, last_effective_at, has_baseline)
  SELECT $1, level_id, item_id, location_id, '', '', '', 'GOOD', 'SINGLE', '', '', bucket, delta, 1, at, at,
    reason = 'OPENING' FROM bench_rare`;

const ofLedger = (originId) => [
  `INSERT INTO movement (tenant_id, sequence, reason, reference, note, correlation_id, origin_kind, origin_id, external_id,
     occurred_at, effective_at, recorded_at, evidence_hash, hash, fingerprint)
   SELECT $1, sequence, reason, 'ATW' || sequence, 'changeType 101: bulk', 'bulk-' || sequence, 'CONNECTION', '${originId}',
     'bulk-' || sequence, at, at, at, sha256(int8send(-sequence)), sha256(int8send(sequence)),
     sha256(int8send(-sequence)) FROM bench_rare`,
  `INSERT INTO ledger_entry (tenant_id, sequence, leg, level_id, item_id, delta, quantity_after, level_version)
   SELECT $1, sequence, 0, level_id, item_id, delta, delta, 1 FROM bench_rare`,
];

const REPORTED_LEVELS = `INSERT INTO reported_level (tenant_id, item_id, location_id, level_id, since_sequence)
  SELECT $1, item_id, location_id, level_id, sequence FROM bench_rare WHERE discrepancy = 'DRIFT'`;

/** As the watch opens them: drift with what the stock adds up to, the other without anything that would fit. */
const DISCREPANCIES = `INSERT INTO discrepancy (tenant_id, opened_sequence, level_id, kind, item_id, location_id, opened_at,
    since_at, expected, observed, observed_at, entry_sequences, entry_legs)
  SELECT $1, sequence, level_id, discrepancy, item_id, location_id, at, at,
    CASE WHEN discrepancy = 'DRIFT' THEN (SELECT sum(v.quantity) FROM stock_level v WHERE v.tenant_id = $1
      AND v.item_id = bench_rare.item_id AND v.location_id = bench_rare.location_id AND v.bucket <> 'REPORTED_ON_HAND') END,
    delta, at, ARRAY[sequence], ARRAY[0] FROM bench_rare WHERE discrepancy IS NOT NULL`;
