import type DataLoader from 'dataloader';
import type { Reads } from '../../application/ports/reads';
import type { Reservation } from '../../domain/reservation';
import { loadOne } from '../paging/loading';

export interface ReservationLoaders {
  /** By id. */
  readonly reservation: DataLoader<string, Reservation | null>;
}

export const reservationLoaders = (reads: Reads, tenantId: string): ReservationLoaders => ({
  reservation: loadOne(
    (ids) => reads.reservationsById(tenantId, ids),
    ({ id }) => id,
  ),
});
