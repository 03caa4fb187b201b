import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RefusalReason } from '../../application/ports/refusals';
import { ID, INSTANT, TEXT, WHOLE } from './columns';

/** How many requests to a connection were refused for a reason. */
@Entity('delivery_refusal_count')
export class DeliveryRefusalCountEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'delivery_refusal_count_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'delivery_refusal_count_pkey' })
  connectionId!: string;

  @PrimaryColumn({ ...TEXT, primaryKeyConstraintName: 'delivery_refusal_count_pkey' })
  reason!: RefusalReason;

  @Column(WHOLE)
  refused!: number;

  @Column(INSTANT)
  lastAt!: Date;
}
