import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { CODE, ID } from './columns';
import { LocationEntity } from './location';

/** A code that a location had before it was renamed: what still names it by that code finds it. */
@Entity('former_location_code')
@Index('former_location_code_collision_idx', ['tenantId', 'collisionKey'])
@ForeignKey(() => LocationEntity, ['tenantId', 'locationId'], ['tenantId', 'locationId'], {
  name: 'former_location_code_location_fkey',
})
export class FormerLocationCodeEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'former_location_code_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...CODE, primaryKeyConstraintName: 'former_location_code_pkey' })
  code!: string;

  @Column(ID)
  locationId!: string;

  /** Of the code: the same for all that differ only in form. */
  @Column(CODE)
  collisionKey!: string;
}
