import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { ConnectionKind } from '../../application/ports/connections';
import { BYTES, CODE, ID, INSTANT, NULLABLE, TEXT } from './columns';
import { TenantEntity } from './tenant';

/** One configured counterpart of a tenant. */
@Entity('connection')
@Unique('connection_name_key', ['tenantId', 'name'])
@Index('connection_handle_idx', ['handleHash'])
@Index('connection_token_idx', ['tokenHash'])
@Index('connection_previous_token_idx', ['previousTokenHash'])
@ForeignKey(() => TenantEntity, ['tenantId'], ['tenantId'], { name: 'connection_tenant_fkey' })
export class ConnectionEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'connection_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'connection_pkey' })
  connectionId!: string;

  @Column(CODE)
  name!: string;

  @Column(TEXT)
  kind!: ConnectionKind;

  @Column({ ...TEXT, ...NULLABLE })
  locationCode!: string | null;

  /** A JSON object in the form that the vendor's folder defines. */
  @Column({ type: 'jsonb' })
  settings!: object;

  /** Encrypted; see `connection-secrets.ts`. */
  @Column(BYTES)
  secrets!: Buffer;

  /** Until when a secret that was rotated works beside its successor, by name, in ISO 8601; null: none was rotated. */
  @Column({ type: 'jsonb', ...NULLABLE })
  secretOverlaps!: object | null;

  @Column(BYTES)
  handleHash!: Buffer;

  @Column({ ...BYTES, ...NULLABLE })
  tokenHash!: Buffer | null;

  /** Of the token before, and until when that one works too; null: it was not replaced. */
  @Column({ ...BYTES, ...NULLABLE })
  previousTokenHash!: Buffer | null;

  @Column({ ...INSTANT, ...NULLABLE })
  previousTokenUntil!: Date | null;

  @Column(INSTANT)
  createdAt!: Date;

  @Column({ ...INSTANT, ...NULLABLE })
  disabledAt!: Date | null;
}
