import { Field, Int, ObjectType } from 'type-graphql';
import type {
  InboundMessageView,
  QuarantinedRowView,
  QuarantineState,
  RejectedRowView,
} from '../../application/ports/reads';
import type { InboundMessageStatus } from '../../domain/ledger/inbound-message';
import { InboundMessageStatusEnum, QuarantineStateEnum } from '../types/enums';
import { Node } from '../types/node';
import { connectionOf, edgeOf } from '../paging/connection';
import { DateTime } from '../types/scalars';
import { OpenTo } from '../types/scopes';

@OpenTo('messages:read')
@ObjectType({
  description: 'A row of a delivery that could not be applied when it arrived.',
  implements: Node,
  simpleResolvers: true,
})
export class QuarantinedRow implements QuarantinedRowView {
  @Field(() => Int, { description: 'The position of the row in the message, counted from 0.' })
  readonly index!: number;

  @Field(() => String, {
    description: 'Why the row was not applied: a `UserErrorCode`, `ROW_INVALID` or `EXTERNAL_ID_REUSED`.',
  })
  readonly code!: string;

  @Field(() => String, { description: 'A sentence in English that says why the row was not applied.' })
  readonly detail!: string;

  @Field(() => Boolean, {
    description: 'True while the row still waits. Fix the cause, then apply it with `quarantineReplay`.',
  })
  readonly open!: boolean;

  @Field(() => QuarantineStateEnum, { description: 'Whether the row waits, or how it came to wait no longer.' })
  readonly state!: QuarantineState;

  @Field(() => String, {
    nullable: true,
    description: "The sender's own id of the row. Null when it cannot be read.",
  })
  readonly externalId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The identifier or location at fault. Null when `detail` says what is.',
  })
  readonly subject!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was closed. Null while it waits, and for rows that were closed before this was kept.',
  })
  readonly closedAt!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why it was closed, such as the reason of a dismissal. Null when there is nothing to say.',
  })
  readonly note!: string | null;

  /** Part of the `id`; shown as `message`. */
  readonly messageId!: string;

  /** Shown as `movement`. */
  readonly sequence!: number | null;
}

@OpenTo('messages:read')
@ObjectType({
  description: 'A row of a call that was refused. Its sender was told, so it does not wait.',
  simpleResolvers: true,
})
export class RejectedRow implements Omit<RejectedRowView, 'messageId'> {
  @Field(() => Int, { description: 'The position of the row in the message, counted from 0.' })
  readonly index!: number;

  @Field(() => String, { description: "Why the row was refused: a `UserErrorCode`, or a code of the vendor's form." })
  readonly code!: string;

  @Field(() => String, { description: 'What has to be fixed, in English.' })
  readonly detail!: string;

  @Field(() => String, {
    description:
      'The text of the row as received, with secrets redacted. Empty when the message was refused as a whole: see its `body`.',
  })
  readonly row!: string;
}

@OpenTo('messages:read')
@ObjectType({
  description:
    'One delivery as received from a warehouse or shop. It is the evidence for the movements that it caused.',
  implements: Node,
  simpleResolvers: true,
})
export class InboundMessage implements InboundMessageView {
  /** Shown in another form. */
  readonly id!: string;

  @Field(() => String, { description: 'The name of the connection that received the message.' })
  readonly connection!: string;

  @Field(() => String, { description: 'The wire format of the message, such as `jerry`.' })
  readonly format!: string;

  @Field(() => DateTime, { description: "When the message arrived, by the gateway's clock." })
  readonly receivedAt!: string;

  @Field(() => InboundMessageStatusEnum, {
    description: 'Whether the rows were applied. It changes when rows in quarantine are replayed.',
  })
  readonly status!: InboundMessageStatus;

  @Field(() => String, { description: 'SHA-256 in hex of the bytes as received, before secrets were redacted.' })
  readonly bodySha256!: string;

  @Field(() => String, { description: 'How the sender was authenticated, such as `bearer token`. For people to read.' })
  readonly verdict!: string;
}

@ObjectType({ description: 'An inbound message and its cursor.', simpleResolvers: true })
class InboundMessageEdge extends edgeOf(InboundMessage) {}

@ObjectType({ description: 'A page of inbound messages.', simpleResolvers: true })
export class InboundMessageConnection extends connectionOf(InboundMessage, InboundMessageEdge) {}
