import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { CountStatus } from '../../domain/ledger/movement';
import { ID, INSTANT, NULLABLE, SMALL_WHOLE, TEXT, WHOLE } from './columns';

/** A count: an absolute quantity that somebody stated, and its result. Append-only. */
@Entity('stock_count')
@Unique('stock_count_level_key', ['tenantId', 'levelId', 'sequence', 'ordinal'])
export class StockCountEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'stock_count_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...WHOLE, primaryKeyConstraintName: 'stock_count_pkey' })
  sequence!: number;

  @PrimaryColumn({ ...SMALL_WHOLE, primaryKeyConstraintName: 'stock_count_pkey' })
  ordinal!: number;

  @Column(ID)
  levelId!: string;

  @Column(TEXT)
  status!: CountStatus;

  @Column(WHOLE)
  quantity!: number;

  @Column(WHOLE)
  previousQuantity!: number;

  @Column({ ...INSTANT, ...NULLABLE })
  asOf!: Date | null;

  @Column({ ...WHOLE, ...NULLABLE })
  sourceSequence!: number | null;

  @Column({ ...TEXT, ...NULLABLE })
  code!: string | null;
}
