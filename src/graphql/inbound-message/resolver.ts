import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type {
  InboundMessageView,
  MovementView,
  QuarantinedRowView,
  RejectedRowView,
} from '../../application/ports/reads';
import type { InboundMessageStatus } from '../../domain/ledger/inbound-message';
import { shown } from '../../domain/text';
import type { Context } from '../context';
import { InboundMessageStatusEnum } from '../types/enums';
import { badUserInput } from '../types/errors';
import { ledgerLoaders } from '../ledger/loaders';
import { Movement } from '../ledger/type';
import { messageNodeId, quarantinedRowNodeId, referenceOf } from '../../domain/node-ids';
import { NODE_ID } from '../types/node';
import { BODY_COST, listCost, pageCost } from '../limits/cost';
import { Connection } from '../paging/connection';
import { Cursors, type List } from '../paging/cursors';
import { PageArgs, pageRequest } from '../paging/page-args';
import { selectionOf } from '../paging/selection';
import { InboundMessage, InboundMessageConnection, QuarantinedRow, RejectedRow } from './type';
import { inboundMessageLoaders } from './loaders';
import { ClosedToLimitedKeys, OpenTo } from '../types/scopes';

const INBOUND_MESSAGES: List = { name: 'inboundMessages', key: ['uuid'] };

@ArgsType()
class InboundMessagesArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only messages from the connection with this name.' })
  readonly connection?: string | null;

  @Field(() => InboundMessageStatusEnum, { nullable: true, description: 'Only messages with this status.' })
  readonly status?: InboundMessageStatus | null;
}

@Resolver(() => InboundMessage)
export class InboundMessageResolver {
  @OpenTo('messages:read')
  @Query(() => InboundMessage, {
    nullable: true,
    description: 'Finds an inbound message by its id. Null when there is none.',
  })
  inboundMessage(
    @Arg('id', () => ID, { description: 'The `id` of the message.' }) id: string,
    @Ctx() context: Context,
  ): Promise<InboundMessageView | null> | null {
    const reference = referenceOf('InboundMessage', id);
    return reference ? context.loadersOf(inboundMessageLoaders).message.load(reference.id) : null;
  }

  @OpenTo('messages:read')
  @Query(() => InboundMessageConnection, {
    description: 'Lists inbound messages in the order of arrival, oldest first.',
    complexity: pageCost,
  })
  async inboundMessages(
    @Args(() => InboundMessagesArgs) args: InboundMessagesArgs,
    @Ctx() { reads, tenantId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<InboundMessageView>> {
    const { connection = null, status = null } = args;
    const cursors = new Cursors(INBOUND_MESSAGES, { connection, status });
    const page = pageRequest(args, cursors, selectionOf(info));
    return new Connection(await reads.inboundMessages(tenantId, { connection, status, page }), cursors, ({ id }) => [
      id,
    ]);
  }

  @OpenTo('stock:write')
  @Mutation(() => InboundMessage, {
    description:
      'Applies the rows of a message that wait in quarantine and can be applied now. They keep their original times. Each row is posted once, however often you call this. Fails with BAD_USER_INPUT when there is no such message.',
  })
  async inboundMessageReplay(
    @Arg('id', () => ID, { description: 'The `id` of the message.' }) id: string,
    @Ctx() context: Context,
  ): Promise<InboundMessageView | null> {
    const reference = referenceOf('InboundMessage', id);
    if (!reference || !(await context.services.replayMessage(context.tenantId, reference.id))) {
      throw badUserInput(`There is no inbound message with the id "${shown(id)}".`);
    }
    return context.loadersOf(inboundMessageLoaders).message.load(reference.id);
  }

  @FieldResolver(() => ID, { description: NODE_ID })
  id(@Root() { id }: InboundMessageView): string {
    return messageNodeId(id);
  }

  @FieldResolver(() => String, {
    description:
      'The text as received, with secrets redacted. It can be as large as 8 MiB, so select it for single messages only.',
    complexity: BODY_COST,
  })
  async body(@Root() { id }: InboundMessageView, @Ctx() context: Context): Promise<string | undefined> {
    return (await context.loadersOf(inboundMessageLoaders).body.load(id))?.body;
  }

  @FieldResolver(() => [Movement], {
    description: 'The movements that the rows of this message became part of, in the order of the ledger.',
    complexity: listCost,
  })
  async movements(@Root() { id }: InboundMessageView, @Ctx() context: Context): Promise<readonly MovementView[]> {
    return (await context.loadersOf(inboundMessageLoaders).movementsOfMessage.load(id)).map(({ movement }) => movement);
  }

  @FieldResolver(() => [QuarantinedRow], {
    description:
      'The rows that could not be applied when the message arrived, in the order of the message. Rows applied since then are included, with `open` false.',
    complexity: listCost,
  })
  quarantined(@Root() { id }: InboundMessageView, @Ctx() context: Context): Promise<readonly QuarantinedRowView[]> {
    return context.loadersOf(inboundMessageLoaders).quarantinedRowsOfMessage.load(id);
  }

  @FieldResolver(() => [RejectedRow], {
    description: 'The rows that were refused, in the order of the message. Their sender was told, so they do not wait.',
    complexity: listCost,
  })
  rejected(@Root() { id }: InboundMessageView, @Ctx() context: Context): Promise<readonly RejectedRowView[]> {
    return context.loadersOf(inboundMessageLoaders).rejectedRowsOfMessage.load(id);
  }
}

@Resolver(() => QuarantinedRow)
export class QuarantinedRowResolver {
  @FieldResolver(() => ID, { description: NODE_ID })
  id(@Root() { messageId, index }: QuarantinedRowView): string {
    return quarantinedRowNodeId(messageId, index);
  }

  @FieldResolver(() => String, { description: 'The text of the row as received, with secrets redacted.' })
  async row(@Root() { row, messageId, index }: QuarantinedRowView, @Ctx() context: Context): Promise<string> {
    if (row !== undefined) return row;
    return (await context.loadersOf(inboundMessageLoaders).quarantinedText.load({ messageId, index }))?.row ?? '';
  }

  @FieldResolver(() => InboundMessage, { description: 'The message that the row came with.' })
  message(@Root() { messageId }: QuarantinedRowView, @Ctx() context: Context): Promise<InboundMessageView | null> {
    return context.loadersOf(inboundMessageLoaders).message.load(messageId);
  }

  @OpenTo('stock:read')
  @FieldResolver(() => Movement, {
    nullable: true,
    description: 'The movement that its content became part of. Null when it has become part of none.',
  })
  movement(@Root() { sequence }: QuarantinedRowView, @Ctx() context: Context): Promise<MovementView | null> | null {
    return sequence === null ? null : context.loadersOf(ledgerLoaders).movement.load(sequence);
  }
}

@Resolver(() => Movement)
export class MovementMessageResolver {
  @ClosedToLimitedKeys()
  @OpenTo('messages:read')
  @FieldResolver(() => InboundMessage, {
    nullable: true,
    description: 'The message that the movement came with. Null when it did not come with one, as for mutations.',
  })
  inboundMessage(
    @Root() { inboundMessageId }: MovementView,
    @Ctx() context: Context,
  ): Promise<InboundMessageView | null> | null {
    return inboundMessageId === null ? null : context.loadersOf(inboundMessageLoaders).message.load(inboundMessageId);
  }
}
