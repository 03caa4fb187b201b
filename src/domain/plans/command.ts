import type { UserError } from '../errors';
import type { OutcomeDraft, OutcomeResult } from '../ledger/outcome';
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
  readonly idempotencyKey: string;
  readonly fingerprint: string;
  readonly dryRun: boolean;
}

/** The outcome id of an idempotency key: prefixed, since a connection's row ids and order numbers share the space. */
export const idempotencyId = (idempotencyKey: string): string => `idempotencyKey/${idempotencyKey}`;

/** The first outcome under a command's idempotency key, or the refusal of a key used before with other input. */
export function replayOf(
  work: UnitOfWork,
  command: Idempotent,
): { refused: null; first: OutcomeResult } | { refused: UserError } | undefined {
  const outcome = work.outcome(idempotencyId(command.idempotencyKey));
  if (!outcome) return undefined;
  if (outcome.fingerprint !== command.fingerprint) {
    return {
      refused: {
        code: 'IDEMPOTENCY_KEY_REUSED',
        message: 'This idempotencyKey was used before with other input; give each command a key of its own.',
        field: ['idempotencyKey'],
      },
    };
  }
  return { refused: null, first: { ...outcome.result, replayed: true } };
}

/** A refused command is remembered under its key, so that a retry gets the same answer. A dry run leaves no trace. */
export function refusalOutcome(command: Idempotent, result: OutcomeResult): OutcomeDraft[] {
  if (command.dryRun) return [];
  return [
    { externalId: idempotencyId(command.idempotencyKey), fingerprint: command.fingerprint, sequence: null, result },
  ];
}
