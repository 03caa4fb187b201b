import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { DiscrepancyKind } from '../../application/ports/reads';
import { ID, INSTANT, NULLABLE, TEXT, WHOLE } from './columns';

/** A level whose facts do not fit together. A level has at most one open row of a kind. */
@Entity('discrepancy')
@Index('discrepancy_open_key', ['tenantId', 'levelId', 'kind'], { unique: true, where: '(closed_at IS NULL)' })
export class DiscrepancyEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'discrepancy_pkey' })
  tenantId!: string;

  /** The first movement that caused it. */
  @PrimaryColumn({ ...WHOLE, primaryKeyConstraintName: 'discrepancy_pkey' })
  openedSequence!: number;

  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'discrepancy_pkey' })
  levelId!: string;

  @PrimaryColumn({ ...TEXT, primaryKeyConstraintName: 'discrepancy_pkey' })
  kind!: DiscrepancyKind;

  @Column(ID)
  itemId!: string;

  @Column(ID)
  locationId!: string;

  /** When the first movement that caused it was recorded. */
  @Column(INSTANT)
  openedAt!: Date;

  /** When the movement was recorded that settled it; null while it is open. */
  @Column({ ...INSTANT, ...NULLABLE })
  closedAt!: Date | null;

  /** From when on the level is looked at: when its earliest entry took effect, or when it was last counted. */
  @Column(INSTANT)
  sinceAt!: Date;

  /** The lowest quantity that was found, at least −(2^53−1). */
  @Column(WHOLE)
  observed!: number;

  /** The first moment at which the level had that quantity. */
  @Column(INSTANT)
  observedAt!: Date;

  /** The movements of its first entries in the order of the ledger, and beside each the entry's place in it. */
  @Column({ ...WHOLE, array: true })
  entrySequences!: number[];

  @Column({ type: 'integer', array: true })
  entryLegs!: number[];
}
