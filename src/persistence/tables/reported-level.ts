import { Column, Entity, PrimaryColumn } from 'typeorm';
import { ID, WHOLE } from './columns';

/** A warehouse's total with a baseline. The watch over discrepancies compares it with what the item's stock adds up to. */
@Entity('reported_level')
export class ReportedLevelEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'reported_level_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'reported_level_pkey' })
  itemId!: string;

  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'reported_level_pkey' })
  locationId!: string;

  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'reported_level_pkey' })
  levelId!: string;

  /** The movement that gave it its baseline: an opening, or an accepted count. */
  @Column(WHOLE)
  sinceSequence!: number;
}
