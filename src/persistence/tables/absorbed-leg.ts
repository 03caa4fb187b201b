import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import { ID, SMALL_WHOLE, WHOLE } from './columns';

/** A leg that a count already contains. It is kept, and has no effect on the level. Append-only. */
@Entity('absorbed_leg')
@Unique('absorbed_leg_level_key', ['tenantId', 'levelId', 'sequence', 'leg'])
export class AbsorbedLegEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'absorbed_leg_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...WHOLE, primaryKeyConstraintName: 'absorbed_leg_pkey' })
  sequence!: number;

  @PrimaryColumn({ ...SMALL_WHOLE, primaryKeyConstraintName: 'absorbed_leg_pkey' })
  leg!: number;

  @Column(ID)
  levelId!: string;

  @Column(WHOLE)
  delta!: number;
}
