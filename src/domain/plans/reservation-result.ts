import type { CommandResult } from '../command';
import type { UserError } from '../errors';
import type { StockChange, UnitOfWork } from '../ledger/unit-of-work';
import type { Reservation } from '../reservation';

export interface ReservationResult extends CommandResult {
  /** As the command left it. Null on a dry run and where refused. */
  readonly reservation: Reservation | null;
  readonly changes: readonly StockChange[];
}

/** The answer to a command that changes no reservation. */
export function refusedReservation(work: UnitOfWork, userErrors: readonly UserError[]): ReservationResult {
  return { reservation: null, changes: [], userErrors, replayed: false, ledgerSequence: work.sequence };
}
