import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Reservation, ReservationStatus } from '../../domain/reservation';
import { ID, INSTANT, NULLABLE, TEXT, WHOLE } from './columns';

/** Stock that is promised to somebody. */
@Entity('reservation')
@Index('reservation_expiry_idx', ['tenantId', 'expiresAt', 'reservationId'], { where: '(expires_at IS NOT NULL)' })
@Index('reservation_reference_idx', ['tenantId', 'reference', 'reservationId'], { where: '(reference IS NOT NULL)' })
@Index('reservation_status_idx', ['tenantId', 'status', 'reservationId'])
@Index('reservation_expired_idx', ['tenantId', 'expiredAt', 'expiredSequence'], {
  where: '(expired_sequence IS NOT NULL)',
})
export class ReservationEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'reservation_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'reservation_pkey' })
  reservationId!: string;

  @Column(ID)
  originId!: string;

  @Column({ ...TEXT, ...NULLABLE })
  reference!: string | null;

  @Column(TEXT)
  status!: ReservationStatus;

  /** From when on its held units count as released. Null: none are held. */
  @Column({ ...INSTANT, ...NULLABLE })
  expiresAt!: Date | null;

  @Column(INSTANT)
  createdAt!: Date;

  @Column({ type: 'jsonb' })
  segment!: Reservation['segment'];

  /** What is reserved, with the stock keys and levels of its units. */
  @Column({ type: 'jsonb' })
  lines!: Reservation['lines'];

  /** The sequences of its movements. */
  @Column({ type: 'jsonb' })
  sequences!: Reservation['sequences'];

  /** When it has expired, and the movement that says so. Null: it has not, or no unit moved. */
  @Column({ ...INSTANT, ...NULLABLE })
  expiredAt!: Date | null;

  @Column({ ...WHOLE, ...NULLABLE })
  expiredSequence!: number | null;
}
