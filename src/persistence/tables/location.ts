import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { CODE, ID, INSTANT, NULLABLE, TEXT, WHOLE } from './columns';

/** A warehouse or part of one. */
@Entity('location')
@Index('location_collision_idx', ['tenantId', 'collisionKey'])
@Index('location_parent_idx', ['tenantId', 'parentId'])
@Unique('location_code_key', ['tenantId', 'code'])
@Unique('location_vendor_id_key', ['tenantId', 'vendorId'])
@ForeignKey(() => LocationEntity, ['tenantId', 'parentId'], ['tenantId', 'locationId'], {
  name: 'location_parent_fkey',
})
export class LocationEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'location_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'location_pkey' })
  locationId!: string;

  @Column(CODE)
  code!: string;

  /** Of the code: the same for all that differ only in form. */
  @Column(CODE)
  collisionKey!: string;

  @Column({ ...TEXT, ...NULLABLE })
  name!: string | null;

  @Column({ ...ID, ...NULLABLE })
  parentId!: string | null;

  /**
   * For vendor formats that identify locations by integers. A counter of the ledger head gives it when first needed.
   */
  @Column({ ...WHOLE, ...NULLABLE })
  vendorId!: number | null;

  @Column({ ...INSTANT, ...NULLABLE })
  archivedAt!: Date | null;
}
