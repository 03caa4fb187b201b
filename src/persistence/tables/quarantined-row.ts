import { Column, Entity, PrimaryColumn } from 'typeorm';
import { ID, NULLABLE, SMALL_WHOLE, TEXT, WHOLE } from './columns';

/** A row of an authenticated message that could not be applied: it waits, or its sender was told that it is refused. */
@Entity('quarantined_row')
export class QuarantinedRowEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'quarantined_row_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'quarantined_row_pkey' })
  messageId!: string;

  @PrimaryColumn({ ...SMALL_WHOLE, primaryKeyConstraintName: 'quarantined_row_pkey' })
  rowIndex!: number;

  @Column(TEXT)
  code!: string;

  @Column(TEXT)
  detail!: string;

  @Column(TEXT)
  row!: string;

  @Column({ type: 'boolean' })
  open!: boolean;

  /** True: the sender was told. Such a row does not wait. */
  @Column({ type: 'boolean' })
  rejected!: boolean;

  @Column({ ...WHOLE, ...NULLABLE })
  sequence!: number | null;
}
