import { Entity, PrimaryColumn } from 'typeorm';
import { ID, INSTANT } from './columns';

/** A commit without a movement, such as a refusal or a saved item. Kept until nobody can ask for its fate any more. */
@Entity('quiet_commit')
export class QuietCommitEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'quiet_commit_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...INSTANT, primaryKeyConstraintName: 'quiet_commit_pkey' })
  recordedAt!: Date;

  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'quiet_commit_pkey' })
  attempt!: string;
}
