import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { MovementReason, Origin } from '../../domain/ledger/movement';
import { BYTES, CODE, ID, INSTANT, NULLABLE, TEXT, WHOLE } from './columns';

/** The reasons of most movements. Those of all others are in an index, so that a rare one is found in a ledger of any length. */
export const EVERYDAY_REASONS = [
  'RECEIPT',
  'SHIPMENT',
  'ALLOCATION',
  'DEALLOCATION',
  'ADJUSTMENT',
  'COUNT',
] as const satisfies readonly MovementReason[];

/** Of so many movements, one is found by its clock: the others are found from it, see `moments.ts`. */
export const MARK_DISTANCE = 32;

/** One fact or command applied as a whole. Append-only: the database refuses to change or remove a row. */
@Entity('movement')
@Index('movement_recorded_idx', ['tenantId', 'recordedAt', 'sequence'], {
  where: `((sequence % (${MARK_DISTANCE})::bigint) = 0)`,
})
@Index('movement_fingerprint_key', ['tenantId', 'externalId', 'originId'], {
  unique: true,
  where: 'fingerprint IS NOT NULL',
})
@Index('movement_external_idx', ['tenantId', 'externalId', 'sequence'], { where: 'fingerprint IS NULL' })
@Index('movement_reference_idx', ['tenantId', 'reference', 'sequence'], { where: 'reference IS NOT NULL' })
@Index('movement_reason_idx', ['tenantId', 'reason', 'sequence'], {
  where: `(reason <> ALL (ARRAY[${EVERYDAY_REASONS.map((reason) => `'${reason}'::text`).join(', ')}]))`,
})
export class MovementEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'movement_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...WHOLE, primaryKeyConstraintName: 'movement_pkey' })
  sequence!: number;

  @Column(TEXT)
  reason!: MovementReason;

  @Column({ ...TEXT, ...NULLABLE })
  reference!: string | null;

  @Column({ ...TEXT, ...NULLABLE })
  note!: string | null;

  @Column({ ...TEXT, ...NULLABLE })
  correlationId!: string | null;

  @Column(TEXT)
  originKind!: Origin['kind'];

  @Column(ID)
  originId!: string;

  @Column(CODE)
  externalId!: string;

  @Column(INSTANT)
  occurredAt!: Date;

  @Column(INSTANT)
  effectiveAt!: Date;

  @Column(INSTANT)
  recordedAt!: Date;

  @Column(BYTES)
  evidenceHash!: Buffer;

  @Column({ ...ID, ...NULLABLE })
  inboundMessageId!: string | null;

  @Column(BYTES)
  hash!: Buffer;

  /** Of what was sent, where the movement is the outcome of its own external id. No part of what is hashed. */
  @Column({ ...BYTES, ...NULLABLE })
  fingerprint!: Buffer | null;
}
