import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { ID } from './columns';

/** An item at a location of which a reservation has a line: by what reservations are found. */
@Entity('reservation_place')
@Index('reservation_place_waiting_idx', ['tenantId', 'itemId', 'locationId', 'reservationId'], {
  where: 'back_ordered',
})
@Index('reservation_place_open_idx', ['tenantId', 'itemId', 'reservationId'], { where: 'open' })
export class ReservationPlaceEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'reservation_place_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'reservation_place_pkey' })
  itemId!: string;

  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'reservation_place_pkey' })
  reservationId!: string;

  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'reservation_place_pkey' })
  locationId!: string;

  /** Whether the line still has units or demand. */
  @Column({ type: 'boolean' })
  open!: boolean;

  /** Whether the line waits for units. */
  @Column({ type: 'boolean' })
  backOrdered!: boolean;
}
