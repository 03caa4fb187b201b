import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { Scope } from '../../application/ports/access';
import { ApiClientEntity } from './api-client';
import { BYTES, ID, INSTANT, NULLABLE, WHOLE } from './columns';

/** A key of an API client. Only the hash of its secret is stored. */
@Entity('api_key')
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
