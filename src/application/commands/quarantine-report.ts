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
  /** The groups of rows that wait, by their id. */
  readonly #openUnder = new Map<string, string[]>();
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

  /** What one posting did: it has rows of one connection. */
  add(
    posted: { results: readonly ReplayResult[]; changes: readonly StockChange[]; at: number },
    decoded: ReadonlyMap<string, readonly DecodedRow[]>,
  ): void {
    const applied = posted.results.flatMap((result) => this.#addRows(result, decoded.get(result.messageId) ?? []));
    for (const id of applied) this.#supersede(id);
    const before = new Map(this.#changes);
    for (const change of posted.changes) this.#addChange(change, before);
    this.#ledgerSequence = posted.at;
  }

  /** Counts the rows of a message, and returns the ids that were applied. */
  #addRows({ messageId, rows }: ReplayResult, decoded: readonly DecodedRow[]): string[] {
    const { connection = '', receivedAt = '' } = this.#messages.get(messageId) ?? {};
    const rowAt = new Map(decoded.map((row) => [row.index, row]));
    const applied: string[] = [];
    for (const verdict of rows) {
      this.considered += 1;
      const row = rowAt.get(verdict.index);
      const id = idIn(connection, row);
      if (verdict.status === 'QUARANTINED') {
        const subject = groupSubject(row, verdict.code, verdict.detail);
        this.#addOpen({ code: verdict.code, connection, subject, oldest: receivedAt, newest: receivedAt }, id);
      } else if (verdict.status === 'DUPLICATE') this.#superseded += 1;
      else {
        this.#applied += 1;
        if (id !== null) applied.push(id);
      }
    }
    this.#messages.delete(messageId);
    return applied;
  }

  #addOpen(group: Omit<QuarantineGroup, 'count'>, id: string | null): void {
    const { code, connection, subject } = group;
    const key = JSON.stringify([code, connection, subject]);
    const known = this.#groups.get(key);
    this.#stillOpen += 1;
    this.#groups.set(key, { ...group, oldest: known?.oldest ?? group.oldest, count: (known?.count ?? 0) + 1 });
    if (id === null) return;
    const others = this.#openUnder.get(id);
    if (others) others.push(key);
    else this.#openUnder.set(id, [key]);
  }

  /** What is applied closes all that waits under its id, also what an earlier posting left. */
  #supersede(id: string): void {
    for (const key of this.#openUnder.get(id) ?? []) {
      this.#stillOpen -= 1;
      this.#superseded += 1;
      const group = this.#groups.get(key);
      if (group && group.count > 1) this.#groups.set(key, { ...group, count: group.count - 1 });
      else this.#groups.delete(key);
    }
    this.#openUnder.delete(id);
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

/** The id of a row among all connections; null where it cannot be read. */
function idIn(connection: string, row: DecodedRow | undefined): string | null {
  const id = row && ('fact' in row ? row.fact.externalId : row.fault.externalId);
  return id === undefined ? null : JSON.stringify([connection, id]);
}

export const NOTHING: QuarantineOutcome = {
  ...{ considered: 0, wouldApply: 0, applied: 0, superseded: 0, dismissed: 0, stillOpen: 0 },
  ...{ changes: [], changedLevels: 0, groupsLeft: [], ledgerSequence: 0, next: null, userErrors: [] },
};

export const refusal = (userErrors: readonly UserError[]): QuarantineOutcome => ({ ...NOTHING, userErrors });
