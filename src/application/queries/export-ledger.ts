import type { Reads } from '../ports/reads';

/** What of a ledger is exported: the movements after one, up to and with another that the ledger has. */
export interface ExportRange {
  readonly tenantId: string;
  readonly after: number;
  readonly upTo: number;
}

/** The lines of an export, in pages that fit in memory. A page is read when it is asked for, and holds nothing of the database. */
export async function* exportLedger(
  reads: Pick<Reads, 'exportPage'>,
  { tenantId, after, upTo }: ExportRange,
): AsyncGenerator<string, void, void> {
  for (let last = after; last < upTo;) {
    const { lines, lastSequence } = await reads.exportPage(tenantId, last, upTo);
    last = lastSequence;
    yield lines;
  }
}
