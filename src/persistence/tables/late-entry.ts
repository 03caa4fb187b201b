import { Entity, PrimaryColumn } from 'typeorm';
import { ID, SMALL_WHOLE, WHOLE } from './columns';

/** An entry that may be a discrepancy, because an earlier one of its level took effect later. It waits to be looked at. */
@Entity('late_entry')
export class LateEntryEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'late_entry_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...WHOLE, primaryKeyConstraintName: 'late_entry_pkey' })
  sequence!: number;

  @PrimaryColumn({ ...SMALL_WHOLE, primaryKeyConstraintName: 'late_entry_pkey' })
  leg!: number;
}
