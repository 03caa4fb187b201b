import type { DiscrepancyKey } from './reads';

/** Changes what people have written about discrepancies. */
export interface DiscrepancyNotes {
  /** Sets a note, or takes it away; a change is kept in the audit. False: there is no such discrepancy. */
  set(tenantId: string, key: DiscrepancyKey, note: string | null): Promise<boolean>;
}
