// The tables of the lean limit: what a ledger of stock of several tenants needs at least, whatever the gateway's tables
// cost. Each row of a message is a posting under its sender's id, an entry with the quantity after it, and the balance that
// the entry changes. A posting is found by its id and by the sender's, an entry by its balance.
import { createHash } from 'node:crypto';

const TABLES = [
  'CREATE SCHEMA lean',
  `CREATE TABLE lean.balance (
    tenant_id uuid NOT NULL,
    balance_id uuid NOT NULL,
    quantity bigint NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, balance_id)
  ) WITH (fillfactor = 80)`,
  `CREATE TABLE lean.posting (
    tenant_id uuid NOT NULL,
    posting_id bigint NOT NULL,
    idempotency_key text COLLATE "C" NOT NULL,
    recorded_at timestamptz NOT NULL
  )`,
  `CREATE TABLE lean.entry (
    tenant_id uuid NOT NULL,
    posting_id bigint NOT NULL,
    balance_id uuid NOT NULL,
    delta bigint NOT NULL,
    quantity_after bigint NOT NULL
  )`,
];

const INDEXES = [
  'ALTER TABLE lean.posting ADD PRIMARY KEY (tenant_id, posting_id), ADD UNIQUE (tenant_id, idempotency_key)',
  'ALTER TABLE lean.entry ADD PRIMARY KEY (tenant_id, balance_id, posting_id)',
];

/** Coprime to every number of balances, so that the entries go through all of them. */
const STRIDE = 7919;
const BALANCE_ID = 'md5(n::text)::uuid';

export const LEAN_TENANT = '01900000-0000-7000-a000-000000000000';

/** Not in the order of the balances, as an id that is derived from what it is of. @param {number} n */
export function leanBalanceId(n) {
  const hex = createHash('md5').update(String(n)).digest('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * Makes them with so many balances and a ledger that has grown, and ends the session. The indexes come last, which takes a
 * fraction of the time.
 *
 * @param {import('pg').Client} session
 * @param {{balances: number, entries: number}} size
 */
export async function makeLeanTables(session, { balances, entries }) {
  try {
    for (const statement of TABLES) await session.query(statement);
    await session.query(
      `INSERT INTO lean.balance SELECT $1, ${BALANCE_ID}, 100, now() FROM generate_series(0, $2::integer - 1) n`,
      [LEAN_TENANT, balances],
    );
    // The postings of a run count up from a number above 0.
    await session.query(
      `INSERT INTO lean.posting SELECT $1, n - $2, (n - $2)::text, now() FROM generate_series(1, $2::bigint) n`,
      [LEAN_TENANT, entries],
    );
    await session.query(
      `INSERT INTO lean.entry SELECT $1, posting_id, ${BALANCE_ID}, 0, 100
       FROM (SELECT n - $3 AS posting_id, n * ${STRIDE} % $2 AS n FROM generate_series(1, $3::bigint) n) spread`,
      [LEAN_TENANT, balances, entries],
    );
    for (const statement of INDEXES) await session.query(statement);
    await session.query('VACUUM (ANALYZE)');
    await session.query('CHECKPOINT');
  } finally {
    await session.end();
  }
}
