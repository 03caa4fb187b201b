import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { QuarantineClosing } from '../../domain/ledger/inbound-message';
import { BYTES, ID, INSTANT, NULLABLE, SMALL_WHOLE, TEXT, WHOLE } from './columns';

const OPEN = { where: 'open' } as const;

/** A row of an authenticated message that could not be applied: it waits, or its sender was told that it is refused. */
@Entity('quarantined_row')
@Index('quarantined_row_open_idx', ['tenantId', 'messageId', 'rowIndex'], OPEN)
@Index('quarantined_row_hash_idx', ['tenantId', 'connectionId', 'rowHash'], {
  where: "(open OR (closed_as = 'DISMISSED'::text))",
})
@Index('quarantined_row_code_idx', ['tenantId', 'code', 'messageId', 'rowIndex'], OPEN)
@Index('quarantined_row_item_idx', ['tenantId', 'item'], OPEN)
@Index('quarantined_row_location_idx', ['tenantId', 'location'], OPEN)
@Index('quarantined_row_external_idx', ['tenantId', 'externalId', 'connectionId'], {
  where: '(external_id IS NOT NULL)',
})
export class QuarantinedRowEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'quarantined_row_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'quarantined_row_pkey' })
  messageId!: string;

  @PrimaryColumn({ ...SMALL_WHOLE, primaryKeyConstraintName: 'quarantined_row_pkey' })
  rowIndex!: number;

  @Column(TEXT)
  code!: string;

  @Column(TEXT)
  detail!: string;

  @Column(TEXT)
  row!: string;

  @Column({ type: 'boolean' })
  open!: boolean;

  /** True: the sender was told. Such a row does not wait. */
  @Column({ type: 'boolean' })
  rejected!: boolean;

  @Column({ ...WHOLE, ...NULLABLE })
  sequence!: number | null;

  /** That of the message. Null: closed before this was kept. */
  @Column({ ...ID, ...NULLABLE })
  connectionId!: string | null;

  /** SHA-256 of the text: whether the same row came again. Null: refused, or closed before this was kept. */
  @Column({ ...BYTES, ...NULLABLE })
  rowHash!: Buffer | null;

  /** The sender's own id of the row, as far as it can be read; so are the names below. */
  @Column({ ...TEXT, ...NULLABLE })
  externalId!: string | null;

  /** The code by which the row names its item. */
  @Column({ ...TEXT, ...NULLABLE })
  item!: string | null;

  @Column({ ...TEXT, ...NULLABLE })
  location!: string | null;

  /** The name at fault. Null: the detail says what is. */
  @Column({ ...TEXT, ...NULLABLE })
  subject!: string | null;

  /** Null while it waits; of a row that is closed: it was applied before this was kept. */
  @Column({ ...TEXT, ...NULLABLE })
  closedAs!: QuarantineClosing | null;

  @Column({ ...INSTANT, ...NULLABLE })
  closedAt!: Date | null;

  /** Why it was closed, in words. */
  @Column({ ...TEXT, ...NULLABLE })
  note!: string | null;
}
