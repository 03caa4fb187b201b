import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { InboundMessageStatus } from '../../domain/ledger/inbound-message';
import { BYTES, ID, INSTANT, NULLABLE, TEXT, WHOLE } from './columns';

/** One webhook delivery as received: its movements come from it. */
@Entity('inbound_message')
@Index('inbound_message_connection_idx', ['tenantId', 'connectionId', 'messageId'])
@Index('inbound_message_waiting_idx', ['tenantId', 'messageId'], {
  where: "status IN ('PARTLY_QUARANTINED', 'QUARANTINED')",
})
export class InboundMessageEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'inbound_message_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'inbound_message_pkey' })
  messageId!: string;

  @Column(ID)
  connectionId!: string;

  @Column(TEXT)
  format!: string;

  @Column(INSTANT)
  receivedAt!: Date;

  @Column(TEXT)
  status!: InboundMessageStatus;

  @Column(BYTES)
  bodySha256!: Buffer;

  @Column(TEXT)
  body!: string;

  @Column(TEXT)
  verdict!: string;

  @Column({ ...WHOLE, ...NULLABLE })
  firstSequence!: number | null;

  @Column({ ...WHOLE, ...NULLABLE })
  lastSequence!: number | null;
}
