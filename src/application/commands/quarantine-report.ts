import type { UserError } from '../../domain/errors';
import type { StockChange } from '../../domain/ledger/unit-of-work';
import { groupSubject, type DecodedRow, type ReplayResult } from '../../domain/plans/delivery';
import type { QuarantineGroup, WaitingRows } from '../ports/reads';

export interface QuarantineOutcome {
  /** Rows that were looked at. */
  readonly considered: number;
  readonly wouldApply: number;
  readonly applied: number;
  /** Closed because their content was applied before, by another row. */
  readonly superseded: number;
  readonly dismissed: number;
  readonly stillOpen: number;
  /** One for each level, at most {@link MAX_CHANGES}. */
  readonly changes: readonly StockChange[];
  readonly changedLevels: number;
  /** Why the others wait. */
  readonly groupsLeft: readonly QuarantineGroup[];
  readonly ledgerSequence: number;
  /** Where the next call goes on; null: all rows were looked at. */
  readonly next: string | null;
  readonly userErrors: readonly UserError[];
}

/** Most changes that an outcome lists. */
const MAX_CHANGES = 200;

/** What the steps of one call have done. */
export class Report {
  considered = 0;
  #applied = 0;
  #superseded = 0;
  #stillOpen = 0;
  #ledgerSequence = 0;
  readonly #changes = new Map<string, StockChange>();
  readonly #groups = new Map<string, QuarantineGroup>();
  readonly #messages = new Map<string, { readonly connection: string; readonly receivedAt: string }>();

  constructor(private readonly isPreview: boolean) {}

  /** Rows that cannot be tried. */
  pass(rows: number): void {
    this.considered += rows;
    this.#stillOpen += rows;
  }

  expect({ id, receivedAtMs }: WaitingRows, connection: string): void {
    this.#messages.set(id, { connection, receivedAt: new Date(receivedAtMs).toISOString() });
  }

  add(
    posted: { results: readonly ReplayResult[]; changes: readonly StockChange[]; at: number },
    decoded: ReadonlyMap<string, readonly DecodedRow[]>,
  ): void {
    const applied = idsApplied(posted.results, decoded);
    for (const result of posted.results) this.#addRows(result, decoded.get(result.messageId) ?? [], applied);
    const before = new Map(this.#changes);
    for (const change of posted.changes) this.#addChange(change, before);
    this.#ledgerSequence = posted.at;
  }

  #addRows({ messageId, rows }: ReplayResult, decoded: readonly DecodedRow[], applied: ReadonlySet<string>): void {
    const { connection = '', receivedAt = '' } = this.#messages.get(messageId) ?? {};
    const rowAt = new Map(decoded.map((row) => [row.index, row]));
    for (const verdict of rows) {
      this.considered += 1;
      const row = rowAt.get(verdict.index);
      if (verdict.status === 'DUPLICATE') this.#superseded += 1;
      else if (verdict.status !== 'QUARANTINED') this.#applied += 1;
      else if (row && 'fact' in row && applied.has(row.fact.externalId)) this.#superseded += 1;
      else {
        const { code, detail } = verdict;
        const subject = groupSubject(row, code, detail);
        this.#stillOpen += 1;
        const key = JSON.stringify([code, connection, subject]);
        const known = this.#groups.get(key);
        const group = { code, connection, subject, oldest: known?.oldest ?? receivedAt, newest: receivedAt };
        this.#groups.set(key, { ...group, count: (known?.count ?? 0) + 1 });
      }
    }
    this.#messages.delete(messageId);
  }

  /** The steps of a preview do not see each other: what earlier ones have changed is added. */
  #addChange(change: StockChange, before: ReadonlyMap<string, StockChange>): void {
    const { levelId, delta, quantityAfter } = change;
    const sum = (this.#changes.get(levelId)?.delta ?? 0) + delta;
    const earlier = this.isPreview ? (before.get(levelId)?.delta ?? 0) : 0;
    this.#changes.set(levelId, { ...change, delta: sum, quantityAfter: quantityAfter + earlier });
  }

  outcome(next: string | null): QuarantineOutcome {
    const groups = [...this.#groups.values()].sort((a, b) => b.count - a.count);
    return {
      ...NOTHING,
      considered: this.considered,
      wouldApply: this.#applied,
      applied: this.isPreview ? 0 : this.#applied,
      superseded: this.#superseded,
      stillOpen: this.#stillOpen,
      changes: [...this.#changes.values()].slice(0, MAX_CHANGES),
      changedLevels: this.#changes.size,
      groupsLeft: groups.slice(0, MAX_CHANGES),
      ledgerSequence: this.#ledgerSequence,
      next,
    };
  }
}

/** What is applied closes all that waits under its id. */
function idsApplied(
  results: readonly ReplayResult[],
  decoded: ReadonlyMap<string, readonly DecodedRow[]>,
): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { messageId, rows } of results) {
    const applied = new Set(rows.filter(({ status }) => status !== 'QUARANTINED').map(({ index }) => index));
    for (const row of decoded.get(messageId) ?? []) {
      if ('fact' in row && applied.has(row.index)) ids.add(row.fact.externalId);
    }
  }
  return ids;
}

export const NOTHING: QuarantineOutcome = {
  ...{ considered: 0, wouldApply: 0, applied: 0, superseded: 0, dismissed: 0, stillOpen: 0 },
  ...{ changes: [], changedLevels: 0, groupsLeft: [], ledgerSequence: 0, next: null, userErrors: [] },
};

export const refusal = (userErrors: readonly UserError[]): QuarantineOutcome => ({ ...NOTHING, userErrors });
