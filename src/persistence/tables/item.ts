import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import { CODE, ID, NULLABLE, SMALL_WHOLE, TEXT } from './columns';

/** A sellable thing. */
@Entity('item')
@Index('item_collision_idx', ['tenantId', 'collisionKey'])
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

  /** Of the sku: the same for all that differ only in form. */
  @Column(CODE)
  collisionKey!: string;

  /** Of the specification, likewise. */
  @Column(CODE)
  specificationKey!: string;

  @Column({ ...TEXT, ...NULLABLE })
  name!: string | null;

  @Column({ ...SMALL_WHOLE, ...NULLABLE })
  unitsPerPackage!: number | null;
}
