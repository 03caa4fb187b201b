import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import { CODE, ID, NULLABLE, SMALL_WHOLE, TEXT } from './columns';

/** A sellable thing. */
@Entity('item')
@Unique('item_sku_key', ['tenantId', 'sku', 'specification'])
export class ItemEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'item_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'item_pkey' })
  itemId!: string;

  @Column(CODE)
  sku!: string;

  /** Empty for an item without variants. */
  @Column(CODE)
  specification!: string;

  @Column({ ...TEXT, ...NULLABLE })
  name!: string | null;

  @Column({ ...SMALL_WHOLE, ...NULLABLE })
  unitsPerPackage!: number | null;
}
