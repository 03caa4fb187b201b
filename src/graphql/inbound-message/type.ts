import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { InboundMessageView, QuarantinedRowView } from '../../application/ports/reads';
import type { InboundMessageStatus } from '../../domain/ledger/inbound-message';
import { InboundMessageStatusEnum } from '../types/enums';
import { connectionOf, edgeOf } from '../paging/connection';
import { DateTime } from '../types/scalars';

@ObjectType({ description: 'A row of a delivery that could not be applied when it came.', simpleResolvers: true })
export class QuarantinedRow implements QuarantinedRowView {
  @Field(() => ID, { description: 'Derived from the message and the index.' })
  readonly id!: string;

  @Field(() => Int, { description: 'Its place in the message, from 0.' })
  readonly index!: number;

  @Field(() => String, {
    description: 'What is in the way: a UserErrorCode, or one of ROW_INVALID and EXTERNAL_ID_REUSED.',
  })
  readonly code!: string;

  @Field(() => String, { description: 'A sentence that says what is in the way.' })
  readonly detail!: string;

  @Field(() => String, { description: 'Its exact text as received.' })
  readonly row!: string;

  @Field(() => Boolean, { description: 'Whether it still waits; inboundMessageReplay applies it once it can be.' })
  readonly open!: boolean;

  /** Known by the message that it is a part of. */
  readonly messageId!: string;
}

@ObjectType({
  description: 'One webhook delivery as received: the evidence behind its movements.',
  simpleResolvers: true,
})
export class InboundMessage implements InboundMessageView {
  @Field(() => ID, { description: 'In the order in which deliveries came.' })
  readonly id!: string;

  @Field(() => String, { description: 'Name of the connection that it came by.' })
  readonly connection!: string;

  @Field(() => String, { description: 'The wire format, such as jerry.' })
  readonly format!: string;

  @Field(() => DateTime, { description: 'When it came.' })
  readonly receivedAt!: string;

  @Field(() => InboundMessageStatusEnum, { description: 'What has become of it.' })
  readonly status!: InboundMessageStatus;

  @Field(() => String, { description: 'Hex SHA-256 of the bytes as received.' })
  readonly bodySha256!: string;

  @Field(() => String, { description: 'How the sender was recognised, such as the way its digest was formed.' })
  readonly verdict!: string;
}

@ObjectType({ description: 'A delivery in a page.', simpleResolvers: true })
class InboundMessageEdge extends edgeOf(InboundMessage) {}

@ObjectType({ description: 'A page of deliveries.', simpleResolvers: true })
export class InboundMessageConnection extends connectionOf(InboundMessage, InboundMessageEdge) {}
