import type { UserError } from '../errors';
import type { StoredOutcome } from '../ledger/outcome';
import type { Planned } from '../ledger/posting';
import type { UnitOfWork } from '../ledger/unit-of-work';

/** What every command answers. */
export interface CommandResult {
  readonly userErrors: readonly UserError[];
  /** True where this is the first outcome again. */
  readonly replayed: boolean;
  /** The ledger's sequence after the command; null where the input was refused before it was looked at. */
  readonly ledgerSequence: number | null;
}

interface Idempotent {
  /** Null where the form that the command came in has none: each call then stands for itself. */
  readonly idempotencyKey: string | null;
  readonly fingerprint: string;
  readonly dryRun: boolean;
}

/** What a command decides the first time: a plan, or a refusal to remember. */
export type Decision<Result> = Planned<Result> | { readonly refusal: Result };

/** The outcome id of an idempotency key: prefixed, since a connection's row ids and order numbers share the space. */
export const idempotencyId = (idempotencyKey: string): string => `idempotencyKey/${idempotencyKey}`;

const KEY_REUSED: UserError = {
  code: 'IDEMPOTENCY_KEY_REUSED',
  message: 'This idempotencyKey was used before with other input; give each command a key of its own.',
  field: ['idempotencyKey'],
};

/**
 * Decides a command once per idempotency key. A retry gets the first answer again, a refusal too; other input under the
 * same key is refused. A dry run leaves no trace.
 */
export function planOnce<Result extends CommandResult>(
  work: UnitOfWork,
  command: Idempotent,
  refused: (userErrors: readonly UserError[]) => Result,
  decide: () => Decision<Result>,
): Planned<Result> {
  const { idempotencyKey, fingerprint, dryRun } = command;
  const externalId = idempotencyKey === null ? null : idempotencyId(idempotencyKey);
  const first = externalId === null ? undefined : work.outcome(externalId);
  if (first) {
    const isSame = first.fingerprint === fingerprint;
    return { keep: false, result: isSame ? (firstAnswer(first) as Result) : refused([KEY_REUSED]) };
  }
  const decision = decide();
  if (!('refusal' in decision)) return decision;
  const result = decision.refusal;
  const kept: CommandResult = result;
  const isRemembered = externalId !== null && !dryRun;
  const remember = isRemembered ? [{ externalId, fingerprint, sequence: null, result: { ...kept } }] : [];
  return { keep: false, result, remember };
}

/** The answer that an outcome keeps, as replayed. Of the caller's own type: other commands' fingerprints differ. */
export const firstAnswer = ({ result }: StoredOutcome): CommandResult =>
  ({ ...result, replayed: true }) as Partial<CommandResult> as CommandResult;
