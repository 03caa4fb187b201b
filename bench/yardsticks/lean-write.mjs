// The lean limit of writing: one row each in a posting table, an entry table and the updated balance, see
// `lib/lean-tables.mjs`. One prepared statement with arrays is a whole transaction; no server, no checks. One session
// writes: a ledger has one order, so its transactions follow one another.
import pg from 'pg';
import { itemOfRow, spreadable } from '../lib/catalogue.mjs';
import { LEAN_TENANT, leanBalanceId } from '../lib/lean-tables.mjs';

/**
 * @typedef {object} LeanJob
 * @property {string} url
 * @property {number} balances
 * @property {number} rows in a transaction
 * @property {number} firstId of the postings, which count up from there
 * @property {number} warmUpMs
 * @property {number} durationMs
 */

const WRITE = `WITH given AS MATERIALIZED (
    SELECT * FROM unnest($2::bigint[], $3::text[], $4::uuid[], $5::bigint[])
      AS row (posting_id, idempotency_key, balance_id, delta)
  ), posted AS (
    INSERT INTO lean.posting (tenant_id, posting_id, idempotency_key, recorded_at)
    SELECT $1, posting_id, idempotency_key, now() FROM given
  ), moved AS (
    UPDATE lean.balance b SET quantity = b.quantity + given.delta, updated_at = now() FROM given
    WHERE b.tenant_id = $1 AND b.balance_id = given.balance_id
    RETURNING given.posting_id, b.balance_id, given.delta, b.quantity
  )
  INSERT INTO lean.entry (tenant_id, posting_id, balance_id, delta, quantity_after) SELECT $1, * FROM moved`;

/** @type {LeanJob} */
let job;
let client;
let balanceIds;

process.on('message', (/** @type {any} */ message) => {
  const step = message.type === 'prepare' ? prepare(message.job) : run();
  void step.then((result) => process.send?.(result));
});

async function prepare(asked) {
  job = asked;
  client = new pg.Client({ connectionString: job.url });
  await client.connect();
  // The statement looks rows up by their keys: the plan for no values in particular is the right one.
  balanceIds = Array.from({ length: job.balances }, (_, balance) => leanBalanceId(balance));
  await client.query('SET plan_cache_mode = force_generic_plan; SET jit = off');
  return { type: 'ready' };
}

async function run() {
  const countFromMs = performance.now() + job.warmUpMs;
  const endMs = countFromMs + job.durationMs;
  const seen = { written: 0, counted: 0, lastMs: countFromMs };
  while (performance.now() < endMs) {
    await client.query({ name: 'write', text: WRITE, values: batchOf(seen.written) });
    const nowMs = performance.now();
    seen.written += 1;
    if (nowMs < countFromMs) continue;
    seen.counted += 1;
    seen.lastMs = nowMs;
  }
  await client.end();
  const { written, counted, lastMs } = seen;
  return { type: 'done', result: { rows: counted * job.rows, written, elapsedMs: lastMs - countFromMs } };
}

/** The arrays of a batch, as PostgreSQL reads them. */
function batchOf(batch) {
  const { balances, rows, firstId } = job;
  const places = Array.from({ length: rows }, (_, row) => batch * rows + row);
  const ids = arrayOf(places.map((n) => firstId + n));
  const touched = arrayOf(places.map((n) => balanceIds[itemOfRow(n, spreadable(balances - 1))]));
  return [LEAN_TENANT, ids, ids, touched, arrayOf(places.map((n) => (n % 2 === 0 ? -2 : 2)))];
}

const arrayOf = (values) => `{${values.join(',')}}`;
