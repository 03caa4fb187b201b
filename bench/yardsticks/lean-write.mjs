// The lean limit of writing: one row each in a posting table, an entry table and the updated balance, see
// `lib/lean-tables.mjs`. One prepared statement with arrays is a whole transaction; no server, no checks. Several sessions
// each have their own transactions and their own balances, so that none waits for another.
import pg from 'pg';
import { itemOfRow, spreadable } from '../lib/catalogue.mjs';
import { LEAN_TENANT, leanBalanceId } from '../lib/lean-tables.mjs';

/**
 * @typedef {object} LeanJob
 * @property {string} url
 * @property {number} balances
 * @property {number} rows in a transaction
 * @property {number} sessions
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
let clients;
let balanceIds;

process.on('message', (/** @type {any} */ message) => {
  const step = message.type === 'prepare' ? prepare(message.job) : run();
  void step.then((result) => process.send?.(result));
});

async function prepare(asked) {
  job = asked;
  clients = Array.from({ length: job.sessions }, () => new pg.Client({ connectionString: job.url }));
  await Promise.all(clients.map((client) => client.connect()));
  // The statement looks rows up by their keys: the plan for no values in particular is the right one.
  balanceIds = Array.from({ length: job.balances }, (_, balance) => leanBalanceId(balance));
  await Promise.all(clients.map((client) => client.query('SET plan_cache_mode = force_generic_plan; SET jit = off')));
  return { type: 'ready' };
}

async function run() {
  const countFromMs = performance.now() + job.warmUpMs;
  const endMs = countFromMs + job.durationMs;
  const seen = { written: 0, counted: 0, lastMs: countFromMs };
  const work = async (client, session) => {
    for (let batch = 0; performance.now() < endMs; batch++) {
      await client.query({ name: 'write', text: WRITE, values: batchOf(session, batch) });
      const nowMs = performance.now();
      seen.written += 1;
      if (nowMs < countFromMs) continue;
      seen.counted += 1;
      seen.lastMs = nowMs;
    }
    await client.end();
  };
  await Promise.all(clients.map(work));
  const { written, counted, lastMs } = seen;
  return { type: 'done', result: { rows: counted * job.rows, written, elapsedMs: lastMs - countFromMs } };
}

/** The arrays of a session's batch, as PostgreSQL reads them. */
function batchOf(session, batch) {
  const { balances, rows, sessions, firstId } = job;
  const own = spreadable(Math.floor(balances / sessions) - 1);
  const places = Array.from({ length: rows }, (_, row) => batch * rows + row);
  const ids = arrayOf(places.map((n) => firstId + n * sessions + session));
  const touched = arrayOf(places.map((n) => balanceIds[itemOfRow(n, own) * sessions + session]));
  return [LEAN_TENANT, ids, ids, touched, arrayOf(places.map((n) => (n % 2 === 0 ? -2 : 2)))];
}

const arrayOf = (values) => `{${values.join(',')}}`;
