import { GENESIS_HASH, movementHash } from '../../domain/ledger/movement';
import type { Session } from '../database/statement';
import { sha256 } from '../sha256';
import { readMovements, type StoredMovement } from './read-movements';
import type { LedgerFault, StatedHead } from './verdict';

/** The totals of a chain without a fault. */
export interface IntactChain {
  readonly last: StatedHead;
  readonly movements: number;
  readonly entries: number;
}

/** Recomputes the hash of every movement in turn. */
export async function verifyChain(
  session: Session,
  tenantId: string,
  report: (movements: number) => void,
): Promise<IntactChain | LedgerFault> {
  let last: StatedHead = { sequence: 0, hash: GENESIS_HASH, recordedAtMs: null };
  let entries = 0;
  for (;;) {
    const page = await readMovements(session, tenantId, last.sequence);
    for (const stored of page) {
      const problem = problemOf(stored, last);
      if (problem !== null) return { ok: false, sequence: last.sequence + 1, problem };
      const { sequence, hash, recordedAtMs } = stored.movement;
      last = { sequence, hash, recordedAtMs };
      entries += stored.movement.entries.length;
    }
    report(last.sequence);
    if (page.length === 0) return { last, movements: last.sequence, entries };
  }
}

/** What is wrong with a movement, given the one before it; null when nothing is. */
function problemOf(
  { movement, isNumberedInOrder, matchesItsMessage }: StoredMovement,
  before: StatedHead,
): string | null {
  const { sequence, hash, recordedAtMs } = movement;
  if (sequence !== before.sequence + 1) return `Movement ${before.sequence + 1} is missing; ${sequence} comes next.`;
  if (movementHash(before.hash, movement, sha256) !== hash) {
    return 'The movement or one of its legs is not what its hash was made of.';
  }
  if (!isNumberedInOrder) return 'The legs of the movement are not numbered from 0 without a gap.';
  if (recordedAtMs < (before.recordedAtMs ?? -Infinity)) return 'The movement is recorded before the one before it.';
  if (movement.effectiveAtMs > recordedAtMs) return 'The movement takes effect after it was recorded.';
  if (!matchesItsMessage) return 'The inbound message that the movement rests on is missing, or another one.';
  return null;
}
