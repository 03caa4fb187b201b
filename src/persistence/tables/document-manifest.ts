import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { ID, WHOLE } from './columns';
import { TenantEntity } from './tenant';

/** What holds for all trusted documents of a tenant. A tenant that never had any has no row. */
@Entity('document_manifest')
@ForeignKey(() => TenantEntity, ['tenantId'], ['tenantId'], { name: 'document_manifest_tenant_fkey' })
export class DocumentManifestEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'document_manifest_pkey' })
  tenantId!: string;

  /** Goes up with every change. Whoever keeps documents drops them when it does. */
  @Column(WHOLE)
  revision!: number;

  /** Whether the tenant serves no other documents. */
  @Column({ type: 'boolean' })
  onlyTrusted!: boolean;
}
