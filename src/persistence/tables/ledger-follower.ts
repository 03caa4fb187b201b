import { Column, Entity, PrimaryColumn } from 'typeorm';
import { ID, TEXT, WHOLE } from './columns';

/** How far a job that follows a tenant's ledger has come. */
@Entity('ledger_follower')
export class LedgerFollowerEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'ledger_follower_pkey' })
  tenantId!: string;

  /** Of the job. */
  @PrimaryColumn({ ...TEXT, primaryKeyConstraintName: 'ledger_follower_pkey' })
  name!: string;

  /** The last movement that it has seen; 0 before the first. */
  @Column(WHOLE)
  sequence!: number;
}
