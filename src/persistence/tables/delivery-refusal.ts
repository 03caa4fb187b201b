import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RefusalReason } from '../../application/ports/refusals';
import { ID, INSTANT, NULLABLE, SMALL_WHOLE, TEXT } from './columns';

/** One request to a connection that was refused. Only the last ones of each connection are kept. */
@Entity('delivery_refusal')
export class DeliveryRefusalEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'delivery_refusal_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'delivery_refusal_pkey' })
  connectionId!: string;

  /** Of version 7, so they are in the order of time. */
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'delivery_refusal_pkey' })
  refusalId!: string;

  @Column(INSTANT)
  at!: Date;

  @Column(TEXT)
  reason!: RefusalReason;

  @Column(TEXT)
  detail!: string;

  @Column({ ...TEXT, ...NULLABLE })
  address!: string | null;

  @Column({ ...SMALL_WHOLE, ...NULLABLE })
  bytes!: number | null;

  /** The beginning of the body, without secrets; null: it was not read. */
  @Column({ ...TEXT, ...NULLABLE })
  body!: string | null;
}
