import type { AbsorbedLegView, LedgerHeadView, LedgerReads } from '../../application/ports/reads';
import { selectList } from '../tables/derived';
import { LedgerHeadEntity } from '../tables/ledger-head';
import { STOCK_KEY_COLUMNS, StockLevelEntity } from '../tables/stock-level';
import type { ReadDatabase } from './database';
import { readEntries, readEntriesByKey, readEntriesOfLevels, readEntriesOfMovements } from './ledger-entries';
import { readMovements, readMovementsBySequence } from './movements';
import { Parameters, statement } from './statement';

/** Reads the ledger: its head, its movements, and their entries. */
export function createLedgerReads(database: ReadDatabase): LedgerReads {
  return {
    ledgerHead: (tenantId) => readHead(database, tenantId),
    ledgerEntries: (tenantId, query) => readEntries(database, tenantId, query),
    entriesOfLevels: (tenantId, levels, page, withMovement) =>
      readEntriesOfLevels(database, tenantId, levels, page, withMovement),
    entriesByKey: (tenantId, keys) => readEntriesByKey(database, tenantId, keys),
    entriesOfMovements: (tenantId, sequences) => readEntriesOfMovements(database, tenantId, sequences),
    absorbedLegsOfMovements: (tenantId, sequences) => readAbsorbedLegs(database, tenantId, sequences),
    movements: (tenantId, query) => readMovements(database, tenantId, query),
    movementsBySequence: (tenantId, sequences) => readMovementsBySequence(database, tenantId, sequences),
  };
}

async function readHead(database: ReadDatabase, tenantId: string): Promise<LedgerHeadView> {
  const text = `SELECT ${selectList(LedgerHeadEntity, 'head', { only: ['sequence', 'hash', 'recordedAt'] })}
    FROM ledger_head head WHERE head.tenant_id = $1`;
  const [head] = await database.query<LedgerHeadView & Record<string, unknown>>(
    statement(text, new Parameters(tenantId)),
  );
  if (!head) throw new TypeError(`Tenant ${tenantId} has no ledger.`);
  return head;
}

async function readAbsorbedLegs(
  database: ReadDatabase,
  tenantId: string,
  sequences: readonly number[],
): Promise<AbsorbedLegView[]> {
  const parameters = new Parameters(tenantId);
  const text = `SELECT a.sequence, ${selectList(StockLevelEntity, 'v', { only: STOCK_KEY_COLUMNS })}, a.delta, coalesce((SELECT e.quantity_after FROM ledger_entry e
        WHERE e.tenant_id = $1 AND e.level_id = a.level_id AND e.sequence <= a.sequence
        ORDER BY e.sequence DESC, e.leg DESC LIMIT 1), 0) AS "quantityAfter"
    FROM absorbed_leg a JOIN stock_level v ON v.tenant_id = $1 AND v.level_id = a.level_id
    WHERE a.tenant_id = $1 AND a.sequence = ANY (${parameters.add(sequences, 'bigint[]')})
    ORDER BY a.sequence, a.leg`;
  return database.query<AbsorbedLegView & Record<string, unknown>>(statement(text, parameters));
}
