import { Field, Int, ObjectType } from 'type-graphql';
import {
  MOST_MESSAGES,
  MOST_REPORTED,
  MOST_WAITING_MESSAGES,
  RECENT_MESSAGES,
  type ConnectionHealthView,
  type DeliveryRefusalView,
} from '../../application/ports/reads';
import { DateTime, Quantity } from '../types/scalars';
import { OpenTo } from '../types/scopes';

const REASONS =
  'TOKEN, PASSWORD, SIGNATURE, ADDRESS, SIZE, FORM (no JSON, or not in the form of the format), RATE or CONTENT_CODING';

@OpenTo('messages:read')
@ObjectType({
  description: 'A request to a connection that was refused before anything of it was taken.',
  simpleResolvers: true,
})
export class DeliveryRefusal implements DeliveryRefusalView {
  readonly connectionId!: string;

  @Field(() => DateTime, { description: 'When it was refused.' })
  readonly at!: string;

  @Field(() => String, { description: `Why: ${REASONS}.` })
  readonly reason!: DeliveryRefusalView['reason'];

  @Field(() => String, { description: 'What is wrong, for an operator. The sender may have been told less.' })
  readonly detail!: string;

  @Field(() => String, { nullable: true, description: 'The address that it came from.' })
  readonly address!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The length of its body, as sent or as announced. Null when neither is known.',
  })
  readonly bytes!: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'The beginning of its body, without secrets. Null when the body was not read.',
  })
  readonly body!: string | null;
}

@OpenTo('messages:read')
@ObjectType({ description: 'How a connection does.', simpleResolvers: true })
export class ConnectionHealth implements ConnectionHealthView {
  readonly connectionId!: string;

  @Field(() => String, { description: 'The name of the connection.' })
  readonly connection!: string;

  @Field(() => String, { description: 'The wire format: jerry, winit, increff, comestri or standard.' })
  readonly kind!: ConnectionHealthView['kind'];

  @Field(() => DateTime, { nullable: true, description: 'When its last message was received. Null when none was.' })
  readonly lastMessageAt!: string | null;

  @Field(() => Int, { nullable: true, description: 'How long it has been silent. Null when it never sent anything.' })
  readonly silentForSeconds!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: `Its usual rhythm: the median time between two of its last ${RECENT_MESSAGES} messages. Null when there is one at most.`,
  })
  readonly usualGapSeconds!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: `The longest time between two of its last ${RECENT_MESSAGES} messages. A longer silence is unusual.`,
  })
  readonly longestGapSeconds!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: `How far its times are behind ours: the median of when its last ${RECENT_MESSAGES} messages were recorded, less when they say that it happened. Negative when its clock is ahead. Null when none of them has moved anything.`,
  })
  readonly clockLagSeconds!: number | null;

  @Field(() => Quantity, {
    description: `Messages of the last 24 hours that were taken in. At most ${MOST_MESSAGES} are counted.`,
  })
  readonly messages!: number;

  @Field(() => Quantity, { description: 'Those of `messages` that had been received before, whole.' })
  readonly duplicates!: number;

  @Field(() => Quantity, { description: 'Requests that were refused, ever. They are counted about a second later.' })
  readonly refused!: number;

  @Field(() => Quantity, {
    description: `Rows that wait in quarantine, of the tenant's latest ${MOST_WAITING_MESSAGES} messages that have such rows.`,
  })
  readonly openRows!: number;

  @Field(() => Quantity, {
    description: `Stocks whose reported total differs from the sum of their levels, at the connection's location and where its last messages moved something. At most ${MOST_REPORTED} of a location are compared.`,
  })
  readonly drifting!: number;
}
