import type { Command, CommandResult } from '../command';
import type { UserError } from '../errors';
import type { CallMessage, RowRefusal } from '../ledger/inbound-message';
import type { OutcomeDraft, StoredOutcome } from '../ledger/outcome';
import type { Planned } from '../ledger/posting';
import { QuantityOverflowError } from '../ledger/quantity';
import type { UnitOfWork } from '../ledger/unit-of-work';

/** What a command decides the first time. */
export type Decision<Result> =
  /** It is done, and `sequence` is its movement where it has one movement to name. */
  | { readonly done: Result; readonly sequence: number | null }
  /** It is refused; what it has done so far is dropped. */
  | { readonly refusal: Result }
  /** An earlier command with the same content has done it, under another name than its idempotency key. */
  | { readonly earlier: StoredOutcome };

/** The outcome id of an idempotency key: prefixed, since a connection's row ids and order numbers share the space. */
export const idempotencyId = (idempotencyKey: string): string => `idempotencyKey/${idempotencyKey}`;

const KEY_REUSED: UserError = {
  code: 'IDEMPOTENCY_KEY_REUSED',
  message: 'This idempotencyKey was used before with other input; give each command a key of its own.',
  field: ['idempotencyKey'],
};

/**
 * Decides a command once per idempotency key. A retry gets the first answer again, a refusal too; other input under the
 * same key is refused, and so is a quantity that no level can hold. A dry run leaves no trace.
 */
export function planOnce<Asked extends Command, Result extends CommandResult>(
  work: UnitOfWork,
  command: Asked,
  overflowField: readonly string[],
  refused: (work: UnitOfWork, userErrors: readonly UserError[]) => Result,
  decide: (work: UnitOfWork, command: Asked) => Decision<Result>,
): Planned<Result> {
  const { idempotencyKey, fingerprint, dryRun } = command;
  const before = work.sequence;
  const externalId = idempotencyKey === null ? null : idempotencyId(idempotencyKey);
  const first = externalId === null ? undefined : work.outcome(externalId);
  if (first?.fingerprint === fingerprint) return { keep: false, remember: [], result: firstAnswer(first) as Result };
  if (first) {
    storeRefusedCall(work, command.message, [KEY_REUSED]);
    return { keep: true, remember: [], result: refused(work, [KEY_REUSED]) };
  }
  const decideWithin = (): Decision<Result> => {
    try {
      return work.attempt(() => decide(work, command));
    } catch (error) {
      if (!(error instanceof QuantityOverflowError)) throw error;
      return { refusal: refused(work, [{ code: 'INVALID_QUANTITY', message: error.message, field: overflowField }]) };
    }
  };
  const remembered = (sequence: number | null, result: object | null): OutcomeDraft[] =>
    externalId === null || dryRun ? [] : [{ externalId, fingerprint, sequence, result: { ...result } }];
  const decision = work.keepIf((decided) => 'done' in decided && !dryRun, decideWithin);
  if ('refusal' in decision) {
    const { refusal } = decision;
    const judged = { ...refusal, judgedAtMs: work.recordedAtMs };
    if (!dryRun) storeRefusedCall(work, command.message, refusal.userErrors);
    return { keep: true, result: refusal, remember: remembered(null, judged) };
  }
  if ('earlier' in decision) {
    const { earlier } = decision;
    const remember = remembered(earlier.sequence, earlier.result);
    return { keep: true, result: firstAnswer(earlier) as Result, remember };
  }
  const { done, sequence } = decision;
  if (dryRun) return { keep: true, remember: [], result: { ...done, ledgerSequence: before } };
  return { keep: true, result: done, remember: remembered(sequence, done) };
}

/**
 * The answer that an outcome keeps, as replayed. A refusal says when it was judged. It has the caller's type: another
 * command has another fingerprint.
 */
function firstAnswer({ result }: StoredOutcome): CommandResult {
  const { judgedAtMs, ...answer } = { ...result, replayed: true } as Partial<CommandResult> & StoredRefusal;
  if (judgedAtMs === undefined) return answer as CommandResult;
  const when = `This was judged at ${new Date(judgedAtMs).toISOString()}; a new idempotencyKey is judged again.`;
  const dated = <Fault extends UserError>(error: Fault): Fault => ({ ...error, message: `${error.message} ${when}` });
  const results = answer.results?.map((row) => (row.error ? { ...row, error: dated(row.error) } : row));
  return {
    ...answer,
    ...(results && { results }),
    userErrors: answer.userErrors?.map(dated),
  } as Partial<CommandResult> as CommandResult;
}

/** A refusal as an outcome keeps it. */
interface StoredRefusal {
  /** Our clock. Absent in those from before it was kept. */
  readonly judgedAtMs?: number;
  /** The rows of a stockSet. */
  readonly results?: readonly { readonly error: UserError | null }[];
}

/** Most sentences that are kept of what is wrong with a call. */
const MAX_SENTENCES = 20;

/** Keeps a call that was refused as a whole, with what is wrong with it. */
function storeRefusedCall(
  work: UnitOfWork,
  message: CallMessage | undefined,
  errors: readonly Pick<UserError, 'code' | 'message' | 'field'>[],
): void {
  const [first] = errors;
  if (!message || !first) return;
  const told = errors.slice(0, MAX_SENTENCES).map(({ field, message: text }) => `${field.join('.')}: ${text}`);
  storeCall(
    work,
    { ...message, rejected: [] },
    work.sequence,
    [{ index: 0, code: first.code, detail: told.join(' '), row: '' }],
    1,
  );
}

/** Stores a call with its refused rows. `rowCount` is how many rows it has, apart from those that it brings refused. */
export function storeCall(
  work: UnitOfWork,
  { rows: _, rejected = [], ...message }: CallMessage,
  sequenceBefore: number,
  refusals: readonly RowRefusal[],
  rowCount: number,
): void {
  const all = [...rejected, ...refusals];
  const isWhole = all.length === rowCount + rejected.length;
  work.storeMessage(message, all.length === 0 ? 'APPLIED' : isWhole ? 'REJECTED' : 'PARTLY_REJECTED', sequenceBefore);
  for (const row of all) work.rejectRow(message.id, row);
}

/** What the movements of a command rest on: the call as received, or else the command itself. */
export const evidenceOf = ({
  message,
  fingerprint,
}: Command): { evidenceHash: string; inboundMessageId: string | null } =>
  message
    ? { evidenceHash: message.bodySha256, inboundMessageId: message.id }
    : { evidenceHash: fingerprint, inboundMessageId: null };
