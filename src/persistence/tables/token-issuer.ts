import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import type { Scope } from '../../application/ports/access';
import type { TokenAlgorithm } from '../../application/ports/token-issuers';
import { CODE, ID, INSTANT, NULLABLE, SMALL_WHOLE, TEXT } from './columns';
import { TenantEntity } from './tenant';

/** An OIDC issuer whose access tokens a tenant accepts; see `TokenIssuer`. */
@Entity('token_issuer')
@Unique('token_issuer_name_key', ['tenantId', 'name'])
@ForeignKey(() => TenantEntity, ['tenantId'], ['tenantId'], { name: 'token_issuer_tenant_fkey' })
export class TokenIssuerEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'token_issuer_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'token_issuer_pkey' })
  issuerId!: string;

  @Column(CODE)
  name!: string;

  @Column(TEXT)
  issuer!: string;

  @Column(TEXT)
  audience!: string;

  /** A claim that tokens must have, and its value; null: none. */
  @Column({ ...TEXT, ...NULLABLE })
  claimName!: string | null;

  @Column({ ...TEXT, ...NULLABLE })
  claimValue!: string | null;

  @Column({ type: 'text', array: true })
  algorithms!: TokenAlgorithm[];

  @Column(TEXT)
  scopeClaim!: string;

  @Column(TEXT)
  scopePrefix!: string;

  @Column({ type: 'text', array: true })
  scopes!: Scope[];

  @Column({ ...TEXT, ...NULLABLE })
  jwksUrl!: string | null;

  @Column(SMALL_WHOLE)
  clockToleranceSeconds!: number;

  @Column({ type: 'boolean' })
  privateNetwork!: boolean;

  @Column(INSTANT)
  createdAt!: Date;

  @Column({ ...INSTANT, ...NULLABLE })
  disabledAt!: Date | null;
}
