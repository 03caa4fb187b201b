import type { Pool } from 'pg';

/** Everything that the tables have about one level, in the order of the ledger. */
export interface LevelHistory {
  readonly entries: readonly { readonly sequence: number; readonly delta: number; readonly reason: string }[];
  readonly absorbed: readonly { readonly sequence: number; readonly delta: number }[];
  /** Those without effect. */
  readonly counts: readonly { readonly sequence: number; readonly status: string; readonly quantity: number }[];
  /** Of its entries' movements. */
  readonly recordedAts: readonly string[];
}

/** The ids of an item's levels. */
export async function levelsOfItem(pool: Pool, tenantId: string, sku: string): Promise<string[]> {
  const { rows } = await pool.query<{ level_id: string }>(
    'SELECT level_id FROM stock_level JOIN item USING (tenant_id, item_id) WHERE tenant_id = $1 AND sku = $2',
    [tenantId, sku],
  );
  return rows.map(({ level_id: levelId }) => levelId);
}

export async function historyOf(pool: Pool, tenantId: string, levelId: string): Promise<LevelHistory> {
  const read = async <Row extends object>(sql: string): Promise<Row[]> =>
    (await pool.query<Row & Record<string, unknown>>(sql, [tenantId, levelId])).rows;
  const entries = await read<LevelHistory['entries'][number] & { recorded_at: string }>(
    `SELECT sequence, delta, reason, recorded_at FROM ledger_entry JOIN movement USING (tenant_id, sequence)
     WHERE tenant_id = $1 AND level_id = $2 ORDER BY sequence, leg`,
  );
  const absorbed = await read<LevelHistory['absorbed'][number]>(
    'SELECT sequence, delta FROM absorbed_leg WHERE tenant_id = $1 AND level_id = $2 ORDER BY sequence, leg',
  );
  const counts = await read<LevelHistory['counts'][number]>(
    `SELECT sequence, status, quantity, previous_quantity AS "previousQuantity", as_of AS "asOf",
       source_sequence AS "sourceSequence", code FROM stock_count
     WHERE tenant_id = $1 AND level_id = $2 AND status NOT IN ('APPLIED', 'UNCHANGED') ORDER BY sequence, ordinal`,
  );
  return { entries, absorbed, counts, recordedAts: entries.map(({ recorded_at: recordedAt }) => recordedAt) };
}
