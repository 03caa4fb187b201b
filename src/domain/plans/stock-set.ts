import type { Command, CommandResult } from '../command';
import { evidenceOf, idempotencyId, planOnce, storeCall, type Decision } from './command';
import { AlikeKeys, placeOf, Siblings } from './alike-keys';
import {
  coarseAmong,
  countLegs,
  isAccepted,
  judgeCount,
  type AcceptedCount,
  refusedCount,
  type CountPolicy,
  type CountRow,
  type CountVerdict,
} from './count';
import type { UserError } from '../errors';
import { groupBy, isEachOnce } from '../group-by';
import type { CallMessage, RowRefusal } from '../ledger/inbound-message';
import type { CountStatus } from '../ledger/movement';
import type { Planned } from '../ledger/posting';
import type { PostingReads } from '../ledger/posting-reads';
import { dimensionsOf, TRACKABLE_DIMENSIONS } from '../ledger/stock-key';
import type { UnitOfWork } from '../ledger/unit-of-work';

export type RowErrorPolicy = 'REJECT_ALL' | 'REJECT_ROWS';

/** A batch of absolute statements. */
export interface StockSet extends Command {
  /** What names this call on its movements. */
  readonly externalId: string;
  readonly rows: readonly CountRow[];
  readonly onRowError: RowErrorPolicy;
  readonly policy: CountPolicy;
  readonly reference: string | null;
  readonly note: string | null;
}

export const STOCK_SET_STATUSES = [
  'APPLIED',
  'UNCHANGED',
  'STALE_IGNORED',
  'DUPLICATE',
  'REJECTED',
  'NOT_APPLIED',
] as const;
export type StockSetStatus = CountStatus | 'NOT_APPLIED';

/** What became of one row; aligned with the input. */
export interface StockSetRowResult {
  readonly index: number;
  readonly status: StockSetStatus;
  readonly previousQuantity: number | null;
  /** The level's quantity afterwards; null where the row did not take effect. */
  readonly quantity: number | null;
  readonly delta: number | null;
  readonly movementSequence: number | null;
  /** The row's first error; `userErrors` has all of them. */
  readonly error: UserError | null;
}

export interface StockSetResult extends CommandResult {
  readonly results: readonly StockSetRowResult[];
}

export function stockSetReads(command: StockSet): PostingReads {
  const { idempotencyKey } = command;
  const rows = command.rows.filter(({ faults }) => faults.length === 0);
  return {
    outcomes: idempotencyKey === null ? [] : [idempotencyId(idempotencyKey)],
    keys: rows.map((row) => row.key),
    counts: rows.map(({ key, asOfMs }) => ({ key, asOfMs })),
  };
}

/** Plans a batch of counts: each row judged against the ledger as it is, then all that count posted together. */
export function planStockSet(work: UnitOfWork, command: StockSet): Planned<StockSetResult> {
  return planOnce(work, command, ['rows'], refused, decide);
}

function decide(work: UnitOfWork, command: StockSet): Decision<StockSetResult> {
  const verdicts = judgeRows(work, command);
  const refusesAll = command.onRowError === 'REJECT_ALL' && verdicts.some(({ status }) => status === 'REJECTED');
  if (refusesAll) return { refusal: answer(work, verdicts, verdicts.map(notApplied)) };
  const before = work.sequence;
  const sequences = postCounts(work, command, verdicts);
  const results = verdicts.map((verdict, index) =>
    rowResult(verdict, index, command.dryRun ? null : (sequences[index] ?? null)),
  );
  if (command.message) storeCall(work, command.message, before, refusals(command.message, verdicts), verdicts.length);
  return { done: answer(work, verdicts, results), sequence: null };
}

/** The refused rows of a call, as they are in the message. */
function refusals({ rows = [] }: CallMessage, verdicts: readonly CountVerdict[]): RowRefusal[] {
  return verdicts.flatMap((verdict, place) => {
    if (verdict.status !== 'REJECTED') return [];
    const { index, text } = rows[place] ?? { index: place, text: '' };
    const [first] = verdict.errors;
    const detail = verdict.errors.map(({ message }) => message).join(' ');
    return first ? [{ index, code: first.code, detail, row: text }] : [];
  });
}

/** Judges each row against the ledger as it is, and then against the other rows. */
function judgeRows(work: UnitOfWork, command: StockSet): CountVerdict[] {
  const policy = { ...command.policy, limits: command.limits };
  const siblings = new Siblings(work);
  const verdicts = command.rows.map((row, index) => judgeCount(work, row, policy, siblings, ['rows', String(index)]));
  refuseDuplicates(work, command, verdicts);
  return withoutCoarse(work, command, verdicts);
}

/** A coarse count and a finer one of the same call would be added like any others, so the coarse one is refused. */
function withoutCoarse(work: UnitOfWork, { rows }: StockSet, verdicts: CountVerdict[]): CountVerdict[] {
  const accepted = verdicts.filter(isAccepted);
  // No two counts of one place are found sooner by their items alone.
  if (isEachOnce(accepted, ({ levelKey }) => levelKey.key.itemId)) return verdicts;
  const several = [...groupBy(accepted, ({ levelKey }) => placeOf(levelKey.key))].filter(
    ([, { length }]) => length > 1,
  );
  const places = new Map(several.map(([place, counts]) => [place, new AlikeKeys(counts.map(countedKey))]));
  return verdicts.map((verdict, index) => {
    const beside = isAccepted(verdict) ? places.get(placeOf(verdict.levelKey.key)) : undefined;
    if (!isAccepted(verdict) || !beside) return verdict;
    const coarse = coarseAmong(rows[index] as CountRow, verdict, beside, ['rows', String(index)]);
    return coarse ? refusedCount(work, verdict, coarse) : verdict;
  });
}

const countedKey = ({ levelKey: { key, levelId }, quantity }: AcceptedCount) => ({ key, levelId, quantity });

/** Two rows for the same stock key contradict or repeat each other, so both are refused. */
function refuseDuplicates(work: UnitOfWork, command: StockSet, verdicts: CountVerdict[]): void {
  const named = [...verdicts.keys()].filter((index) => verdicts[index]?.levelKey);
  const levelOf = (index: number) => verdicts[index]?.levelKey?.levelId ?? '';
  if (isEachOnce(named, levelOf)) return;
  for (const indexes of groupBy(named, levelOf).values()) {
    if (indexes.length < 2) continue;
    const untracked = untrackedDifferences(indexes.map((each) => command.rows[each] as CountRow));
    for (const index of indexes) {
      const verdict = verdicts[index] as CountVerdict;
      verdicts[index] = refusedCount(work, verdict, duplicateRow(index, indexes, untracked));
    }
  }
}

/** Most rows, and most values, that one refusal names: it is told of each row, so all would be the square of them. */
const MAX_NAMED = 5;

function duplicateRow(index: number, indexes: readonly number[], untracked: readonly string[]): UserError {
  // One more than are named, as the row itself may be among them.
  const others = indexes.slice(0, MAX_NAMED + 1).filter((other) => other !== index);
  const because = untracked.length === 0 ? '' : `, because its connection does not track ${untracked.join(' and ')}`;
  const same = namedOf(others, indexes.length - 1);
  const message = `Row ${index} means the same stock key as row ${same}${because}; state each key once.`;
  return { code: 'DUPLICATE_ROW', message, field: ['rows', String(index)] };
}

/** `1, 2, 3, 4, 5 and 10 more` */
function namedOf(names: readonly unknown[], count: number): string {
  const named = names.slice(0, MAX_NAMED);
  return `${named.join(', ')}${count > named.length ? ` and ${count - named.length} more` : ''}`;
}

/** The dimensions in which rows of one stock key differ as stated, with their values. */
function untrackedDifferences(rows: readonly CountRow[]): string[] {
  return TRACKABLE_DIMENSIONS.flatMap((name) => {
    const values = new Set(rows.map(({ stated }) => dimensionsOf(stated)[name]));
    return values.size < 2
      ? []
      : [
          `${name} (${namedOf(
            [...values].slice(0, MAX_NAMED).map((value) => JSON.stringify(value)),
            values.size,
          )})`,
        ];
  });
}

/** Posts one movement for each `asOf` of the rows. It keeps their counts, also those without effect. */
function postCounts(work: UnitOfWork, command: StockSet, verdicts: readonly CountVerdict[]): (number | null)[] {
  const counted = [...verdicts.keys()].filter((index) => verdicts[index]?.draft);
  const sequences: (number | null)[] = verdicts.map(() => null);
  for (const [asOfMs, indexes] of groupBy(counted, (index) => verdicts[index]?.draft?.asOfMs ?? null)) {
    const members = indexes.map((index) => verdicts[index] as CountVerdict);
    const { movement } = work.post({
      reason: 'COUNT',
      reference: command.reference,
      note: command.note,
      externalId: command.externalId,
      occurredAtMs: asOfMs,
      ...evidenceOf(command),
      legs: members.flatMap(countLegs),
      counts: members.flatMap(({ draft }) => (draft ? [draft] : [])),
    });
    for (const index of indexes) sequences[index] = movement.sequence;
  }
  return sequences;
}

function rowResult(verdict: CountVerdict, index: number, sequence: number | null): StockSetRowResult {
  const { status, previousQuantity } = verdict;
  if (status === 'APPLIED' || status === 'UNCHANGED') {
    const { quantity } = verdict;
    const delta = quantity - verdict.previousQuantity;
    return { index, status, previousQuantity, quantity, delta, movementSequence: sequence, error: null };
  }
  const error = status === 'REJECTED' ? (verdict.errors[0] ?? null) : null;
  return { index, status, previousQuantity, quantity: null, delta: null, movementSequence: null, error };
}

function notApplied(verdict: CountVerdict, index: number): StockSetRowResult {
  const row = rowResult(verdict, index, null);
  return row.status === 'REJECTED' ? row : { ...row, status: 'NOT_APPLIED', quantity: null, delta: null };
}

const refused = (work: UnitOfWork, userErrors: readonly UserError[]): StockSetResult => ({
  ...answer(work, [], []),
  userErrors,
});

function answer(
  work: UnitOfWork,
  verdicts: readonly CountVerdict[],
  results: readonly StockSetRowResult[],
): StockSetResult {
  const userErrors = verdicts.flatMap((verdict) => (verdict.status === 'REJECTED' ? verdict.errors : []));
  return { results, userErrors, replayed: false, ledgerSequence: work.sequence };
}
