import type { UserError } from './errors';
import type { KeyLimits } from './key-limits';
import type { CallMessage } from './ledger/inbound-message';

/** What every command answers. */
export interface CommandResult {
  readonly userErrors: readonly UserError[];
  /** True where this is the first answer again. */
  readonly replayed: boolean;
  /** The ledger's sequence after the command; null where the input was refused before it was looked at. */
  readonly ledgerSequence: number | null;
}

/** What all commands have in common. */
export interface Command {
  /** Null where the vendor's form has none: each call is then a command of its own. */
  readonly idempotencyKey: string | null;
  /** SHA-256 (hex) of the canonical input. */
  readonly fingerprint: string;
  readonly dryRun: boolean;
  /**
   * Which stock the caller may change; left out: all. It belongs to the content, so that a first answer is never repeated to
   * a key with other limits.
   */
  readonly limits?: KeyLimits;
  /** The call as received, where it came in a vendor's form: stored with its movements. */
  readonly message?: CallMessage;
}
