import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OutcomeResult } from '../../domain/ledger/outcome';
import { BYTES, CODE, ID, NULLABLE, WHOLE } from './columns';

/**
 * The result of one external row or command. It is kept for ever, so that the row is applied once. A movement with a
 * fingerprint is the outcome of its own external id, and has no row here. Append-only.
 */
@Entity('outcome')
export class OutcomeEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'outcome_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'outcome_pkey' })
  originId!: string;

  @PrimaryColumn({ ...CODE, primaryKeyConstraintName: 'outcome_pkey' })
  externalId!: string;

  /** Not called as before movements kept outcomes: a gateway that does not look there must not find this. */
  @Column({ ...BYTES, name: 'content_hash' })
  fingerprint!: Buffer;

  @Column({ ...WHOLE, ...NULLABLE })
  sequence!: number | null;

  @Column({ type: 'jsonb', ...NULLABLE })
  result!: OutcomeResult | null;
}
