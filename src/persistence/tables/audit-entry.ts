import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AuditAction } from '../../application/ports/access';
import { ID, INSTANT, NULLABLE, TEXT } from './columns';

/** One change of a key, token issuer or connection. Append-only: the database refuses to change or remove a row. */
@Entity('audit_entry')
@Index('audit_entry_subject_idx', ['tenantId', 'subject', 'auditEntryId'])
export class AuditEntryEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'audit_entry_pkey' })
  tenantId!: string;

  /** Of version 7, so entries are in the order of time. */
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'audit_entry_pkey' })
  auditEntryId!: string;

  @Column(INSTANT)
  at!: Date;

  @Column(TEXT)
  actor!: string;

  /** Of the API key that was used; null: an access token, or the command line. */
  @Column({ ...ID, ...NULLABLE })
  keyId!: string | null;

  @Column(TEXT)
  action!: AuditAction;

  /** The id, as clients see it, of what was changed. */
  @Column(TEXT)
  subject!: string;

  /** What it was before, without secrets; null: it was not there. */
  @Column({ type: 'jsonb', ...NULLABLE })
  before!: object | null;

  @Column({ type: 'jsonb', ...NULLABLE })
  after!: object | null;

  /** Where the request came from; null: the command line. */
  @Column({ ...TEXT, ...NULLABLE })
  address!: string | null;
}
