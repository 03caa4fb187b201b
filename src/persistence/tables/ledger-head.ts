import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { BYTES, ID, INSTANT, NULLABLE, WHOLE } from './columns';
import { TenantEntity } from './tenant';

/** The end of a tenant's ledger. A writer locks this row, so that there is one writer at a time. */
@Entity('ledger_head')
@ForeignKey(() => TenantEntity, ['tenantId'], ['tenantId'], { name: 'ledger_head_tenant_fkey' })
export class LedgerHeadEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'ledger_head_pkey' })
  tenantId!: string;

  /** The last movement's sequence; 0 before the first. */
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

  /** The last commit's attempt: a new id for each. Null before the first. */
  @Column({ ...ID, ...NULLABLE })
  attempt!: string | null;

  /** No reservation expires before this. Null: none expires. */
  @Column({ ...INSTANT, ...NULLABLE })
  nextExpiry!: Date | null;

  /** How many reservations still have units or demand. */
  @Column({ ...WHOLE, default: '0' })
  openReservations!: number;

  /** How many of them wait for units. */
  @Column({ ...WHOLE, default: '0' })
  backOrders!: number;
}
