import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { CODE, ID, INSTANT } from './columns';
import { TenantEntity } from './tenant';

/** An integrator or frontend of a tenant: an origin of movements that outlives its keys. */
@Entity('api_client')
@Unique('api_client_name_key', ['tenantId', 'name'])
@ForeignKey(() => TenantEntity, ['tenantId'], ['tenantId'], { name: 'api_client_tenant_fkey' })
export class ApiClientEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'api_client_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'api_client_pkey' })
  clientId!: string;

  @Column(CODE)
  name!: string;

  @Column(INSTANT)
  createdAt!: Date;

  /** Whether its orders keep stock by inventory organisation. */
  @Column({ type: 'boolean', default: false })
  inventoryOrganisations!: boolean;
}
