// The raw limit of writing: the rows that the gateway writes for the same messages, into the same tables with the same
// indexes, by a bare script. One statement a table and batch, prepared, with arrays; one connection, all statements of
// a transaction sent at once; no checks, no reads, no hashing: the bytes of hashes are random ones made beforehand.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { itemOfRow, upcOf } from '../lib/catalogue.mjs';
import { jerryBody, jerryTime, stockChange } from '../lib/jerry.mjs';

/**
 * @typedef {object} RawJob
 * @property {string} url
 * @property {string} tenantId
 * @property {{originId: string, userName: string, apiPassword: string, key: string}[]} origins one a location
 * @property {'jerry' | 'stockSet'} form whose rows to write
 * @property {number} rows in a batch; a batch is a transaction
 * @property {number} items
 * @property {number} firstId
 * @property {number} warmUpMs
 * @property {number} durationMs
 */

const HASHES = Array.from({ length: 4_096 }, () => `\\x${randomBytes(32).toString('hex')}`);
const hash = (n) => HASHES[n % HASHES.length];

const STATEMENTS = {
  movements: `INSERT INTO movement (tenant_id, recorded_at, origin_kind, origin_id, inbound_message_id, evidence_hash,
      effective_at, occurred_at, sequence, reason, reference, note, correlation_id, external_id, hash, fingerprint)
    SELECT $1, $2::timestamptz, $3, $4::uuid, $5::uuid, $6::bytea, $7::timestamptz, $7::timestamptz, *
    FROM unnest($8::bigint[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::bytea[], $15::bytea[])`,
  entries: `INSERT INTO ledger_entry (tenant_id, sequence, leg, level_id, item_id, delta, quantity_after, level_version)
    SELECT $1, * FROM unnest($2::bigint[], $3::integer[], $4::uuid[], $5::uuid[], $6::bigint[], $7::bigint[], $8::bigint[])`,
  counts: `INSERT INTO stock_count (tenant_id, sequence, status, ordinal, level_id, quantity, previous_quantity)
    SELECT $1, $2::bigint, 'APPLIED', * FROM unnest($3::integer[], $4::uuid[], $5::bigint[], $6::bigint[])`,
  levels: `UPDATE stock_level l SET quantity = next.quantity, version = next.version, updated_at = $2::timestamptz
    FROM unnest($3::uuid[], $4::bigint[], $5::bigint[]) AS next (level_id, quantity, version)
    WHERE l.tenant_id = $1 AND l.level_id = next.level_id`,
  countedLevels: `UPDATE stock_level l SET quantity = next.quantity, version = next.version, updated_at = $2::timestamptz,
      last_count_at = $2::timestamptz, last_count_explicit = false, last_count_quantity = next.quantity,
      last_count_origin_id = $6::uuid
    FROM unnest($3::uuid[], $4::bigint[], $5::bigint[]) AS next (level_id, quantity, version)
    WHERE l.tenant_id = $1 AND l.level_id = next.level_id`,
  message: `INSERT INTO inbound_message (tenant_id, message_id, connection_id, format, received_at, status, body_sha256,
      body, verdict, first_sequence, last_sequence)
    VALUES ($1, $2, $3, 'jerry', $4, 'APPLIED', $5, $6, 'digest raw/hex', $7, $8)`,
  result: `INSERT INTO outcome (tenant_id, origin_id, external_id, content_hash, result) VALUES ($1, $2, $3, $4, $5::jsonb)`,
  head: `UPDATE ledger_head SET sequence = $2, hash = $3, recorded_at = $4 WHERE tenant_id = $1`,
};

/** @type {RawJob} */
let job;
let client;
let levels;
let sequence;
/** Messages as a sender would have made them, since what they cost him is not the limit's. */
let batches;

const MAX_BATCHES = 20_000;
/** Of prepared batches; the rest of a run repeats their texts under new ids. */
const PREPARED_ROWS = 200_000;

process.on('message', (/** @type {any} */ message) => {
  const step = message.type === 'prepare' ? prepare(message.job) : run();
  void step.then((result) => process.send?.(result));
});

async function prepare(asked) {
  job = asked;
  client = new pg.Client({ connectionString: job.url, pipeline: true });
  await client.connect();
  const head = await client.query('SELECT sequence FROM ledger_head WHERE tenant_id = $1', [job.tenantId]);
  sequence = Number(head.rows[0].sequence);
  levels = await readLevels();
  const count = Math.min(MAX_BATCHES, Math.max(1, Math.ceil(PREPARED_ROWS / job.rows)));
  batches = Array.from({ length: count }, (_, index) => (job.form === 'jerry' ? jerryBatch(index) : countBatch(index)));
  return { type: 'ready' };
}

/** The levels by location and item, in the order of their codes and skus. */
async function readLevels() {
  const { rows } = await client.query(
    `SELECT v.level_id, v.item_id, v.quantity::float8 AS quantity, v.version::float8 AS version
     FROM location l JOIN stock_level v ON v.tenant_id = l.tenant_id AND v.location_id = l.location_id
     JOIN item i ON i.tenant_id = v.tenant_id AND i.item_id = v.item_id
     WHERE l.tenant_id = $1 AND v.bucket = 'AVAILABLE' ORDER BY l.code, i.sku`,
    [job.tenantId],
  );
  return Array.from({ length: rows.length / job.items }, (_, location) =>
    rows.slice(location * job.items, (location + 1) * job.items),
  );
}

function jerryBatch(index) {
  const first = index * job.rows;
  const time = jerryTime(new Date());
  const origin = job.origins[index % job.origins.length];
  const items = Array.from({ length: job.rows }, (_, row) => itemOfRow(first + row, job.items));
  const goods = items.map((item, row) => stockChange(job.firstId + first + row, upcOf(item), time));
  return {
    origin,
    items,
    location: index % job.origins.length,
    time: `${time}Z`,
    goods,
    body: jerryBody(origin, goods),
  };
}

function countBatch(index) {
  const first = index * job.rows;
  const items = Array.from({ length: job.rows }, (_, row) => itemOfRow(first + row, job.items));
  return { origin: job.origins[0], items, location: index % job.origins.length };
}

async function run() {
  const write = job.form === 'jerry' ? writeJerry : writeCounts;
  const countFromMs = performance.now() + job.warmUpMs;
  const endMs = countFromMs + job.durationMs;
  let counted = 0;
  let startedMs = NaN;
  let nowMs = performance.now();
  let index = 0;
  for (; nowMs < endMs; index++) {
    if (nowMs >= countFromMs) {
      if (counted === 0) startedMs = nowMs;
      counted += 1;
    }
    await write(batches[index % batches.length], job.firstId + index * job.rows);
    nowMs = performance.now();
  }
  await client.end();
  return { type: 'done', result: { rows: counted * job.rows, written: index, elapsedMs: nowMs - startedMs } };
}

const query = (name, ...values) => client.query({ name, text: STATEMENTS[name], values });

/** What one delivery of Jerry's becomes: for each row a movement with one entry. */
function writeJerry({ origin, items, location, time, goods, body }, firstId) {
  const { tenantId } = job;
  const now = new Date().toISOString();
  const messageId = uuid(firstId);
  const ids = items.map((_, row) => String(firstId + row));
  const sequences = items.map((_, row) => sequence + row + 1);
  const hashes = sequences.map(hash);
  const touched = items.map((item) => levels[location][item]);
  const deltas = goods.map(({ flag, qty }) => (flag === '1' ? -Number(qty) : Number(qty)));
  touched.forEach((level, row) => advance(level, deltas[row]));
  const before = sequence;
  sequence += items.length;
  return Promise.all([
    client.query('BEGIN'),
    query(
      'movements',
      ...[tenantId, now, 'CONNECTION', origin.originId, messageId, hash(firstId), time],
      ...[sequences, goods.map(({ flag }) => (flag === '1' ? 'SHIPMENT' : 'RECEIPT_OR_CANCELLATION'))],
      ...[goods.map(({ businessNo }) => businessNo), goods.map((row) => `changeType ${row.changeType}: ${row.reason}`)],
      ...[ids, ids, hashes, hashes],
    ),
    entriesOf(
      sequences,
      sequences.map(() => 0),
      touched,
      deltas,
    ),
    query('levels', tenantId, now, ...levelColumns(touched)),
    query('message', tenantId, messageId, origin.originId, now, hash(firstId), body, before + 1, sequence),
    query('head', tenantId, sequence, hash(sequence), now),
    client.query('COMMIT'),
  ]);
}

/** What one stockSet becomes: a movement with an entry and a count for each row, and an outcome with the answer. */
function writeCounts({ origin, items, location }, firstId) {
  const { tenantId } = job;
  const now = new Date().toISOString();
  const touched = items.map((item) => levels[location][item]);
  const before = touched.map(({ quantity }) => quantity);
  const deltas = touched.map(({ quantity }, row) => 1_000 + ((firstId + row) % 977) - quantity);
  touched.forEach((level, row) => advance(level, deltas[row]));
  sequence += 1;
  const places = items.map((_, row) => row);
  const results = places.map((index) => ({
    ...{ index, status: 'APPLIED', previousQuantity: before[index], quantity: touched[index].quantity },
    ...{ delta: deltas[index], movementSequence: sequence, error: null },
  }));
  const key = String(firstId);
  const movement = [[sequence], ['COUNT'], [null], [null], [null], [key], [hash(sequence)], [null]];
  return Promise.all([
    client.query('BEGIN'),
    query(
      'result',
      tenantId,
      origin.originId,
      key,
      hash(firstId),
      JSON.stringify({ results, userErrors: [], sequence }),
    ),
    query('movements', tenantId, now, 'API_CLIENT', origin.originId, null, hash(firstId), now, ...movement),
    entriesOf(
      places.map(() => sequence),
      places,
      touched,
      deltas,
    ),
    query(
      'counts',
      tenantId,
      sequence,
      places,
      touched.map((level) => level.level_id),
      quantities(touched),
      before,
    ),
    query('countedLevels', tenantId, now, ...levelColumns(touched), origin.originId),
    query('head', tenantId, sequence, hash(sequence), now),
    client.query('COMMIT'),
  ]);
}

function advance(level, delta) {
  level.quantity += delta;
  level.version += 1;
}

const quantities = (touched) => touched.map(({ quantity }) => quantity);

const levelColumns = (touched) => [
  touched.map((level) => level.level_id),
  quantities(touched),
  touched.map(({ version }) => version),
];

function entriesOf(sequences, legs, touched, deltas) {
  const [levelIds, after, versions] = levelColumns(touched);
  const itemIds = touched.map((level) => level.item_id);
  return query('entries', job.tenantId, sequences, legs, levelIds, itemIds, deltas, after, versions);
}

/** Ids that grow, as a UUIDv7 does. */
function uuid(n) {
  const hex = n.toString(16).padStart(28, '0');
  return `01ff${hex.slice(0, 4)}-${hex.slice(4, 8)}-7${hex.slice(9, 12)}-8${hex.slice(13, 16)}-${hex.slice(16, 28)}`;
}
