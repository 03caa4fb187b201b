import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { CODE, ID } from './columns';
import { ItemEntity } from './item';

/** Another name of an item. */
@Entity('item_identifier')
@Index('item_identifier_item_idx', ['tenantId', 'itemId'])
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
}
