import type { Reservation, ReservationStatus } from '../../../domain/reservation';
import type { Page, PageRequest } from './page';

/** Which reservations a list has. What is left out does not matter. */
export interface ReservationFilter {
  readonly statuses?: readonly ReservationStatus[];
  /** Exact skus: those with a line of one of the items. */
  readonly skus?: readonly string[];
  readonly reference?: string;
  /** Epoch milliseconds: those of which something is given up before this. */
  readonly expiringBeforeMs?: number;
}

/** Reservations as they are now: what has expired is released, whether that is posted yet or not. */
export interface ReservationReads {
  /** In any order; unknown ids are left out. */
  reservationsById(tenantId: string, ids: readonly string[]): Promise<readonly Reservation[]>;
  /** The newest one with this reference. */
  reservationByReference(tenantId: string, reference: string): Promise<Reservation | undefined>;
  /** Oldest first. Sort key: the id. */
  reservations(
    tenantId: string,
    query: { readonly filter: ReservationFilter; readonly page: PageRequest },
  ): Promise<Page<Reservation>>;
}
