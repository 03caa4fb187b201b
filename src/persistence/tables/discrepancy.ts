import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { DiscrepancyKind } from '../../application/ports/reads';
import { ID, INSTANT, NULLABLE, TEXT, WHOLE } from './columns';

/** A level whose facts do not fit together. A level has at most one open row of a kind. */
@Entity('discrepancy')
@Index('discrepancy_open_key', ['tenantId', 'levelId', 'kind'], { unique: true, where: '(closed_at IS NULL)' })
@Index('discrepancy_open_idx', ['tenantId', 'openedSequence', 'levelId'], { where: '(closed_at IS NULL)' })
@Index('discrepancy_open_kind_idx', ['tenantId', 'kind', 'openedSequence', 'levelId'], { where: '(closed_at IS NULL)' })
@Index('discrepancy_kind_idx', ['tenantId', 'kind', 'openedSequence', 'levelId'])
@Index('discrepancy_item_idx', ['tenantId', 'itemId', 'openedSequence', 'levelId'])
@Index('discrepancy_location_idx', ['tenantId', 'locationId', 'openedSequence', 'levelId'])
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

  /**
   * What settles it is compared with this moment. NEGATIVE_IN_THE_PAST: from when on the level is looked at.
   * UNMATCHED_ECHO: when the latest echo took effect. Of the other kinds, it is when it opened.
   */
  @Column(INSTANT)
  sinceAt!: Date;

  /** What would fit; null where any quantity from zero on would. */
  @Column({ ...WHOLE, ...NULLABLE })
  expected!: number | null;

  /** What was found, within ±(2^53−1). Of the negative kinds, it is the lowest quantity. */
  @Column(WHOLE)
  observed!: number;

  /** When that was found: the first moment at which the level had it, or when the movement was recorded that shows it. */
  @Column(INSTANT)
  observedAt!: Date;

  /** The movements of its first entries in the order of the ledger, and beside each the entry's place in it. */
  @Column({ ...WHOLE, array: true })
  entrySequences!: number[];

  @Column({ type: 'integer', array: true })
  entryLegs!: number[];

  /** What people have written about it. */
  @Column({ ...TEXT, ...NULLABLE })
  note!: string | null;
}
