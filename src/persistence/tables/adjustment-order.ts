import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { AdjustmentOrder, AdjustmentOrderStatus, AdjustmentOrderType } from '../../domain/adjustment-order';
import { CODE, ID, INSTANT, NULLABLE, TEXT, WHOLE } from './columns';

/** An adjustment order that was carried out, or the reversal of one. */
@Entity('adjustment_order')
@Unique('adjustment_order_sequence_key', ['tenantId', 'sequence'])
@Index('adjustment_order_seller_idx', ['tenantId', 'sellerOrderNo'], { where: '(seller_order_no IS NOT NULL)' })
export class AdjustmentOrderEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'adjustment_order_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...CODE, primaryKeyConstraintName: 'adjustment_order_pkey' })
  orderNo!: string;

  @Column(TEXT)
  type!: AdjustmentOrderType;

  @Column(TEXT)
  status!: AdjustmentOrderStatus;

  @Column(ID)
  originId!: string;

  @Column({ ...TEXT, ...NULLABLE })
  sellerOrderNo!: string | null;

  @Column({ ...TEXT, ...NULLABLE })
  productCode!: string | null;

  @Column(ID)
  locationId!: string;

  @Column({ ...TEXT, ...NULLABLE })
  turnOutOwner!: string | null;

  @Column({ ...TEXT, ...NULLABLE })
  turnInOwner!: string | null;

  /** The lines as posted: stock keys and quantities of both sides. */
  @Column({ type: 'jsonb' })
  lines!: AdjustmentOrder['lines'];

  /** The sequence of its movement. */
  @Column(WHOLE)
  sequence!: number;

  @Column(INSTANT)
  createdAt!: Date;

  @Column({ ...TEXT, ...NULLABLE })
  reverses!: string | null;

  @Column({ ...TEXT, ...NULLABLE })
  reversedBy!: string | null;
}
