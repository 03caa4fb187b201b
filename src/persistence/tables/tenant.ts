import { Column, Entity, PrimaryColumn } from 'typeorm';
import { CODE, ID, INSTANT } from './columns';

/** One merchant: the shard key of every other table. Its id is derived from its code, which is therefore unique. */
@Entity('tenant')
export class TenantEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'tenant_pkey' })
  tenantId!: string;

  @Column(CODE)
  code!: string;

  @Column(INSTANT)
  createdAt!: Date;
}
