import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { BYTES, ID, INSTANT, NULLABLE, WHOLE } from './columns';
import { TenantEntity } from './tenant';

/** Where a tenant's ledger ends. Its row is the lock that makes one writer at a time of many. */
@Entity('ledger_head')
@ForeignKey(() => TenantEntity, ['tenantId'], ['tenantId'], { name: 'ledger_head_tenant_fkey' })
export class LedgerHeadEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'ledger_head_pkey' })
  tenantId!: string;

  /** Of the last movement; 0 before the first. */
  @Column(WHOLE)
  sequence!: number;

  @Column(BYTES)
  hash!: Buffer;

  @Column({ ...INSTANT, ...NULLABLE })
  recordedAt!: Date | null;

  @Column(WHOLE)
  catalogueRevision!: number;

  @Column(WHOLE)
  nextOrderNumber!: number;

  @Column(WHOLE)
  nextVendorId!: number;
}
