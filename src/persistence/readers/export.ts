import { MissingMovementError, type ExportPage, type ExportReads } from '../../application/ports/reads';
import { canonicalMovement, type Movement } from '../../domain/ledger/movement';
import type { Session } from '../database/statement';
import { PAGE_MOVEMENTS, readMovements } from '../verify';
import type { ReadDatabase } from './database';
import { Parameters, statement } from './statement';

/** Most legs, absorbed legs or counts of a page that has more than one movement. */
const PAGE_PARTS = 5_000;

/** Reads ledgers to be exported. Each statement stands alone: what is written never changes. */
export function createExportReads(database: ReadDatabase): ExportReads {
  return { exportPage: (tenantId, after, upTo) => readPage(database, tenantId, after, upTo) };
}

async function readPage(database: ReadDatabase, tenantId: string, after: number, upTo: number): Promise<ExportPage> {
  const end = await endOfPage(database, tenantId, after, upTo);
  const page = await readMovements(sessionOf(database), tenantId, after, end);
  const lastSequence = page.at(-1)?.movement.sequence;
  if (lastSequence === undefined) throw new MissingMovementError(after + 1);
  return { lines: page.map(({ movement }) => lineOf(movement)).join(''), lastSequence };
}

/** The canonical text, with the hash as one more member. */
const lineOf = (movement: Movement): string =>
  `${canonicalMovement(movement).slice(0, -1)},"hash":"${movement.hash}"}\n`;

/** Where a page ends so that it fits in memory, whatever its movements hold. It has one movement at least. */
async function endOfPage(database: ReadDatabase, tenantId: string, after: number, upTo: number): Promise<number> {
  const parameters = new Parameters(tenantId);
  const [from, most] = [parameters.add(after, 'bigint'), parameters.add(upTo, 'bigint')];
  const ends = (['ledger_entry', 'absorbed_leg', 'stock_count'] as const).map((table) => {
    const number = table === 'stock_count' ? 'ordinal' : 'leg';
    return `(SELECT greatest(p.sequence - 1, ${from} + 1) FROM ${table} p
      WHERE p.tenant_id = $1 AND p.sequence > ${from} ORDER BY p.sequence, p.${number} OFFSET ${PAGE_PARTS} LIMIT 1)`;
  });
  const text = `SELECT least(${most}, ${from} + ${PAGE_MOVEMENTS}, ${ends.join(', ')}) AS "end"`;
  const [row] = await database.query<{ end: number }>(statement(text, parameters));
  return row?.end ?? upTo;
}

/** For statements that are shared with sessions. Their first value is the tenant too. */
function sessionOf(database: ReadDatabase): Session {
  const query = async ({ name = '', text, values = [] }: { name?: string; text: string; values?: unknown[] }) => ({
    rows: await database.query({ name, text, values: values as [string, ...unknown[]] }),
  });
  return { query } as unknown as Session;
}
