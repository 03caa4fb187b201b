import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Pool } from 'pg';
import { canonicalJson, type JsonObject } from '../../src/json/strict-json';
import { verifyLedger } from '../../src/persistence/verify';

/** The export as docs/ledger-format.md gives it, for the tenant with the code `$1`. */
const EXPORT = exportStatement();

/**
 * Checks the invariants of every ledger, using only the tables: levels are the sums of their entries, versions and sequences
 * have no gap, and the hash chain of the documented export is intact. The product's own verification must agree.
 */
export async function expectIntactLedgers(pool: Pool): Promise<void> {
  const { rows: tenants } = await pool.query<{ tenant_id: string; code: string }>('SELECT tenant_id, code FROM tenant');
  for (const { tenant_id: tenantId, code } of tenants) {
    expect(await faultyLevels(pool, tenantId)).toEqual([]);
    const { hash, sequence } = await exportedChain(pool, code);
    expect(await headOf(pool, tenantId)).toEqual({ sequence, hash });
    expect(await verifyLedger(pool, tenantId)).toMatchObject({ ok: true, sequence, hash });
  }
}

/** Levels that differ from their entries, and entries with a gap before them. */
async function faultyLevels(pool: Pool, tenantId: string): Promise<unknown[]> {
  const { rows } = await pool.query<Record<string, unknown>>(
    `SELECT level_id, l.quantity, l.version, e.sum, e.count, e.gaps FROM stock_level l FULL JOIN (
       SELECT tenant_id, level_id, sum(delta) AS sum, count(*) AS count,
         count(*) FILTER (WHERE level_version <> place OR quantity_after <> running) AS gaps
       FROM (SELECT *, row_number() OVER w AS place, sum(delta) OVER w AS running FROM ledger_entry
         WINDOW w AS (PARTITION BY tenant_id, level_id ORDER BY sequence, leg)) entries
       GROUP BY tenant_id, level_id) e USING (tenant_id, level_id)
     WHERE tenant_id = $1 AND (l.level_id IS NULL OR l.quantity <> coalesce(e.sum, 0)
       OR l.version <> coalesce(e.count, 0) OR e.gaps > 0)`,
    [tenantId],
  );
  return rows;
}

async function exportedChain(pool: Pool, code: string): Promise<{ sequence: number; hash: string }> {
  const { rows } = await pool.query<[JsonObject & { hash: string }]>({
    text: EXPORT,
    values: [code],
    rowMode: 'array',
  });
  let before = '0'.repeat(64);
  rows.forEach(([{ hash, ...movement }], index) => {
    const text = canonicalJson(movement, { sortKeys: true, dropNulls: false });
    before = createHash('sha256')
      .update(before + text)
      .digest('hex');
    expect([movement['sequence'], hash]).toEqual([index + 1, before]);
  });
  return { sequence: rows.length, hash: before };
}

async function headOf(pool: Pool, tenantId: string): Promise<unknown> {
  const sql = `SELECT sequence, encode(hash, 'hex') AS hash FROM ledger_head WHERE tenant_id = $1`;
  return (await pool.query(sql, [tenantId])).rows[0];
}

function exportStatement(): string {
  const page = readFileSync(path.join(__dirname, '../../docs/ledger-format.md'), 'utf8');
  const statement = /^```sql\n([^]*?)\n```$/m.exec(page)?.[1];
  if (statement?.includes("'demo'") !== true) throw new Error('The page has no export of the tenant demo.');
  return statement.replace("'demo'", '$1');
}
