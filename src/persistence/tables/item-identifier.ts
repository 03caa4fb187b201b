import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { CODE, ID, NULLABLE } from './columns';
import { ItemEntity } from './item';

/** Another name of an item. */
@Entity('item_identifier')
@Index('item_identifier_item_idx', ['tenantId', 'itemId'])
@Index('item_identifier_collision_idx', ['tenantId', 'collisionKey'])
@Index('item_identifier_gtin_idx', ['tenantId', 'gtin'], { where: '(gtin IS NOT NULL)' })
@ForeignKey(() => ItemEntity, ['tenantId', 'itemId'], ['tenantId', 'itemId'], { name: 'item_identifier_item_fkey' })
export class ItemIdentifierEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'item_identifier_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...CODE, primaryKeyConstraintName: 'item_identifier_pkey' })
  scheme!: string;

  @PrimaryColumn({ ...CODE, primaryKeyConstraintName: 'item_identifier_pkey' })
  value!: string;

  /** The item's specification when the scheme means a sku; otherwise empty. */
  @PrimaryColumn({ ...CODE, primaryKeyConstraintName: 'item_identifier_pkey' })
  specification!: string;

  @Column(ID)
  itemId!: string;

  /** Of the value: the same for all that differ only in form. */
  @Column(CODE)
  collisionKey!: string;

  /** The GTIN-14 of a barcode; null where the scheme or the value is none. */
  @Column({ ...CODE, ...NULLABLE })
  gtin!: string | null;
}
