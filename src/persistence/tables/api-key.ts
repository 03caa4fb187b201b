import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { Scope } from '../../application/ports/access';
import { ApiClientEntity } from './api-client';
import { BYTES, ID, INSTANT, NULLABLE, TEXT, WHOLE } from './columns';

/** A key of an API client. Only the hash of its secret is stored. */
@Entity('api_key')
@Check('api_key_origins_check', `('sellable:read' = ANY (scopes)) = (origins IS NOT NULL)`)
@Index('api_key_publishable_idx', ['tenantId', 'keyId'], { where: 'origins IS NOT NULL' })
@ForeignKey(() => ApiClientEntity, ['tenantId', 'clientId'], ['tenantId', 'clientId'], { name: 'api_key_client_fkey' })
export class ApiKeyEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'api_key_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'api_key_pkey' })
  keyId!: string;

  @Column(ID)
  clientId!: string;

  @Column(BYTES)
  secretHash!: Buffer;

  @Column({ type: 'text', array: true })
  scopes!: Scope[];

  /** The locations that it is limited to, sorted; null: it is not. */
  @Column({ ...ID, array: true, ...NULLABLE })
  locationIds!: string[] | null;

  /** The channels that it is limited to, sorted; null: it is not. */
  @Column({ ...TEXT, array: true, ...NULLABLE })
  channels!: string[] | null;

  /** The origins that a publishable key is bound to; null: it is none. */
  @Column({ ...TEXT, array: true, ...NULLABLE })
  origins!: string[] | null;

  /** The addresses and networks that it may be used from, sorted; null: any. */
  @Column({ ...TEXT, array: true, ...NULLABLE })
  ipAllowList!: string[] | null;

  @Column(INSTANT)
  createdAt!: Date;

  @Column({ ...INSTANT, ...NULLABLE })
  revokedAt!: Date | null;

  /** From when on it is refused; null: it does not expire. */
  @Column({ ...INSTANT, ...NULLABLE })
  expiresAt!: Date | null;

  /** How long it was to live when it was created, for the next key of a rotation; null: for ever. */
  @Column({ ...WHOLE, ...NULLABLE })
  lifeMs!: number | null;

  /** Noted about once a minute; null: never used. */
  @Column({ ...INSTANT, ...NULLABLE })
  lastUsedAt!: Date | null;
}
