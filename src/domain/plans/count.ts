import type { UserError } from '../errors';
import { allowsChannel, type KeyLimits } from '../key-limits';
import type { Level } from '../ledger/ledger-state';
import type { LevelKey } from '../ledger/level-id';
import type { CountStatus } from '../ledger/movement';
import type { NamedKey } from '../ledger/posting-reads';
import { addQuantities, QuantityOverflowError } from '../ledger/quantity';
import type { AlikeKeys, KeyAndQuantity, Siblings } from './alike-keys';
import { resolveKey } from './named-key';
import {
  TRACKABLE_DIMENSIONS,
  type StatedDimensions,
  type StockKey,
  type TrackableDimension,
} from '../ledger/stock-key';
import type { CountDraft, LegDraft, UnitOfWork } from '../ledger/unit-of-work';

/** How far ahead of our clock a count may be dated, for clocks that are not quite right. */
const MAX_CLOCK_SKEW_MS = 5 * 60_000;

/** One absolute statement: "there were `quantity` of this stock key at `asOfMs`". */
export interface CountRow {
  readonly key: NamedKey;
  /** The dimensions that the count states and its origin tracks; an empty value is stated too. */
  readonly tellsApart: ReadonlySet<TrackableDimension>;
  /** The dimensions as stated, tracked or not. */
  readonly stated: StatedDimensions;
  readonly quantity: number;
  /** The quantity that the caller expects to replace; null: any. */
  readonly changeFromQuantity: number | null;
  /** When it was counted, epoch milliseconds; null: now. */
  readonly asOfMs: number | null;
  /** Whether `asOfMs` is taken from the receipt, as the count states no time. Counts of one such moment follow each other. */
  readonly isAsOfReceipt?: boolean;
  /** The source's own order of its counts; null where it has none. */
  readonly sourceSequence: number | null;
  /** Faults of the row's own values; a row that has any is not looked up. */
  readonly faults: readonly UserError[];
}

export interface CountPolicy {
  /** A count that states no time is as of its receipt, less these seconds. Null: it has no place in time. */
  readonly lagSeconds?: number | null;
  /** Whether a stale count is refused. Otherwise it is ignored. */
  readonly staleIsError: boolean;
  /** Which stock the caller may count; left out: all. What else is kept there, the caller does not hear of. */
  readonly limits?: KeyLimits | undefined;
}

/** When a count was made: as it states, or else as its policy says for one received then. */
export function timeOfCount(
  { asOfMs }: Pick<CountRow, 'asOfMs'>,
  { lagSeconds = null }: Pick<CountPolicy, 'lagSeconds'>,
  receivedAtMs: number,
): Pick<CountRow, 'asOfMs' | 'isAsOfReceipt'> {
  if (asOfMs !== null || lagSeconds === null) return { asOfMs, isAsOfReceipt: false };
  return { asOfMs: receivedAtMs - lagSeconds * 1_000, isAsOfReceipt: true };
}

/** What a count would do, judged against the level as it is. */
export type CountVerdict =
  | {
      readonly status: 'APPLIED' | 'UNCHANGED';
      readonly levelKey: LevelKey;
      readonly previousQuantity: number;
      readonly quantity: number;
      readonly effectiveAtMs: number;
      readonly draft: CountDraft;
    }
  | {
      readonly status: 'STALE_IGNORED' | 'DUPLICATE';
      readonly levelKey: LevelKey;
      readonly previousQuantity: number;
      readonly effectiveAtMs: number;
      readonly draft: CountDraft;
    }
  | {
      readonly status: 'REJECTED';
      /** At least one. */
      readonly errors: readonly UserError[];
      readonly previousQuantity: number | null;
      readonly effectiveAtMs: number;
      /** Null where the row names no stock key that exists. */
      readonly draft: CountDraft | null;
      readonly levelKey: LevelKey | null;
    };

/** Judges one count against the ledger as it is. Posts nothing. */
export function judgeCount(
  work: UnitOfWork,
  row: CountRow,
  policy: CountPolicy,
  siblings: Siblings,
  field: readonly string[],
): CountVerdict {
  const noKey = { previousQuantity: null, effectiveAtMs: work.effectiveAt(row.asOfMs), draft: null, levelKey: null };
  if (row.faults.length > 0) return { status: 'REJECTED', errors: row.faults, ...noKey };
  const levelKey = resolveKey(work, row.key, field, { isReceipt: () => row.quantity > 0, limits: policy.limits });
  if ('errors' in levelKey) return { status: 'REJECTED', errors: levelKey.errors, ...noKey };
  return judgeLevelCount(work, row, levelKey, policy, siblings, field);
}

/** Judges a count of which it is known which level it means. */
export function judgeLevelCount(
  work: UnitOfWork,
  row: CountRow,
  levelKey: LevelKey,
  policy: CountPolicy,
  siblings: Siblings,
  field: readonly string[],
): CountVerdict {
  const effectiveAtMs = work.effectiveAt(row.asOfMs);
  const level = work.level(levelKey);
  const judged = { work, row, levelKey, level, effectiveAtMs, policy, siblings, field };
  const refusal = refusalOf(judged);
  if (refusal) return rejected(judged, refusal);
  const order = orderAmongCounts(judged);
  if (order === 'AS_OF_CONFLICT') return rejected(judged, asOfConflict(judged));
  if (order === 'STALE' && policy.staleIsError) return rejected(judged, staleError(judged));
  if (order === 'STALE') return passedOver(judged, 'STALE_IGNORED');
  if (order === 'DUPLICATE') return passedOver(judged, 'DUPLICATE');
  if (row.changeFromQuantity !== null && row.changeFromQuantity !== level.quantity) {
    return rejected(judged, changeFromStale(judged, row.changeFromQuantity));
  }
  return accepted(judged);
}

interface Judged {
  readonly work: UnitOfWork;
  readonly row: CountRow;
  readonly levelKey: LevelKey;
  readonly level: Level;
  readonly effectiveAtMs: number;
  readonly policy: CountPolicy;
  readonly siblings: Siblings;
  readonly field: readonly string[];
}

/** Whether the count is dated ahead, or is coarser than the keys that hold stock. */
function refusalOf({ work, row, level, policy, siblings, field }: Judged): UserError | undefined {
  if (row.asOfMs !== null && row.asOfMs > work.recordedAtMs + MAX_CLOCK_SKEW_MS) {
    const now = new Date(work.recordedAtMs).toISOString();
    const asOf = new Date(row.asOfMs).toISOString();
    const message = `asOf is ${asOf}, more than 5 minutes ahead of this server's clock (${now}).`;
    return { code: 'AS_OF_IN_FUTURE', message, field: [...field, 'asOf'] };
  }
  const message = siblings.finer(level, row.tellsApart, (finer) =>
    keyTooCoarse(
      level,
      finer.filter(({ key }) => !policy.limits || allowsChannel(policy.limits, key.channel)),
    ),
  );
  return message === null ? undefined : { code: 'KEY_TOO_COARSE', message, field };
}

/** Null where there are no finer keys. */
function keyTooCoarse(counted: Pick<LevelKey, 'key'>, finer: readonly KeyAndQuantity[]): string | null {
  if (finer.length === 0) return null;
  const names = finer.slice(0, MAX_NAMED_SIBLINGS).map((sibling) => describeDifference(counted.key, sibling));
  const more = finer.length > names.length ? ` and ${finer.length - names.length} more` : '';
  const leftOut = TRACKABLE_DIMENSIONS.filter((name) => finer.some(({ key }) => key[name] !== counted.key[name]));
  return `Stock of this item is kept here under ${names.join('; ')}${more}, which this count does not tell apart. Count it by ${leftOut.join(' and ')}; an empty value means exactly the stock without one.`;
}

/** Most finer keys that one refusal names: a message stays readable. */
const MAX_NAMED_SIBLINGS = 5;

/** Refuses an accepted count beside other accepted counts of the same item, location and bucket which are finer. */
export function coarseAmong(
  row: CountRow,
  { levelKey }: AcceptedCount,
  beside: AlikeKeys<KeyAndQuantity & { readonly levelId: string }>,
  field: readonly string[],
): UserError | undefined {
  const finer = beside.alike(levelKey.key, row.tellsApart).filter(({ levelId }) => levelId !== levelKey.levelId);
  const message = keyTooCoarse(levelKey, finer);
  return message === null ? undefined : { code: 'KEY_TOO_COARSE', message, field };
}

export type AcceptedCount = Extract<CountVerdict, { status: 'APPLIED' | 'UNCHANGED' }>;

export const isAccepted = (verdict: CountVerdict): verdict is AcceptedCount =>
  verdict.status === 'APPLIED' || verdict.status === 'UNCHANGED';

function describeDifference(key: StockKey, { key: other, quantity }: KeyAndQuantity): string {
  const differing = TRACKABLE_DIMENSIONS.filter((name) => key[name] !== other[name]);
  return `${differing.map((name) => `${name} "${other[name]}"`).join(', ')} (${quantity} units)`;
}

/** How a count is ordered among the counts of its level. */
function orderAmongCounts(judged: Judged): 'NEXT' | 'STALE' | 'DUPLICATE' | 'AS_OF_CONFLICT' {
  const { row, level, effectiveAtMs } = judged;
  const last = level.lastCount;
  if (!last) return 'NEXT';
  const repeated = last.quantity === row.quantity ? 'DUPLICATE' : 'AS_OF_CONFLICT';
  const sequences = sourceSequences(judged);
  if (sequences) {
    if (sequences.next === sequences.last) return repeated;
    return sequences.next > sequences.last ? 'NEXT' : 'STALE';
  }
  if (effectiveAtMs < last.effectiveAtMs) return 'STALE';
  const statesTime = row.asOfMs !== null && row.isAsOfReceipt !== true;
  if (effectiveAtMs > last.effectiveAtMs || !statesTime || !last.explicit) return 'NEXT';
  return repeated;
}

/** The source's own numbers of this count and the last one, where both are of the same source: these order them. */
function sourceSequences({ work, row, level }: Judged): { next: number; last: number } | undefined {
  const last = level.lastCount;
  if (row.sourceSequence === null || last?.originId !== work.origin.id || last.sourceSequence === null)
    return undefined;
  return { next: row.sourceSequence, last: last.sourceSequence };
}

/** The field by which a count was ordered among the others. */
const orderingField = (judged: Judged): readonly string[] => [
  ...judged.field,
  sourceSequences(judged) ? 'sourceSequence' : 'asOf',
];

function asOfConflict(judged: Judged): UserError {
  const { level, row } = judged;
  const stated = level.lastCount?.quantity ?? 0;
  const message = `A count of the same moment has stated ${stated}; count again, or leave the first.`;
  const field = orderingField(judged);
  return { code: 'AS_OF_CONFLICT', message, field, current: stated, requested: row.quantity };
}

function staleError(judged: Judged): UserError {
  const { level, row } = judged;
  const at = new Date(level.lastCount?.effectiveAtMs ?? 0).toISOString();
  const message = `A later count, of ${at}, has been accepted already.`;
  return { code: 'STALE', message, field: orderingField(judged), current: level.quantity, requested: row.quantity };
}

function changeFromStale({ level, row, field }: Judged, changeFrom: number): UserError {
  const message = `There are ${level.quantity} units, not ${changeFrom}; read the quantity again and decide again.`;
  return {
    code: 'CHANGE_FROM_QUANTITY_STALE',
    message,
    field: [...field, 'changeFromQuantity'],
    current: level.quantity,
    requested: row.quantity,
  };
}

/** The target quantity is the count plus what has happened to the key since. */
function accepted(judged: Judged): CountVerdict {
  const { work, row, levelKey, level, effectiveAtMs, field } = judged;
  try {
    const since = row.asOfMs === null ? 0 : addQuantities(work.deltasAfter(level, effectiveAtMs), 0);
    const quantity = addQuantities(row.quantity, since);
    addQuantities(quantity, -level.quantity);
    const status = quantity === level.quantity ? 'UNCHANGED' : 'APPLIED';
    const lastCount = {
      effectiveAtMs,
      explicit: row.asOfMs !== null,
      quantity: row.quantity,
      originId: work.origin.id,
      sourceSequence: row.sourceSequence,
    };
    const draft = draftOf(judged, status, lastCount);
    return { status, levelKey, previousQuantity: level.quantity, quantity, effectiveAtMs, draft };
  } catch (error) {
    if (!(error instanceof QuantityOverflowError)) throw error;
    return rejected(judged, { code: 'INVALID_QUANTITY', message: error.message, field: [...field, 'quantity'] });
  }
}

function passedOver(judged: Judged, status: 'STALE_IGNORED' | 'DUPLICATE'): CountVerdict {
  const { levelKey, level, effectiveAtMs } = judged;
  const draft = draftOf(judged, status);
  return { status, levelKey, previousQuantity: level.quantity, effectiveAtMs, draft };
}

function rejected(judged: Judged, error: UserError): CountVerdict {
  const { work, levelKey, level, effectiveAtMs } = judged;
  const draft = draftOf(judged, 'REJECTED');
  return refusedCount(work, { levelKey, previousQuantity: level.quantity, effectiveAtMs, draft }, error);
}

/**
 * Turns a verdict into a refusal. The refused count is kept only where its level exists: under a stock key that was
 * never posted to, nobody could find it.
 */
export function refusedCount(
  work: UnitOfWork,
  verdict: Pick<CountVerdict, 'levelKey' | 'previousQuantity' | 'effectiveAtMs' | 'draft'>,
  error: UserError,
): CountVerdict {
  const { levelKey, previousQuantity, effectiveAtMs, draft } = verdict;
  const isKept = levelKey !== null && work.hasLevel(levelKey);
  const refusal =
    draft && isKept ? ({ ...draft, status: 'REJECTED', code: error.code, accepted: null } as const) : null;
  return { status: 'REJECTED', errors: [error], previousQuantity, effectiveAtMs, draft: refusal, levelKey };
}

/** Written out, as it is built for every row. */
function draftOf(
  { row, levelKey, level }: Judged,
  status: CountStatus,
  acceptedAs: CountDraft['accepted'] = null,
): CountDraft {
  return {
    key: levelKey.key,
    levelId: levelKey.levelId,
    status,
    quantity: row.quantity,
    previousQuantity: level.quantity,
    asOfMs: row.asOfMs,
    sourceSequence: row.sourceSequence,
    code: null,
    accepted: acceptedAs,
  };
}

/** The leg that makes an applied count's level what was counted; none for the other verdicts. */
export function countLegs(verdict: CountVerdict): LegDraft[] {
  if (verdict.status !== 'APPLIED') return [];
  const { key, levelId } = verdict.levelKey;
  return [{ key, levelId, delta: verdict.quantity - verdict.previousQuantity }];
}
