import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { CODE, ID, INSTANT, NULLABLE, SMALL_WHOLE, TEXT } from './columns';

/** A sellable thing. */
@Entity('item')
@Index('item_collision_idx', ['tenantId', 'collisionKey'])
// TypeORM cannot declare the operators of these two, so the migration alone does.
@Index('item_name_search_idx', { synchronize: false })
@Index('item_sku_search_idx', { synchronize: false })
@Index('item_sku_idx', ['tenantId', 'sku', 'specification'])
@Index('item_sku_key', ['tenantId', 'sku', 'specification'], { unique: true, where: '(merged_into_id IS NULL)' })
@ForeignKey(() => ItemEntity, ['tenantId', 'mergedIntoId'], ['tenantId', 'itemId'], { name: 'item_merged_into_fkey' })
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

  @Column({ ...INSTANT, ...NULLABLE })
  archivedAt!: Date | null;

  /** The item that has the names and the stock of this one since they were merged. */
  @Column({ ...ID, ...NULLABLE })
  mergedIntoId!: string | null;
}
