import type { Pool, PoolClient } from 'pg';
import { onConnection } from '../database/pool';
import { run, setTenant, type Session, type Statement } from '../database/statement';
import { selectTexts, type TextRow } from '../tables/derived';
import { LedgerHeadEntity } from '../tables/ledger-head';
import { verifyChain } from './chain';
import { verifyLevels } from './levels';
import type { LedgerFault, LedgerVerdict, StatedHead, VerifyOptions } from './verdict';

/**
 * Recomputes a tenant's whole ledger as of one moment. It checks the chain's hashes, gapless sequences and level
 * versions, quantities that continue each other, levels that are the sums of their entries, level ids, messages and the
 * head (docs/ledger-format.md). It reads page by page, so memory stays bounded, and posting continues meanwhile.
 * Rejects with the database's error when the ledger can't be read.
 */
export async function verifyLedger(pool: Pool, tenantId: string, options: VerifyOptions = {}): Promise<LedgerVerdict> {
  return onConnection(await pool.connect(), async (client) => {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await setTenant(client, tenantId);
    // A long history takes longer than the timeout of requests.
    await client.query('SET LOCAL statement_timeout = 0');
    const verdict = await verifySnapshot(client, tenantId, options);
    await client.query('COMMIT');
    return verdict;
  });
}

async function verifySnapshot(
  client: PoolClient,
  tenantId: string,
  { onProgress }: VerifyOptions,
): Promise<LedgerVerdict> {
  const head = await readHead(client, tenantId);
  const totals = await readTotals(client, tenantId);
  const report = (checked: number): void => {
    onProgress?.({ checked, total: totals.movements + totals.levels });
  };
  const chain = await verifyChain(client, tenantId, report);
  if ('ok' in chain) return chain;
  const { movements, entries } = chain;
  const { sequence, hash } = chain.last;
  const headFault = faultOfHead(head, chain.last) ?? (await faultOfStrays(client, tenantId, sequence));
  if (headFault) return headFault;
  const levelFault = await verifyLevels(client, tenantId, entries, (checked) => {
    report(movements + checked);
  });
  return levelFault ?? { ok: true, sequence, hash, movements, entries, levels: totals.levels };
}

const READ_TOTALS: Statement = {
  name: 'verify_totals',
  text: `SELECT (SELECT count(*) FROM movement WHERE tenant_id = $1)::text AS movements,
      (SELECT count(*) FROM stock_level WHERE tenant_id = $1)::text AS levels`,
};

const READ_HEAD: Statement = {
  name: 'verify_head',
  text: `SELECT ${selectTexts(LedgerHeadEntity, 'h')} FROM ledger_head h WHERE h.tenant_id = $1`,
};

async function readTotals(session: Session, tenantId: string): Promise<{ movements: number; levels: number }> {
  const { rows } = await run<{ movements: string; levels: string }>(session, READ_TOTALS, [tenantId]);
  return { movements: Number(rows[0]?.movements), levels: Number(rows[0]?.levels) };
}

async function readHead(session: Session, tenantId: string): Promise<StatedHead | undefined> {
  const { rows } = await run<TextRow<LedgerHeadEntity>>(session, READ_HEAD, [tenantId]);
  const [head] = rows;
  if (!head) return undefined;
  const { sequence, hash, recordedAtMs } = head;
  return { sequence: Number(sequence), hash, recordedAtMs: recordedAtMs === null ? null : Number(recordedAtMs) };
}

function faultOfHead(head: StatedHead | undefined, last: StatedHead): LedgerFault | undefined {
  if (!head) return { ok: false, sequence: null, problem: 'The ledger has no head.' };
  if (head.sequence !== last.sequence) {
    const problem = `The head stands at ${head.sequence}, the last movement is ${last.sequence}.`;
    return { ok: false, sequence: Math.min(head.sequence, last.sequence) + 1, problem };
  }
  if (head.hash !== last.hash) {
    return { ok: false, sequence: last.sequence, problem: 'The head has another hash than the last movement.' };
  }
  // A batch without a movement leaves the head's clock unchanged.
  if (head.recordedAtMs !== last.recordedAtMs) {
    return { ok: false, sequence: last.sequence, problem: 'The head has another clock than the last movement.' };
  }
  return undefined;
}

const READ_STRAY: Statement = {
  name: 'verify_stray',
  text: `SELECT min(sequence)::text AS sequence FROM (
      SELECT sequence FROM ledger_entry WHERE tenant_id = $1 AND (sequence < 1 OR sequence > $2)
      UNION ALL
      SELECT sequence FROM absorbed_leg WHERE tenant_id = $1 AND (sequence < 1 OR sequence > $2)
      UNION ALL
      SELECT sequence FROM stock_count WHERE tenant_id = $1 AND (sequence < 1 OR sequence > $2)
    ) strays`,
};

/**
 * Parts beyond the chain's ends, which belong to no movement. A stray part within the chain breaks a movement's hash.
 */
async function faultOfStrays(session: Session, tenantId: string, last: number): Promise<LedgerFault | undefined> {
  const { rows } = await run<{ sequence: string | null }>(session, READ_STRAY, [tenantId, last]);
  const stray = rows[0]?.sequence ?? null;
  if (stray === null) return undefined;
  return {
    ok: false,
    sequence: Number(stray),
    problem: `There are legs of a movement ${stray}, which does not exist.`,
  };
}
